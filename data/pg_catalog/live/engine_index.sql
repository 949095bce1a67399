-- Indexes: those behind primary keys and unique constraints, then those of CREATE INDEX. A key is a column's number, or 0
-- for an expression, whose text stands in `expressions` at the same place.
WITH made AS (
    SELECT pgcat_oid(i.database_name, 'index', i.index_oid, '', i.schema_name || '.' || i.index_name) AS oid,
           i.index_name AS name, r.oid AS relation_oid, r.name AS relation_name, r.schema_oid, r.schema_name, i.is_unique, i.comment,
           i.expressions::VARCHAR[] AS keys
    FROM duckdb_indexes() i
    JOIN engine_relation r ON r.engine_oid = i.table_oid AND r.kind = 'r'
    WHERE i.database_name IN ($database, 'temp')
), unnested AS (
    SELECT oid, relation_oid, unnest(keys) AS key, generate_subscripts(keys, 1) AS place FROM made
), matched AS (
    -- DuckDB puts a call into parentheses as it does any expression; PostgreSQL does not.
    SELECT u.oid, list(coalesce(c.number, 0)::SMALLINT ORDER BY u.place) AS numbers,
           list(CASE WHEN c.number IS NULL
                     THEN regexp_replace(u.key, '^\(([a-z_]+\([^()]*(\([^()]*\)[^()]*)*\))\)$', '\1') END
                ORDER BY u.place) AS expressions
    FROM unnested u
    LEFT JOIN engine_column c ON c.relation_oid = u.relation_oid AND c.name = trim(u.key, '"')
    GROUP BY u.oid
)
SELECT oid + 1 AS oid, oid AS constraint_oid, name, relation_oid, relation_name, schema_oid, schema_name,
       true AS is_unique, kind = 'p' AS is_primary, numbers, [NULL::VARCHAR FOR n IN numbers] AS expressions,
       NULL::VARCHAR AS comment
FROM engine_constraint
WHERE kind IN ('p', 'u') AND NOT is_by_index
UNION ALL
SELECT made.oid, coalesce(c.oid, 0), made.name, made.relation_oid, made.relation_name, made.schema_oid, made.schema_name, is_unique, false,
       m.numbers, m.expressions, comment
FROM made
JOIN matched m ON m.oid = made.oid
LEFT JOIN engine_constraint c ON c.is_by_index AND c.relation_oid = made.relation_oid AND lower(c.name) = lower(made.name)
