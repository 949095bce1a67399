SELECT oid, 0, '', array_to_string([p || ' anyelement' FOR p IN parameters], ', ') FROM engine_function
