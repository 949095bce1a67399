SELECT relation_oid, number, column_name, quote_ident(sequence_schema) || '.' || quote_ident(sequence_name) FROM engine_serial
