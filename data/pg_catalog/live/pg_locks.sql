-- Volatile: DuckDB has no locks that a statement waits for; each session holds its own virtual transaction.
SELECT 'virtualxid' AS locktype, NULL AS database, NULL AS relation, NULL AS page, NULL AS tuple,
       pid || '/1' AS virtualxid, NULL AS transactionid, NULL AS classid, NULL AS objid, NULL AS objsubid,
       pid || '/1' AS virtualtransaction, pid, 'ExclusiveLock' AS mode, true AS granted, true AS fastpath, NULL AS waitstart
FROM pgcat_activity()
WHERE state <> 'idle'
