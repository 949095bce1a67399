-- duckdb -csv < examples/geometry/client.sql
INSTALL airport FROM community;
LOAD airport;

INSTALL spatial;
LOAD spatial;
ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT name, ST_AsText(place) AS place FROM mine.demo.cities ORDER BY name;
