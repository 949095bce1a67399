SELECT oid, 0, 'pg_catalog', cfgname FROM __pg__.static.pg_ts_config
