-- Each attached database. template0 and template1 have no counterpart.
SELECT pgcat_oid(database_name, 'database', database_oid, '', database_name) AS oid,
       database_name AS datname,
       10 AS datdba,
       6 AS encoding,
       'c' AS datlocprovider,
       false AS datistemplate,
       true AS datallowconn,
       -1 AS datconnlimit,
       0 AS datfrozenxid,
       1 AS datminmxid,
       1663 AS dattablespace,
       'C.UTF-8' AS datcollate,
       'C.UTF-8' AS datctype,
       NULL AS daticulocale,
       NULL AS datcollversion,
       NULL AS datacl
FROM duckdb_databases()
WHERE NOT internal
