-- The schemas of the database. An empty `main` is DuckDB's own and stays out of sight; `public` has PostgreSQL's OID; a
-- session's temporary objects lie in a schema of their own.
SELECT CASE WHEN database_name = 'temp' THEN pgcat_oid('temp', 'schema', oid, '', 'main')
            WHEN schema_name = 'public' THEN 2200
            ELSE pgcat_oid($database, 'schema', oid, '', schema_name) END AS oid,
       CASE database_name WHEN 'temp' THEN 'pg_temp_1' ELSE schema_name END AS name,
       comment,
       oid AS engine_oid
FROM duckdb_schemas()
WHERE schema_name NOT IN ('information_schema', 'pg_catalog', 'pg_declared')
  AND database_name IN ($database, 'temp')
  AND (database_name <> 'temp' AND schema_name <> 'main'
       OR oid IN (SELECT engine_schema_oid FROM engine_relation
                  UNION ALL SELECT schema_oid FROM duckdb_types() WHERE NOT internal)
       OR database_name <> 'temp'
          AND $database NOT IN (SELECT p.database_name FROM duckdb_schemas() p WHERE p.schema_name = 'public'))
