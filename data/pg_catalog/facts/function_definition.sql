SELECT oid, 0, '', 'CREATE OR REPLACE MACRO ' || quote_ident(schema_name) || '.' || quote_ident(name) || '('
       || array_to_string(parameters, ', ') || ') AS ' || CASE WHEN returns_set THEN 'TABLE ' ELSE '' END || macro_definition
FROM engine_function
