SELECT $database AS specific_catalog, schema_name AS specific_schema, name || '_' || oid AS specific_name, $database AS routine_catalog,
       schema_name AS routine_schema, name AS routine_name, 'FUNCTION' AS routine_type,
       NULL AS module_catalog, NULL AS module_schema, NULL AS module_name, NULL AS udt_catalog, NULL AS udt_schema, NULL AS udt_name,
       CASE WHEN returns_set THEN 'record' ELSE 'anyelement' END AS data_type,
       NULL AS character_maximum_length, NULL AS character_octet_length, NULL AS character_set_catalog, NULL AS character_set_schema, NULL AS character_set_name, NULL AS collation_catalog, NULL AS collation_schema, NULL AS collation_name, NULL AS numeric_precision, NULL AS numeric_precision_radix, NULL AS numeric_scale, NULL AS datetime_precision, NULL AS interval_type, NULL AS interval_precision, NULL AS type_udt_catalog, NULL AS type_udt_schema, NULL AS type_udt_name, NULL AS scope_catalog, NULL AS scope_schema, NULL AS scope_name, NULL AS maximum_cardinality,
       '0' AS dtd_identifier, 'SQL' AS routine_body, macro_definition AS routine_definition, NULL AS external_name,
       'SQL' AS external_language, 'GENERAL' AS parameter_style, 'NO' AS is_deterministic, 'MODIFIES' AS sql_data_access,
       'NO' AS is_null_call, NULL AS sql_path, 'YES' AS schema_level_routine, 0 AS max_dynamic_result_sets,
       NULL AS is_user_defined_cast, NULL AS is_implicitly_invocable, 'INVOKER' AS security_type, NULL AS to_sql_specific_catalog,
       NULL AS to_sql_specific_schema, NULL AS to_sql_specific_name, 'NO' AS as_locator, NULL AS created, NULL AS last_altered,
       NULL AS new_savepoint_level, 'NO' AS is_udt_dependent,
       NULL AS result_cast_from_data_type, NULL AS result_cast_as_locator, NULL AS result_cast_char_max_length, NULL AS result_cast_char_octet_length, NULL AS result_cast_char_set_catalog, NULL AS result_cast_char_set_schema, NULL AS result_cast_char_set_name, NULL AS result_cast_collation_catalog, NULL AS result_cast_collation_schema, NULL AS result_cast_collation_name, NULL AS result_cast_numeric_precision, NULL AS result_cast_numeric_precision_radix, NULL AS result_cast_numeric_scale, NULL AS result_cast_datetime_precision, NULL AS result_cast_interval_type, NULL AS result_cast_interval_precision, NULL AS result_cast_type_udt_catalog, NULL AS result_cast_type_udt_schema, NULL AS result_cast_type_udt_name, NULL AS result_cast_scope_catalog, NULL AS result_cast_scope_schema, NULL AS result_cast_scope_name, NULL AS result_cast_maximum_cardinality, NULL AS result_cast_dtd_identifier
FROM engine_function
