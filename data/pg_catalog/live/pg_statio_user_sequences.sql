FROM pg_statio_all_sequences WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
