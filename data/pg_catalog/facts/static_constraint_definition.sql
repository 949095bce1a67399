SELECT c.oid, 0, '', CASE any_value(c.contype) WHEN 'p' THEN 'PRIMARY KEY (' ELSE 'UNIQUE (' END
       || string_agg(quote_ident(a.attname), ', ' ORDER BY c.place) || ')'
FROM (SELECT oid, contype, conrelid, unnest(conkey) AS number, generate_subscripts(conkey, 1) AS place
      FROM __pg__.static.pg_constraint WHERE contype IN ('p', 'u')) c
JOIN __pg__.static.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.number
GROUP BY c.oid
