-- duckdb -csv < examples/tls/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc+tls://localhost:50051');

SELECT * FROM mine.demo.greeting;
