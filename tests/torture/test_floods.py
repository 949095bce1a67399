"""What a hostile HTTP/2 client can send without end: the server's memory stays flat, and everybody else is served meanwhile."""

import contextlib
import struct
import threading
import time

import pyarrow as pa
import pytest

import http2
from airport_client import Client
from running import RunningServer

SECONDS, WARM_UP = 1, 0.5
GROWTH_KIB = 48 << 10
RESETS_KIB = 256 << 10  # calls that were given up wait for a worker, and refusals for a client that does not read them
TOKEN = "secret"


def resets(connection):
    for _ in range(500):
        connection.stream += 2
        yield http2.frame(http2.HEADERS, http2.END_HEADERS, connection.stream, http2.request(token=TOKEN))
        yield http2.frame(http2.RST_STREAM, 0, connection.stream, struct.pack("!I", 8))


def refused_calls(connection):
    for _ in range(500):
        connection.stream += 2
        yield http2.frame(http2.HEADERS, http2.END_HEADERS, connection.stream, http2.request(token=None))
        yield http2.frame(http2.DATA, http2.END_STREAM, connection.stream, http2.message())


def pings(connection):
    yield http2.frame(http2.PING, 0, 0, b"flooding") * 2000


def settings(connection):
    yield http2.frame(http2.SETTINGS, 0, 0, struct.pack("!HI", 4, 65535)) * 2000


def endless_headers(connection):
    connection.stream += 2
    yield http2.frame(http2.HEADERS, 0, connection.stream, http2.request())
    for _ in range(200):
        yield http2.frame(http2.CONTINUATION, 0, connection.stream, http2.literal("x-more", "y" * 4000))


def long_headers(connection):
    for _ in range(20):
        connection.stream += 2
        block = http2.request(token=TOKEN) + http2.literal("x-long", "y" * 3500) * 4 + http2.literal("x-longer", "z" * 2000)
        yield http2.frame(http2.HEADERS, http2.END_HEADERS, connection.stream, block)


def endless_messages(connection):
    """Calls that announce a message as large as there may be, and send what the window lets through."""
    for _ in range(50):
        connection.stream += 2
        yield http2.frame(http2.HEADERS, http2.END_HEADERS, connection.stream, http2.request("DoAction"))
        yield http2.frame(http2.DATA, 0, connection.stream, b"\0" + struct.pack("!I", 200 << 20) + bytes(8000))


def priorities(connection):
    yield http2.frame(http2.PRIORITY, 0, 1, struct.pack("!IB", 3, 1)) * 2000


def windows(connection):
    yield http2.frame(http2.WINDOW_UPDATE, 0, 0, struct.pack("!I", 1)) * 2000


FLOODS = [resets, refused_calls, pings, settings, endless_headers, long_headers, endless_messages, priorities, windows]


class Attackers:
    """Threads that flood, each on one connection after the other, never reading, until the block ends."""

    def __init__(self, server, flood, count=3):
        self.server, self.flood, self.ended, self.bytes = server, flood, threading.Event(), 0
        self.threads = [threading.Thread(target=self.run) for _ in range(count)]

    def run(self):
        while not self.ended.is_set():
            with contextlib.suppress(OSError), http2.Connection(self.server.airport_port, receive_bytes=4096, patience=0.5) as one:
                while not self.ended.is_set():
                    block = b"".join(self.flood(one))
                    one.send(block)
                    self.bytes += len(block)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()


class Served:
    """How long everybody else's calls take."""

    def __init__(self, server):
        self.client = Client(f"grpc://127.0.0.1:{server.airport_port}", token=TOKEN)

    def longest(self, seconds):
        until, times = time.monotonic() + seconds, []
        while time.monotonic() < until:
            start = time.monotonic()
            assert self.client.version() >= 0
            times.append(time.monotonic() - start)
        return max(times), len(times)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with RunningServer(tmp_path_factory.mktemp("floods"), password=TOKEN, log_level="warning",
                       authentication_failures_per_minute=0) as running:
        yield running


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood(server, scale, flood):
    served = Served(server)
    with Attackers(server, flood) as attackers:
        served.longest(WARM_UP)
        before = server.resident_kib()
        longest, calls = served.longest(SECONDS * min(scale, 5))
        growth = server.resident_kib() - before
    assert attackers.bytes > 0
    assert calls > 1, longest
    assert server.is_sanitized() or growth < (RESETS_KIB if flood is resets else GROWTH_KIB), growth


def test_a_bomb_of_zstd(server):
    """The parameters of a DoAction come in a container of a length and compressed bytes: neither is believed."""
    zeroes = pa.compress(bytes(64 << 20), codec="zstd", asbytes=True)
    client = Client(f"grpc://127.0.0.1:{server.airport_port}", token=TOKEN)
    before = server.resident_kib()
    for claimed in (1, 64 << 20, 1 << 31, (1 << 32) - 1, 1 << 40):
        for _ in range(5):
            with pytest.raises((pa.ArrowException, OSError, KeyError)):
                client.action("list_schemas", [claimed, zeroes])
    assert server.is_sanitized() or server.resident_kib() - before < GROWTH_KIB
    assert client.version() >= 0
