FROM pg_statio_all_sequences WHERE schemaname IN ('pg_catalog', 'information_schema')
