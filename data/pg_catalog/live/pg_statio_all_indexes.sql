SELECT relid, indexrelid, schemaname, relname, indexrelname, 0 AS idx_blks_read, 0 AS idx_blks_hit FROM pg_stat_all_indexes
