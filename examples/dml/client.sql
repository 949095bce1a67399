-- duckdb -csv < examples/dml/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

INSERT INTO mine.demo.users (id, name) VALUES (1, 'Alice'), (2, 'Bob');
UPDATE mine.demo.users SET name = 'Alicia' WHERE id = 1;
INSERT INTO mine.demo.users VALUES (3, 'Carol') RETURNING id, name;
DELETE FROM mine.demo.users WHERE id = 2;
SELECT id, name FROM mine.demo.users ORDER BY id;
