-- The schemas of the database. An empty `main` is DuckDB's own and stays out of sight; `public` has PostgreSQL's OID; a
-- session's temporary objects lie in a schema of their own.
SELECT CASE schema_name WHEN 'public' THEN 2200
            ELSE pgcat_oid($database, 'schema', oid, '', schema_name) END AS oid,
       schema_name AS name,
       comment,
       oid AS engine_oid
FROM duckdb_schemas()
WHERE database_name = $database
  AND schema_name NOT IN ('information_schema', 'pg_catalog', 'pg_declared')
  AND (schema_name <> 'main'
       OR oid IN (SELECT schema_oid FROM engine_object
                  UNION ALL SELECT schema_oid FROM duckdb_types() WHERE NOT internal)
       OR NOT EXISTS (FROM duckdb_schemas() p WHERE p.database_name = $database AND p.schema_name = 'public'))
UNION ALL
SELECT pgcat_oid('temp', 'schema', oid, '', 'main'), 'pg_temp_1', NULL, oid
FROM duckdb_schemas()
WHERE database_name = 'temp' AND oid IN (SELECT schema_oid FROM engine_object)
