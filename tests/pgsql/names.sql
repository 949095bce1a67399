-- Select lists; each is run FROM t, and its columns must be named as PostgreSQL names them.
1
'a'
true
null
a
t.a
public.t.a
"a"
a AS foo
a AS "Foo"
a Foo
a AS select
a name
lower(b)
pg_catalog.lower(b)
"lower"(b)
count(*)
count(distinct a)
max(a) FILTER (WHERE a > 1)
sum(a) OVER (PARTITION BY b ORDER BY a)
a+1
-a
- 1
NOT true
a IS NULL
a ISNULL
a IS DISTINCT FROM x
a IN (1,2)
b LIKE 'a'
b LIKE 'a' ESCAPE 'b'
a BETWEEN 1 AND 2
a = ANY(c)
a = ANY(ARRAY[1])
EXISTS(SELECT 1)
(SELECT 1)
(SELECT a FROM t LIMIT 1)
(SELECT a AS q FROM t LIMIT 1)
(SELECT max(a) FROM t)
(SELECT a q FROM t LIMIT 1)
(SELECT 1 UNION SELECT 2 LIMIT 1)
ARRAY[1,2]
ARRAY(SELECT 1)
ROW(1,2)
(1,2)
(a)
((a))
(a+1)
(lower(b))
c[1]
c[1:2]
(c)[1]
(ARRAY[1,2])[1]
(lower(b))::text
a::text
a::int4::text
1::int4
1::integer
1::bigint
1::smallint
1::double precision
1::real
1::float
1::numeric(10,2)
1::decimal
'a'::varchar(3)
'a'::character varying
'a'::char(3)
'a'::"char"
'a'::text
'a'::name
true::bool
true::boolean
'2020-01-01'::timestamp
'2020-01-01'::timestamp with time zone
'2020-01-01'::timestamp(3) with time zone
'2020-01-01'::timestamp without time zone
'2020-01-01'::timestamptz
'10:00'::time
'10:00'::time with time zone
'1 day'::interval
B'101'::bit varying
'{1}'::int[]
'{1}'::text[]
'{1}'::int4[]
CAST(a AS text)
CAST('x' AS text)
CAST(1 AS int)
CAST(lower(b) AS varchar(3))
CAST(1+1 AS int)
(1+1)::int
date '2020-01-01'
timestamp '2020-01-01'
timestamptz '2020-01-01'
interval '1 day'
interval '1' day
interval '1' year to month
time '10:00'
int4 '5'
text 'x'
pg_catalog.int4 '5'
json '{}'
j->'a'
j->>'a'
j#>>'{a}'
(j->'a')::text
(j->>'a')::int
CASE WHEN true THEN 1 END
CASE WHEN true THEN 1 ELSE a END
CASE WHEN true THEN 1 ELSE 2::int END
CASE a WHEN 1 THEN 2 ELSE CASE WHEN true THEN 1 ELSE x END END
CASE WHEN true THEN a ELSE NULL END
CASE WHEN true THEN 'x' ELSE '' END::text
coalesce(a,1)
nullif(a,1)
greatest(a,1)
least(a,1)
coalesce(a,1)+1
extract(year from d)
position('a' in b)
substring(b from 1 for 2)
substring(b, 1)
trim(b)
trim(both 'x' from b)
trim(leading from b)
trim(trailing 'x' from b)
d AT TIME ZONE 'UTC'
d AT TIME ZONE 'UTC' + interval '1 day'
(d AT TIME ZONE 'UTC')::date
current_date
current_timestamp
current_timestamp(3)
localtime
localtimestamp
current_user
session_user
user
current_role
current_catalog
current_schema
current_schema()
current_database()
version()
now()
now()::date
b COLLATE "C"
b || 'x'
b ~ 'x'
b ILIKE 'x'
array_agg(a ORDER BY x)
string_agg(b, ',')
percentile_cont(0.5) WITHIN GROUP (ORDER BY a)
generate_series(1,2)
unnest(c)
t.*
*
count(*)::int
1::oid
'pg_class'::regclass
'pg_class'::regclass::oid
a OPERATOR(pg_catalog.+) 1
$$x$$
E'x'
1.5
1e5
a > 1 OR false
array_length(c,1)
(SELECT row_to_json(q) FROM (SELECT 1) q)
format('%s', a)
(t).a
a AS "x y"
a::text AS q
not a = 1
- a::int
a::int + 1
(a::int)
((a)::text)::varchar
upper(b)::varchar(10)
(current_timestamp)::text
(SELECT 1)::text
EXISTS(SELECT 1)::int
ARRAY[1]::text[]
ROW(1,2)::text
coalesce(a,1)::text
NULL::int
NULL AS x
'a' "B"
1 value
1 AS value, 2 type
a key, b value
max(a) max
a at
1 first, 2 last
d date
a::int "day"
'1'::interval hour
b text
a time
b collation_x
a zone
count(*) total, sum(a) sum
a, b, lower(b), 1
