SELECT oid AS relid, schema_name AS schemaname, name AS relname, 0 AS blks_read, 0 AS blks_hit FROM engine_relation WHERE kind = 'S'
