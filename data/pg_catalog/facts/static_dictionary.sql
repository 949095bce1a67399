SELECT oid, 0, 'pg_catalog', dictname FROM __pg__.static.pg_ts_dict
