SELECT oid, 0, '', nspname FROM pg_namespace
