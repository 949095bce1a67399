-- duckdb -csv < examples/tableref/client.sql
INSTALL airport FROM community;
LOAD airport;

COPY (SELECT 1::BIGINT AS id, 'Alice' AS name) TO '/tmp/airport_users.parquet';
COPY (SELECT 2::BIGINT AS id, 'Bob' AS name) TO '/tmp/airport_users.csv';
ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT * FROM mine.demo.from_parquet;
SELECT * FROM mine.demo.from_csv;
