"""PostgreSQL's functions, value by value: each expression of functions.txt has the type and the value that PostgreSQL 15 gives."""

import pathlib

import psycopg
import pytest

SETTINGS = {"user": "postgres"}
EXPRESSIONS = (pathlib.Path(__file__).parent / "functions.txt").read_text().splitlines()


@pytest.fixture(scope="module")
def connections(server, postgres):
    ours, real = (psycopg.connect(host=target.host, port=target.port, user="postgres", dbname="postgres", autocommit=True)
                  for target in (server, postgres))
    with ours, real:
        for connection in (ours, real):
            connection.execute("SET TimeZone = 'UTC'")
        yield ours, real


def answer(connection, expression):
    """The type's OID and all values as text, or the error."""
    result = connection.pgconn.exec_(f"SELECT {expression}".encode())
    if result.status != psycopg.pq.ExecStatus.TUPLES_OK:
        return result.error_message.decode()
    return result.ftype(0), [result.get_value(row, 0) for row in range(result.ntuples)]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_same_as_postgres(connections, expression):
    ours, real = (answer(connection, expression) for connection in connections)
    assert isinstance(real, tuple), real
    assert ours == real


@pytest.mark.parametrize("expression, state", [
    ("to_date('2024-13-01', 'YYYY-MM-DD')", "22008"), ("to_date('x', 'YYYY')", "22007"), ("to_date('1 Foo 2024', 'DD Mon YYYY')", "22007"),
    ("to_timestamp('13 PM', 'HH12 AM')", "22007"), ("to_number('', '999')", "22P02")])
def test_errors_have_postgres_states(connections, expression, state):
    for connection in connections:
        with pytest.raises(psycopg.Error) as failure:
            connection.execute(f"SELECT {expression}")
        assert failure.value.sqlstate == state
