WITH foreign_keys AS (
    SELECT c.oid, list(f.number ORDER BY c.place) AS numbers
    FROM (SELECT oid, foreign_oid, unnest(foreign_columns) AS name, generate_subscripts(foreign_columns, 1) AS place
          FROM engine_constraint WHERE kind = 'f') c
    JOIN engine_column f ON f.relation_oid = c.foreign_oid AND f.name = c.name
    GROUP BY c.oid
)
SELECT c.oid,
       c.name AS conname,
       c.schema_oid AS connamespace,
       c.kind AS contype,
       c.is_deferrable AS condeferrable,
       c.is_deferred AS condeferred,
       true AS convalidated,
       c.relation_oid AS conrelid,
       0 AS contypid,
       CASE c.kind WHEN 'f' THEN coalesce(i.oid, 0) WHEN 'c' THEN 0 ELSE coalesce(x.oid, 0) END AS conindid,
       0 AS conparentid,
       coalesce(c.foreign_oid, 0) AS confrelid,
       CASE c.kind WHEN 'f' THEN c.update_action ELSE ' ' END AS confupdtype,
       CASE c.kind WHEN 'f' THEN c.delete_action ELSE ' ' END AS confdeltype,
       CASE c.kind WHEN 'f' THEN 's' ELSE ' ' END AS confmatchtype,
       true AS conislocal,
       0 AS coninhcount,
       c.kind <> 'c' AS connoinherit,
       c.numbers AS conkey,
       k.numbers AS confkey,
       CASE c.kind WHEN 'f' THEN [96 FOR x IN c.numbers] END AS conpfeqop,
       CASE c.kind WHEN 'f' THEN [96 FOR x IN c.numbers] END AS conppeqop,
       CASE c.kind WHEN 'f' THEN [96 FOR x IN c.numbers] END AS conffeqop,
       NULL AS confdelsetcols,
       NULL AS conexclop,
       c.expression AS conbin
FROM engine_constraint c
LEFT JOIN foreign_keys k ON k.oid = c.oid
LEFT JOIN engine_index x ON c.kind IN ('p', 'u') AND x.constraint_oid = c.oid
LEFT JOIN engine_index i ON c.kind = 'f' AND i.relation_oid = c.foreign_oid AND i.is_unique AND i.numbers = k.numbers
     AND i.constraint_oid <> 0
