SELECT oid, pronargs, array_to_string(proargtypes, ' '), proname FROM __pg__.static.pg_proc
