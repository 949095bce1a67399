-- duckdb -csv < examples/multicatalog/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH 'english' AS en (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');
ATTACH 'german' AS de (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');
ATTACH 'tenant_7' AS t7 (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT * FROM en.demo.greeting;
SELECT * FROM de.demo.greeting;
SELECT * FROM t7.demo.greeting;
