SELECT oid, place, '', text FROM engine_index_definition
