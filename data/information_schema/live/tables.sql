SELECT $database AS table_catalog, n.nspname AS table_schema, c.relname AS table_name,
       CASE WHEN c.relpersistence = 't' THEN 'LOCAL TEMPORARY' WHEN c.relkind = 'r' THEN 'BASE TABLE' ELSE 'VIEW' END AS table_type,
       NULL AS self_referencing_column_name, NULL AS reference_generation, NULL AS user_defined_type_catalog,
       NULL AS user_defined_type_schema, NULL AS user_defined_type_name,
       CASE c.relkind WHEN 'r' THEN 'YES' ELSE 'NO' END AS is_insertable_into, 'NO' AS is_typed, NULL AS commit_action
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v')
