SELECT oid, prorettype, '', CASE WHEN proretset THEN 'SETOF ' ELSE '' END FROM __pg__.static.pg_proc WHERE prokind <> 'p'
