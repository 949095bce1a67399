SELECT oid, 0, 'pg_catalog', collname FROM __pg__.static.pg_collation
