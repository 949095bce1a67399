-- duckdb -csv < examples/dynamic/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT ts <= now() + INTERVAL 1 MINUTE AS is_now FROM mine.live.live_data;
