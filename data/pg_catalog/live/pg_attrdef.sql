SELECT pgcat_oid($database, 'default', relation_oid, name, '') AS oid,
       relation_oid AS adrelid,
       number AS adnum,
       default_text AS adbin
FROM engine_column
WHERE default_text IS NOT NULL AND relation_kind = 'r'
