SELECT last_value, is_called FROM s.q; SELECT x.tableoid, a #>> '{a,0,"b"}' FROM pg_class x; CREATE VIEW v AS SELECT count(*), 1+1 FROM (SELECT max(a) FROM t) s WHERE max = 1;
ALTER TABLE t ALTER a TYPE varchar(3), ADD b serial NOT NULL UNIQUE, DROP CONSTRAINT c; INSERT INTO at (at) VALUES (1) ON CONFLICT ON CONSTRAINT p DO NOTHING;
SELECT pg_partition_ancestors(1) FROM pg_partition_ancestors(2) WITH ORDINALITY a(b, c); SET a.b.c = 'x'; CREATE TABLE t AS SELECT 1 WITH NO DATA;
SELECT '{{1},{2}}'::int[], substring(a from 'b'), overlay(a placing b from 1), interval '1-2' year to month, a time, b zone;
