"""The same statements on a real PostgreSQL and on ours: column names, command tags, rows, and the errors of what the session
itself parses."""

import pathlib

import psycopg
import pytest

HERE = pathlib.Path(__file__).parent
TABLE = "CREATE TABLE t (a int, b text, c int[], d timestamptz, x int, y int, name text, j json)"


@pytest.fixture(scope="module")
def both(server, postgres):
    """A connection to each, with the same table of one row."""
    connections = []
    for side in (postgres, server):
        connection = psycopg.connect(host=side.host, port=side.port, user=side.user, dbname=side.database, autocommit=True)
        connection.execute(TABLE)
        connection.execute("INSERT INTO t VALUES (1, 'one', ARRAY[1, 2], '2024-01-01 00:00:00+00', 2, 3, 'n', '{\"k\": 1}')")
        connections.append(connection)
    yield connections
    for connection in connections:
        connection.close()


def lines(name):
    return [line for line in (HERE / name).read_text().splitlines() if line and not line.startswith("--")]


@pytest.mark.parametrize("expression", lines("names.sql"))
def test_names(both, expression):
    names = [[column.name for column in c.execute(f"SELECT {expression} FROM t").description] for c in both]
    assert names[1] == names[0]


def test_tags(both):
    for statement in lines("tags.sql"):
        expected, ours = (c.execute(statement).statusmessage for c in both)
        assert ours == expected, statement


@pytest.mark.parametrize("query", lines("rows.sql"))
def test_rows(both, query):
    expected, ours = (c.execute(query).fetchall() for c in both)
    assert ours == expected


def failure(connection, statement):
    with pytest.raises(psycopg.Error) as raised:
        connection.execute(statement)
    diagnostic = raised.value.diag
    return diagnostic.sqlstate, diagnostic.message_primary, diagnostic.statement_position


@pytest.mark.parametrize("statement", lines("errors.sql"))
def test_errors(both, statement):
    expected, ours = (failure(c, statement) for c in both)
    assert ours == expected


def outcome(connection, statement):
    try:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else cursor.statusmessage
    except psycopg.Error as error:
        diagnostic = error.diag
        return diagnostic.sqlstate, diagnostic.message_primary, diagnostic.table_name, diagnostic.constraint_name


def test_definitions(serve, postgres):
    """In order, because each stands on those before; "~" marks where only the kind of the outcome is the same."""
    server = serve()
    with psycopg.connect(host=postgres.host, port=postgres.port, user=postgres.user, dbname="postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE definitions")
    sides = [psycopg.connect(host=s.host, port=s.port, user=s.user, dbname=name, autocommit=True)
             for s, name in ((postgres, "definitions"), (server, "postgres"))]
    different = []
    for line in lines("ddl.sql"):
        statement = line.removeprefix("~ ")
        expected, ours = (outcome(side, statement) for side in sides)
        same = type(expected) is type(ours) if line != statement else expected == ours
        if not same:
            different.append((statement, expected, ours))
    for side in sides:
        side.close()
    assert not different
