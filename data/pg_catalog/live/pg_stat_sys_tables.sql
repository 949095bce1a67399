FROM pg_stat_all_tables WHERE schemaname IN ('pg_catalog', 'information_schema')
