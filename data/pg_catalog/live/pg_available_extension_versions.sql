SELECT name, default_version AS version, installed_version IS NOT NULL AS installed, true AS superuser, false AS trusted,
       false AS relocatable, 'pg_catalog' AS schema, NULL AS requires, comment
FROM pg_available_extensions
