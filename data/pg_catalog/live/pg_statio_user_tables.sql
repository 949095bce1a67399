FROM pg_statio_all_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
