"""Plans that are used again see the rows of now: the engine folds its statistics into a plan, whatever protocol keeps it."""

import time

import psycopg
import pytest

from running import RunningServer

ROWS = 5000
QUESTIONS = [
    "SELECT count(*) FROM t", "SELECT max(a), min(a) FROM t", "SELECT count(b) FROM t", f"SELECT a FROM t WHERE a > {ROWS}",
    f"SELECT count(*) FROM t WHERE a > {ROWS}", "SELECT count(*) FROM t WHERE a >= 0", "SELECT a FROM t WHERE b IS NULL",
    "SELECT (SELECT count(*) FROM t)", "SELECT n FROM counted", "SELECT cast(max(b) AS smallint) FROM t",
    f"SELECT count(*) FROM t x JOIN t y ON x.a = y.a WHERE y.a > {ROWS}",
]
CHANGES = [f"INSERT INTO t VALUES ({ROWS + 1}, 7), (NULL, NULL)", f"UPDATE t SET a = {ROWS + 2}, b = 8 WHERE a = 1", "DELETE FROM t WHERE a < 10"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """On tables that lie on disk: what is in memory only has no statistics to fold."""
    directory = tmp_path_factory.mktemp("plans")
    with RunningServer(directory) as running, connect(running) as connection:
        connection.execute(f"CREATE TABLE t AS SELECT a, a % 7 AS b FROM range({ROWS}) r(a)")
        connection.execute("CREATE VIEW counted AS SELECT count(*) AS n FROM t")
    with RunningServer(directory) as running:
        yield running


def connect(server):
    return psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True)


def ask(connection, question, protocol):
    if protocol == "simple":
        return connection.pgconn.exec_(question.encode()).get_value(0, 0)
    return connection.execute(question, prepare=True).fetchall()


def change(connection, by_copy):
    if not by_copy:
        for statement in CHANGES:
            connection.execute(statement)
        return
    with connection.cursor().copy("COPY t FROM STDIN") as copy:
        copy.write(f"{ROWS + 1}\t7\n\\N\t\\N\n")


def anew(connection, question, protocol):
    """What a plan that nobody has used before answers."""
    return ask(connection, f"{question} -- {time.monotonic_ns()}", protocol)


@pytest.fixture
def reader(server):
    with connect(server) as connection:
        yield connection
        for statement in ("ROLLBACK", "DELETE FROM t", f"INSERT INTO t SELECT a, a % 7 FROM range({ROWS}) r(a)", "CHECKPOINT"):
            connection.execute(statement)


@pytest.mark.parametrize("by_copy", [False, True])
@pytest.mark.parametrize("protocol", ["simple", "prepared"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_follow_the_rows(server, reader, question, protocol, by_copy):
    """In the session's own transaction, after it, and after another session's change."""
    ask(reader, question, protocol)
    reader.execute("BEGIN")
    change(reader, by_copy)
    assert ask(reader, question, protocol) == anew(reader, question, protocol)
    reader.execute("ROLLBACK")
    assert ask(reader, question, protocol) == anew(reader, question, protocol)
    with connect(server) as other:
        change(other, by_copy)
        assert ask(reader, question, protocol) == anew(other, question, protocol)


@pytest.mark.parametrize("protocol", ["simple", "prepared"])
def test_plan_of_a_table_that_has_gone(server, protocol):
    """Refused as often as it is asked for, and answered again when the table is back."""
    with connect(server) as connection:
        for _ in range(2):
            connection.execute("CREATE TEMP TABLE passing AS SELECT 1 AS a")
            assert ask(connection, "SELECT a FROM passing", protocol) in (b"1", [(1,)])
            connection.execute("DROP TABLE passing")
            for _ in range(3):
                result = connection.pgconn.exec_(b"SELECT a FROM passing")
                assert result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) == b"42P01"
                with pytest.raises(psycopg.errors.UndefinedTable):
                    connection.execute("SELECT a FROM passing", prepare=True)
