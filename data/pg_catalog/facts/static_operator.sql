SELECT oid, 0, oprleft || ' ' || oprright, oprname FROM __pg__.static.pg_operator
