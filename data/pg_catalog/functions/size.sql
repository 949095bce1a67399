-- Sizes: what DuckDB tells of a database's blocks; for a relation its estimated rows, eight bytes a column.
CREATE MACRO pg_relation_size(relation) AS
    (SELECT coalesce(max(t.estimated_size * t.column_count * 8), 0)::BIGINT
     FROM engine_relation r
     LEFT JOIN duckdb_tables() t ON t.table_oid = r.engine_oid
     WHERE r.oid = relation::regclass::BIGINT),
    (relation, fork) AS
    (SELECT coalesce(max(t.estimated_size * t.column_count * 8), 0)::BIGINT
     FROM engine_relation r
     LEFT JOIN duckdb_tables() t ON t.table_oid = r.engine_oid
     WHERE r.oid = relation::regclass::BIGINT AND fork = 'main');
CREATE MACRO pg_table_size(relation) AS pg_relation_size(relation);
CREATE MACRO pg_total_relation_size(relation) AS pg_relation_size(relation);
CREATE MACRO pg_indexes_size(relation) AS 0::BIGINT;
CREATE MACRO pg_database_size(database) AS
    (SELECT max(s.block_size * s.total_blocks)::BIGINT
     FROM pragma_database_size() s
     JOIN pg_database d ON d.datname = s.database_name
     WHERE database::VARCHAR IN (d.datname, d.oid::VARCHAR));
CREATE MACRO pg_tablespace_size(tablespace) AS
    (SELECT coalesce(sum(block_size * total_blocks), 0)::BIGINT
     FROM pragma_database_size()
     WHERE tablespace::VARCHAR IN ('pg_default', '1663'));
CREATE MACRO pg_size_bytes(size) AS
    (regexp_extract(size, '^\s*([-0-9.]+)', 1)::DOUBLE
     * CASE lower(regexp_extract(size, '([a-zA-Z]+)\s*$', 1)) WHEN 'kb' THEN 1024 WHEN 'mb' THEN 1048576
            WHEN 'gb' THEN 1073741824 WHEN 'tb' THEN 1099511627776 ELSE 1 END)::BIGINT;
-- utils/adt/dbsize.c: each unit is left at ten thousand of it, and halves are rounded up.
CREATE MACRO pg_size_pretty(size) AS
    CASE WHEN abs(size) < 10240 THEN size::BIGINT || ' bytes'
         WHEN abs(size) < 10485760 - 512 THEN ((size // 512 + CASE WHEN size < 0 THEN -1 ELSE 1 END) // 2)::BIGINT || ' kB'
         WHEN abs(size) < 10240::HUGEINT * 1048576 - 524288 THEN ((size // 524288 + CASE WHEN size < 0 THEN -1 ELSE 1 END) // 2)::BIGINT || ' MB'
         WHEN abs(size) < 10240::HUGEINT * 1073741824 - 536870912 THEN ((size // 536870912 + CASE WHEN size < 0 THEN -1 ELSE 1 END) // 2)::BIGINT || ' GB'
         ELSE ((size // 549755813888 + CASE WHEN size < 0 THEN -1 ELSE 1 END) // 2)::BIGINT || ' TB' END;
