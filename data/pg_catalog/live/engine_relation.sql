-- Tables, views and sequences. A relation's OID is followed by those of its row type and the row type's array type.
WITH found AS (
    SELECT database_name, schema_oid, schema_name, table_oid AS engine_oid, table_name AS name,
           'r' AS kind, temporary, column_count, estimated_size AS row_count, index_count > 0 AS has_index,
           check_constraint_count AS check_count, comment, sql
    FROM duckdb_tables()
    WHERE NOT internal
    UNION ALL
    SELECT database_name, schema_oid, schema_name, view_oid, view_name,
           'v', temporary, column_count, NULL, false, 0, comment, sql
    FROM duckdb_views()
    WHERE NOT internal
    UNION ALL
    SELECT database_name, schema_oid, schema_name, sequence_oid, sequence_name,
           'S', temporary, 3, 1, false, 0, comment, sql
    FROM duckdb_sequences()
)
SELECT pgcat_oid(f.database_name, CASE kind WHEN 'S' THEN 'sequence' ELSE 'relation' END, f.engine_oid, '',
                 schema_name || '.' || f.name) AS oid,
       s.oid AS schema_oid,
       s.name AS schema_name,
       f.name, kind, temporary, column_count, row_count, has_index, check_count, f.comment, sql, f.engine_oid
FROM found f
JOIN engine_schema s ON s.engine_oid = f.schema_oid
WHERE database_name IN ($database, 'temp')
