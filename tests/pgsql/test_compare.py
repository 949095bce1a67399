"""Statements of many kinds on a real PostgreSQL and on ours: result columns with their types, rows as text, command tags, and the
SQLSTATE of errors.

Each line of compare/*.sql is a statement. A line `-- differs: WHAT` before it says that the answers differ and in what, which is
checked, too: a difference that has gone must leave the list. docs/postgresql.md gives the reasons.
"""

import pathlib

import psycopg
import pytest

HERE = pathlib.Path(__file__).parent / "compare"
MARK = "-- differs: "
PER_DATABASE = 16384  # OIDs from here on are given out by each server as it likes


def statements(name):
    """(statement, what differs or None) for each line of the file."""
    differs = None
    for line in (HERE / f"{name}.sql").read_text().splitlines():
        if line.startswith(MARK):
            differs = line.removeprefix(MARK)
        elif line and not line.startswith("--"):
            yield line, differs
            differs = None


def answer(connection, statement):
    """What the server says, as plain data: ('error', SQLSTATE) or ('result', tag, names, types, rows)."""
    result = connection.pgconn.exec_(statement.encode())
    if result.status == psycopg.pq.ExecStatus.FATAL_ERROR:
        return "error", result.error_field(psycopg.pq.DiagnosticField.SQLSTATE).decode()
    while result.status == psycopg.pq.ExecStatus.COPY_OUT and connection.pgconn.get_copy_data(0)[0] > 0:
        pass
    columns = range(result.nfields)
    types = [min(result.ftype(i), PER_DATABASE) for i in columns]
    rows = [[result.get_value(row, i) for i in columns] for row in range(result.ntuples)]
    return "result", result.command_status, [result.fname(i) for i in columns], types, rows


def difference(theirs, ours):
    """The word for the first thing in which two answers differ; None when nothing does."""
    if theirs == ours:
        return None
    if theirs[0] == "error":
        return "sqlstate" if ours[0] == "error" else "accepted"
    if ours[0] == "error":
        return "refused"
    parts = zip(("tag", "names", "types", "rows"), theirs[1:], ours[1:])
    return " and ".join(word for word, a, b in parts if a != b)


@pytest.fixture(scope="module")
def both(server, postgres):
    connections = []
    for side in (postgres, server):
        connection = psycopg.connect(host=side.host, port=side.port, user=side.user, dbname=side.database, autocommit=True)
        for statement in ["CREATE SCHEMA compare", "SET search_path = compare", *(s for s, _ in statements("setup"))]:
            connection.execute(statement)
        connections.append(connection)
    yield connections
    for connection in connections:
        connection.close()


@pytest.mark.parametrize("name", ["select", "text", "number", "json", "array", "moment", "error", "write", "reference"])
def test_answers(both, name):
    surprises = []
    for statement, expected in statements(name):
        theirs, ours = (answer(connection, statement) for connection in both)
        found = difference(theirs, ours)
        if found != expected:
            surprises.append(f"{statement}\n  differs: {found}, expected {expected}\n  PostgreSQL {theirs}\n  ours       {ours}")
    assert not surprises, "\n".join(surprises)
