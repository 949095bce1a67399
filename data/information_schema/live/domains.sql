SELECT $database AS domain_catalog, schema_name AS domain_schema, name AS domain_name, lower(logical_type) AS data_type,
       NULL AS character_maximum_length, NULL AS character_octet_length, NULL AS character_set_catalog, NULL AS character_set_schema, NULL AS character_set_name, NULL AS collation_catalog, NULL AS collation_schema, NULL AS collation_name, NULL AS numeric_precision, NULL AS numeric_precision_radix, NULL AS numeric_scale, NULL AS datetime_precision, NULL AS interval_type, NULL AS interval_precision, NULL AS domain_default,
       $database AS udt_catalog, 'pg_catalog' AS udt_schema, 'text' AS udt_name, NULL AS scope_catalog, NULL AS scope_schema,
       NULL AS scope_name, NULL AS maximum_cardinality, 1 AS dtd_identifier
FROM engine_type
WHERE logical_type NOT IN ('ENUM', 'STRUCT')
