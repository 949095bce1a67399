"""Connections on which nobody logs in: how long they live, how many there may be, and whom they keep out."""

import concurrent.futures
import socket
import ssl
import time

import psycopg
import pyarrow as pa
import pyarrow.flight as flight
import pytest

import http2
import wire
from certificates import make_certificate

PASSWORD = "secret"
SHORT = {"authentication_timeout_ms": 1000, "password": PASSWORD}


def sql(server, **parameters):
    return psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", password=PASSWORD,
                           autocommit=True, **parameters)


def flights(server, client=None):
    client = client or flight.FlightClient(f"grpc://127.0.0.1:{server.airport_port}")
    options = flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {PASSWORD}".encode())], timeout=20)
    return list(client.list_flights(options=options))


def seconds_to_the_end(connection, drip=b""):
    """How long the server bears a peer that says nothing, or one byte now and then."""
    start = time.monotonic()
    connection.settimeout(0.1)
    while time.monotonic() < start + 20:
        try:
            connection.sendall(drip[:1])
            drip = drip[1:]
            if not connection.recv(65536):
                break
        except TimeoutError:
            continue
        except (ConnectionError, ssl.SSLError):
            break
    return time.monotonic() - start


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


HELLO = b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + bytes(200)
PREFACE = http2.PREFACE + http2.frame(http2.SETTINGS)
LONG_HEADERS = PREFACE + http2.frame(http2.HEADERS, 0, 1, http2.request())
SLOW = [("airport_port", b"", False), ("airport_port", HELLO, False), ("airport_port", PREFACE, True),
        ("airport_port", LONG_HEADERS, True), ("port", b"", False), ("port", wire.startup(user="mallard"), False),
        ("port", HELLO, False), ("port", wire.request(80877103), False)]


def test_the_silent_and_the_slow_are_let_go(serve, certificate):
    """Nothing at all, handshakes and requests in drops: the time is that of the whole log-in, not of a byte."""
    server = serve(tls_cert=certificate.cert, tls_key=certificate.key, **SHORT)

    def bear(slow):
        port, drip, encrypted = slow
        connection = socket.create_connection(("127.0.0.1", getattr(server, port)))
        if encrypted:
            context = ssl.create_default_context(cafile=str(certificate.cert))
            context.set_alpn_protocols(["h2"])
            connection = context.wrap_socket(connection, server_hostname="localhost")
        with connection:
            return seconds_to_the_end(connection, drip)

    with concurrent.futures.ThreadPoolExecutor(len(SLOW)) as together:
        times = list(together.map(bear, SLOW))
    assert all(0.8 < t < 6 for t in times), times


def test_calls_without_a_token_do_not_prolong_it(serve):
    server = serve(**SHORT)
    with http2.Connection(server.airport_port) as stranger:
        start = time.monotonic()
        while time.monotonic() < start + 20:
            try:
                stranger.call(http2.request(), http2.message())
            except ConnectionError:
                break
            time.sleep(0.1)
        assert 0.8 < time.monotonic() - start < 6
        told = [payload for kind, _, _, payload in stranger.read_all() if kind == http2.GOAWAY]
    assert told and b"authentication_timeout_ms is 1000" in told[0]


def test_whoever_has_logged_in_stays(serve):
    server = serve(**SHORT)
    with sql(server) as connection, flight.FlightClient(f"grpc://127.0.0.1:{server.airport_port}") as client:
        flights(server, client)
        opened = server_sockets(server)
        time.sleep(2.5)
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server_sockets(server) == opened
        flights(server, client)
        assert server_sockets(server) == opened


def server_sockets(server):
    """The peers of both doors' connections."""
    ports = {f":{server.port:04X}", f":{server.airport_port:04X}"}
    with open("/proc/net/tcp") as table:
        lines = [line.split() for line in table.readlines()[1:]]
    return {remote for _, local, remote, state, *_ in lines if local[-5:] in ports and state == "01"}


def test_strangers_keep_nobody_out(serve):
    server = serve(max_connections=5, max_unauthenticated_connections=20, password=PASSWORD)
    strangers = []
    for _ in range(50):
        half = wire.Connection(server, start=False)
        half.send(wire.startup(user="mallard", database="postgres"))
        silent = http2.Connection(server.airport_port)
        strangers += [half.socket, silent.socket]
        if len(strangers) % 20 == 0:
            with sql(server) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            flights(server)
    assert 20 <= len(server_sockets(server)) <= 42
    for each in strangers:
        each.close()


def test_the_oldest_stranger_makes_room(serve):
    server = serve(max_unauthenticated_connections=2, password=PASSWORD)
    first = wire.Connection(server, start=False)
    first.send(wire.startup(user="mallard", database="postgres"))
    first.read()
    others = [wire.Connection(server, start=False) for _ in range(2)]
    error = first.read().fields()
    assert (error["S"], error["C"], error["H"]) == ("FATAL", "53300", "The setting MAX_UNAUTHENTICATED_CONNECTIONS allows 2.")
    flights_first = http2.Connection(server.airport_port)
    flights_others = [http2.Connection(server.airport_port) for _ in range(2)]
    assert b"max_unauthenticated_connections is 2" in flights_first.read_until(http2.GOAWAY)[3]
    for each in [*others, *flights_others]:
        each.socket.close()


def test_too_many_airport_clients(serve):
    server = serve(max_connections=2, password=PASSWORD)
    clients = [flight.FlightClient(f"grpc://127.0.0.1:{server.airport_port}",
                                   generic_options=[("grpc.use_local_subchannel_pool", 1)]) for _ in range(3)]
    for client in clients[:2]:
        flights(server, client)
    with pytest.raises(pa.ArrowException, match="max_connections allows 2"):
        flights(server, clients[2])
    clients.pop(0).close()
    deadline = time.monotonic() + 10
    while True:
        try:
            flights(server, clients[1])
            break
        except pa.ArrowException:
            assert time.monotonic() < deadline
    for client in clients:
        client.close()


def test_a_stranger_who_never_reads(serve):
    """Answers that nobody takes do not keep the connection."""
    server = serve(**SHORT)
    with socket.create_connection(("127.0.0.1", server.port)) as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stranger.settimeout(1)
        sent, start = 0, time.monotonic()
        try:
            while time.monotonic() < start + 20 and sent < 64 << 20:
                sent += stranger.send(wire.request(80877103) * 4096)
        except TimeoutError:
            pass
        except ConnectionError:
            return
        deadline = time.monotonic() + 5
        while server_sockets(server):
            assert time.monotonic() < deadline
            time.sleep(0.05)
