SELECT oid, len(parameters), schema_name, name FROM engine_function
