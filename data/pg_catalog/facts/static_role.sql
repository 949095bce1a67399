SELECT oid, 0, '', rolname FROM __pg__.static.pg_authid
