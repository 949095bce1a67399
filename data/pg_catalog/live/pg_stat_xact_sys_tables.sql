FROM pg_stat_xact_all_tables WHERE schemaname IN ('pg_catalog', 'information_schema')
