-- json and jsonb.
SELECT j FROM doc ORDER BY id
SELECT b FROM doc ORDER BY id
SELECT '{"a":1,"b":[1,2]}'::json, '{"b":1,  "a":[1,2]}'::jsonb
SELECT '{"a":1,"a":2}'::jsonb
SELECT '{"bb":1,"a":2,"c":{"z":1,"y":2}}'::jsonb
SELECT '1'::jsonb, '"x"'::jsonb, 'null'::jsonb, 'true'::jsonb, '1.50'::jsonb, '[]'::jsonb, '{}'::jsonb
SELECT '{bad'::json
SELECT '{bad'::jsonb
-- differs: rows
SELECT j -> 'a', j ->> 'a', j -> 'b' -> 'c', j -> 'b' ->> 'c' FROM doc WHERE id = 1
SELECT b -> 'a', b ->> 't', b -> 'b' -> 'c' -> 0, b -> 'b' -> 'c' ->> 1 FROM doc WHERE id = 1
SELECT j -> 0, j ->> 1, j -> 2, j ->> 2, j -> 3, j -> -1, j -> 9 FROM doc WHERE id = 2
SELECT b -> 'nope', b ->> 'nope' FROM doc ORDER BY id
SELECT b -> 'a' IS NULL, b ->> 'a' IS NULL FROM doc ORDER BY id
SELECT j #> '{b,c}', j #>> '{b,c,1}', b #> '{b,c,0}', b #>> '{t}' FROM doc WHERE id = 1
SELECT j #> ARRAY['b', 'c'], b #>> ARRAY['b', 'c', '2'] FROM doc WHERE id = 1
SELECT json_extract_path(j, 'b', 'c'), json_extract_path_text(j, 't'), jsonb_extract_path(b, 'b'), jsonb_extract_path_text(b, 'b', 'c', '0') FROM doc WHERE id = 1
SELECT (b ->> 'a')::int + 1 FROM doc WHERE id = 1
SELECT id FROM doc WHERE b ->> 't' = 'x'
SELECT id FROM doc WHERE (b ->> 'a')::int = 1
SELECT id FROM doc WHERE b -> 'a' = '1'
SELECT id FROM doc WHERE b @> '{"a": 1}'
SELECT '{"a":1,"b":2}'::jsonb @> '{"a":1}'::jsonb, '{"a":1}'::jsonb @> '{"a":1,"b":2}', '[1,2,3]'::jsonb @> '[1,3]', '[1,2]'::jsonb @> '1', '{"a":[1,2]}'::jsonb @> '{"a":[1]}', '[1,2]'::jsonb @> '[3]'
SELECT '{"a":{"b":1,"c":2}}'::jsonb @> '{"a":{"b":1}}', '[[1,2]]'::jsonb @> '[1]', '[1,[1,2]]'::jsonb @> '[[1]]', '1'::jsonb @> '1', '"a"'::jsonb @> '"b"', '[]'::jsonb @> '[]', '[1,1]'::jsonb @> '[1]'
SELECT '{"a":1}'::jsonb <@ '{"a":1,"b":2}'::jsonb, '[1]'::jsonb <@ '[1,2]'
SELECT '{"a":1,"b":2}'::jsonb ? 'a', '{"a":1}'::jsonb ? 'z', '["a","b"]'::jsonb ? 'a', '"a"'::jsonb ? 'a'
SELECT '{"a":1,"b":2}'::jsonb ?| array['a','z'], '{"a":1}'::jsonb ?& array['a','b'], '["a","b"]'::jsonb ?& array['a','b']
SELECT id FROM doc WHERE b ? 'a' ORDER BY id
SELECT '{"a":1,"b":2}'::jsonb - 'a', '["a","b","a"]'::jsonb - 'a', '[1,2,3]'::jsonb - 1, '[1,2,3]'::jsonb - -1, '{"a":1,"b":2,"c":3}'::jsonb - ARRAY['a','c']
SELECT '{"a":{"b":1,"c":2}}'::jsonb #- '{a,b}', '[1,[2,3]]'::jsonb #- '{1,0}', '{"a":1}'::jsonb #- '{z}'
SELECT '{"a":1}'::jsonb || '{"b":2}'::jsonb, '[1]'::jsonb || '[2]', '[1]'::jsonb || '2'::jsonb, '1'::jsonb || '2'::jsonb, '{"a":1}'::jsonb || '{"a":{"x":1}}'
SELECT b || '{"z": true}' FROM doc WHERE id = 1
SELECT jsonb_set('{"a":1}', '{a}', '2'), jsonb_set('{"a":1}', '{b}', '2'), jsonb_set('{"a":1}', '{b}', '2', false), jsonb_set('{"a":[1,2]}', '{a,0}', '9'), jsonb_set('{"a":{"b":1}}', '{a,b}', '"x"')
SELECT jsonb_set('[1,2]', '{5}', '3'), jsonb_set('[1,2]', '{-1}', '3'), jsonb_set('{"a":{}}', '{a,b,c}', '1')
SELECT jsonb_insert('[1,2]', '{1}', '9'), jsonb_insert('[1,2]', '{1}', '9', true), jsonb_insert('{"a":1}', '{b}', '2')
SELECT jsonb_set_lax('{"a":1}', '{a}', NULL)
SELECT json_build_object('a', 1, 'b', 'x', 'c', NULL, 'd', true, 'e', 1.50), json_build_array(1, 'a', NULL, true)
SELECT jsonb_build_object('b', 1, 'a', jsonb_build_array(1, 2), 'c', '{"x":1}'::jsonb), jsonb_build_array(), jsonb_build_object()
SELECT json_build_object('a', ARRAY[1,2], 'd', date '2024-01-02', 't', timestamp '2024-01-02 03:04:05')
-- differs: refused
SELECT json_object('{a,1,b,2}'), json_object('{a,b}', '{1,2}'), jsonb_object(ARRAY['a','1'])
SELECT to_json('a'::text), to_json(1), to_json(1.5), to_json(true), to_json(NULL::int), to_json(ARRAY[1,2]), to_jsonb('a'::text), to_jsonb(ARRAY['x','y'])
SELECT to_json(date '2024-01-02'), to_jsonb(timestamp '2024-01-02 03:04:05.5'), to_json(interval '1 day'), to_json(1e20::float8)
SELECT to_json(ROW(1, 'a')), row_to_json(ROW(1, NULL))
SELECT row_to_json(q) FROM (SELECT 1 AS a, 'x' AS b, NULL AS c) q
-- differs: refused
SELECT row_to_json(q, true) FROM (SELECT 1 AS a, 'x' AS b) q
SELECT to_jsonb(q) FROM (SELECT 2 AS b, 1 AS a, ARRAY[1] AS c) q
SELECT array_to_json(ARRAY[1,2,3]), array_to_json(ARRAY[[1,2],[3,4]]), array_to_json(ARRAY['a',NULL])
SELECT json_agg(name ORDER BY id), jsonb_agg(age ORDER BY id) FROM person
SELECT json_agg(p ORDER BY id) FROM (SELECT id, name FROM person WHERE id < 3) p
SELECT jsonb_agg(p ORDER BY id) FROM (SELECT id, name FROM person WHERE id < 3) p
SELECT json_agg(1) FROM person WHERE false
SELECT json_agg(json_build_object('n', name) ORDER BY id) FROM person
SELECT json_object_agg(name, age ORDER BY id), jsonb_object_agg(name, age) FROM person
SELECT coalesce(json_agg(x), '[]') FROM (SELECT 1 AS x WHERE false) q
SELECT json_array_length(j), jsonb_array_length(b) FROM doc WHERE id = 2
SELECT jsonb_array_length('{}'::jsonb)
SELECT json_typeof(j), jsonb_typeof(b) FROM doc ORDER BY id
SELECT jsonb_typeof('1'), jsonb_typeof('1.5'), jsonb_typeof('"a"'), jsonb_typeof('null'), jsonb_typeof('true'), jsonb_typeof('[]')
SELECT json_array_elements('[1,"a",null]')
SELECT jsonb_array_elements('[1,{"a":2}]'), 'x' AS c
SELECT json_array_elements_text('[1,"a",null]')
SELECT * FROM json_array_elements('[1,2]')
SELECT * FROM jsonb_array_elements('[1,2]') AS e
SELECT * FROM jsonb_array_elements_text('["a","b"]') AS e(x)
SELECT * FROM jsonb_array_elements('[1,2]') WITH ORDINALITY AS e(v, n)
-- differs: rows
SELECT d.id, e.value FROM doc d, jsonb_array_elements(d.b -> 'b' -> 'c') e WHERE d.id = 1
-- differs: rows
SELECT d.id, e FROM doc d CROSS JOIN LATERAL jsonb_array_elements_text(d.b -> 'b' -> 'c') AS e WHERE d.id = 1
SELECT json_object_keys('{"b":1,"a":2}')
SELECT * FROM jsonb_object_keys('{"b":1,"a":2}') AS k ORDER BY k
SELECT * FROM json_each('{"a":1,"b":"x"}')
SELECT * FROM jsonb_each('{"a":1,"b":"x"}') AS e(k, v)
SELECT * FROM json_each_text('{"a":1,"b":"x","c":null}')
SELECT key, value FROM jsonb_each_text('{"a":[1],"b":"x"}')
SELECT d.id, e.key, e.value FROM doc d, jsonb_each(d.b) e WHERE d.id = 1 ORDER BY 2
-- differs: refused
SELECT jsonb_each('{"a":1}')
SELECT * FROM json_to_record('{"a":1,"b":"x"}') AS r(a int, b text)
SELECT * FROM jsonb_to_recordset('[{"a":1,"b":"x"},{"a":2}]') AS r(a int, b text)
-- differs: refused
SELECT * FROM json_populate_record(NULL::feeling, '{"id":7,"m":"ok"}')
-- differs: refused
SELECT * FROM jsonb_populate_recordset(NULL::feeling, '[{"id":7},{"m":"sad"}]')
SELECT jsonb_pretty('{"a":[1,2]}')
-- differs: rows
SELECT jsonb_strip_nulls('{"a":null,"b":1}'), json_strip_nulls('{"a":null,"b":{"c":null}}')
-- differs: refused
SELECT jsonb_path_query('{"a":[1,2,3]}', '$.a[*]')
-- differs: refused
SELECT jsonb_path_query('{"a":[1,2,3]}', '$.a[*] ? (@ > 1)')
-- differs: refused
SELECT jsonb_path_query_array('{"a":[1,2,3]}', '$.a[*] ? (@ >= 2)'), jsonb_path_query_first('{"a":[1,2,3]}', '$.a[1]'), jsonb_path_exists('{"a":1}', '$.b'), jsonb_path_match('{"a":1}', '$.a == 1')
-- differs: refused
SELECT '{"a":[1,2]}'::jsonb @? '$.a[*] ? (@ > 1)', '{"a":1}'::jsonb @@ '$.a == 1'
-- differs: rows
SELECT '{"a":1}'::jsonb = '{"a": 1}'::jsonb, '{"a":1,"b":2}'::jsonb = '{"b":2,"a":1}'::jsonb, '[1,2]'::jsonb < '[1,3]'::jsonb, '1'::jsonb = '1.0'::jsonb
SELECT '1'::jsonb::int, '1.5'::jsonb::numeric, 'true'::jsonb::boolean, '"a"'::jsonb::text, '{"a":1}'::jsonb::text
SELECT ('{"a":{"b":1}}'::jsonb)['a']['b'], ('[1,2]'::jsonb)[0]
SELECT b ->> 'a' AS a, count(*) FROM doc GROUP BY b ->> 'a' ORDER BY 1
-- differs: rows
SELECT DISTINCT b -> 'a' FROM doc WHERE b IS NOT NULL
SELECT '{"a":1}'::jsonb::json, '{"a":  1}'::json::jsonb, '{"a":  1}'::json::text
SELECT pg_typeof('{}'::json), pg_typeof('{}'::jsonb), pg_typeof('{}'::jsonb -> 'a'), pg_typeof('{}'::jsonb ->> 'a')
