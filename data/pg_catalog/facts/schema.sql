SELECT oid, 0, '', name FROM engine_schema
UNION ALL
SELECT oid, 0, '', nspname FROM __pg__.static.pg_namespace
