SELECT i.schema_name AS schemaname, i.relation_name AS tablename, i.name AS indexname, NULL AS tablespace, d.text AS indexdef
FROM engine_index i
JOIN engine_index_definition d ON d.oid = i.oid AND d.place = 0
