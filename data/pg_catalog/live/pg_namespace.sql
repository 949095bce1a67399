SELECT oid, name AS nspname, CASE name WHEN 'public' THEN 6171 ELSE 10 END AS nspowner, NULL AS nspacl FROM engine_schema
