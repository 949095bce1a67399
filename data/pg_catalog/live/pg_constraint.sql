-- A foreign key leads to a primary key or a unique constraint of the same columns, in whatever order.
SELECT c.oid,
       c.name AS conname,
       c.schema_oid AS connamespace,
       c.kind AS contype,
       c.is_deferrable AS condeferrable,
       c.is_deferred AS condeferred,
       true AS convalidated,
       c.relation_oid AS conrelid,
       0 AS contypid,
       CASE c.kind WHEN 'f' THEN coalesce(v.oid, 0) WHEN 'c' THEN 0 ELSE coalesce(x.oid, 0) END AS conindid,
       0 AS conparentid,
       coalesce(c.foreign_oid, 0) AS confrelid,
       CASE c.kind WHEN 'f' THEN c.update_action ELSE ' ' END AS confupdtype,
       CASE c.kind WHEN 'f' THEN c.delete_action ELSE ' ' END AS confdeltype,
       CASE c.kind WHEN 'f' THEN 's' ELSE ' ' END AS confmatchtype,
       true AS conislocal,
       0 AS coninhcount,
       c.kind <> 'c' AS connoinherit,
       c.numbers AS conkey,
       CASE c.kind WHEN 'f' THEN [u.numbers[list_position(u.columns, f)] FOR f IN c.foreign_columns] END AS confkey,
       CASE c.kind WHEN 'f' THEN [96 FOR x IN c.numbers] END AS conpfeqop,
       CASE c.kind WHEN 'f' THEN [96 FOR x IN c.numbers] END AS conppeqop,
       CASE c.kind WHEN 'f' THEN [96 FOR x IN c.numbers] END AS conffeqop,
       NULL AS confdelsetcols,
       NULL AS conexclop,
       c.expression AS conbin
FROM engine_constraint c
LEFT JOIN engine_index_name x ON x.constraint_oid = c.oid
LEFT JOIN (SELECT oid, relation_oid, columns, numbers, list_sort(columns) AS sorted
           FROM engine_constraint WHERE kind IN ('p', 'u')) u
       ON u.relation_oid = c.foreign_oid AND u.sorted = list_sort(c.foreign_columns)
LEFT JOIN engine_index_name v ON v.constraint_oid = u.oid
