SELECT $database AS sequence_catalog, r.schema_name AS sequence_schema, r.name AS sequence_name, CASE s.seqtypid WHEN 23 THEN 'integer' WHEN 21 THEN 'smallint' ELSE 'bigint' END AS data_type,
       CASE s.seqtypid WHEN 23 THEN 32 WHEN 21 THEN 16 ELSE 64 END AS numeric_precision, 2 AS numeric_precision_radix, 0 AS numeric_scale, s.seqstart AS start_value,
       s.seqmin AS minimum_value, s.seqmax AS maximum_value, s.seqincrement AS increment,
       CASE WHEN s.seqcycle THEN 'YES' ELSE 'NO' END AS cycle_option
FROM pg_sequence s
JOIN engine_relation r ON r.oid = s.seqrelid
