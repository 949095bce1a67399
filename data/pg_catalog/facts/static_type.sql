SELECT t.oid, t.typarray, n.nspname, t.typname FROM __pg__.static.pg_type t JOIN __pg__.static.pg_namespace n ON n.oid = t.typnamespace
