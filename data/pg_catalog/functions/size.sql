-- Names of tables inside start with pgcat_: what a caller passes may be a column of a table of the same name.
-- Sizes: what DuckDB tells of a database's blocks; for a relation its estimated rows, eight bytes a column.
CREATE MACRO pg_relation_size(relation) AS
    (SELECT coalesce(max(pgcat_t.estimated_size * pgcat_t.column_count * 8), 0)::BIGINT
     FROM engine_relation pgcat_r
     LEFT JOIN duckdb_tables() pgcat_t ON pgcat_t.table_oid = pgcat_r.engine_oid
     WHERE pgcat_r.oid = relation::regclass::BIGINT),
    (relation, fork) AS
    (SELECT coalesce(max(pgcat_t.estimated_size * pgcat_t.column_count * 8), 0)::BIGINT
     FROM engine_relation pgcat_r
     LEFT JOIN duckdb_tables() pgcat_t ON pgcat_t.table_oid = pgcat_r.engine_oid
     WHERE pgcat_r.oid = relation::regclass::BIGINT AND fork = 'main');
CREATE MACRO pg_table_size(relation) AS pg_relation_size(relation);
CREATE MACRO pg_total_relation_size(relation) AS pg_relation_size(relation);
CREATE MACRO pg_indexes_size(relation) AS 0::BIGINT;
CREATE MACRO pg_database_size(database) AS
    (SELECT max(pgcat_s.block_size * pgcat_s.total_blocks)::BIGINT
     FROM pragma_database_size() pgcat_s
     JOIN pg_database pgcat_d ON pgcat_d.datname = pgcat_s.database_name
     WHERE database::VARCHAR IN (pgcat_d.datname, pgcat_d.oid::VARCHAR));
CREATE MACRO pg_tablespace_size(tablespace) AS
    (SELECT coalesce(sum(pgcat_s.block_size * pgcat_s.total_blocks), 0)::BIGINT
     FROM pragma_database_size() pgcat_s
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
