-- Indexes: those behind primary keys and unique constraints, then those of CREATE INDEX, whose keys are still texts: columns
-- and expressions. One of these may stand for a constraint too.
SELECT oid + 1 AS oid, oid AS constraint_oid, name, relation_oid, relation_name, schema_oid, schema_name,
       true AS is_unique, kind = 'p' AS is_primary, NULL::VARCHAR AS comment, numbers, NULL::VARCHAR[] AS keys
FROM engine_constraint
WHERE kind IN ('p', 'u') AND NOT is_by_index
UNION ALL
SELECT pgcat_oid(i.database_name, 'index', i.index_oid, '', i.schema_name || '.' || i.index_name), coalesce(c.oid, 0),
       i.index_name, r.oid, r.name, r.schema_oid, r.schema_name,
       i.is_unique, false, i.comment, NULL, i.expressions::VARCHAR[]
FROM duckdb_indexes() i
JOIN engine_relation r ON r.engine_oid = i.table_oid AND r.kind = 'r'
LEFT JOIN engine_constraint c ON c.is_by_index AND c.relation_oid = r.oid AND lower(c.name) = lower(i.index_name)
WHERE i.database_name IN ($database, 'temp')
