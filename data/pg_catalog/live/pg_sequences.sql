-- Volatile: the last value moves without any change of the catalog.
SELECT r.schema_name AS schemaname, r.name AS sequencename, pg_get_userbyid(10) AS sequenceowner, CASE s.max_value WHEN 2147483647 THEN 23 WHEN 32767 THEN 21 ELSE 20 END AS data_type,
       s.start_value, s.min_value, s.max_value, s.increment_by, s.cycle, 1 AS cache_size, s.last_value
FROM duckdb_sequences() s
JOIN engine_relation r ON r.engine_oid = s.sequence_oid AND r.kind = 'S'
WHERE s.database_name IN ($database, 'temp')
