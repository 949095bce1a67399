SELECT oid, oid + 1, schema_name, name FROM engine_type
UNION ALL
SELECT oid + 1, 0, schema_name, '_' || name FROM engine_type
UNION ALL
SELECT oid + 1, oid + 2, schema_name, name FROM engine_relation WHERE kind IN ('r', 'v')
UNION ALL
SELECT oid + 2, 0, schema_name, '_' || name FROM engine_relation WHERE kind IN ('r', 'v')
