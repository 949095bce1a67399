FROM pg_statio_all_indexes WHERE schemaname IN ('pg_catalog', 'information_schema')
