FROM pg_statio_all_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
