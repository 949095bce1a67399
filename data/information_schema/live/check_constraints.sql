SELECT $database AS constraint_catalog, schema_name AS constraint_schema, name AS constraint_name, '(' || expression || ')' AS check_clause
FROM engine_constraint
WHERE kind = 'c'
UNION ALL
SELECT $database, n.nspname, n.oid || '_' || r.oid || '_' || a.attnum || '_not_null', a.attname || ' IS NOT NULL'
FROM pg_attribute a
JOIN pg_class r ON r.oid = a.attrelid
JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE a.attnotnull AND a.attnum > 0 AND NOT a.attisdropped AND r.relkind = 'r'
