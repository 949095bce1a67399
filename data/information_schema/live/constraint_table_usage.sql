SELECT $database AS table_catalog, rn.nspname AS table_schema, r.relname AS table_name, $database AS constraint_catalog,
       n.nspname AS constraint_schema, c.conname AS constraint_name
FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace
JOIN pg_class r ON r.oid = CASE c.contype WHEN 'f' THEN c.confrelid ELSE c.conrelid END
JOIN pg_namespace rn ON rn.oid = r.relnamespace
WHERE c.contype IN ('f', 'p', 'u')
