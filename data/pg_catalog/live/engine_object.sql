-- Tables, views and sequences as the engine lists them: its lists are dear, so each is asked for once. A view of the schema
-- pg_declared holds what was declared of a table.
SELECT database_name, schema_oid, schema_name, table_oid AS engine_oid, table_name AS name,
       'r' AS kind, temporary, column_count, estimated_size AS row_count, index_count > 0 AS has_index,
       check_constraint_count AS check_count, comment, sql
FROM duckdb_tables()
WHERE NOT internal AND database_name IN ($database, 'temp')
UNION ALL
SELECT database_name, schema_oid, schema_name, view_oid, view_name,
       CASE schema_name WHEN 'pg_declared' THEN 'D' ELSE 'v' END, temporary, column_count, NULL, false, 0, comment, sql
FROM duckdb_views()
WHERE NOT internal AND database_name IN ($database, 'temp')
UNION ALL
SELECT database_name, schema_oid, schema_name, sequence_oid, sequence_name,
       'S', temporary, 3, 1, false, 0, comment, sql
FROM duckdb_sequences()
WHERE database_name IN ($database, 'temp')
