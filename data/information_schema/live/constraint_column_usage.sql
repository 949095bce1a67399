SELECT $database AS table_catalog, rn.nspname AS table_schema, r.relname AS table_name, a.attname AS column_name,
       $database AS constraint_catalog, n.nspname AS constraint_schema, k.conname AS constraint_name
FROM (SELECT conname, connamespace, CASE contype WHEN 'f' THEN confrelid ELSE conrelid END AS relation,
             unnest(CASE contype WHEN 'f' THEN confkey ELSE conkey END) AS number
      FROM pg_constraint WHERE contype IN ('c', 'f', 'p', 'u')) k
JOIN pg_namespace n ON n.oid = k.connamespace
JOIN pg_class r ON r.oid = k.relation AND r.relkind = 'r'
JOIN pg_namespace rn ON rn.oid = r.relnamespace
JOIN pg_attribute a ON a.attrelid = k.relation AND a.attnum = k.number
