SELECT c.oid, 0, n.nspname, c.relname FROM __pg__.static.pg_class c JOIN __pg__.static.pg_namespace n ON n.oid = c.relnamespace
