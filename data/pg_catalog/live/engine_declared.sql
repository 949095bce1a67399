-- What statements declared of a table and the engine forgets, by the table's schema and name: JSON, kept as the comment of a
-- view in a schema of its own.
SELECT lower(name) AS table_name,
       from_json(comment, '{"columns": [{"name": "VARCHAR", "type": "UINTEGER", "modifier": "INTEGER", "engine": "VARCHAR",
                                         "identity": "VARCHAR"}],
                            "constraints": [{"kind": "VARCHAR", "nth": "INTEGER", "name": "VARCHAR", "columns": ["VARCHAR"],
                                             "update": "VARCHAR", "delete": "VARCHAR", "foreign_schema": "VARCHAR",
                                             "foreign_table": "VARCHAR", "foreign_columns": ["VARCHAR"], "deferrable": "BOOLEAN",
                                             "deferred": "BOOLEAN", "unenforced": "BOOLEAN", "by_index": "BOOLEAN"}]}') AS facts
FROM engine_object
WHERE kind = 'D'
