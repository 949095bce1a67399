-- Primary keys, unique, check and foreign key constraints under the names that PostgreSQL would choose (DuckDB forgets
-- those that were given). NOT NULL is a property of the column. A constraint's OID is followed by that of its index.
WITH found AS (
    SELECT r.oid AS relation_oid, r.schema_oid, r.schema_name, r.name AS relation_name, c.constraint_type, c.expression,
           c.constraint_text, c.constraint_index, c.table_oid, c.database_name, c.referenced_table,
           c.constraint_column_names AS columns, c.constraint_column_indexes AS indexes, c.referenced_column_names AS referenced_columns,
           regexp_extract(c.constraint_text, ' REFERENCES (?:"?([^".]+)"?\.)?', 1) AS referenced_schema,
           r.name || CASE c.constraint_type
               WHEN 'PRIMARY KEY' THEN '_pkey'
               WHEN 'UNIQUE' THEN '_' || array_to_string(c.constraint_column_names, '_') || '_key'
               WHEN 'FOREIGN KEY' THEN '_' || array_to_string(c.constraint_column_names, '_') || '_fkey'
               ELSE CASE len(c.constraint_column_names) WHEN 1 THEN '_' || c.constraint_column_names[1] ELSE '' END || '_check'
           END AS wanted_name
    FROM duckdb_constraints() c
    JOIN engine_relation r ON r.engine_oid = c.table_oid AND r.kind = 'r'
    WHERE c.constraint_type <> 'NOT NULL' AND c.database_name IN ($database, 'temp')
), named AS (
    SELECT *, row_number() OVER (PARTITION BY relation_oid, wanted_name ORDER BY constraint_index) AS nth,
              row_number() OVER (PARTITION BY relation_oid, constraint_type, columns ORDER BY constraint_index) AS twin
    FROM found
)
SELECT pgcat_oid(n.database_name, 'constraint', n.table_oid,
                 n.constraint_type || array_to_string(n.columns, ',') || CASE n.twin WHEN 1 THEN '' ELSE n.twin::VARCHAR END,
                 n.schema_name || '.' || n.relation_name) AS oid,
       wanted_name || CASE nth WHEN 1 THEN '' ELSE (nth - 1)::VARCHAR END AS name,
       CASE constraint_type WHEN 'PRIMARY KEY' THEN 'p' WHEN 'UNIQUE' THEN 'u' WHEN 'FOREIGN KEY' THEN 'f' ELSE 'c' END AS kind,
       n.relation_oid, n.relation_name, n.schema_oid, n.schema_name,
       n.columns,
       [(i + 1)::SMALLINT FOR i IN n.indexes] AS numbers,
       expression,
       f.oid AS foreign_oid, f.name AS foreign_name, f.schema_name AS foreign_schema, n.referenced_columns AS foreign_columns
FROM named n
LEFT JOIN engine_relation f ON constraint_type = 'FOREIGN KEY' AND f.kind = 'r' AND f.name = n.referenced_table
     AND f.schema_name = coalesce(nullif(n.referenced_schema, ''), n.schema_name)
