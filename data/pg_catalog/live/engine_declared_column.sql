-- Columns with a declaration beyond the engine's type; `engine` is that type at the time.
SELECT table_name, lower(c.name) AS column_name, c.type AS type_oid, c.modifier AS type_modifier, c.engine, c.identity
FROM (SELECT table_name, unnest(facts.columns) AS c FROM engine_declared)
