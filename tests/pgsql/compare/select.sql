-- Queries: clauses, joins, subqueries, sets, grouping, windows.
SELECT 1
-- differs: types
SELECT 1 AS a, 'x' AS b, NULL AS c
-- differs: refused
SELECT
VALUES (1, 'a'), (2, 'b')
TABLE feeling
SELECT * FROM person ORDER BY id
SELECT p.* FROM person p ORDER BY p.id
SELECT person.name FROM person ORDER BY 1
SELECT DISTINCT age FROM person ORDER BY age
SELECT DISTINCT ON (age) age, name FROM person ORDER BY age, name
SELECT DISTINCT ON (person) person, amount FROM sale ORDER BY person, amount DESC
SELECT name FROM person WHERE age IS NULL
SELECT name FROM person WHERE age IS NOT DISTINCT FROM 30 ORDER BY 1
SELECT name FROM person WHERE age IS DISTINCT FROM 30 ORDER BY 1
SELECT name FROM person ORDER BY age
SELECT name FROM person ORDER BY age DESC
SELECT name FROM person ORDER BY age NULLS FIRST, name
SELECT name FROM person ORDER BY age DESC NULLS LAST, name
-- differs: refused
SELECT name FROM person ORDER BY age USING <, name
SELECT name FROM person ORDER BY id LIMIT 2
SELECT name FROM person ORDER BY id LIMIT 2 OFFSET 1
SELECT name FROM person ORDER BY id OFFSET 2
SELECT name FROM person ORDER BY id LIMIT ALL
SELECT name FROM person ORDER BY id LIMIT NULL
SELECT name FROM person ORDER BY id OFFSET 1 ROWS
SELECT name FROM person ORDER BY id FETCH FIRST ROW ONLY
SELECT name FROM person ORDER BY id FETCH FIRST 2 ROWS ONLY
SELECT name FROM person ORDER BY id OFFSET 1 FETCH NEXT 2 ROWS ONLY
-- differs: refused
SELECT name, age FROM person ORDER BY age FETCH FIRST 1 ROW WITH TIES
-- differs: refused
SELECT person FROM sale ORDER BY person FETCH FIRST 1 ROWS WITH TIES
SELECT name FROM person ORDER BY id FOR UPDATE
SELECT name FROM person ORDER BY id FOR SHARE
SELECT name FROM person ORDER BY id FOR UPDATE SKIP LOCKED
SELECT name FROM person p ORDER BY id FOR NO KEY UPDATE OF p NOWAIT
SELECT count(*) FROM person TABLESAMPLE BERNOULLI (100)
SELECT count(*) FROM person TABLESAMPLE SYSTEM (100)
SELECT count(*) FROM person TABLESAMPLE BERNOULLI (100) REPEATABLE (1)
SELECT p.name, s.amount FROM person p JOIN sale s ON s.person = p.id ORDER BY s.id
SELECT p.name, s.amount FROM person p LEFT JOIN sale s ON s.person = p.id ORDER BY p.id, s.id
SELECT p.name, s.amount FROM sale s RIGHT JOIN person p ON s.person = p.id ORDER BY p.id, s.id
SELECT p.name, s.amount FROM person p FULL OUTER JOIN sale s ON s.person = p.id AND s.amount > 10 ORDER BY p.id, s.id
SELECT count(*) FROM person CROSS JOIN sale
SELECT count(*) FROM person NATURAL JOIN sale
-- differs: types
SELECT id, name, kind FROM person JOIN sale USING (id) ORDER BY id
-- differs: refused
SELECT j.id FROM person JOIN sale USING (id) AS j ORDER BY j.id
SELECT a.name, b.name AS boss FROM person a LEFT JOIN person b ON a.boss = b.id ORDER BY a.id
SELECT name FROM person WHERE id IN (SELECT person FROM sale) ORDER BY 1
SELECT name FROM person WHERE id NOT IN (SELECT person FROM sale WHERE person IS NOT NULL) ORDER BY 1
SELECT name FROM person p WHERE EXISTS (SELECT 1 FROM sale s WHERE s.person = p.id) ORDER BY 1
SELECT name FROM person WHERE id = ANY (SELECT person FROM sale) ORDER BY 1
SELECT name FROM person WHERE id > ALL (SELECT person FROM sale WHERE person < 3) ORDER BY 1
SELECT name FROM person WHERE (id, age) = (1, 40)
SELECT name FROM person WHERE (id, age) IN ((1, 40), (2, 31), (3, 30)) ORDER BY 1
SELECT name FROM person WHERE (id, age) < (2, 35) ORDER BY 1
SELECT name FROM person WHERE (age, name) IN (SELECT age, name FROM person WHERE id = 1)
SELECT (SELECT max(amount) FROM sale)
SELECT name, (SELECT count(*) FROM sale WHERE person = p.id) AS n FROM person p ORDER BY id
SELECT name, (SELECT count(*) FROM sale WHERE person = p.id) FROM person p ORDER BY id
SELECT p.name, x.total FROM person p, LATERAL (SELECT sum(amount) AS total FROM sale WHERE person = p.id) x ORDER BY p.id
SELECT p.name, x.amount FROM person p LEFT JOIN LATERAL (SELECT amount FROM sale WHERE person = p.id ORDER BY id LIMIT 1) x ON true ORDER BY p.id
-- differs: types
SELECT p.name, g FROM person p CROSS JOIN LATERAL generate_series(1, p.id) g ORDER BY p.id, g
SELECT p.name, u.tag FROM person p, unnest(p.tags) AS u(tag) ORDER BY p.id, u.tag
SELECT p.name, u.tag, u.n FROM person p, unnest(p.tags) WITH ORDINALITY AS u(tag, n) ORDER BY p.id, u.n
SELECT p.name, unnest(p.tags) FROM person p ORDER BY 1, 2
-- differs: refused
SELECT * FROM ROWS FROM (generate_series(1, 3), generate_series(10, 11)) AS r(a, b)
-- differs: refused
SELECT * FROM ROWS FROM (unnest(ARRAY[1,2]), unnest(ARRAY['a','b','c'])) WITH ORDINALITY AS r(a, b, n)
-- differs: types
SELECT * FROM generate_series(1, 5, 2)
-- differs: types
SELECT * FROM generate_series(5, 1, -2) AS s(n)
-- differs: types
SELECT * FROM generate_series(1, 3) WITH ORDINALITY
-- differs: refused
SELECT * FROM generate_series(1.0, 2.0, 0.5) AS n
SELECT * FROM generate_series('2024-01-01'::timestamp, '2024-01-03', '1 day') AS d
-- differs: types and rows
SELECT * FROM generate_series('2024-01-01'::date, '2024-01-03'::date, interval '1 day') AS d
SELECT * FROM generate_series('2024-01-01'::timestamptz, '2024-01-01 12:00', '6 hours') AS d
SELECT generate_series(1, 3)
SELECT generate_series(1, 3) AS n, 'x' AS c
SELECT * FROM unnest(ARRAY[1,2,3])
SELECT * FROM unnest(ARRAY[1,2,3]) AS u
SELECT * FROM unnest(ARRAY['a','b'], ARRAY[1,2,3]) AS u(a, b)
SELECT unnest(ARRAY[1,2]), unnest(ARRAY['a','b'])
SELECT age FROM person WHERE age > 30 UNION SELECT age FROM person WHERE age = 30 ORDER BY age
SELECT age FROM person UNION ALL SELECT age FROM person ORDER BY age
SELECT id FROM person INTERSECT SELECT person FROM sale ORDER BY id
SELECT id FROM person EXCEPT SELECT person FROM sale ORDER BY id
SELECT 1 EXCEPT ALL SELECT 2
SELECT age FROM person INTERSECT ALL SELECT age FROM person ORDER BY 1
(SELECT 1 AS a) UNION (SELECT 2) ORDER BY a DESC
SELECT 1 AS a UNION SELECT NULL ORDER BY a
-- differs: rows
SELECT 1 AS a UNION SELECT 2.5 ORDER BY a
SELECT NULL AS a UNION SELECT 'x' ORDER BY a
WITH q AS (SELECT 1 AS a) SELECT * FROM q
WITH q(x, y) AS (SELECT 1, 2) SELECT x + y AS z FROM q
WITH q AS MATERIALIZED (SELECT 1 AS a) SELECT * FROM q
WITH q AS NOT MATERIALIZED (SELECT 1 AS a) SELECT * FROM q
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r
WITH RECURSIVE r AS (SELECT id, name, 1 AS depth FROM person WHERE boss IS NULL UNION ALL SELECT p.id, p.name, depth + 1 FROM person p JOIN r ON p.boss = r.id) SELECT * FROM r ORDER BY id
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT * FROM a, b
SELECT age, count(*) FROM person GROUP BY age ORDER BY age
SELECT age, count(*) AS n FROM person GROUP BY 1 HAVING count(*) > 1
-- differs: types
SELECT kind, sum(amount) FROM sale GROUP BY kind ORDER BY kind NULLS LAST
-- differs: types
SELECT person, kind, sum(amount) FROM sale GROUP BY ROLLUP (person, kind) ORDER BY person NULLS LAST, kind NULLS LAST, 3
-- differs: types
SELECT person, kind, count(*) FROM sale GROUP BY CUBE (person, kind) ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3
-- differs: types
SELECT person, kind, count(*) FROM sale GROUP BY GROUPING SETS ((person), (kind), ()) ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3
-- differs: types
SELECT person, grouping(person), count(*) FROM sale GROUP BY ROLLUP (person) ORDER BY 1 NULLS LAST
SELECT count(*) FILTER (WHERE amount > 6) FROM sale
-- differs: types
SELECT kind, sum(amount) FILTER (WHERE person = 1) AS one FROM sale GROUP BY kind ORDER BY kind NULLS LAST
SELECT id, row_number() OVER (ORDER BY id) FROM sale ORDER BY id
SELECT id, rank() OVER (PARTITION BY person ORDER BY amount DESC) FROM sale ORDER BY id
SELECT id, dense_rank() OVER (ORDER BY amount) AS r FROM sale ORDER BY id
SELECT id, percent_rank() OVER (ORDER BY id) FROM sale ORDER BY id
SELECT id, cume_dist() OVER (ORDER BY id) FROM sale ORDER BY id
-- differs: types
SELECT id, ntile(2) OVER (ORDER BY id) FROM sale ORDER BY id
-- differs: rows
SELECT id, lag(amount) OVER (ORDER BY id), lead(amount, 1, 0) OVER (ORDER BY id) FROM sale ORDER BY id
SELECT id, first_value(amount) OVER w, last_value(amount) OVER w, nth_value(amount, 2) OVER w FROM sale WINDOW w AS (PARTITION BY person ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY id
SELECT id, sum(amount) OVER (ORDER BY id ROWS 1 PRECEDING) FROM sale ORDER BY id
SELECT id, sum(amount) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM sale ORDER BY id
SELECT id, sum(amount) OVER (ORDER BY person GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM sale ORDER BY id
SELECT id, count(*) OVER () FROM sale ORDER BY id
-- differs: types and rows
SELECT id, avg(amount) OVER (PARTITION BY person) FROM sale ORDER BY id
SELECT CASE WHEN age > 35 THEN 'old' WHEN age IS NULL THEN NULL ELSE 'young' END FROM person ORDER BY id
SELECT CASE age WHEN 30 THEN 'thirty' ELSE 'other' END AS c FROM person ORDER BY id
SELECT coalesce(age, 0), nullif(age, 30) FROM person ORDER BY id
SELECT greatest(1, 2, NULL), least(3, 1, 2)
SELECT name FROM person WHERE age BETWEEN 30 AND 40 ORDER BY 1
SELECT name FROM person WHERE age NOT BETWEEN 35 AND 45 ORDER BY 1
SELECT name FROM person WHERE age BETWEEN SYMMETRIC 40 AND 30 ORDER BY 1
SELECT name FROM person WHERE age NOT BETWEEN SYMMETRIC 45 AND 35 ORDER BY 1
SELECT name FROM person WHERE age BETWEEN ASYMMETRIC 40 AND 30 ORDER BY 1
SELECT 5 BETWEEN SYMMETRIC 10 AND 1 AND true
SELECT true IS TRUE, false IS NOT TRUE, NULL::boolean IS UNKNOWN, true IS NOT UNKNOWN, NULL::boolean IS NOT FALSE
SELECT true AND NULL, false AND NULL, true OR NULL, NOT NULL::boolean
SELECT 1 = 1, 1 <> 2, 1 != 1, 2 >= 1, 'a' < 'b', NULL = NULL
-- differs: rows
SELECT ROW(1, 'a') = ROW(1, 'a'), ROW(1, 2) < ROW(1, 3), ROW(1, NULL) IS NULL, ROW(NULL, NULL) IS NULL
SELECT ROW(1, 'a', NULL)
SELECT (1, 2)
-- differs: types
SELECT p FROM person p WHERE id = 1
SELECT (p).name FROM person p WHERE id = 1
SELECT row_to_json(p) FROM person p WHERE id = 1
SELECT to_jsonb(p) FROM person p WHERE id = 1
SELECT count(p) FROM person p
SELECT EXISTS (SELECT 1 FROM person WHERE id = 99)
SELECT count(*), count(age), count(DISTINCT age) FROM person
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, s) ORDER BY n DESC
SELECT * FROM (VALUES (1, 'a'), (2, NULL)) v
SELECT column1, column2 FROM (VALUES (1, 'a')) AS v
SELECT * FROM (SELECT 1 AS a) AS "Q"
SELECT "Q".a FROM (SELECT 1 AS a) AS "Q"
SELECT a."Weird Name" FROM (SELECT 1 AS "Weird Name") a
SELECT name AS "Name" FROM person WHERE id = 1
SELECT max(name), min(born) FROM person
SELECT current_date = now()::date, current_timestamp = now(), localtimestamp IS NOT NULL
SELECT now() = transaction_timestamp(), statement_timestamp() IS NOT NULL, clock_timestamp() >= now()
SELECT m FROM feeling ORDER BY m
-- differs: tag and rows
SELECT m FROM feeling WHERE m > 'sad' ORDER BY m
SELECT m::text FROM feeling WHERE m = 'ok'
SELECT max(m), min(m) FROM feeling
-- differs: types
SELECT enum_range(NULL::mood)
-- differs: types
SELECT enum_first(NULL::mood), enum_last(NULL::mood)
SELECT 'happy'::mood
-- differs: types
SELECT unnest(enum_range(NULL::mood))
SELECT * FROM person WHERE false
SELECT count(*) FROM person WHERE name ~ '^[AB]'
SELECT name FROM person ORDER BY lower(name) DESC, id
SELECT id % 2 AS odd, array_agg(name ORDER BY id) FROM person GROUP BY id % 2 ORDER BY odd
SELECT id FROM person GROUP BY id HAVING max(age) > 30
SELECT a.id FROM person a, person b WHERE a.id = b.boss ORDER BY 1
SELECT * FROM (SELECT id FROM person ORDER BY id LIMIT 1) q
SELECT (SELECT 1), (SELECT 2) AS b
SELECT ARRAY(SELECT id FROM person ORDER BY id)
SELECT 1 WHERE NULL
SELECT 'a' 'b'
SELECT id AS select FROM person WHERE id = 1
SELECT p.id pid, p.name "user" FROM person p WHERE p.id = 1
-- differs: types
SELECT DISTINCT p.age, s.kind FROM person p JOIN sale s ON p.id = s.person ORDER BY 1, 2
-- columns that depend on a grouped primary key
SELECT p.name, p.age, sum(s.amount) FROM person p JOIN sale s ON p.id = s.person GROUP BY p.id ORDER BY p.name
SELECT p.*, count(*) FROM person p LEFT JOIN sale s ON s.person = p.id GROUP BY p.id ORDER BY p.id
SELECT name FROM person GROUP BY id HAVING age > 30
SELECT id, (SELECT max(amount) FROM sale WHERE person = p.id AND p.age > 20) FROM person p GROUP BY p.id ORDER BY 1
SELECT name, q.n FROM (SELECT p.name, count(*) AS n FROM person AS p, sale GROUP BY "p"."id") q ORDER BY name
SELECT id, boss FROM person GROUP BY id UNION ALL SELECT id, age FROM person GROUP BY id ORDER BY 1, 2
-- of the table whose key is not grouped, and of one without a key, they do not
SELECT b.name FROM person a JOIN person b ON a.boss = b.id GROUP BY a.id
SELECT id, kind FROM sale GROUP BY id
-- functions of what aggregates and windows give
SELECT length(max(name)), length(string_agg(name, ',')), octet_length(max(name)), upper(min(name)), length('abc'::bytea), octet_length('äb') FROM person
-- differs: types
SELECT date_part('hour', max(sold)), date_part('second', max(sold)), extract(hour FROM max(sold)), extract(day FROM max(sold) - min(sold)) FROM sale
SELECT extract(epoch FROM max(sold)), extract(epoch FROM max(sold) - min(sold)), isfinite(max(sold)), isfinite(max(sold) - min(sold)) FROM sale
SELECT to_hex(max(age)), to_hex(-1), to_hex(-1::bigint), sum(age) / count(*), max(salary) / 3 FROM person
SELECT date_part('hour', lag(sold) OVER (ORDER BY sold)), length(first_value(kind) OVER (ORDER BY id)) FROM sale ORDER BY id
