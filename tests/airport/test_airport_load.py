"""Many clients at once: parallel streams, cancelled scans, connections that break, a stop in the middle of everything."""
import socket
import threading
import time

import pyarrow.flight as flight
import pytest
from test_airport_examples import Example

THREADS, ROUNDS = 8, 15


def in_parallel(work, threads=THREADS):
    """Runs work(n) in threads; their first failure is ours."""
    failures = []

    def run(number):
        try:
            work(number)
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)

    running = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if failures:
        raise failures[0]


def test_parallel_scans_on_one_connection():
    with Example("template") as example:
        client = example.client()
        numbers = client.table("demo", "numbers")

        def scan(_):
            for _ in range(ROUNDS):
                assert numbers.scan().num_rows == 100_000

        in_parallel(scan)


def test_cancelled_scans_and_fresh_connections():
    with Example("template") as example:
        def scan(number):
            for turn in range(ROUNDS):
                numbers = example.client().table("demo", "numbers")
                reader = numbers.client.flight.do_get(numbers.endpoints()[0].ticket)
                if (number + turn) % 3:
                    reader.read_chunk()
                    reader.cancel()
                else:
                    assert reader.read_all().num_rows == 100_000

        in_parallel(scan)
        assert example.client().table("demo", "numbers").scan().num_rows == 100_000


def test_parallel_writes():
    with Example("dml") as example:
        def write(number):
            users = example.client().table("demo", "users")
            for turn in range(ROUNDS):
                assert users.insert([{"id": number, "name": f"{turn}"}] * 10, returning=bool(turn % 2))[0] == 10

        in_parallel(write)
        assert example.client().table("demo", "users").scan().num_rows == THREADS * ROUNDS * 10


def test_broken_and_nonsensical_connections():
    with Example("basic") as example:
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
        for data in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00", preface[:10], preface, preface + b"\xff" * 100,
                     preface + bytes([0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0])):
            with socket.create_connection(("127.0.0.1", example.port)) as connection:
                connection.sendall(data)
                connection.settimeout(0.2)
                try:
                    while connection.recv(65536):
                        pass
                except (TimeoutError, ConnectionError):
                    pass
        assert example.client().table("demo", "users").scan().num_rows == 3


def test_deadline():
    with Example("template") as example:
        numbers = example.client().table("demo", "numbers")
        ticket = numbers.endpoints()[0].ticket
        with pytest.raises(flight.FlightTimedOutError):
            reader = numbers.client.flight.do_get(ticket, flight.FlightCallOptions(timeout=0.05))
            reader.read_chunk()
            time.sleep(0.2)
            while True:
                reader.read_chunk()
        assert numbers.scan().num_rows == 100_000


def test_stop_under_load():
    stop = threading.Event()

    def scan(example):
        while not stop.is_set():
            try:
                example.client().table("demo", "numbers").scan()
            except Exception:  # noqa: BLE001
                return

    with Example("template") as example:
        threads = [threading.Thread(target=scan, args=(example,)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        begun = time.monotonic()
        example.process.terminate()
        example.process.wait(timeout=20)
        assert time.monotonic() - begun < 10
        stop.set()
        for thread in threads:
            thread.join()
