SELECT $database AS constraint_catalog, n.nspname AS constraint_schema, c.conname AS constraint_name, $database AS table_catalog,
       rn.nspname AS table_schema, r.relname AS table_name,
       CASE c.contype WHEN 'c' THEN 'CHECK' WHEN 'f' THEN 'FOREIGN KEY' WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END AS constraint_type,
       CASE WHEN c.condeferrable THEN 'YES' ELSE 'NO' END AS is_deferrable,
       CASE WHEN c.condeferred THEN 'YES' ELSE 'NO' END AS initially_deferred, 'YES' AS enforced, CASE c.contype WHEN 'u' THEN 'YES' END AS nulls_distinct
FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace
JOIN pg_class r ON r.oid = c.conrelid
JOIN pg_namespace rn ON rn.oid = r.relnamespace
WHERE c.contype IN ('c', 'f', 'p', 'u')
UNION ALL
-- NOT NULL, as the standard has it: a check without a name of its own.
SELECT $database, n.nspname, n.oid || '_' || r.oid || '_' || a.attnum || '_not_null', $database, n.nspname, r.relname, 'CHECK', 'NO', 'NO', 'YES', NULL
FROM pg_attribute a
JOIN pg_class r ON r.oid = a.attrelid
JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE a.attnotnull AND a.attnum > 0 AND NOT a.attisdropped AND r.relkind = 'r'
