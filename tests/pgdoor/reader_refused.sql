INSERT INTO parents SELECT * FROM parents
INSERT INTO parents DEFAULT VALUES RETURNING *
INSERT OR REPLACE INTO parents VALUES (1, 'z')
INSERT INTO names VALUES ('x')
UPDATE parents SET name = upper(name) RETURNING name
DELETE FROM parents USING children WHERE parents.id = children.parent
WITH x AS (INSERT INTO parents VALUES (9, 'y') RETURNING *) SELECT * FROM x
WITH x AS (UPDATE parents SET name = 'q' RETURNING *) SELECT * FROM x
SELECT * FROM (DELETE FROM parents RETURNING *) t
EXPLAIN ANALYZE DELETE FROM parents
EXPLAIN ANALYZE UPDATE parents SET name = 'x'
EXPLAIN (ANALYZE) CREATE TABLE t2 AS SELECT 1
PREPARE d AS DELETE FROM parents
PREPARE u AS UPDATE parents SET name = $1
CREATE TABLE IF NOT EXISTS t AS FROM parents
CREATE OR REPLACE TABLE parents AS SELECT 1
CREATE TEMPORARY TABLE tt AS SELECT 1
CREATE TEMP VIEW tv AS SELECT 1
CREATE TEMP MACRO tm() AS 1
CREATE OR REPLACE MACRO double(x) AS 3
CREATE FUNCTION f() RETURNS int AS 'SELECT 1' LANGUAGE sql
CREATE TEMP SEQUENCE ts
CREATE UNIQUE INDEX ui ON parents (name)
CREATE PERSISTENT SECRET s (TYPE s3)
CREATE TEMPORARY SECRET s (TYPE http)
DROP SECRET s
CREATE EXTENSION postgres_fdw
CREATE USER eve PASSWORD 'x'
CREATE DATABASE other
DROP DATABASE memory
ALTER DATABASE memory SET x = 1
DROP VIEW names
DROP SEQUENCE counter
DROP MACRO double
DROP FUNCTION double
DROP TYPE IF EXISTS mood
DROP INDEX IF EXISTS i
DROP TABLE parents CASCADE
DROP OWNED BY reader
ALTER TABLE parents ADD COLUMN y int
ALTER TABLE parents DROP COLUMN name
ALTER TABLE parents ALTER name TYPE int
ALTER TABLE parents ALTER COLUMN name SET DEFAULT 'x'
ALTER TABLE parents RENAME name TO nom
ALTER TABLE parents SET SCHEMA pg_temp
ALTER VIEW names RENAME TO nomes
ALTER SEQUENCE counter RESTART
COMMENT ON COLUMN parents.name IS 'x'
COMMENT ON VIEW names IS 'x'
COPY parents TO '/tmp/mallardb-reader.parquet' (FORMAT parquet)
COPY (FROM parents) TO '/dev/stdout'
COPY parents TO PROGRAM 'cat'
COPY parents FROM PROGRAM 'id'
COPY (SELECT * FROM glob('/*')) TO STDOUT
COPY (DELETE FROM parents RETURNING *) TO STDOUT
COPY DATABASE memory TO other
EXPORT DATABASE '/tmp/mallardb-reader' (FORMAT parquet)
ATTACH ':memory:' AS x
ATTACH DATABASE '/tmp/x.db' AS x (READ_ONLY)
ATTACH 'postgres:host=127.0.0.1' AS pg (TYPE postgres)
ATTACH OR REPLACE ':memory:' AS memory
DETACH DATABASE memory
USE system
USE temp
INSTALL json
FORCE INSTALL httpfs FROM core
INSTALL '/tmp/x.duckdb_extension'
LOAD '/tmp/x.duckdb_extension'
UPDATE EXTENSIONS
SET GLOBAL memory_limit = '10GB'
SET enable_external_access = true
SET allow_unsigned_extensions = true
SET temp_directory = '/tmp'
SET log_query_path = '/tmp/mallardb-reader.log'
SET extension_directory = '/tmp'
SET home_directory = '/tmp'
SET secret_directory = '/tmp'
SET custom_user_agent = 'x'
SET autoinstall_known_extensions = true
SET autoload_known_extensions = true
SET lock_configuration = true
SET profiling_output = '/tmp/mallardb-reader.json'
SET enable_profiling = 'json'
SET profile_output = '/tmp/mallardb-reader.json'
SET enable_logging = true
SET disabled_filesystems = 'LocalFileSystem'
SET disabled_optimizers = 'statistics_propagation'
SET errors_as_json = false
SET file_search_path = '/etc'
SET worker_threads = 4
SET checkpoint_threshold = '1TB'
SET session_authorization = 'writer'
SELECT set_config('session_authorization', 'writer', false)
SELECT set_config('threads', '1', false)
SELECT set_config('default_transaction_read_only', 'off', false); DELETE FROM parents
RESET threads
RESET ALL; DELETE FROM parents
PRAGMA threads = 1
PRAGMA memory_limit = '1GB'
PRAGMA enable_logging
PRAGMA import_database('/tmp/x')
PRAGMA force_checkpoint
PRAGMA table_info('parents')
PRAGMA version
CALL enable_logging()
CALL disable_logging()
CALL truncate_duckdb_logs()
CALL enable_profiling()
FORCE CHECKPOINT
VACUUM parents
ANALYZE parents
CLUSTER parents
REFRESH MATERIALIZED VIEW names
SELECT * FROM read_csv_auto('/etc/passwd')
SELECT * FROM read_json_auto('/etc/passwd')
SELECT * FROM read_ndjson('/etc/passwd')
SELECT * FROM read_ndjson_objects('/etc/passwd')
SELECT * FROM read_json_objects('/etc/passwd')
SELECT * FROM read_json_objects_auto('/etc/passwd')
SELECT * FROM parquet_scan('/etc/passwd')
SELECT * FROM parquet_schema('/etc/passwd')
SELECT * FROM parquet_file_metadata('/etc/passwd')
SELECT * FROM parquet_kv_metadata('/etc/passwd')
SELECT * FROM parquet_bloom_probe('/etc/passwd', 'a', 1)
SELECT * FROM parquet_full_metadata('/etc/passwd')
SELECT * FROM read_text(['/etc/passwd', '/etc/group'])
SELECT * FROM read_blob('/proc/self/environ')
SELECT * FROM read_text('/proc/self/cmdline')
SELECT * FROM "read_text"('/etc/passwd')
SELECT * FROM system.main.read_text('/etc/passwd')
SELECT * FROM main.read_text('/etc/passwd')
SELECT * FROM pg_catalog.read_text('/etc/passwd')
SELECT x FROM (VALUES (1)) t(x), read_text('/etc/passwd')
SELECT count(*) FROM parents p LEFT JOIN read_text('/etc/passwd') r ON true
SELECT array(SELECT content FROM read_text('/etc/passwd'))
FROM read_text('/etc/passwd')
TABLE "/etc/passwd"
SELECT * FROM "/etc/passwd"
SELECT * FROM "x.csv"
SELECT * FROM '/etc/*.csv'
SELECT * FROM 's3://bucket/x.parquet'
SELECT * FROM 'https://example.com/x.csv'
DESCRIBE '/etc/passwd'
SUMMARIZE 'x.csv'
DESCRIBE SELECT * FROM read_text('/etc/passwd')
PIVOT read_csv('/etc/passwd') ON a
UNPIVOT read_csv('/etc/passwd') ON a
SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')
SELECT * FROM query($$ATTACH ':memory:' AS y$$)
SELECT * FROM query_table(['parents', '/etc/passwd'])
SELECT * FROM json_execute_serialized_sql('{}')
PRAGMA json_execute_serialized_sql('{}')
SELECT from_json_strict('{}', '[]'), write_log('y')
SELECT * FROM which_secret('s3://x', 's3')
SELECT * FROM duckdb_secret_types()
SELECT getenv('PATH')
SELECT pg_read_file('/etc/passwd')
SELECT pg_read_binary_file('/etc/passwd')
SELECT pg_ls_dir('/')
SELECT pg_stat_file('/etc/passwd')
SELECT lo_import('/etc/passwd')
SELECT lo_export(1, '/tmp/x')
SELECT pg_reload_conf()
SELECT pg_rotate_logfile()
SELECT pg_switch_wal()
SELECT pg_create_restore_point('x')
SELECT dblink('x', 'y')
SELECT lastval()
SELECT nextval('counter'::regclass)
BEGIN READ WRITE; INSERT INTO parents VALUES (7, 'x')
START TRANSACTION READ WRITE; DELETE FROM parents
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; DELETE FROM parents
SET transaction_read_only = off; DELETE FROM parents
DO 'BEGIN END'
CALL nothing()
GRANT reader TO writer
REVOKE ALL ON parents FROM writer
SECURITY LABEL ON TABLE parents IS 'x'
SET ROLE NONE; DELETE FROM parents
IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z
SELECT * FROM force_checkpoint('memory')
SELECT * FROM seq_scan('parents')
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM pandas_scan(1)
SELECT * FROM sniff_csv('/proc/self/environ')
SELECT * FROM start_ui()
SET VARIABLE x = (SELECT content FROM read_text('/etc/passwd'))
SELECT 1 WHERE (SELECT content FROM read_text('/etc/passwd') LIMIT 1) LIKE 'r%'
SELECT list_transform([1], lambda x: (SELECT count(*) FROM glob('/*')))
VALUES ((SELECT count(*) FROM glob('/*')))
SELECT * FROM parents ORDER BY (SELECT count(*) FROM glob('/*'))
SELECT * FROM parents LIMIT (SELECT count(*) FROM glob('/*'))
WITH RECURSIVE r AS (SELECT 1 a UNION ALL SELECT a + (SELECT count(*) FROM glob('/*')) FROM r WHERE a < 3) SELECT * FROM r
