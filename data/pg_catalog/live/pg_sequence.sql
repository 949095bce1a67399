SELECT r.oid AS seqrelid,
       CASE s.max_value WHEN 2147483647 THEN 23 WHEN 32767 THEN 21 ELSE 20 END AS seqtypid,
       s.start_value AS seqstart,
       s.increment_by AS seqincrement,
       s.max_value AS seqmax,
       s.min_value AS seqmin,
       1 AS seqcache,
       s.cycle AS seqcycle
FROM duckdb_sequences() s
JOIN engine_relation r ON r.engine_oid = s.sequence_oid AND r.kind = 'S'
WHERE s.database_name IN ($database, 'temp')
