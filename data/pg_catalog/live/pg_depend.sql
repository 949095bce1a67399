-- A sequence that a default draws from belongs to that column, as with serial; an index belongs to its constraint, or to
-- its table; a default to its column, and to the sequence that it draws from; a constraint to its columns; an enum's array type to it.
SELECT 1259 AS classid, sequence_oid AS objid, 0 AS objsubid, 1259 AS refclassid, relation_oid AS refobjid,
       number AS refobjsubid, CASE identity WHEN '' THEN 'a' ELSE 'i' END AS deptype
FROM engine_serial
UNION ALL
SELECT 1259, oid, 0, 2606, constraint_oid, 0, 'i' FROM engine_index WHERE constraint_oid <> 0
UNION ALL
SELECT 1259, oid, 0, 1259, relation_oid, unnest(numbers), 'a' FROM engine_index WHERE constraint_oid = 0
UNION ALL
SELECT 2604, oid, 0, 1259, adrelid, adnum, 'a' FROM pg_attrdef
UNION ALL
SELECT 2604, d.oid, 0, 1259, s.sequence_oid, 0, 'n'
FROM engine_serial s
JOIN pg_attrdef d ON d.adrelid = s.relation_oid AND d.adnum = s.number
UNION ALL
SELECT 2606, oid, 0, 1259, relation_oid, unnest(numbers), 'a' FROM engine_constraint
UNION ALL
SELECT 2606, oid, 0, 1259, foreign_oid, unnest(confkey), 'n' FROM pg_constraint c JOIN engine_constraint USING (oid) WHERE c.contype = 'f'
UNION ALL
SELECT 2606, oid, 0, 1259, conindid, 0, 'n' FROM pg_constraint WHERE contype = 'f' AND conindid <> 0
UNION ALL
SELECT 1259, oid, 0, 2615, schema_oid, 0, 'n' FROM engine_relation
