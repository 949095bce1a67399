SELECT t.a.b, x.y.z(1), "Foo"(1), pg_catalog.count(*), "a"."B";
SELECT a FROM t WHERE x = ANY (CASE WHEN true THEN '{1}'::int[] END);
SELECT 'x'::regclass, 'x'::pg_catalog.regclass::oid, a::regtype::text
