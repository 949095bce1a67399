-- duckdb -csv < examples/filter/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT pushed_down FROM mine.demo.users WHERE user_id = 1 OR full_name LIKE 'A%';
