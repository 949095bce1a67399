-- duckdb -csv < examples/basic/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT * FROM mine.demo.users ORDER BY id;
SELECT name FROM mine.demo.users WHERE id = 2;
