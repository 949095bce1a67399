FROM t SELECT a, count(*) GROUP BY ALL;
SELECT * EXCLUDE (a) REPLACE (b+1 AS b), COLUMNS('x.*'), list_transform([1,2], x -> x+1), {'a': 1}, MAP {'a': 1}, [x for x in y], 'pg_catalog.' /* pg_catalog.x */ -- pg_catalog.y;
PIVOT t ON a USING sum(b)
