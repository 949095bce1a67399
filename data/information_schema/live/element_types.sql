SELECT $database AS object_catalog, n.nspname AS object_schema, c.relname AS object_name, 'TABLE' AS object_type,
       a.attnum AS collection_type_identifier,
       CASE WHEN e.typnamespace = 11 THEN format_type(e.oid, NULL) ELSE 'USER-DEFINED' END AS data_type,
       NULL AS character_maximum_length, NULL AS character_octet_length,
       NULL AS character_set_catalog, NULL AS character_set_schema, NULL AS character_set_name,
       NULL AS collation_catalog, NULL AS collation_schema, NULL AS collation_name,
       NULL AS numeric_precision, NULL AS numeric_precision_radix, NULL AS numeric_scale, NULL AS datetime_precision,
       NULL AS interval_type, NULL AS interval_precision, NULL AS domain_default,
       $database AS udt_catalog, en.nspname AS udt_schema, e.typname AS udt_name, NULL AS scope_catalog, NULL AS scope_schema,
       NULL AS scope_name, NULL AS maximum_cardinality, 'a' || a.attnum AS dtd_identifier
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid AND t.typelem <> 0 AND t.typlen = -1
JOIN pg_type e ON e.oid = t.typelem
JOIN pg_namespace en ON en.oid = e.typnamespace
WHERE a.attnum > 0 AND c.relkind IN ('r', 'v')
