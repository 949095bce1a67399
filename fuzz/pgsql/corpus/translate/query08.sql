SELECT a: 1, b: x FROM t;
VALUES (1,2),(3,4);
WITH x AS (SELECT 1 a) SELECT x.a, count(*) FROM x
