-- Volatile: what is known of the counts as such.
SELECT dealloc::BIGINT AS dealloc, stats_reset::TIMESTAMPTZ AS stats_reset FROM pgcat_statements_info()
