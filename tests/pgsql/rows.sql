-- Queries whose meaning DuckDB would take differently, or not at all, if they reached it as written.
SELECT 'abc' ~ 'b', 'abc' ~ '^b', 'abc' !~ 'B', 'abc' ~* 'B', 'abc' !~* 'x', E'a\nb' ~ 'a.b', b ~ ('o' || 'n') FROM t
SELECT 'abc' OPERATOR(pg_catalog.~) 'b', 1 OPERATOR(pg_catalog.+) 2
SELECT a = ANY('{1,2}'), a <> ALL('{1,2}'), a = ANY('{}'), b = ANY('{one,"two three"}'), a = ANY(ARRAY[1, 5]), a = ANY(c) FROM t
SELECT '{1,2,NULL}'::int[], '{"a b",c,"d\"e"}'::text[], ('{1}')::int[], CAST('{}' AS int[]), '{{1,2},{3,4}}'::int[]
SELECT E'\u00e4\x41\101\t', U&'d\0061t\+000061', 'it''s'
SELECT substring('foobar' from 'o(.)b'), substring('foobar' from 'o+'), substring('foobar' from 'x'), substring('foobar' from 2 for 3)
SELECT k FROM generate_series(1, 3) AS k
SELECT k, o FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS u(k, o)
SELECT x, y FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) AS u(x, y)
SELECT EXISTS(SELECT FROM t), (SELECT count(*) FROM (SELECT FROM t) q)
SELECT count, max FROM (SELECT count(*), max(a) FROM t) s
WITH q AS (SELECT lower(b) FROM t) SELECT lower FROM q
SELECT a name, b value, x type FROM t
SELECT at.a FROM t at
SELECT t1.a, t2.a FROM t t1 LEFT JOIN t t2 ON t2.a = ANY(t1.c) ORDER BY 1, 2
SELECT a FROM t FOR UPDATE
SELECT a FROM ONLY t
SELECT interval '1 02:03:04' day to second, interval '1-2' year to month
SELECT '2024-01-02 03:04:05.678901'::timestamp(6) without time zone
SELECT 'a' COLLATE "C" < 'B' COLLATE "C"
SELECT j #>> '{k}' FROM t
SELECT a FROM t FETCH FIRST 1 ROW ONLY
SELECT c[1], (ARRAY[5, 6])[2] FROM t
SELECT count(*) FROM pg_catalog.pg_class WHERE relname = 't'
SELECT pg_catalog.lower('A'), 'x'::pg_catalog.text, 1::pg_catalog.int4
SELECT table_name FROM information_schema.tables WHERE table_name = 't'
SELECT 't'::regclass::text, 'pg_class'::regclass::oid::int
SELECT '2024-01-01'::date + i, '2024-01-01'::date - i, i + date '2024-01-01' FROM generate_series(1, 3) AS s(i) ORDER BY i
SELECT (date 'infinity' + i)::text, (date '-infinity' - i)::text FROM generate_series(1, 2) AS s(i)
