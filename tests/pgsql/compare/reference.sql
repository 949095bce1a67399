-- Foreign keys and their actions.
CREATE TABLE p (id int PRIMARY KEY, x int)
CREATE TABLE k (id serial PRIMARY KEY, pid int REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE, note text NOT NULL DEFAULT 'n')
CREATE TABLE g (id int PRIMARY KEY, kid int CONSTRAINT g_k REFERENCES k ON DELETE SET NULL, v text)
CREATE TABLE h (id int PRIMARY KEY, pid int DEFAULT 2, FOREIGN KEY (pid) REFERENCES p (id) ON DELETE SET DEFAULT ON UPDATE RESTRICT)
CREATE INDEX k_note ON k (note)
COMMENT ON TABLE k IS 'kids'
SELECT conname, confdeltype, confupdtype, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conname IN ('g_k', 'k_pid_fkey', 'h_pid_fkey') ORDER BY 1
SELECT constraint_name, update_rule, delete_rule FROM information_schema.referential_constraints WHERE constraint_name IN ('g_k', 'k_pid_fkey', 'h_pid_fkey') ORDER BY 1
INSERT INTO p VALUES (1, 1), (2, 2), (3, 3)
INSERT INTO k (pid) VALUES (1), (1), (2), (NULL)
INSERT INTO g VALUES (1, 1, 'a'), (2, 3, 'b'), (3, NULL, 'c')
INSERT INTO h VALUES (1, 1), (2, 2), (3, 3)
DELETE FROM p WHERE id = 1
SELECT * FROM k ORDER BY 1
SELECT * FROM g ORDER BY 1
SELECT * FROM h ORDER BY 1
SELECT * FROM p ORDER BY 1
-- What the transaction has deleted before does not stand in the way.
BEGIN
DELETE FROM g
DELETE FROM k
DELETE FROM p WHERE id = 3 RETURNING *
SELECT * FROM h ORDER BY 1
ROLLBACK
SELECT count(*) FROM g
-- The first statement of a block, and one behind others.
BEGIN
DELETE FROM p WHERE id = 3
SELECT * FROM h ORDER BY 1
COMMIT
INSERT INTO k (pid) VALUES (2) RETURNING id
BEGIN
INSERT INTO k (pid) VALUES (2)
DELETE FROM p WHERE id = 2
ROLLBACK
DELETE FROM p WHERE id = 2
UPDATE p SET x = 7 WHERE id = 2
UPDATE p SET id = 9 WHERE id = 2
SELECT indexname FROM pg_indexes WHERE tablename = 'k' ORDER BY 1
SELECT obj_description('k'::regclass)
-- Rows of a table that reference each other.
CREATE TABLE e (id int PRIMARY KEY, boss int REFERENCES e (id) ON DELETE CASCADE, n text)
INSERT INTO e VALUES (1, NULL, 'a')
INSERT INTO e VALUES (2, 1, 'b')
INSERT INTO e VALUES (3, 2, 'c')
INSERT INTO e VALUES (4, NULL, 'd')
DELETE FROM e WHERE id = 2 RETURNING n
SELECT * FROM e ORDER BY 1
CREATE TABLE e2 (id int PRIMARY KEY, boss int REFERENCES e2 (id), n text)
INSERT INTO e2 VALUES (1, NULL, 'a')
INSERT INTO e2 VALUES (2, 1, 'b')
INSERT INTO e2 VALUES (3, 2, 'c')
DELETE FROM e2 WHERE id = 2
DELETE FROM e2 WHERE id IN (2, 3)
ALTER TABLE e2 ADD COLUMN z int NOT NULL DEFAULT 3
SELECT * FROM e2 ORDER BY 1
-- SET NULL where no NULL may be; keys of two columns; parameters.
CREATE TABLE nn (id int PRIMARY KEY, pid int NOT NULL REFERENCES p (id) ON DELETE SET NULL)
INSERT INTO nn VALUES (1, 2)
DELETE FROM h
DELETE FROM p WHERE id = 2
CREATE TABLE c1 (a int, b int, PRIMARY KEY (a, b))
CREATE TABLE c2 (x int, a int, b int, FOREIGN KEY (a, b) REFERENCES c1 ON DELETE CASCADE)
INSERT INTO c1 VALUES (1, 1), (1, 2)
INSERT INTO c2 VALUES (1, 1, 1), (2, 1, 2), (3, 1, NULL)
DELETE FROM c1 WHERE b = 1
SELECT * FROM c2 ORDER BY 1
PREPARE d (int) AS DELETE FROM c1 WHERE b = $1
EXECUTE d(2)
SELECT * FROM c2
-- Added later, to rows that are there; deferred ones are checked at once.
CREATE TABLE l (id int, pid int)
INSERT INTO l VALUES (1, 2), (2, 99)
ALTER TABLE l ADD CONSTRAINT l_p FOREIGN KEY (pid) REFERENCES p ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
DELETE FROM l WHERE id = 2
ALTER TABLE l ADD CONSTRAINT l_p FOREIGN KEY (pid) REFERENCES p ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'l_p'
INSERT INTO l VALUES (3, 99)
