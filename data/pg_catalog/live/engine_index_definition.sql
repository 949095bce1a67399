-- The text of each index and of each of its keys; place 0 is the whole.
WITH keys AS (
    SELECT i.oid, i.place, coalesce(quote_ident(c.name), i.expression) AS text
    FROM (SELECT oid, relation_oid, unnest(numbers) AS number, unnest(expressions) AS expression,
                 generate_subscripts(numbers, 1) AS place
          FROM engine_index) i
    LEFT JOIN engine_column c ON c.relation_oid = i.relation_oid AND c.number = i.number
)
SELECT oid, place, text, '' AS qualifier FROM keys
UNION ALL
SELECT i.oid, 0,
       'CREATE ' || CASE WHEN is_unique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(name) || ' ON '
       || quote_ident(schema_name) || '.' || quote_ident(relation_name) || ' USING btree (' || k.text || ')',
       quote_ident(schema_name)
FROM engine_index i
JOIN (SELECT oid, string_agg(text, ', ' ORDER BY place) AS text FROM keys GROUP BY oid) k ON k.oid = i.oid
