-- Tables, views and sequences. A relation's OID is followed by those of its row type and the row type's array type.
SELECT pgcat_oid(o.database_name, CASE kind WHEN 'S' THEN 'sequence' ELSE 'relation' END, o.engine_oid, '',
                 schema_name || '.' || o.name) AS oid,
       s.oid AS schema_oid,
       s.name AS schema_name,
       o.name, kind, temporary, column_count, row_count, has_index, check_count, o.comment, sql, o.engine_oid
FROM engine_object o
JOIN engine_schema s ON s.engine_oid = o.schema_oid
WHERE o.kind <> 'D'
