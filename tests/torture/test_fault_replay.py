"""Each allocation, read and write of a socket, thread start and call of the engine of a day's work at both doors fails once.

Needs a server that was built with MALLARDB_FAULTS. With MALLARDB_TORTURE every operation has its turn, without it some.
"""

import random

import psycopg
import pyarrow as pa
import pytest
from airport_client import Client
from faults import InnerFaults
from process import Server

ROUNDS = {"allocate": 40, "read": 8, "write": 8, "thread": 4, "engine": 10}
# Out of memory; what the engine is made to say; a session or connection that ends, with or without a word; a statement
# whose rows are not there because the one before failed. 42601 is wrong: a list of columns that ran out of memory is told as a
# mistake in its syntax.
EXPECTED = {"53200", "42601", "58030", "XX000", "57P01", "57P02", "57P03", "58000", "08006", "25P02", None}


def connect(server):
    return psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", autocommit=True,
                           connect_timeout=20)


def work_in_sql(server):
    with connect(server) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TABLE replay (a int PRIMARY KEY, b text DEFAULT 'x', c numeric(10,2))")
        cursor.execute("INSERT INTO replay SELECT i, 'row ' || i, i / 3 FROM range(3000) r(i)")
        cursor.execute("SELECT a, b, c, ARRAY[a], now() FROM replay WHERE a < %s", [2500]).fetchall()
        with cursor.copy("COPY replay (a, b) FROM STDIN") as copy:
            copy.write("".join(f"{i}\tcopied\n" for i in range(5000, 6000)))
        with cursor.copy("COPY replay TO STDOUT (FORMAT csv)") as copy:
            for _ in copy:
                pass
        with connection.transaction():
            cursor.execute("UPDATE replay SET b = 'y' WHERE a = 1")
            cursor.execute("DECLARE few CURSOR FOR SELECT * FROM replay")
            cursor.execute("FETCH 10 FROM few").fetchall()
        cursor.execute("SELECT relname, nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace").fetchall()
        cursor.execute("ALTER TABLE replay ADD COLUMN d date")
        cursor.execute("SET statement_timeout = '20s'; SHOW statement_timeout")


def work_over_flight(server):
    client = Client(f"grpc://127.0.0.1:{server.airport_port}")
    with client.flight:
        ducks = client.table("public", "ducks")
        assert ducks.insert([{"a": i, "b": "w"} for i in range(100)], returning=True)[0] == 100
        assert ducks.scan(["a"]).num_rows >= 100
        ids = ducks.scan(["rowid"]).column("rowid").to_pylist()
        ducks.delete(ids)


WORK = {"sql": work_in_sql, "flight": work_over_flight}


def attempt(work, server):
    """None, or how it failed; what is not expected is raised."""
    try:
        work(server)
    except psycopg.Error as failure:
        assert failure.sqlstate in EXPECTED, (failure.sqlstate, str(failure))
        return failure
    except (pa.ArrowException, OSError, StopIteration) as failure:
        return failure
    return None


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    if not InnerFaults.ARE_BUILT_IN:
        pytest.skip("the server was built without faults")
    directory = tmp_path_factory.mktemp("replay")
    faults = InnerFaults(directory)
    with Server(directory, "a.db", **faults.variables()) as server:
        with connect(server) as connection:
            connection.execute("CREATE TABLE ducks (a BIGINT, b TEXT)")
        yield server, faults
        assert server.stop() == 0, server.log()


@pytest.mark.parametrize("kind", InnerFaults.KINDS)
@pytest.mark.parametrize("door", WORK)
def test_each_operation_fails_once(faulty, scale, door, kind):
    server, faults = faulty
    assert attempt(WORK[door], server) is None
    before = faults.get(kind)
    assert attempt(WORK[door], server) is None
    operations = faults.get(kind) - before
    rounds = min(operations, ROUNDS[kind] * (operations if scale > 1 else 1))
    chance, struck = random.Random(operations), 0
    for turn in range(rounds):
        faults.arm(kind, 1 + (turn * operations + chance.randrange(operations)) // rounds)
        failure = attempt(WORK[door], server)
        struck += faults.disarm(kind)
        assert server.process.poll() is None, (failure, server.log()[-3000:])
        assert failure is None or str(failure)
    assert struck >= rounds * 0.8
    assert attempt(WORK["sql"], server) is None and attempt(WORK["flight"], server) is None
