SELECT '{1,2}'::int[], CAST('{a,b}' AS text[]), '{}'::int4[], '{{1,2},{3,4}}'::int[], '{"a":1}'::json, '{"a":1}', '{a''b}'::text[];
SELECT E'a\u0041\n', U&'d\0061t\+000061', U&"d\0061ta", B'101', X'1F', E'abc\n', 'a' ~* 'b', a !~* b || 'x', ~ 5;
SELECT 1 FROM t FOR UPDATE OF t, u NOWAIT
