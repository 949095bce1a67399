SELECT oid AS objoid, 1259 AS classoid, 0 AS objsubid, comment AS description FROM engine_relation WHERE comment IS NOT NULL
UNION ALL
SELECT relation_oid, 1259, number, comment FROM engine_column WHERE comment IS NOT NULL
UNION ALL
SELECT oid, 1259, 0, comment FROM engine_index_name WHERE comment IS NOT NULL
UNION ALL
SELECT oid, 1247, 0, comment FROM engine_type WHERE comment IS NOT NULL
UNION ALL
SELECT oid, 2615, 0, comment FROM engine_schema WHERE comment IS NOT NULL
