SELECT $database AS collation_catalog, n.nspname AS collation_schema, c.collname AS collation_name, NULL AS character_set_catalog,
       NULL AS character_set_schema, 'UTF8' AS character_set_name
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE c.collencoding IN (-1, 6)
