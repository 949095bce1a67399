-- Columns with a declaration beyond the engine's type, and what follows from the declared type; void where the column has
-- another type now.
SELECT table_name, lower(c.name) AS column_name, c.type AS type_oid, c.modifier AS type_modifier, c.engine, c.identity,
       t.typname AS type_name, format_type(t.oid, NULL) AS type_title, t.typlen AS type_length, t.typbyval AS by_value,
       t.typalign AS alignment, t.typstorage AS storage, t.typcollation AS collation_oid
FROM (SELECT table_name, unnest(facts.columns) AS c FROM engine_declared)
LEFT JOIN __pg__.static.pg_type t ON t.oid = c.type
