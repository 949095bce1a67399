FROM pg_stat_xact_all_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
