-- What is loaded into DuckDB. OIDs below 16384 mark what comes with the server, which pg_dump leaves out.
SELECT 15000 + hash(extension_name) % 1300 AS oid,
       extension_name AS extname, 10 AS extowner, 11 AS extnamespace, false AS extrelocatable,
       coalesce(nullif(extension_version, ''), 'built in') AS extversion, NULL AS extconfig, NULL AS extcondition
FROM duckdb_extensions()
WHERE loaded
