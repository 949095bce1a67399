SELECT $database AS sequence_catalog, r.schema_name AS sequence_schema, r.name AS sequence_name, 'bigint' AS data_type,
       64 AS numeric_precision, 2 AS numeric_precision_radix, 0 AS numeric_scale, s.seqstart AS start_value,
       s.seqmin AS minimum_value, s.seqmax AS maximum_value, s.seqincrement AS increment,
       CASE WHEN s.seqcycle THEN 'YES' ELSE 'NO' END AS cycle_option
FROM pg_sequence s
JOIN engine_relation r ON r.oid = s.seqrelid
