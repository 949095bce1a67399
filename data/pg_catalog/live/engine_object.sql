-- Tables, views and sequences. A relation's OID is followed by those of its row type and the row type's array type. The
-- engine's lists are dear, so each is asked for once: a view of the schema pg_declared (kind D) holds what was declared of a
-- table, under the table's name.
SELECT pgcat_oid(o.database_name, CASE kind WHEN 'S' THEN 'sequence' ELSE 'relation' END, engine_oid, '',
                 o.schema_name || '.' || o.name) AS oid,
       CASE WHEN o.database_name = 'temp' THEN pgcat_oid('temp', 'schema', engine_schema_oid, '', 'main')
            WHEN o.schema_name = 'public' THEN 2200
            ELSE pgcat_oid($database, 'schema', engine_schema_oid, '', o.schema_name) END AS schema_oid,
       CASE o.database_name WHEN 'temp' THEN 'pg_temp_1' ELSE o.schema_name END AS schema_name,
       o.name,
       CASE WHEN NOT temporary THEN lower(o.schema_name || '.' || o.name) END AS declared_table, kind, temporary, column_count,
       row_count, check_count, comment, has_generated, CASE WHEN kind = 'v' OR has_generated THEN sql END AS sql, engine_oid,
       engine_schema_oid
FROM (SELECT database_name, schema_oid AS engine_schema_oid, schema_name, table_oid AS engine_oid, table_name AS name,
             'r' AS kind, temporary, column_count, estimated_size AS row_count,
             -- without those for the lengths of types (data/pg_lengths.def)
             check_constraint_count - CASE WHEN check_constraint_count > 0
                 THEN len(regexp_extract_all(sql, ' THEN \("error"\(.{0,300}?(too long for|does not match) type ')) ELSE 0 END AS check_count,
             comment, contains(sql, ' GENERATED ALWAYS AS(') AS has_generated, sql
      FROM duckdb_tables()
      WHERE NOT internal AND database_name IN ($database, 'temp')
      UNION ALL
      SELECT database_name, schema_oid, schema_name, view_oid, view_name,
             CASE schema_name WHEN 'pg_declared' THEN 'D' ELSE 'v' END, temporary, column_count, NULL, 0, comment, false, sql
      FROM duckdb_views()
      WHERE NOT internal AND database_name IN ($database, 'temp')
      UNION ALL
      SELECT database_name, schema_oid, schema_name, sequence_oid, sequence_name,
             'S', temporary, 3, 1, 0, comment, false, NULL
      FROM duckdb_sequences()
      WHERE database_name IN ($database, 'temp')) o
