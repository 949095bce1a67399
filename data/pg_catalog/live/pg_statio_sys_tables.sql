FROM pg_statio_all_tables WHERE schemaname IN ('pg_catalog', 'information_schema')
