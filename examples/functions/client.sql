-- duckdb -csv < examples/functions/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT mine.demo.multiply(6, 7) AS product;
SELECT sum(value) AS total FROM mine.demo.series(1, 100);
SELECT count(*) AS n FROM mine.demo.series(10, 1, step := -3);
SELECT i FROM mine.demo.twice((SELECT i FROM range(2) r(i))) ORDER BY i;
