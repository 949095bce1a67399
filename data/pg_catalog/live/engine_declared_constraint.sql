-- Constraints with a declaration beyond what the engine keeps. A check is known by its number among those of the table,
-- others by their columns.
SELECT table_name, c.kind, c.nth, c.name, [lower(x) FOR x IN c.columns] AS columns, c.update AS update_action, c.delete AS delete_action,
       c.foreign_schema, c.foreign_table, c.foreign_columns, coalesce(c.deferrable, false) AS is_deferrable,
       coalesce(c.deferred, false) AS is_deferred, coalesce(c.unenforced, false) AS is_unenforced, coalesce(c.by_index, false) AS is_by_index
FROM (SELECT table_name, unnest(facts.constraints) AS c FROM engine_declared)
