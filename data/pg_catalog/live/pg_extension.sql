-- What is loaded into DuckDB.
SELECT pgcat_oid('', 'extension', (hash(extension_name) % 2147483648)::BIGINT, '', extension_name) AS oid,
       extension_name AS extname, 10 AS extowner, 11 AS extnamespace, false AS extrelocatable,
       coalesce(nullif(extension_version, ''), 'built in') AS extversion, NULL AS extconfig, NULL AS extcondition
FROM duckdb_extensions()
WHERE loaded
