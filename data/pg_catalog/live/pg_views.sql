SELECT n.nspname AS schemaname, c.relname AS viewname, pg_get_userbyid(c.relowner) AS viewowner,
       ' ' || regexp_replace(r.sql, '^CREATE (TEMP(ORARY)? )?VIEW .*? AS ', '', 's') AS definition
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN engine_relation r ON r.oid = c.oid
WHERE c.relkind = 'v'
