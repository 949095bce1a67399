SELECT oid, 0, '', name FROM engine_type_name
