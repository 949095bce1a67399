SELECT $database AS specific_catalog, schema_name AS specific_schema, name || '_' || oid AS specific_name, place AS ordinal_position,
       'IN' AS parameter_mode, 'NO' AS is_result, 'NO' AS as_locator, parameter AS parameter_name, 'anyelement' AS data_type,
       NULL AS character_maximum_length, NULL AS character_octet_length, NULL AS character_set_catalog, NULL AS character_set_schema, NULL AS character_set_name, NULL AS collation_catalog, NULL AS collation_schema, NULL AS collation_name, NULL AS numeric_precision, NULL AS numeric_precision_radix, NULL AS numeric_scale, NULL AS datetime_precision, NULL AS interval_type, NULL AS interval_precision,
       $database AS udt_catalog, 'pg_catalog' AS udt_schema, 'anyelement' AS udt_name, NULL AS scope_catalog, NULL AS scope_schema,
       NULL AS scope_name, NULL AS maximum_cardinality, place AS dtd_identifier, NULL AS parameter_default
FROM (SELECT oid, schema_name, name, unnest(parameters) AS parameter, generate_subscripts(parameters, 1) AS place FROM engine_function)
