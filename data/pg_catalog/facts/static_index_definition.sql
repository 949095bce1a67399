WITH keys AS (
    SELECT i.indexrelid AS oid, i.indrelid, i.indisunique, i.place, quote_ident(a.attname) AS text
    FROM (SELECT indexrelid, indrelid, indisunique, unnest(indkey) AS number, generate_subscripts(indkey, 1) AS place
          FROM __pg__.static.pg_index) i
    JOIN __pg__.static.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.number
)
SELECT oid, place, '', text FROM keys
UNION ALL
SELECT k.oid, 0, any_value(n.nspname), 'CREATE ' || CASE WHEN any_value(k.indisunique) THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || any_value(x.relname)
       || ' ON ' || any_value(n.nspname) || '.' || any_value(r.relname) || ' USING btree ('
       || string_agg(k.text, ', ' ORDER BY k.place) || ')'
FROM keys k
JOIN __pg__.static.pg_class x ON x.oid = k.oid
JOIN __pg__.static.pg_class r ON r.oid = k.indrelid
JOIN __pg__.static.pg_namespace n ON n.oid = r.relnamespace
GROUP BY k.oid
