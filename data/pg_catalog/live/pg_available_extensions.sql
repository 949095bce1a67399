SELECT extension_name AS name, coalesce(nullif(extension_version, ''), 'built in') AS default_version,
       CASE WHEN loaded THEN coalesce(nullif(extension_version, ''), 'built in') END AS installed_version, description AS comment
FROM duckdb_extensions()
