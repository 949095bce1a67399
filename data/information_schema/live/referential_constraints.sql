SELECT $database AS constraint_catalog, n.nspname AS constraint_schema, c.conname AS constraint_name,
       CASE WHEN u.oid IS NOT NULL THEN $database END AS unique_constraint_catalog, un.nspname AS unique_constraint_schema,
       u.conname AS unique_constraint_name, 'NONE' AS match_option, 
       CASE c.confupdtype WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'
            ELSE 'NO ACTION' END AS update_rule,
       CASE c.confdeltype WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'
            ELSE 'NO ACTION' END AS delete_rule
FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace
LEFT JOIN pg_constraint u ON u.conindid = c.conindid AND u.contype IN ('p', 'u')
LEFT JOIN pg_namespace un ON un.oid = u.connamespace
WHERE c.contype = 'f'
