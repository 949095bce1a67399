-- Types made by CREATE TYPE. A type's OID is followed by that of its array type.
SELECT pgcat_oid(t.database_name, 'type', t.type_oid, '', t.schema_name || '.' || t.type_name) AS oid,
       s.oid AS schema_oid,
       s.name AS schema_name,
       type_name AS name,
       CASE logical_type WHEN 'ENUM' THEN 'e' WHEN 'STRUCT' THEN 'c' ELSE 'd' END AS kind,
       logical_type,
       labels,
       CASE logical_type
           WHEN 'ENUM' THEN 'ENUM('
               || list_aggregate([''''|| replace(l, '''', '''''') || '''' FOR l IN labels], 'string_agg', ', ') || ')'
       END AS definition,
       t.comment,
       t.type_oid AS engine_oid
FROM duckdb_types() t
JOIN engine_schema s ON s.engine_oid = t.schema_oid
WHERE database_name IN ($database, 'temp') AND NOT internal
