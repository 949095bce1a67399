SELECT oid, name AS nspname, 10 AS nspowner, NULL AS nspacl FROM engine_schema
