SELECT $database AS user_defined_type_catalog, schema_name AS user_defined_type_schema, name AS user_defined_type_name,
       'STRUCTURED' AS user_defined_type_category, 'YES' AS is_instantiable,
       NULL AS is_final, NULL AS ordering_form, NULL AS ordering_category, NULL AS ordering_routine_catalog, NULL AS ordering_routine_schema, NULL AS ordering_routine_name, NULL AS reference_type, NULL AS data_type, NULL AS character_maximum_length, NULL AS character_octet_length, NULL AS character_set_catalog, NULL AS character_set_schema, NULL AS character_set_name, NULL AS collation_catalog, NULL AS collation_schema, NULL AS collation_name, NULL AS numeric_precision, NULL AS numeric_precision_radix, NULL AS numeric_scale, NULL AS datetime_precision, NULL AS interval_type, NULL AS interval_precision, NULL AS source_dtd_identifier, NULL AS ref_dtd_identifier
FROM engine_type
WHERE logical_type = 'STRUCT'
