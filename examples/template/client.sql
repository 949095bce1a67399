-- duckdb -csv < examples/template/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT count(*) AS n, max(n) AS last FROM mine.demo.numbers;
