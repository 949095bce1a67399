SELECT $database AS constraint_catalog, n.nspname AS constraint_schema, k.conname AS constraint_name, $database AS table_catalog,
       rn.nspname AS table_schema, r.relname AS table_name, a.attname AS column_name, k.place AS ordinal_position,
       CASE k.contype WHEN 'f' THEN list_position(i.indkey::SMALLINT[], k.foreign_number) END AS position_in_unique_constraint
FROM (SELECT oid, conname, connamespace, contype, conrelid, conindid, unnest(conkey) AS number, unnest(confkey) AS foreign_number,
             generate_subscripts(conkey, 1) AS place
      FROM pg_constraint WHERE contype IN ('f', 'p', 'u')) k
JOIN pg_namespace n ON n.oid = k.connamespace
JOIN pg_class r ON r.oid = k.conrelid
JOIN pg_namespace rn ON rn.oid = r.relnamespace
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.number
LEFT JOIN pg_index i ON i.indexrelid = k.conindid
