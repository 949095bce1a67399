-- Statements in their order; each must answer with PostgreSQL's command tag.
CREATE SCHEMA tags
CREATE TABLE tags.a (id serial PRIMARY KEY, v varchar(10) DEFAULT 'x', n int)
INSERT INTO tags.a (n) VALUES (1), (2), (3)
INSERT INTO tags.a (n) SELECT n FROM tags.a WHERE n > 100
INSERT INTO tags.a (n) VALUES (4) RETURNING id
UPDATE tags.a SET n = n + 1 WHERE n < 3
DELETE FROM tags.a WHERE n = 4
SELECT * FROM tags.a
SELECT 1 WHERE false
VALUES (1), (2)
TABLE tags.a
WITH x AS (SELECT 1) SELECT * FROM x
CREATE TABLE tags.b AS SELECT * FROM tags.a
CREATE TABLE tags.c AS SELECT * FROM tags.a WITH NO DATA
SELECT n INTO tags.d FROM tags.a
CREATE INDEX ON tags.a (n)
CREATE UNIQUE INDEX u ON tags.b USING btree (id)
CREATE VIEW tags.v AS SELECT count(*) FROM tags.a
CREATE OR REPLACE VIEW tags.v AS SELECT count(*) FROM tags.a
CREATE SEQUENCE tags.s
CREATE TYPE tags.mood AS ENUM ('a', 'b')
CREATE TYPE tags.pair AS (a int, b text)
COMMENT ON TABLE tags.a IS 'x'
ALTER TABLE tags.d ADD COLUMN m int DEFAULT 1, ADD COLUMN o text
ALTER TABLE tags.d RENAME COLUMN m TO p
ALTER TABLE tags.d OWNER TO CURRENT_USER
TRUNCATE tags.d
BEGIN
LOCK TABLE tags.a
DECLARE c CURSOR FOR SELECT * FROM tags.a
FETCH 1 FROM c
MOVE 1 FROM c
FETCH ALL FROM c
CLOSE c
COMMIT
START TRANSACTION READ ONLY
END
BEGIN
ROLLBACK
PREPARE p AS SELECT $1::int
EXECUTE p (1)
DEALLOCATE p
DEALLOCATE ALL
SET application_name = 'x'
SET LOCAL application_name = 'x'
SHOW application_name
RESET application_name
LISTEN x
NOTIFY x
UNLISTEN *
DISCARD ALL
ANALYZE tags.a
VACUUM tags.a
CHECKPOINT
EXPLAIN SELECT 1
DROP INDEX tags.u
DROP TABLE tags.b, tags.c
DROP VIEW tags.v
DROP SEQUENCE tags.s
DROP TYPE tags.pair
DROP SCHEMA tags CASCADE
