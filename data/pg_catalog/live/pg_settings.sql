-- Volatile: values are those of the session that asks. What only the server's own files could set shows PostgreSQL's default;
-- what a session could set is listed if this server knows it.
SELECT name, pgcat_setting(name, setting) AS setting, unit, category, short_desc, extra_desc, context, vartype, source,
       min_val, max_val, enumvals, boot_val, reset_val, sourcefile, sourceline, pending_restart
FROM __pg__.static.pg_settings
WHERE context NOT IN ('user', 'superuser', 'backend', 'superuser-backend') OR pgcat_setting(name, NULL) IS NOT NULL
