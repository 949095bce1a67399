SELECT tableoid, ctid, t.ctid, * FROM t WHERE ctid BETWEEN '(0,0)'::tid AND '(4294967295,0)'::tid;
SELECT 1 name, 2 AS level, a encoding, b AS value, c at FROM t;
SELECT a FROM t WHERE x IS DISTINCT FROM y AND z LIKE 'a' ESCAPE 'b'
