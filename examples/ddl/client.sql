-- duckdb -csv < examples/ddl/client.sql
INSTALL airport FROM community;
LOAD airport;

ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

CREATE SCHEMA mine.analytics;
CREATE TABLE mine.analytics.events (id INTEGER NOT NULL, name VARCHAR);
ALTER TABLE mine.analytics.events ADD COLUMN seen_at TIMESTAMP;
ALTER TABLE mine.analytics.events RENAME COLUMN name TO event_name;
SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'events' ORDER BY column_index;
DROP TABLE mine.analytics.events;
DROP SCHEMA mine.analytics;
