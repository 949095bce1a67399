-- The macros of the database.
SELECT pgcat_oid(f.database_name, 'function', function_oid, f.parameters::VARCHAR, f.schema_name || '.' || function_name) AS oid,
       s.oid AS schema_oid,
       s.name AS schema_name,
       function_name AS name,
       function_type = 'table_macro' AS returns_set,
       parameters,
       macro_definition,
       f.comment
FROM duckdb_functions() f
JOIN engine_schema s ON s.name = f.schema_name
WHERE f.database_name = $database AND NOT f.internal AND function_type IN ('macro', 'table_macro')
