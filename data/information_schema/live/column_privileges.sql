SELECT pgcat_writer() AS grantor, pgcat_writer() AS grantee, $database AS table_catalog, n.nspname AS table_schema,
       c.relname AS table_name, a.attname AS column_name, p.privilege_type, 'YES' AS is_grantable
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace,
     (VALUES ('INSERT'), ('SELECT'), ('UPDATE'), ('REFERENCES')) p(privilege_type)
WHERE c.relkind IN ('r', 'v') AND c.oid >= 16384 AND a.attnum > 0
