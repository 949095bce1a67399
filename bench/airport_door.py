"""Questions asked over Arrow Flight, in the order of requests that DuckDB's airport extension sends."""
import os
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.flight as flight

from postgresql_door import fill, sql
from servers import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests/duckcat"))
from airport_client import Client, comparison, pack  # noqa: E402

BIG_ROWS, INSERT_ROWS, TABLES = 20_000_000, 1_000_000, 1000


class Questions:
    def __init__(self, ours, memory, peers, seconds):
        self.ours, self.memory, self.peers, self.seconds = ours, memory, peers, seconds
        ports = {ours: ours.airport_port, **{server: server.port for server in (memory, *peers)}}
        self.clients = {server: flight.FlightClient(f"grpc://127.0.0.1:{port}") for server, port in ports.items()}
        self.airport = Client(f"grpc://127.0.0.1:{ours.airport_port}")

    def prepare(self, rows):
        fill(self.ours, rows)
        wide = ", ".join(f"i + {n} AS c{n}" for n in range(20))
        sql(self.ours, f"CREATE TABLE big AS SELECT i AS a, i * 3 AS b FROM range({BIG_ROWS}) AS s(i)",
            f"CREATE TABLE wide AS SELECT {wide} FROM range(2000000) AS s(i)", "CREATE SCHEMA many",
            "".join(f"CREATE TABLE many.t{n} (a int, b text, c date);" for n in range(TABLES)))
        tables = self.airport.tables("public")
        self.points, self.big, self.wide = (tables[n] for n in ("points", "big", "wide"))

    def ticket(self, server, query):
        """That of the whole table: of a peer the query itself, or \"memory\"."""
        if server in self.peers:
            return flight.Ticket(query)
        client = self.airport if server is self.ours else Client(f"grpc://127.0.0.1:{server.port}")
        return client.table("public", "numbers").endpoints()[0].ticket

    def read(self, server, query):
        return sum(chunk.data.nbytes for chunk in self.clients[server].do_get(self.ticket(server, query)))

    def throughput(self, query):
        def measure(server):
            started = time.perf_counter()
            return self.read(server, query) / (time.perf_counter() - started) / 1e6
        return measure

    def cpu(self, query):
        """Of the server, for a GB of record batches."""
        def measure(server):
            before = server.cpu_seconds()
            total = sum(self.read(server, query) for _ in range(3))
            return (server.cpu_seconds() - before) / (total / 1e9)
        return measure

    def unary(self, server):
        body = b"x" if server in self.peers else pack({"catalog_name": ""})
        action = flight.Action("catalog_version", body)
        client, count, end = self.clients[server], 0, time.perf_counter() + self.seconds
        while time.perf_counter() < end:
            list(client.do_action(action))
            count += 1
        return count / self.seconds

    def tiny(self, _):
        times = []
        for n in range(200):
            started = time.perf_counter()
            assert self.points.scan(["name"], filters=comparison("COMPARE_EQUAL", "id", "INTEGER", n + 1)).num_rows == 1
            times.append(time.perf_counter() - started)
        return 1000 * sorted(times)[len(times) // 2]

    def timed(self, work):
        def measure(_):
            started = time.perf_counter()
            work()
            return time.perf_counter() - started
        return measure

    def insert(self, _):
        sql(self.ours, "DROP TABLE IF EXISTS inserted", "CREATE TABLE inserted (a int, b bigint, c double)")
        rows = pa.table({"a": pa.array(range(INSERT_ROWS), pa.int32()), "b": pa.array(range(INSERT_ROWS), pa.int64()),
                         "c": pa.array([1.5] * INSERT_ROWS, pa.float64())})
        table = self.airport.table("public", "inserted")
        started = time.perf_counter()
        changed, _ = table.insert(rows)
        assert changed == INSERT_ROWS
        return time.perf_counter() - started

    def attach(self, server):
        """A new table first, so that nothing is remembered."""
        sql(server, "CREATE OR REPLACE TABLE many.t0 (a int, b text, c date)")
        started = time.perf_counter()
        assert len(self.airport.infos("many")) == TABLES
        return time.perf_counter() - started

    def all(self):
        ours, memory = self.ours, self.memory
        python, _ = self.peers
        for peer in self.peers:
            yield "DoGet of 5 columns in memory", "MB/s", self.throughput(b"memory"), (memory, peer), True
            yield "the server's CPU for a GB of it", "s", self.cpu(b"memory"), (memory, peer), False
        yield "DoGet of 5 columns of a table", "MB/s", self.throughput(b"FROM numbers"), (ours, python), True
        yield "the server's CPU for a GB of it", "s", self.cpu(b"FROM numbers"), (ours, python), False
        for peer in self.peers:
            yield "DoAction", "/s", self.unary, (memory, peer), True
        yield "DoAction of the server", "/s", self.unary, (ours, python), True
        yield "tiny filtered SELECT", "ms", self.tiny, (ours,), False
        yield f"{BIG_ROWS:,} rows of 2 columns", "s", self.timed(lambda: self.big.scan()), (ours,), False
        yield "1 of 20 columns, 2,000,000 rows", "s", self.timed(lambda: self.wide.scan(["c7"])), (ours,), False
        yield "20 of 20 columns", "s", self.timed(lambda: self.wide.scan()), (ours,), False
        yield f"INSERT of {INSERT_ROWS:,} rows, durable", "s", self.insert, (ours,), False
        yield f"listing {TABLES:,} tables after a change", "s", self.attach, (ours,), False
