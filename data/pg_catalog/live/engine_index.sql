-- Indexes with their keys: a column's number, or 0 for an expression, whose text stands in `expressions` at the same place.
WITH unnested AS (
    SELECT oid, relation_oid, unnest(keys) AS key, generate_subscripts(keys, 1) AS place FROM engine_index_name
    WHERE keys IS NOT NULL
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
SELECT i.oid, constraint_oid, name, relation_oid, relation_name, schema_oid, schema_name, is_unique, is_primary,
       coalesce(i.numbers, m.numbers) AS numbers,
       coalesce(m.expressions, [NULL::VARCHAR FOR n IN i.numbers]) AS expressions
FROM engine_index_name i
LEFT JOIN matched m USING (oid)
