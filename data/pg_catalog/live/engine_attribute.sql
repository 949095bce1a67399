-- What has columns without being a table or a view, in the order of engine_column's: indexes, whose keys these are (an
-- expression is called expr, expr1 …), and sequences.
SELECT i.oid AS relation_oid,
       i.place::SMALLINT AS number,
       coalesce(c.name, 'expr' || coalesce(nullif(i.place - i.columns_before - 1, 0)::VARCHAR, '')) AS name,
       coalesce(c.type_oid, 25) AS type_oid,
       coalesce(c.type_modifier, -1) AS type_modifier,
       0 AS dimensions,
       coalesce(c.type_length, -1) AS type_length,
       coalesce(c.by_value, false) AS by_value,
       coalesce(c.alignment, 'i') AS alignment,
       coalesce(c.storage, 'x') AS storage,
       coalesce(c.collation_oid, 100) AS collation_oid,
       true AS is_nullable,
       NULL::VARCHAR AS default_text,
       false AS is_generated,
       '' AS identity
FROM (SELECT oid, relation_oid, unnest(numbers) AS number, generate_subscripts(numbers, 1) AS place,
             unnest([len([x FOR x IN numbers[:j] IF x > 0]) FOR j IN range(1, len(numbers) + 1)]) AS columns_before
      FROM engine_index) i
LEFT JOIN engine_column c ON c.relation_oid = i.relation_oid AND c.number = i.number
UNION ALL
SELECT r.oid, c.number, c.name, c.type, -1, 0, c.length, true, c.alignment, 'p', 0, false, NULL, false, ''
FROM engine_relation r,
     (VALUES (1, 'last_value', 20, 8, 'd'), (2, 'log_cnt', 20, 8, 'd'), (3, 'is_called', 16, 1, 'c'))
         c(number, name, type, length, alignment)
WHERE r.kind = 'S'
