WITH attribute AS (
    SELECT relation_oid, name, type_oid, number, dimensions, type_modifier, NOT is_nullable AS not_null,
           default_text IS NOT NULL AS has_default, CASE WHEN is_generated THEN 's' ELSE '' END AS generated, identity
    FROM engine_column
    UNION ALL
    -- Index keys: an expression is called expr, expr1 …
    SELECT i.oid, coalesce(c.name, 'expr' || coalesce(nullif(i.place - i.columns_before - 1, 0)::VARCHAR, '')),
           coalesce(c.type_oid, 25), i.place::SMALLINT, 0, coalesce(c.type_modifier, -1), false, false, '', ''
    FROM (SELECT oid, relation_oid, unnest(numbers) AS number, generate_subscripts(numbers, 1) AS place,
                 unnest([len([x FOR x IN numbers[:j] IF x > 0]) FOR j IN range(1, len(numbers) + 1)]) AS columns_before
          FROM engine_index) i
    LEFT JOIN engine_column c ON c.relation_oid = i.relation_oid AND c.number = i.number
    UNION ALL
    SELECT r.oid, c.name, c.type, c.number, 0, -1, true, false, '', ''
    FROM engine_relation r,
         (VALUES ('last_value', 20, 1), ('log_cnt', 20, 2), ('is_called', 16, 3)) c(name, type, number)
    WHERE r.kind = 'S'
)
SELECT a.relation_oid AS attrelid,
       a.name AS attname,
       a.type_oid AS atttypid,
       -1 AS attstattarget,
       coalesce(t.typlen, -1) AS attlen,
       a.number AS attnum,
       a.dimensions AS attndims,
       -1 AS attcacheoff,
       a.type_modifier AS atttypmod,
       coalesce(t.typbyval, false) AS attbyval,
       coalesce(t.typalign, 'i') AS attalign,
       coalesce(t.typstorage, 'x') AS attstorage,
       '' AS attcompression,
       a.not_null AS attnotnull,
       a.has_default AS atthasdef,
       false AS atthasmissing,
       a.identity AS attidentity,
       a.generated AS attgenerated,
       false AS attisdropped,
       true AS attislocal,
       0 AS attinhcount,
       coalesce(t.typcollation, 0) AS attcollation,
       NULL AS attacl,
       NULL AS attoptions,
       NULL AS attfdwoptions,
       NULL AS attmissingval
FROM attribute a
LEFT JOIN pg_type t ON t.oid = a.type_oid
