-- Columns whose default is nextval() of a sequence: what serial makes.
SELECT c.relation_oid, c.number, c.name AS column_name, s.oid AS sequence_oid, s.name AS sequence_name, s.schema_name AS sequence_schema,
       c.identity
FROM engine_column c
JOIN engine_relation r ON r.oid = c.relation_oid
JOIN engine_relation s ON s.kind = 'S'
    AND s.name = trim(regexp_extract(c.sequence, '^(?:.*\.)?(.*)$', 1), '"')
    AND (s.schema_name = r.schema_name OR contains(c.sequence, s.schema_name || '.'))
WHERE c.sequence IS NOT NULL AND c.relation_kind = 'r'
