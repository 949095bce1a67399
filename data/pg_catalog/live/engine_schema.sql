-- The schemas of the database. An empty `main` is DuckDB's own and stays out of sight; `public` has PostgreSQL's OID.
SELECT CASE schema_name WHEN 'public' THEN 2200
            ELSE pgcat_oid($database, 'schema', oid, '', schema_name) END AS oid,
       schema_name AS name,
       comment,
       oid AS engine_oid
FROM duckdb_schemas()
WHERE database_name = $database
  AND schema_name NOT IN ('information_schema', 'pg_catalog')
  AND (schema_name <> 'main'
       OR EXISTS (FROM duckdb_tables() t WHERE t.schema_oid = oid AND t.database_name = $database)
       OR EXISTS (FROM duckdb_views() v WHERE v.schema_oid = oid AND v.database_name = $database AND NOT v.internal)
       OR EXISTS (FROM duckdb_sequences() s WHERE s.schema_oid = oid AND s.database_name = $database)
       OR EXISTS (FROM duckdb_types() y WHERE y.schema_oid = oid AND y.database_name = $database AND NOT y.internal)
       OR NOT EXISTS (FROM duckdb_schemas() p WHERE p.database_name = $database AND p.schema_name = 'public'))
UNION ALL
SELECT pgcat_oid('temp', 'schema', oid, '', 'main'), 'pg_temp_1', NULL, oid
FROM duckdb_schemas()
WHERE database_name = 'temp'
