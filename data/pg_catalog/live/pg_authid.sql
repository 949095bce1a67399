-- The two roles of the server.
SELECT 10 AS oid, pgcat_writer() AS rolname, true AS rolsuper, true AS rolinherit, true AS rolcreaterole, true AS rolcreatedb,
       true AS rolcanlogin, true AS rolreplication, true AS rolbypassrls, -1 AS rolconnlimit, NULL AS rolpassword,
       NULL AS rolvaliduntil
UNION ALL
SELECT 16380, pgcat_reader(), false, true, false, false, true, false, false, -1, NULL, NULL WHERE pgcat_reader() IS NOT NULL
