SELECT oid + 3 AS oid, '_RETURN' AS rulename, oid AS ev_class, '1' AS ev_type, 'O' AS ev_enabled, true AS is_instead,
       NULL AS ev_qual, NULL AS ev_action
FROM engine_relation
WHERE kind = 'v'
