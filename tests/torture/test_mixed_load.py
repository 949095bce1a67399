"""Everything at once at both doors, then signals: for the sanitizers, ThreadSanitizer above all, and for the server's life.

Under ThreadSanitizer the engine gets one thread: how DuckDB hands our data from one of its threads to another is invisible to
it, and every such hand-over would be a report (tests/tsan.supp).
"""

import collections
import random
import signal
import threading
import time

import psycopg
import pyarrow as pa
import pytest
from airport_client import Client
from process import PROGRAM, Server

SECONDS = 6
EXPECTED = (psycopg.Error, pa.ArrowException, OSError, StopIteration)


def connect(server):
    return psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", autocommit=True)


def table(server):
    return Client(f"grpc://127.0.0.1:{server.airport_port}").table("public", "t")


def read(server, chance):
    with connect(server) as connection:
        for _ in range(20):
            connection.execute("SELECT a, b FROM t WHERE a < %s", [chance.randrange(5000)]).fetchall()
        for relation in ("pg_class", "pg_stat_activity", "pg_prepared_statements", "information_schema.columns"):
            connection.execute(f"SELECT * FROM {relation}").fetchall()


def write(server, chance):
    with connect(server) as connection:
        for _ in range(10):
            connection.execute("INSERT INTO t VALUES (%s, 'y')", [chance.randrange(10 ** 6)])
        with connection.cursor().copy("COPY t FROM STDIN") as copy:
            copy.write("1\tz\n" * 500)
        connection.execute("DELETE FROM t WHERE a > 100000 AND b = 'y'")


def define(server, chance):
    """DDL while the others scan."""
    name = f"d{chance.randrange(10 ** 9)}"
    with connect(server) as connection:
        for statement in ("CREATE TABLE {} (x INT PRIMARY KEY)", "ALTER TABLE {} ADD COLUMN y TEXT", "INSERT INTO {} VALUES (1, 'a')",
                          "DROP TABLE {}", "CHECKPOINT"):
            connection.execute(statement.format(name))


def cancel(server, chance):
    with connect(server) as connection:
        timer = threading.Timer(chance.random() / 5, connection.cancel)
        timer.start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT count(*) FROM range(100000000) a, range(1000) b")
        timer.join()


def vanish(server, chance):
    """A client that is ended by another, and one that goes in the middle of its rows."""
    with connect(server) as connection, connect(server) as other:
        connection.execute("SELECT pg_terminate_backend(%s)", [other.info.backend_pid])
    going = connect(server)
    going.execute("BEGIN")
    going.pgconn.send_query(b"SELECT * FROM t, range(100)")
    time.sleep(chance.random() / 10)
    going.close()


def fly(server, chance):
    found = table(server)
    assert found.scan(["a"]).num_rows > 0
    assert found.insert([{"a": 5, "b": "w"}] * 10)[0] == 10
    reader = found.client.flight.do_get(found.endpoints()[0].ticket)
    reader.read_chunk()
    reader.cancel()


def reload(server, chance):
    server.send(signal.SIGHUP)
    time.sleep(0.3)


class Load:
    def __init__(self, server, seconds):
        self.server, self.until, self.turns, self.failures = server, time.monotonic() + seconds, collections.Counter(), []
        self.threads = [threading.Thread(target=self.run, args=(work, number)) for number, work in
                        enumerate((read, read, write, define, cancel, vanish, fly, fly, reload))]

    def run(self, work, number):
        chance = random.Random(number)
        while time.monotonic() < self.until:
            try:
                work(self.server, chance)
            except EXPECTED as failure:
                self.failures.append(f"{work.__name__}: {failure}")
            self.turns[work.__name__] += 1

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.until = 0
        for thread in self.threads:
            thread.join()


def is_thread_sanitized():
    return b"__tsan_init" in PROGRAM.read_bytes()


@pytest.fixture
def server(tmp_path):
    threads = ["--threads=1"] if is_thread_sanitized() else []
    with Server(tmp_path, *threads, "a.db") as running:
        with connect(running) as connection:
            connection.execute("CREATE TABLE t (a BIGINT, b TEXT)")
            connection.execute("INSERT INTO t SELECT i, 'x' || i FROM range(20000) r(i)")
        yield running


def test_everything_at_once(server, scale):
    with Load(server, SECONDS * scale) as load:
        time.sleep(SECONDS * scale)
    assert all(load.turns[work] for work in ("read", "write", "define", "cancel", "vanish", "fly", "reload"))
    surprises = [f for f in load.failures if "CHECKPOINT" not in f and "onflict" not in f]
    assert not surprises, surprises[:10]
    assert server.stop() == 0


@pytest.mark.parametrize("numbers", [(signal.SIGTERM,), (signal.SIGINT,), (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)])
def test_signals_in_the_middle(server, numbers):
    with Load(server, 60):
        time.sleep(1.5)
        for number in numbers:
            server.send(number)
            time.sleep(0.05)
        if numbers == (signal.SIGTERM,):
            time.sleep(1)
            server.send(signal.SIGINT)
        assert server.process.wait(30) == 0
