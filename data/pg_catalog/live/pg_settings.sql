-- Volatile: values are those of the session that asks. Settings that the server does not know show PostgreSQL's default.
SELECT name, pgcat_setting(name, setting) AS setting, unit, category, short_desc, extra_desc, context, vartype, source,
       min_val, max_val, enumvals, boot_val, reset_val, sourcefile, sourceline, pending_restart
FROM __pg__.static.pg_settings
