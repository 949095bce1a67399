SELECT k FROM generate_series(1,3) k, unnest(a) AS x, unnest(a, b) AS t(x,y), unnest(a,b) WITH ORDINALITY AS u(x,y,n), generate_subscripts(i.indkey, 1) AS z, LATERAL unnest(c) WITH ORDINALITY AS w(e,f);
SELECT generate_subscripts(i.indkey, 1) AS k, i.indkey[0], i.indoption[k.i - 1], array_upper(i.indkey, 1), array_upper(x,1) FROM pg_index i;
SELECT a FROM t LEFT JOIN u ON u.x = ANY(t.arr) AND 1 <> ALL(t.b || c) WHERE a = ANY('{1,2}') AND b <> ALL('{}') AND c = ANY('{"a b",NULL}'::text[]) AND d = ANY(ARRAY[1]) AND e = ANY(SELECT 1)
