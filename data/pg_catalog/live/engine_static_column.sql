-- Constant
-- The columns of PostgreSQL's own relations, as engine_column has those of the database.
SELECT a.attrelid AS relation_oid, c.relkind AS relation_kind, n.nspname AS schema_name, c.relname AS relation_name,
       a.attnum AS number, a.attname AS name, a.atttypid AS type_oid, tn.nspname AS type_schema, t.typname AS type_name,
       CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN 'ARRAY' ELSE format_type(a.atttypid, NULL) END AS type_title,
       a.atttypmod AS type_modifier, NOT a.attnotnull AS is_nullable, NULL::VARCHAR AS default_text, false AS is_generated, '' AS identity
FROM __pg__.static.pg_attribute a
JOIN __pg__.static.pg_class c ON c.oid = a.attrelid
JOIN __pg__.static.pg_namespace n ON n.oid = c.relnamespace
JOIN __pg__.static.pg_type t ON t.oid = a.atttypid
JOIN __pg__.static.pg_namespace tn ON tn.oid = t.typnamespace
WHERE a.attnum > 0 AND c.relkind IN ('r', 'v')
ORDER BY 1, 5
