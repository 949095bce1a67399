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
       OR oid IN (SELECT schema_oid FROM duckdb_tables() WHERE NOT internal
                  UNION ALL SELECT schema_oid FROM duckdb_views() WHERE NOT internal
                  UNION ALL SELECT schema_oid FROM duckdb_sequences()
                  UNION ALL SELECT schema_oid FROM duckdb_types() WHERE NOT internal)
       OR NOT EXISTS (FROM duckdb_schemas() p WHERE p.database_name = $database AND p.schema_name = 'public'))
UNION ALL
SELECT pgcat_oid('temp', 'schema', oid, '', 'main'), 'pg_temp_1', NULL, oid
FROM duckdb_schemas()
WHERE database_name = 'temp'
  AND (EXISTS (FROM duckdb_tables() WHERE temporary) OR EXISTS (FROM duckdb_views() WHERE temporary AND NOT internal)
       OR EXISTS (FROM duckdb_sequences() WHERE temporary))
