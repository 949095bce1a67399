"""The reader's role: everything that only reads works, everything else is refused, and nothing is changed by trying."""

import pathlib

import psycopg
import pytest

from running import RunningServer

TABLES = """
    CREATE TABLE parents (id int PRIMARY KEY, name text);
    CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents (id));
    CREATE VIEW names AS SELECT name FROM parents;
    CREATE SEQUENCE counter;
    CREATE MACRO double(x) AS 2 * x;
    CREATE MACRO first_parents(n) AS TABLE SELECT * FROM parents LIMIT n;
    INSERT INTO parents VALUES (1, 'Ada');
"""

READS = [
    "SELECT * FROM parents", "FROM parents", "TABLE parents", "VALUES (1)", "DESCRIBE parents", "SUMMARIZE parents",
    "SHOW TABLES", "SHOW search_path", "SELECT count(*) FROM children JOIN parents ON parent = parents.id",
    "SELECT * FROM names", "SELECT * FROM generate_series(1, 3)", "SELECT unnest([1, 2])", "SELECT double(2)",
    "SELECT * FROM first_parents(1)", "SELECT * FROM duckdb_tables()", "EXPLAIN SELECT * FROM parents",
    "WITH p AS (SELECT * FROM parents) SELECT * FROM p", "SELECT * FROM information_schema.tables",
    "SELECT relname FROM pg_catalog.pg_class", "SELECT current_user, version()", "SET TimeZone = 'UTC'",
    "COPY parents TO STDOUT", "PREPARE p AS SELECT 1",
]

REFUSED = [
    "INSERT INTO parents VALUES (2, 'x')", "UPDATE parents SET name = 'x'", "DELETE FROM parents", "TRUNCATE parents",
    "MERGE INTO parents USING parents p ON parents.id = p.id WHEN MATCHED THEN DELETE", "SELECT * INTO other FROM parents",
    "WITH x AS (DELETE FROM parents RETURNING *) SELECT * FROM x", "EXPLAIN ANALYZE INSERT INTO parents VALUES (3, 'x')",
    "PREPARE q AS INSERT INTO parents VALUES (4, 'x')", "CREATE TABLE t (a int)", "CREATE TEMP TABLE t (a int)",
    "CREATE TABLE t AS SELECT 1", "CREATE VIEW v AS SELECT 1", "CREATE OR REPLACE VIEW names AS SELECT 1",
    "CREATE SCHEMA s", "CREATE SEQUENCE s", "CREATE INDEX i ON parents (name)", "CREATE MACRO m() AS 1",
    "CREATE TYPE mood AS ENUM ('ok')", "CREATE SECRET s (TYPE s3)", "ALTER TABLE parents ADD COLUMN x int",
    "ALTER TABLE parents RENAME TO other", "DROP TABLE children", "DROP SCHEMA public CASCADE", "COMMENT ON TABLE parents IS 'x'",
    "COPY parents TO '/tmp/mallardb-reader.csv'", "COPY (SELECT 1) TO '/tmp/mallardb-reader.csv'",
    "COPY parents FROM '/etc/passwd'", "COPY parents FROM STDIN", "EXPORT DATABASE '/tmp/mallardb-reader'",
    "IMPORT DATABASE '/tmp/mallardb-reader'", "ATTACH '/tmp/mallardb-reader.db'", "DETACH memory", "USE memory",
    "INSTALL httpfs", "LOAD httpfs", "SET threads = 1", "SET GLOBAL threads = 1", "SET memory_limit = '1GB'", "RESET GLOBAL threads",
    "PRAGMA enable_profiling", "PRAGMA database_list", "CALL pragma_version()", "CALL force_checkpoint()", "CHECKPOINT", "VACUUM",
    "SELECT * FROM checkpoint()", "SELECT * FROM force_checkpoint()", "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_blob('/etc/shadow')", "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')", "SELECT * FROM read_duckdb('/tmp/x.db')", "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')", "SELECT * FROM glob('/*')", "SELECT * FROM '/etc/passwd'",
    "FROM 'data.parquet'", "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "WITH a AS (FROM glob('/*')) SELECT * FROM a", "SELECT * FROM parents WHERE EXISTS (FROM read_text('/etc/passwd'))",
    "SELECT * FROM parents UNION ALL SELECT 1, content FROM read_text('/etc/passwd')",
    "SELECT * FROM (SELECT * FROM read_csv('/etc/passwd')) t", "SELECT * FROM parents, LATERAL (SELECT * FROM glob('/*')) g",
    "EXPLAIN SELECT * FROM read_text('/etc/passwd')", "COPY (SELECT * FROM read_text('/etc/passwd')) TO STDOUT",
    "PREPARE r AS SELECT * FROM read_text('/etc/passwd')", "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM query('DROP TABLE parents')", "SELECT * FROM query_table('/etc/passwd')", "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_logs()", "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "SELECT nextval('counter')", "SELECT CASE WHEN true THEN nextval('counter') END", "SELECT setval('counter', 5)",
    "SELECT write_log('x')", "SELECT pg_terminate_backend(1)", "SELECT pg_cancel_backend(1)", "SET ROLE writer",
    "SET SESSION AUTHORIZATION writer", "GRANT ALL ON parents TO reader", "CREATE ROLE other", "ALTER SYSTEM SET port = 1",
    "DO $$ BEGIN END $$", "SELECT 1; DROP TABLE children", "BEGIN; SET TRANSACTION READ WRITE; DELETE FROM parents",
    "SET default_transaction_read_only = off; DELETE FROM parents",
]

# And one a line: every way to write, to read files, to attach, install or set, to escape through PREPARE, COPY, views and functions.
REFUSED += (pathlib.Path(__file__).parent / "reader_refused.sql").read_text().splitlines()

CONTENTS = "SELECT (SELECT count(*) FROM parents), (SELECT min(name) FROM parents), (SELECT count(*) FROM duckdb_tables())"


def connect(server, user):
    return psycopg.connect(host=server.host, port=server.port, user=user, password=user, dbname="postgres", autocommit=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with RunningServer(tmp_path_factory.mktemp("reader"), user="writer", password="writer", readonly_user="reader",
                       readonly_password="reader") as running:
        with connect(running, "writer") as writer:
            writer.execute(TABLES)
        yield running


@pytest.mark.parametrize("statement", READS)
def test_reading_is_allowed(server, statement):
    with connect(server, "reader") as reader:
        if statement.startswith("COPY"):
            with reader.cursor().copy(statement) as copy:
                assert b"".join(copy) == b"1\tAda\n"
        else:
            reader.execute(statement)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_rest_is_refused(server, statement):
    with connect(server, "writer") as writer, connect(server, "reader") as reader:
        before = writer.execute(CONTENTS).fetchall()
        with pytest.raises(psycopg.Error) as refusal:
            reader.execute(statement)
        # denied, read-only, not supported at all, or not even a statement: never a success, never a defect of ours
        assert refusal.value.sqlstate in ("42501", "25006", "0A000", "42601", "42883", "42704", "55P02"), refusal.value
        reader.execute("ROLLBACK")
        assert reader.execute("SELECT 1").fetchall() == [(1,)]
        assert writer.execute(CONTENTS).fetchall() == before
