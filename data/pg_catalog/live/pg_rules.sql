SELECT NULL AS schemaname, NULL AS tablename, NULL AS rulename, NULL AS definition WHERE false
