-- View
SELECT $database AS table_catalog, schema_name AS table_schema, relation_name AS table_name, name AS column_name,
       number AS ordinal_position, CASE WHEN NOT is_generated THEN default_text END AS column_default,
       CASE WHEN is_nullable THEN 'YES' ELSE 'NO' END AS is_nullable,
       type_title AS data_type,
       CASE WHEN type_oid IN (1042, 1043) AND type_modifier >= 0 THEN type_modifier - 4
            WHEN type_oid IN (1560, 1562) AND type_modifier >= 0 THEN type_modifier END AS character_maximum_length,
       CASE WHEN type_oid IN (25, 1042, 1043)
            THEN CASE WHEN type_modifier < 0 OR type_oid = 25 THEN 1073741824 ELSE (type_modifier - 4) * 4 END END
           AS character_octet_length,
       CASE type_oid WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53
            WHEN 1700 THEN CASE WHEN type_modifier >= 0 THEN (type_modifier - 4) >> 16 & 65535 END END AS numeric_precision,
       CASE WHEN type_oid IN (21, 23, 20, 700, 701) THEN 2 WHEN type_oid = 1700 THEN 10 END AS numeric_precision_radix,
       CASE WHEN type_oid IN (21, 23, 20) THEN 0 WHEN type_oid = 1700 AND type_modifier >= 0 THEN (type_modifier - 4) & 2047 END
           AS numeric_scale,
       CASE WHEN type_oid = 1082 THEN 0
            WHEN type_oid IN (1083, 1114, 1184, 1266) THEN CASE WHEN type_modifier < 0 THEN 6 ELSE type_modifier END
            WHEN type_oid = 1186
            THEN CASE WHEN type_modifier < 0 OR type_modifier & 65535 = 65535 THEN 6 ELSE type_modifier & 65535 END END
           AS datetime_precision,
       NULL AS interval_type, NULL AS interval_precision,
       NULL AS character_set_catalog, NULL AS character_set_schema, NULL AS character_set_name,
       NULL AS collation_catalog, NULL AS collation_schema, NULL AS collation_name,
       NULL AS domain_catalog, NULL AS domain_schema, NULL AS domain_name,
       $database AS udt_catalog, type_schema AS udt_schema, type_name AS udt_name,
       NULL AS scope_catalog, NULL AS scope_schema, NULL AS scope_name, NULL AS maximum_cardinality,
       number AS dtd_identifier, 'NO' AS is_self_referencing, CASE identity WHEN '' THEN 'NO' ELSE 'YES' END AS is_identity,
       CASE identity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity_generation,
       NULL AS identity_start, NULL AS identity_increment, NULL AS identity_maximum, NULL AS identity_minimum,
       'NO' AS identity_cycle,
       CASE WHEN is_generated THEN 'ALWAYS' ELSE 'NEVER' END AS is_generated,
       CASE WHEN is_generated THEN default_text END AS generation_expression,
       CASE relation_kind WHEN 'r' THEN 'YES' ELSE 'NO' END AS is_updatable
FROM (FROM engine_column SELECT relation_kind, schema_name, relation_name, number, name, type_oid, type_schema, type_name,
                               type_title, type_modifier, is_nullable, default_text, is_generated, identity
      UNION ALL
      FROM engine_static_column SELECT relation_kind, schema_name, relation_name, number, name, type_oid, type_schema,
                               type_name, type_title, type_modifier, is_nullable, default_text, is_generated, identity)
