-- Volatile: the relation of PostgreSQL's extension of that name, version 1.10. What this server does not count is 0.
SELECT coalesce((SELECT oid FROM pg_authid WHERE rolname = usename), 0) AS userid,
       coalesce((SELECT d.oid FROM pg_database d WHERE d.datname = s.datname), 0) AS dbid,
       true AS toplevel, queryid::BIGINT AS queryid,
       CASE WHEN usename = session_user OR pgcat_setting('is_superuser', NULL) = 'on' THEN query
            ELSE '<insufficient privilege>' END AS query, 0::BIGINT AS plans, 0::DOUBLE AS total_plan_time,
       0::DOUBLE AS min_plan_time, 0::DOUBLE AS max_plan_time, 0::DOUBLE AS mean_plan_time, 0::DOUBLE AS stddev_plan_time,
       calls::BIGINT AS calls, total::DOUBLE AS total_exec_time, "min"::DOUBLE AS min_exec_time,
       "max"::DOUBLE AS max_exec_time, mean::DOUBLE AS mean_exec_time, stddev::DOUBLE AS stddev_exec_time,
       "rows"::BIGINT AS "rows", 0::BIGINT AS shared_blks_hit, 0::BIGINT AS shared_blks_read,
       0::BIGINT AS shared_blks_dirtied, 0::BIGINT AS shared_blks_written, 0::BIGINT AS local_blks_hit,
       0::BIGINT AS local_blks_read, 0::BIGINT AS local_blks_dirtied, 0::BIGINT AS local_blks_written,
       0::BIGINT AS temp_blks_read, 0::BIGINT AS temp_blks_written, 0::DOUBLE AS blk_read_time, 0::DOUBLE AS blk_write_time,
       0::DOUBLE AS temp_blk_read_time, 0::DOUBLE AS temp_blk_write_time, 0::BIGINT AS wal_records, 0::BIGINT AS wal_fpi,
       0::DECIMAL(38, 0) AS wal_bytes, 0::BIGINT AS jit_functions, 0::DOUBLE AS jit_generation_time,
       0::BIGINT AS jit_inlining_count, 0::DOUBLE AS jit_inlining_time, 0::BIGINT AS jit_optimization_count,
       0::DOUBLE AS jit_optimization_time, 0::BIGINT AS jit_emission_count, 0::DOUBLE AS jit_emission_time
FROM pgcat_statements() s
