"""Calls of the Airport door as operators see them: pg_stat_activity, /status, pg_cancel_backend()."""

import contextlib
import signal
import threading
import time

import psycopg
import pyarrow.flight as flight
import pytest

from metrics_page import fetch, value, wait_for
from process import Server

LONG = "SELECT count(*) AS n FROM range(100000000000) a, range(1000000) b"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    settings = {"user": "duck", "password": "secret", "readonly_user": "watcher", "readonly_password": "binoculars"}
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    with Server(tmp_path_factory.mktemp("calls"), "--metrics-port=0", *flags, "calls.db") as running:
        with connect(running) as client:
            client.execute(f"CREATE VIEW slow AS {LONG}")
        yield running


def connect(server, user="duck", password="secret"):
    return psycopg.connect(host="127.0.0.1", port=server.port, user=user, password=password, dbname="calls", autocommit=True)


@contextlib.contextmanager
def reading_slowly(server, token="secret"):
    """A DoGet that would last for ever; gives how it ended, once it has."""
    failures = []
    options = flight.FlightCallOptions(headers=[(b"authorization", b"Bearer " + token.encode())])

    def read():
        try:
            with flight.FlightClient(f"grpc://127.0.0.1:{server.airport_port}") as client:
                info = next(iter(client.list_flights(options=options)))
                client.do_get(info.endpoints[0].ticket, options).read_all()
        except (flight.FlightError, OSError) as failure:
            failures.append(failure)

    reader = threading.Thread(target=read)
    reader.start()
    yield failures
    reader.join(30)
    assert not reader.is_alive()


def running_calls(client, seconds=20):
    deadline = time.monotonic() + seconds
    while True:
        rows = client.execute("SELECT pid, usename, datname, state, query, application_name, client_addr::text, query_start"
                              " FROM pg_stat_activity WHERE backend_type = 'airport call' AND query LIKE 'DoGet%'").fetchall()
        if rows or time.monotonic() > deadline:
            return rows
        time.sleep(0.05)


@pytest.mark.parametrize("token, user", [("secret", "duck"), ("binoculars", "watcher")])
def test_a_call_is_seen_and_cancelled(server, token, user):
    with connect(server) as client, reading_slowly(server, token) as failures:
        (pid, *shown, agent, address, start), = running_calls(client)
        assert shown == [user, "calls", "active", "DoGet public.slow"]
        assert "grpc" in agent and address.startswith("127.0.0.1") and start is not None
        page = fetch(server, "/status")[1]
        assert f"<td>Airport</td><td class=\"n\">{pid}</td><td>{user}</td>" in page and "DoGet public.slow" in page
        assert client.execute("SELECT pg_cancel_backend(%s)", (pid,)).fetchone() == (True,)
    assert len(failures) == 1 and "cancelled by the server's administrator" in str(failures[0])
    with connect(server) as client:
        assert running_calls(client, seconds=0) == []
        assert client.execute("SELECT pg_terminate_backend(%s)", (pid,)).fetchone() == (False,)


def test_who_only_reads_cancels_nobody(server):
    with connect(server) as client, connect(server, "watcher", "binoculars") as watcher, reading_slowly(server) as failures:
        pid = running_calls(client)[0][0]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            watcher.execute("SELECT pg_terminate_backend(%s)", (pid,))
        assert running_calls(client, seconds=0) and not failures
        client.execute("SELECT pg_terminate_backend(%s)", (pid,))
    assert len(failures) == 1


def test_calls_that_wait_for_a_thread(tmp_path):
    with Server(tmp_path, "--metrics-port=0", "--workers=1", "--log-min-duration-ms=0", "calls.db") as server:
        with connect(server, "mallard", "") as client:
            client.execute(f"CREATE VIEW slow AS {LONG}")
        assert value(server, "mallardb_airport_calls_queued") == 0
        assert value(server, "mallardb_workers_max") == 1
        with reading_slowly(server) as first:
            wait_for(server, 1, "mallardb_running", door="airport")
            with reading_slowly(server) as second:
                wait_for(server, 1, "mallardb_airport_calls_queued")
                assert server.stop(signal.SIGINT) == 0
        assert len(first) == len(second) == 1
