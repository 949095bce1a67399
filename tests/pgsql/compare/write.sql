-- Statements that write, in their order; each is compared by its answer, the last of each group by what it left.
CREATE TABLE w (id serial PRIMARY KEY, a int DEFAULT 5, b text UNIQUE, c numeric(6,2), d timestamptz, e text[], f jsonb, g boolean DEFAULT true)
INSERT INTO w (b) VALUES ('one'), ('two') RETURNING id, a, b, g
INSERT INTO w VALUES (DEFAULT, DEFAULT, 'three', 1.5, '2024-01-01', '{x,y}', '{"k": 1}', false) RETURNING *
INSERT INTO w DEFAULT VALUES RETURNING id
INSERT INTO w (b, a) SELECT name, age FROM person WHERE id <= 2 RETURNING id, b
INSERT INTO w (id, b) VALUES (1, 'dup') ON CONFLICT DO NOTHING
INSERT INTO w (id, b) VALUES (1, 'dup') ON CONFLICT (id) DO NOTHING RETURNING id
INSERT INTO w (id, b) VALUES (1, 'uno') ON CONFLICT (id) DO UPDATE SET b = EXCLUDED.b RETURNING id, b
INSERT INTO w (id, b, a) VALUES (2, 'dos', 7) ON CONFLICT (id) DO UPDATE SET a = w.a + EXCLUDED.a WHERE w.a > 0 RETURNING id, a
INSERT INTO w (b, a) VALUES ('three', 9) ON CONFLICT (b) DO UPDATE SET a = EXCLUDED.a RETURNING a
INSERT INTO w AS x (id, b) VALUES (2, 'zwei') ON CONFLICT (id) DO UPDATE SET b = EXCLUDED.b || x.id RETURNING b
INSERT INTO w (b, e) VALUES ('arr', ARRAY['p', 'q']) RETURNING e
INSERT INTO w (b, e) VALUES ('arr2', '{}') RETURNING e, e[1]
INSERT INTO w (b, f) VALUES ('js', '[1, 2]') RETURNING f -> 0
INSERT INTO w (b, c) VALUES ('round', 1.005), ('neg', -1.555) RETURNING c
UPDATE w SET a = a + 1 WHERE id = 1 RETURNING id, a
UPDATE w SET a = DEFAULT WHERE id = 1 RETURNING a
UPDATE w SET (a, c) = (10, 2.5) WHERE id = 1 RETURNING a, c
-- differs: refused
UPDATE w SET (a, c) = (SELECT 11, 3.5) WHERE id = 1 RETURNING a, c
-- differs: refused
UPDATE w SET a = p.age FROM person p WHERE p.name = w.b RETURNING w.b, p.age
UPDATE w AS u SET a = 1 WHERE u.id = 2 RETURNING u.*
-- differs: refused
UPDATE w SET e = e || 'z'::text WHERE b = 'arr' RETURNING e
-- differs: rows
UPDATE w SET e = array_append(e, 'y') WHERE b = 'arr' RETURNING e
UPDATE w SET f = f || '{"n": 2}' WHERE b = 'three' RETURNING f
UPDATE w SET f = jsonb_set(f, '{k}', '5') WHERE b = 'three' RETURNING f
UPDATE w SET d = d + interval '1 day' WHERE b = 'three' RETURNING d
UPDATE w SET a = NULL WHERE false RETURNING a
DELETE FROM w WHERE b = 'neg' RETURNING id, b
DELETE FROM w USING person p WHERE p.name = w.b AND p.id = 2 RETURNING w.b
DELETE FROM w WHERE id IN (SELECT id FROM person WHERE id = 4)
-- differs: rows
SELECT id, a, b, c, e, f, g FROM w ORDER BY id
-- differs: refused
WITH i AS (INSERT INTO w (b) VALUES ('cte') RETURNING id) SELECT count(*) FROM i
-- differs: refused
WITH d AS (DELETE FROM w WHERE b = 'cte' RETURNING b) SELECT * FROM d
WITH s AS (SELECT 'src' AS v) INSERT INTO w (b) SELECT v FROM s RETURNING b
WITH s AS (SELECT 1 AS id, 99 AS v) UPDATE w SET a = s.v FROM s WHERE w.id = s.id RETURNING w.id, w.a
MERGE INTO w USING (VALUES ('src', 1), ('new', 2)) AS s(b, a) ON w.b = s.b WHEN MATCHED THEN UPDATE SET a = s.a WHEN NOT MATCHED THEN INSERT (b, a) VALUES (s.b, s.a)
SELECT b, a FROM w WHERE b IN ('src', 'new') ORDER BY b
CREATE TABLE ctas AS SELECT id, name || '!' AS shout FROM person WHERE id < 3
SELECT * FROM ctas ORDER BY id
CREATE TABLE IF NOT EXISTS ctas (x int)
CREATE TEMP TABLE tmp (a int) ON COMMIT PRESERVE ROWS
INSERT INTO tmp VALUES (1), (2)
SELECT sum(a) FROM tmp
CREATE TEMPORARY TABLE tmp2 AS SELECT 1 AS one
SELECT * FROM tmp2
-- differs: refused
CREATE TABLE lk (LIKE person)
-- differs: refused
SELECT * FROM lk
SELECT id INTO sel FROM person WHERE id = 1
SELECT * FROM sel
CREATE VIEW vw AS SELECT id, upper(name) AS u FROM person
SELECT * FROM vw ORDER BY id
-- differs: accepted
CREATE OR REPLACE VIEW vw (k, v) AS SELECT id, name FROM person
-- differs: accepted
SELECT k, v FROM vw ORDER BY k
CREATE SEQUENCE sq START 10 INCREMENT 5
SELECT nextval('sq'), nextval('sq'), currval('sq')
-- differs: refused
SELECT setval('sq', 100), nextval('sq'), lastval()
-- differs: rows
SELECT setval('sq', 200, false), nextval('sq')
CREATE TABLE chk (a int CHECK (a > 0), b int, CONSTRAINT ab CHECK (a < b))
INSERT INTO chk VALUES (0, 1)
INSERT INTO chk VALUES (2, 1)
INSERT INTO chk VALUES (1, 2)
CREATE TABLE par (id int PRIMARY KEY)
CREATE TABLE chi (id int REFERENCES par (id))
INSERT INTO chi VALUES (1)
INSERT INTO par VALUES (1)
INSERT INTO chi VALUES (1)
DELETE FROM par WHERE id = 1
CREATE TABLE gen (a int, b int GENERATED ALWAYS AS (a * 2) STORED)
INSERT INTO gen (a) VALUES (3)
SELECT * FROM gen
CREATE TABLE idt (id int GENERATED ALWAYS AS IDENTITY, v text)
INSERT INTO idt (v) VALUES ('a'), ('b') RETURNING id
CREATE TABLE vc (a varchar(3), b char(4), c numeric(4,1))
INSERT INTO vc VALUES ('abcd', 'x', 1)
-- differs: types and rows
INSERT INTO vc VALUES ('abc', 'x', 123.45) RETURNING *
SELECT length(b), b || '|', b = 'x' FROM vc
TRUNCATE w
SELECT count(*) FROM w
TRUNCATE TABLE ctas, sel RESTART IDENTITY CASCADE
INSERT INTO num (i4) VALUES ('12'), (3.7) RETURNING i4
DELETE FROM num WHERE i2 IS NULL AND i4 IS NOT NULL
DROP TABLE IF EXISTS nothere, ctas
DROP TABLE chi, par
DROP VIEW vw
DROP SEQUENCE sq
DROP TABLE w CASCADE
-- Lengths, and numbers of any precision.
CREATE TABLE lengths (v varchar(3), c char(3), b bit(3), vb bit varying(3), plain varchar)
INSERT INTO lengths (v, plain) VALUES ('abc', repeat('x', 500)), ('äöü', 'y')
INSERT INTO lengths (v) VALUES ('abcd')
INSERT INTO lengths (c) VALUES ('abcd')
INSERT INTO lengths (b) VALUES (B'1')
INSERT INTO lengths (vb) VALUES (B'1111')
UPDATE lengths SET v = v || 'd'
ALTER TABLE lengths ADD COLUMN w varchar(2)
INSERT INTO lengths (w) VALUES ('abc')
ALTER TABLE lengths ALTER COLUMN v TYPE varchar(2)
ALTER TABLE lengths ALTER COLUMN v TYPE varchar(4)
INSERT INTO lengths (v) VALUES ('abcd')
ALTER TABLE lengths ALTER COLUMN v TYPE text
INSERT INTO lengths (v) VALUES ('abcde')
ALTER TABLE lengths RENAME COLUMN w TO x
INSERT INTO lengths (x) VALUES ('abc')
ALTER TABLE lengths DROP COLUMN x
SELECT count(*), count(v) FROM lengths
SELECT count(*) FROM pg_constraint WHERE conrelid = 'lengths'::regclass
CREATE TABLE amounts (x numeric, y numeric DEFAULT 0 NOT NULL, z decimal)
INSERT INTO amounts (x) VALUES (1.23456789), (12345678901234567890.5), (-7)
SELECT x, y FROM amounts ORDER BY x
SELECT atttypid::regtype::text, atttypmod, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'amounts'::regclass AND attnum > 0 ORDER BY attnum
-- Constraints by name.
CREATE TABLE keyed (id int CONSTRAINT keyed_id PRIMARY KEY, b int UNIQUE, c text)
INSERT INTO keyed VALUES (1, 1, 'a') ON CONFLICT ON CONSTRAINT keyed_id DO NOTHING
INSERT INTO keyed VALUES (1, 2, 'b') ON CONFLICT ON CONSTRAINT keyed_id DO UPDATE SET c = excluded.c
INSERT INTO keyed VALUES (2, 1, 'c') ON CONFLICT ON CONSTRAINT keyed_id DO NOTHING
INSERT INTO keyed VALUES (2, 1, 'd') ON CONFLICT ON CONSTRAINT keyed_b_key DO UPDATE SET c = excluded.c
INSERT INTO keyed VALUES (2, 1, 'd') ON CONFLICT ON CONSTRAINT keyed_c DO NOTHING
SELECT * FROM keyed
-- Labels of enums.
CREATE TYPE temper AS ENUM ('sad', 'ok')
CREATE TABLE tempers (id int PRIMARY KEY, m temper, ms temper[])
INSERT INTO tempers VALUES (1, 'ok', ARRAY['sad', 'ok']::temper[])
ALTER TYPE temper ADD VALUE 'happy'
ALTER TYPE temper ADD VALUE 'happy'
ALTER TYPE temper ADD VALUE IF NOT EXISTS 'happy'
ALTER TYPE temper ADD VALUE 'meh' BEFORE 'ok'
ALTER TYPE temper ADD VALUE 'calm' AFTER 'none'
ALTER TYPE temper RENAME VALUE 'sad' TO 'blue'
ALTER TYPE temper RENAME VALUE 'sad' TO 'red'
ALTER TYPE nothing ADD VALUE 'x'
INSERT INTO tempers VALUES (2, 'happy', ARRAY['meh']::temper[])
SELECT id, m, ms FROM tempers ORDER BY m
SELECT enumlabel FROM pg_enum WHERE enumtypid = 'temper'::regtype ORDER BY enumsortorder
CREATE TABLE numbered (a int, n int GENERATED ALWAYS AS IDENTITY (sequence name "numbered by" INCREMENT BY 2 MINVALUE 1 START WITH 5 CACHE 1))
INSERT INTO numbered (a) VALUES (1), (2) RETURNING n
SELECT nextval('"numbered by"')
DROP TABLE numbered
CREATE VIEW seen AS SELECT 1 AS a
ALTER TABLE seen RENAME TO "Seen """
SELECT * FROM "Seen """
ALTER VIEW "Seen """ RENAME TO seen
CREATE TABLE unseen (a int)
ALTER TABLE unseen RENAME TO seen
ALTER TABLE public.seen RENAME TO seen_again
SELECT * FROM seen_again
DROP TABLE unseen
DROP VIEW seen_again
