WITH keys AS (
    SELECT i.oid, list(coalesce(o.opclass, 3126) ORDER BY i.place) AS classes,
           list(coalesce(t.typcollation, 0) ORDER BY i.place) AS collations
    FROM (SELECT oid, relation_oid, unnest(numbers) AS number, generate_subscripts(numbers, 1) AS place FROM engine_index) i
    LEFT JOIN engine_column c ON c.relation_oid = i.relation_oid AND c.number = i.number
    LEFT JOIN pg_type t ON t.oid = coalesce(c.type_oid, 25)
    LEFT JOIN (SELECT opcintype, min(oid) AS opclass FROM pg_opclass WHERE opcmethod = 403 AND opcdefault
               GROUP BY opcintype) o ON o.opcintype = coalesce(c.type_oid, 25)
    GROUP BY i.oid
)
SELECT i.oid AS indexrelid,
       i.relation_oid AS indrelid,
       len(i.numbers) AS indnatts,
       len(i.numbers) AS indnkeyatts,
       i.is_unique AS indisunique,
       false AS indnullsnotdistinct,
       i.is_primary AS indisprimary,
       false AS indisexclusion,
       true AS indimmediate,
       false AS indisclustered,
       true AS indisvalid,
       false AS indcheckxmin,
       true AS indisready,
       true AS indislive,
       false AS indisreplident,
       i.numbers AS indkey,
       k.collations AS indcollation,
       k.classes AS indclass,
       [0 FOR x IN i.numbers] AS indoption,
       nullif(array_to_string([x FOR x IN i.expressions IF x IS NOT NULL], ', '), '') AS indexprs,
       NULL AS indpred
FROM engine_index i
JOIN keys k USING (oid)
