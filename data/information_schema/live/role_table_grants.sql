SELECT g.grantor, g.grantee, $database AS table_catalog, n.nspname AS table_schema, c.relname AS table_name, p.privilege_type,
       'YES' AS is_grantable, CASE p.privilege_type WHEN 'SELECT' THEN 'YES' ELSE 'NO' END AS with_hierarchy
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace,
     (VALUES ('INSERT'), ('SELECT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p(privilege_type),
     (SELECT pgcat_writer() AS grantor, pgcat_writer() AS grantee) g
WHERE c.relkind IN ('r', 'v') AND c.oid >= 16384
UNION ALL
SELECT pgcat_writer(), pgcat_reader(), $database, n.nspname, c.relname, 'SELECT', 'NO', 'YES'
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v') AND c.oid >= 16384 AND pgcat_reader() IS NOT NULL
