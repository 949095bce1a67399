-- duckdb -csv < examples/timetravel/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT count(*) AS now FROM mine.demo.people;
SELECT * FROM mine.demo.people AT (VERSION => 1) ORDER BY name;
SELECT * FROM mine.demo.people AT (TIMESTAMP => TIMESTAMP '2024-03-15 00:00:00') ORDER BY name;
