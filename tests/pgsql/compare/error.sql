-- Mistakes: the SQLSTATE must be PostgreSQL's.
SELEC 1
SELECT FROM WHERE
SELECT * FROM nosuch
SELECT nosuch FROM person
SELECT p.nosuch FROM person p
SELECT q.id FROM person p
SELECT nosuch(1)
SELECT lower(1, 2)
SELECT lower(ARRAY[1])
-- differs: sqlstate
SELECT nosuch.f(1)
SELECT 1 + true
-- differs: sqlstate
SELECT 'a' + 1
SELECT 'a' + 'b'
SELECT person.id FROM person p
SELECT id FROM person, sale
SELECT id FROM person GROUP BY age
-- differs: sqlstate
SELECT sum(sum(id)) FROM person
SELECT id FROM person WHERE sum(id) > 1
-- differs: sqlstate
SELECT row_number() FROM person
SELECT * FROM person ORDER BY 99
SELECT id FROM person LIMIT -1
-- differs: sqlstate
SELECT id FROM person OFFSET -1
SELECT id FROM person LIMIT 'x'
SELECT (SELECT id FROM person)
SELECT (SELECT id, name FROM person)
SELECT 1 UNION SELECT 1, 2
-- differs: accepted
SELECT 1 UNION SELECT 'a'
-- differs: sqlstate
SELECT id FROM person WHERE name = 1
SELECT id FROM person WHERE id = 'abc'
-- differs: accepted
SELECT id FROM person WHERE id
-- differs: accepted
SELECT CASE WHEN 1 THEN 2 END
SELECT 1 WHERE 'abc'
SELECT 1::nosuch
SELECT CAST('a' AS nosuch)
SELECT date '2024-01-01'::int
SELECT true::date
SELECT 1::date
SELECT ARRAY[1]::int
INSERT INTO nosuch VALUES (1)
INSERT INTO person VALUES (1, 'dup')
INSERT INTO person (id, name) VALUES (100, NULL)
INSERT INTO person (id) VALUES (100)
INSERT INTO person (nosuch) VALUES (1)
INSERT INTO person (id, id) VALUES (1, 2)
INSERT INTO person (id, name) VALUES (1)
INSERT INTO person (id) VALUES (1, 2)
INSERT INTO person (id, name) VALUES ('x', 'y')
INSERT INTO num (i2) VALUES (40000)
INSERT INTO num (i4) VALUES (3000000000)
INSERT INTO sale (amount) VALUES (1234567.89)
INSERT INTO moment (d) VALUES ('garbage')
INSERT INTO feeling VALUES (9, 'angry')
INSERT INTO doc (b) VALUES ('{bad')
UPDATE nosuch SET a = 1
UPDATE person SET nosuch = 1
UPDATE person SET name = NULL WHERE id = 1
UPDATE person SET id = 1
UPDATE person SET id = 1, id = 2
DELETE FROM nosuch
DELETE FROM person WHERE nosuch = 1
CREATE TABLE person (id int)
CREATE TABLE x (a int, a int)
CREATE TABLE x (a nosuch)
-- differs: sqlstate
CREATE TABLE nosuch.x (a int)
CREATE TABLE x (a int PRIMARY KEY, b int PRIMARY KEY)
CREATE VIEW v AS SELECT * FROM nosuch
CREATE INDEX i ON nosuch (a)
CREATE INDEX i ON person (nosuch)
CREATE SCHEMA public
CREATE TYPE mood AS ENUM ('a')
-- differs: accepted
CREATE SEQUENCE person
DROP TABLE nosuch
DROP VIEW nosuch
DROP VIEW person
DROP INDEX nosuch
DROP SCHEMA nosuch
DROP SEQUENCE nosuch
DROP TYPE nosuch
DROP FUNCTION nosuch()
-- differs: accepted
DROP TYPE mood
ALTER TABLE nosuch ADD COLUMN a int
ALTER TABLE person ADD COLUMN id int
ALTER TABLE person DROP COLUMN nosuch
ALTER TABLE person RENAME COLUMN nosuch TO a
ALTER TABLE person RENAME COLUMN name TO id
TRUNCATE nosuch
SELECT nextval('nosuch')
SELECT 'nosuch'::regclass
SELECT currval('nosuch')
SET nosuch = 1
SHOW nosuch
SET timezone = 'Nowhere/Land'
SET work_mem = 'abc'
EXECUTE nosuch
DEALLOCATE nosuch
FETCH nosuch
CLOSE nosuch
ROLLBACK TO SAVEPOINT nosuch
SAVEPOINT x
SET TRANSACTION ISOLATION LEVEL nosuch
COPY nosuch TO STDOUT
COPY person (nosuch) TO STDOUT
EXPLAIN SELECT * FROM nosuch
LOCK TABLE nosuch
COMMENT ON TABLE nosuch IS 'x'
-- differs: sqlstate
GRANT SELECT ON nosuch TO public
SELECT * FROM person WHERE id IN (SELECT id, name FROM person)
SELECT * FROM generate_series(1, 5, 0)
-- differs: accepted
SELECT substring('abc' from 1 for -1)
-- differs: accepted
SELECT chr(0)
SELECT chr(-1)
SELECT repeat('a', 2000000000)
SELECT 'abc' ~ '('
SELECT regexp_replace('abc', '(', 'x')
-- differs: sqlstate
SELECT 'a' LIKE 'b' ESCAPE 'xy'
SELECT lpad('a', 2000000000)
SELECT decode('zz', 'hex')
SELECT decode('abc', 'nosuch')
SELECT encode('abc', 'nosuch')
SELECT '\xzz'::bytea
SELECT 'zz'::uuid
-- differs: accepted
SELECT 'zz'::inet
SELECT B'102'
SELECT '12'::bit(2)
-- differs: sqlstate
SELECT E'\xff'
SELECT width_bucket(1, 0, 10, 0)
SELECT factorial(-1)
SELECT to_date('2024-13-01', 'YYYY-MM-DD')
SELECT to_timestamp('abc', 'YYYY')
SELECT to_number('abc', '999')
SELECT jsonb_set('1', '{a}', '2')
SELECT '[1]'::jsonb - 'a' - '{}'
SELECT jsonb_array_elements('{}')
SELECT json_array_elements('1')
SELECT jsonb_object_keys('[]')
-- differs: sqlstate
SELECT jsonb_each('[]')
-- differs: sqlstate
SELECT '"a"'::jsonb::int
-- differs: sqlstate
SELECT array_fill(1, NULL)
-- differs: sqlstate
SELECT ARRAY[1,2] || 'x'
SELECT unnest(1)
SELECT nullif(1, 'a')
-- differs: accepted
SELECT coalesce(1, 'a')
SELECT greatest(1, 'a')
SELECT pg_typeof()
-- differs: accepted
SELECT count()
SELECT max()
-- differs: accepted
SELECT string_agg('a')
-- differs: sqlstate
SELECT * FROM person p JOIN sale p ON true
SELECT * FROM person JOIN sale USING (nosuch)
WITH q AS (SELECT 1), q AS (SELECT 2) SELECT * FROM q
-- differs: accepted
WITH q(a, b) AS (SELECT 1) SELECT * FROM q
-- differs: accepted
SELECT * FROM (SELECT 1)
SELECT * FROM (VALUES (1), (1, 2)) v
SELECT $1
SELECT 1 AS a ORDER BY b
-- differs: accepted
SELECT DISTINCT name FROM person ORDER BY age
-- differs: accepted
SELECT DISTINCT ON (age) name FROM person ORDER BY name
SELECT 1 FOR
SELECT a b c
-- differs: accepted
SELECT 1,
SELECT (1
SELECT 1)
SELECT "unterminated
INSERT INTO person
UPDATE person
DELETE person
CREATE
CREATE TABLE
DROP
-- differs: accepted
ALTER TABLE person
