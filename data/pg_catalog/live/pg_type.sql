WITH named AS (
    SELECT oid, schema_oid, name, kind, 0 AS relation_oid
    FROM engine_type
    UNION ALL
    SELECT oid + 1, schema_oid, name, 'c', oid FROM engine_relation WHERE kind IN ('r', 'v')
)
SELECT oid,
       name AS typname,
       schema_oid AS typnamespace,
       10 AS typowner,
       CASE kind WHEN 'e' THEN 4 ELSE -1 END AS typlen,
       kind = 'e' AS typbyval,
       kind AS typtype,
       CASE kind WHEN 'e' THEN 'E' WHEN 'd' THEN 'S' ELSE 'C' END AS typcategory,
       false AS typispreferred,
       true AS typisdefined,
       ',' AS typdelim,
       relation_oid AS typrelid,
       0 AS typsubscript,
       0 AS typelem,
       oid + 1 AS typarray,
       CASE kind WHEN 'e' THEN 3504 WHEN 'd' THEN 2597 ELSE 2290 END AS typinput,
       CASE kind WHEN 'e' THEN 3505 WHEN 'd' THEN 47 ELSE 2291 END AS typoutput,
       CASE kind WHEN 'e' THEN 3532 WHEN 'd' THEN 2598 ELSE 2402 END AS typreceive,
       CASE kind WHEN 'e' THEN 3533 WHEN 'd' THEN 2415 ELSE 2403 END AS typsend,
       0 AS typmodin,
       0 AS typmodout,
       0 AS typanalyze,
       CASE kind WHEN 'c' THEN 'd' ELSE 'i' END AS typalign,
       CASE kind WHEN 'e' THEN 'p' ELSE 'x' END AS typstorage,
       false AS typnotnull,
       CASE kind WHEN 'd' THEN 25 ELSE 0 END AS typbasetype,
       -1 AS typtypmod,
       0 AS typndims,
       CASE kind WHEN 'd' THEN 100 ELSE 0 END AS typcollation,
       NULL AS typdefaultbin,
       NULL AS typdefault,
       NULL AS typacl
FROM named
UNION ALL
SELECT oid + 1, '_' || name, schema_oid, 10, -1, false, 'b', 'A', false, true, ',', 0, 6179, oid, 0, 750, 751, 2400, 2401, 0, 0, 3816,
       CASE kind WHEN 'c' THEN 'd' ELSE 'i' END, 'x', false, 0, -1, 0, CASE kind WHEN 'd' THEN 100 ELSE 0 END, NULL, NULL, NULL
FROM named
