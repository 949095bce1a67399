FROM pg_stat_all_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
