SELECT oid, 0, '', CASE WHEN returns_set THEN 'SETOF record' ELSE 'anyelement' END FROM engine_function
