SELECT oid, 0, schema_name, name FROM engine_relation
UNION ALL
SELECT oid, 0, schema_name, name FROM engine_index_name
