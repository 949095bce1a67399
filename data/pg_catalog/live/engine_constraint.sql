-- Primary keys, unique, check and foreign key constraints under the names that were declared, or else those that PostgreSQL
-- would choose. NOT NULL is a property of the column. A constraint's OID is followed by that of its index, unless it is one
-- that an index made by CREATE INDEX stands for. What the engine does not enforce is declared only.
WITH listed AS (
    SELECT r.oid AS relation_oid, r.schema_oid, r.schema_name, r.name AS relation_name, r.declared_table AS table_name, c.expression,
           c.constraint_text, c.constraint_index, c.table_oid, c.database_name, c.referenced_table,
           c.constraint_column_names AS columns, c.constraint_column_indexes AS indexes, c.referenced_column_names AS referenced_columns,
           CASE c.constraint_type WHEN 'PRIMARY KEY' THEN 'p' WHEN 'UNIQUE' THEN 'u' WHEN 'FOREIGN KEY' THEN 'f' ELSE 'c' END AS kind,
           c.constraint_type,
           row_number() OVER (PARTITION BY r.oid, c.constraint_type ORDER BY c.constraint_index) AS number_of_kind,
           regexp_extract(c.constraint_text, ' REFERENCES (?:"?([^".]+)"?\.)?', 1) AS referenced_schema
    FROM duckdb_constraints() c
    JOIN engine_relation r ON r.engine_oid = c.table_oid AND r.kind = 'r'
    WHERE c.constraint_type <> 'NOT NULL' AND c.database_name IN ($database, 'temp')
      -- the lengths of types (data/pg_lengths.def)
      AND NOT (c.constraint_type = 'CHECK' AND c.expression ~ '^CASE  WHEN .* THEN \("error"\(.*(too long for|does not match) type .*')
), found AS (
    SELECT l.*, d.name AS declared_name, d.update_action, d.delete_action, coalesce(d.is_deferrable, false) AS is_deferrable,
           coalesce(d.is_deferred, false) AS is_deferred,
           coalesce(d.name, l.relation_name || CASE l.kind
               WHEN 'p' THEN '_pkey'
               WHEN 'u' THEN '_' || array_to_string(l.columns, '_') || '_key'
               WHEN 'f' THEN '_' || array_to_string(l.columns, '_') || '_fkey'
               ELSE CASE len(l.columns) WHEN 1 THEN '_' || l.columns[1] ELSE '' END || '_check'
           END) AS wanted_name
    FROM listed l
    LEFT JOIN engine_declared_constraint d ON d.table_name = l.table_name AND d.kind = l.kind
         AND NOT d.is_unenforced AND NOT d.is_by_index
         AND CASE l.kind WHEN 'c' THEN d.nth = l.number_of_kind ELSE d.columns = [lower(x) FOR x IN l.columns] END
), named AS (
    SELECT *, row_number() OVER (PARTITION BY relation_oid, wanted_name ORDER BY declared_name NULLS LAST, constraint_index) AS nth,
              row_number() OVER (PARTITION BY relation_oid, constraint_type, columns ORDER BY constraint_index) AS twin
    FROM found
), declared AS (
    SELECT r.oid AS relation_oid, r.name AS relation_name, r.schema_oid, r.schema_name, r.engine_oid, d.*,
           row_number() OVER (PARTITION BY r.oid, d.kind, d.columns ORDER BY d.name) AS twin
    FROM engine_declared_constraint d
    JOIN engine_relation r ON r.declared_table = d.table_name AND r.kind = 'r'
    WHERE d.is_unenforced
       OR (d.is_by_index AND EXISTS (FROM duckdb_indexes() i WHERE i.table_oid = r.engine_oid AND lower(i.index_name) = lower(d.name)))
), numbered AS (
    -- The engine's own list of columns is not even looked at when nothing is declared.
    SELECT u.relation_oid, u.kind, u.twin, u.columns, list(c.column_index::SMALLINT ORDER BY u.place) AS numbers,
           list(c.column_name ORDER BY u.place) AS names
    FROM (SELECT relation_oid, engine_oid, kind, twin, columns, unnest(columns) AS name, generate_subscripts(columns, 1) AS place
          FROM declared) u
    JOIN (SELECT table_oid, column_name, column_index FROM duckdb_columns()
          WHERE database_name = $database AND table_oid IN (SELECT engine_oid FROM declared)) c
        ON c.table_oid = u.engine_oid AND lower(c.column_name) = u.name
    GROUP BY ALL
)
SELECT pgcat_oid(n.database_name, 'constraint', n.table_oid,
                 n.constraint_type || array_to_string(n.columns, ',') || CASE n.twin WHEN 1 THEN '' ELSE n.twin::VARCHAR END,
                 n.schema_name || '.' || n.relation_name) AS oid,
       wanted_name || CASE nth WHEN 1 THEN '' ELSE (nth - 1)::VARCHAR END AS name,
       n.kind,
       n.relation_oid, n.relation_name, n.schema_oid, n.schema_name,
       n.columns,
       [(i + 1)::SMALLINT FOR i IN n.indexes] AS numbers,
       expression,
       f.oid AS foreign_oid, f.name AS foreign_name, f.schema_name AS foreign_schema, n.referenced_columns AS foreign_columns,
       n.number_of_kind, n.is_deferrable, n.is_deferred, false AS is_unenforced, false AS is_by_index,
       coalesce(n.update_action, 'a') AS update_action, coalesce(n.delete_action, 'a') AS delete_action,
       declared_name IS NOT NULL AS is_named
FROM named n
LEFT JOIN engine_relation f ON f.kind = 'r' AND f.name = n.referenced_table
     AND f.schema_name = coalesce(nullif(n.referenced_schema, ''), n.schema_name)
UNION ALL
SELECT pgcat_oid($database, 'constraint', d.engine_oid,
                 'declared ' || d.kind || array_to_string(d.columns, ',') || CASE d.twin WHEN 1 THEN '' ELSE d.twin::VARCHAR END,
                 d.schema_name || '.' || d.relation_name),
       d.name, d.kind, d.relation_oid, d.relation_name, d.schema_oid, d.schema_name, n.names, n.numbers, NULL,
       f.oid, f.name, f.schema_name, CASE d.kind WHEN 'f' THEN d.foreign_columns ELSE [] END,
       1000 + d.nth, d.is_deferrable, d.is_deferred, d.is_unenforced, d.is_by_index,
       coalesce(d.update_action, 'a'), coalesce(d.delete_action, 'a'), true
FROM declared d
JOIN numbered n USING (relation_oid, kind, twin, columns)
LEFT JOIN engine_relation f ON f.kind = 'r' AND lower(f.name) = lower(d.foreign_table)
     AND lower(f.schema_name) = lower(coalesce(d.foreign_schema, d.schema_name))
WHERE d.kind <> 'f' OR f.oid IS NOT NULL
