-- View
SELECT default_oid AS oid, relation_oid AS adrelid, number AS adnum, default_text AS adbin
FROM engine_column
WHERE default_oid IS NOT NULL
