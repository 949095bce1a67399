-- Arrays and composites.
-- differs: rows
SELECT ARRAY[1,2,3], ARRAY['a','b'], ARRAY[1.5,2], ARRAY[NULL,1], ARRAY[]::int[], ARRAY[[1,2],[3,4]]
SELECT '{1,2}'::int[], '{a,"b c",NULL}'::text[], '{}'::text[], '{{1,2},{3,4}}'::int[][], '{1.5,2.25}'::numeric[], '{t,f}'::bool[]
SELECT '{"2024-01-01","2024-01-02"}'::date[], '{1 day,2 hours}'::interval[]
SELECT int '5', int[] '{1,2}', CAST('{1}' AS bigint[])
SELECT tags FROM person ORDER BY id
SELECT tags[1], tags[2], tags[9], tags[0] FROM person ORDER BY id
SELECT (ARRAY[1,2,3])[2:3], (ARRAY[1,2,3])[:2], (ARRAY[1,2,3])[2:], (ARRAY[1,2,3])[:]
SELECT (ARRAY[[1,2],[3,4]])[2][1], (ARRAY[[1,2],[3,4]])[1:1]
-- differs: refused
SELECT ARRAY[1,2] || 3, 0 || ARRAY[1,2], ARRAY[1] || ARRAY[2,3], ARRAY[1] || NULL, ARRAY['a'] || 'b'::text, ARRAY[1,2] || '{3,4}'
SELECT array_append(ARRAY[1], 2), array_prepend(0, ARRAY[1]), array_cat(ARRAY[1], ARRAY[2])
-- differs: rows
SELECT array_length(ARRAY[1,2], 1), array_length(ARRAY[]::int[], 1), array_length(ARRAY[[1,2],[3,4]], 2), cardinality(ARRAY[[1,2],[3,4]]), array_ndims(ARRAY[[1],[2]]), array_dims(ARRAY[1,2]), array_upper(ARRAY[1,2], 1), array_lower(ARRAY[1,2], 1)
SELECT array_position(ARRAY['a','b'], 'b'), array_positions(ARRAY[1,2,1], 1), array_remove(ARRAY[1,2,1], 1), array_replace(ARRAY[1,2], 1, 9), array_fill(7, ARRAY[3])
SELECT ARRAY[1,2] = ARRAY[1,2], ARRAY[1,2] <> ARRAY[1], ARRAY[1,2] < ARRAY[1,3], ARRAY[2] > ARRAY[1,3]
SELECT ARRAY[1,2,3] @> ARRAY[2], ARRAY[1] <@ ARRAY[1,2], ARRAY[1,2] && ARRAY[2,3], ARRAY[1] && ARRAY[2], ARRAY[1] @> ARRAY[]::int[]
SELECT id FROM person WHERE tags @> '{a}' ORDER BY 1
SELECT id FROM person WHERE tags @> ARRAY['b'] ORDER BY 1
SELECT id FROM person WHERE tags && '{c,z}' ORDER BY 1
SELECT id FROM person WHERE tags && ARRAY['a', 'c'] ORDER BY 1
SELECT id FROM person WHERE tags <@ '{a,b,c}' ORDER BY 1
SELECT id FROM person WHERE tags = '{a,b}'
SELECT id FROM person WHERE tags = '{}'
SELECT id FROM person WHERE 'a' = ANY (tags)
-- differs: tag and rows
SELECT id FROM person WHERE 'a' <> ALL (tags) ORDER BY 1
SELECT id FROM person WHERE id = ANY ('{1,3}') ORDER BY 1
SELECT id FROM person WHERE id = ANY ('{1,3}'::int[]) ORDER BY 1
SELECT id FROM person WHERE id = ANY (ARRAY[1, 3]) ORDER BY 1
SELECT id FROM person WHERE id <> ALL ('{1,3}') ORDER BY 1
-- differs: refused
SELECT id FROM person WHERE id > ANY ('{2,3}') ORDER BY 1
SELECT id FROM person WHERE id >= ALL (ARRAY[1,3]) ORDER BY 1
SELECT id FROM person WHERE name = ANY ('{Ann,Bob}') ORDER BY 1
SELECT id FROM person WHERE name LIKE ANY ('{A%,B%}') ORDER BY 1
-- differs: rows
SELECT 1 = ANY (ARRAY[1, NULL]), 2 = ANY (ARRAY[1, NULL]), 1 = ALL (ARRAY[]::int[]), 1 = ANY (NULL::int[])
SELECT unnest('{1,2}'::int[])
-- differs: tag and types and rows
SELECT unnest(ARRAY[[1,2],[3,4]])
SELECT array_agg(x ORDER BY x DESC) FROM unnest(ARRAY[3,1,2]) x
SELECT array_agg(ARRAY[id, age]) FROM person WHERE id < 3
SELECT ARRAY(SELECT generate_series(1, 3))
SELECT array_to_string(tags, '|') FROM person ORDER BY id
SELECT array_length(tags, 1), cardinality(tags) FROM person ORDER BY id
SELECT generate_subscripts(ARRAY['a','b'], 1)
SELECT (SELECT array_agg(DISTINCT t ORDER BY t) FROM unnest(ARRAY[1,1,2]) t)
-- differs: accepted
SELECT array_sort(ARRAY[2,1])
SELECT ARRAY[1,'2']
SELECT ARRAY[1,'a']
SELECT '{1,a}'::int[]
SELECT '{1,2'::int[]
SELECT ARRAY[1,2]::text[], ARRAY['1','2']::int[], ARRAY[1.6,2]::int[]
SELECT ARRAY[1,2]::text, '{1,2}'::int[]::text, ARRAY['a b','c"d','',NULL,'null']::text
-- differs: types
SELECT ARRAY[true,false], ARRAY['2024-01-01'::date], ARRAY['a'::varchar(3)], ARRAY[1.50::numeric(5,2)]
SELECT trim_array(ARRAY[1,2,3], 1), array_shuffle(ARRAY[1]) IS NOT NULL
-- differs: refused
SELECT ROW(1,2,3), ROW('a', NULL, 'b c', '"q"', ''), ROW(), ROW(ROW(1))
-- differs: refused
SELECT (ROW(1,'x')).f1
SELECT count(*) FROM unnest(ARRAY[1,2]) a, unnest(ARRAY[3,4]) b
SELECT a.x, b.y FROM unnest(ARRAY[1,2]) a(x), LATERAL unnest(ARRAY[a.x, a.x * 10]) b(y) ORDER BY 1, 2
SELECT array_agg(name) @> ARRAY['Ann'] FROM person
SELECT string_to_array('1,2', ',')::int[]
SELECT 'a' = ANY (string_to_array('a,b', ','))
SELECT current_schemas(false)
-- differs: accepted
SELECT ARRAY[[1,2],[3]]
SELECT (ARRAY['a','b'])[array_length(ARRAY['a','b'], 1)]
SELECT array_to_string('{a,b}'::text[], ',')
-- differs: refused
SELECT array_cat('{1}'::int[], '{2}')
