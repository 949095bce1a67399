SELECT oid, place, qualifier, text FROM engine_index_definition
