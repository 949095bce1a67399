-- View
SELECT oid, name AS nspname, CASE name WHEN 'public' THEN 6171 ELSE 10 END AS nspowner,
       CASE name WHEN 'public' THEN ['pg_database_owner=UC/pg_database_owner', '=U/pg_database_owner'] END AS nspacl
FROM engine_schema
