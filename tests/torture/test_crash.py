"""kill -9 in storms of writes at both doors: what was acknowledged is there, and no half of anything."""

import random
import signal
import threading
import time

import psycopg
import pyarrow as pa
import pytest
from airport_client import Client
from process import Server

ROUNDS, ROWS = 6, 40
ENOUGH = 12  # groups that must have been acknowledged before a kill proves something
SCHEMA = pa.schema([("g", pa.int64()), ("v", pa.int64())])


def connect(server):
    return psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", autocommit=True)


class Writer(threading.Thread):
    """Writes groups of rows, each in one statement or one transaction, and remembers what was acknowledged, until the server is
    gone. `groups` says of each group how many updates it has seen; `open` names what was begun and not acknowledged."""

    def __init__(self, server, first):
        super().__init__()
        self.server, self.group, self.groups, self.open = server, first, {}, None

    def run(self):
        try:
            self.connect()
            while True:
                self.write()
        except (psycopg.Error, pa.ArrowException, OSError, StopIteration, KeyError):
            pass

    def begin(self, change):
        self.group += 1
        self.open = (self.group if change == "insert" else self.group - 1, change)

    def acknowledged(self):
        group, change = self.open
        if change == "delete":
            del self.groups[group]
        else:
            self.groups[group] = 0 if change == "insert" else self.groups[group] + 1
        self.open = None


class Sql(Writer):
    """Statements, transactions and COPY in turn; deletes some of what it wrote."""

    def connect(self):
        self.connection = connect(self.server)

    def write(self):
        self.begin("insert")
        turn = self.group % 3
        if turn == 0:
            self.connection.execute("INSERT INTO storm SELECT %s, 0 FROM range(%s)", [self.group, ROWS])
        elif turn == 1:
            with self.connection.transaction():
                for _ in range(4):
                    self.connection.execute("INSERT INTO storm SELECT %s, 0 FROM range(%s)", [self.group, ROWS // 4])
        else:
            with self.connection.cursor().copy("COPY storm FROM STDIN") as copy:
                copy.write(f"{self.group}\t0\n" * ROWS)
        self.acknowledged()
        last = self.group
        for change, sql in (("update", "UPDATE storm SET v = v + 1 WHERE g = %s"), ("delete", "DELETE FROM storm WHERE g = %s")):
            if last % 5 == 4 and change == "update" or last % 7 == 6 and change == "delete":
                self.open = (last, change)
                self.connection.execute(sql, [last])
                self.acknowledged()


class Airport(Writer):
    def connect(self):
        self.table = Client(f"grpc://127.0.0.1:{self.server.airport_port}").table("public", "storm")

    def write(self):
        self.begin("insert")
        rows = pa.table({"g": [self.group] * ROWS, "v": [0] * ROWS}, schema=SCHEMA)
        assert self.table.insert(rows) == (ROWS, [])
        self.acknowledged()


def check(found, writers):
    for group, (count, low, high) in found.items():
        assert count == ROWS and low == high, f"half of group {group}: {count} rows, {low} to {high}"
    for writer in writers:
        open_group, open_change = writer.open or (None, None)
        for group, updates in writer.groups.items():
            seen = found.get(group)
            if group == open_group:  # its last change may have happened, or not
                assert seen is None if open_change == "delete" and seen is None else seen[1] in (updates, updates + 1)
            else:
                assert seen and seen[1] == updates, f"group {group} is {seen}, not updated {updates} times"


def groups(server):
    with connect(server) as connection:
        found = connection.execute("SELECT g, count(*), min(v), max(v) FROM storm GROUP BY g").fetchall()
    return {g: (count, low, high) for g, count, low, high in found}


def wait_for_work(writers):
    """On a busy machine, too; writers that all have given up are told by the check."""
    while sum(len(w.groups) for w in writers) < ENOUGH and any(w.is_alive() for w in writers):
        time.sleep(0.01)


@pytest.fixture
def directory(tmp_path):
    with Server(tmp_path, "storm.db") as server, connect(server) as connection:
        connection.execute("CREATE TABLE storm (g BIGINT, v BIGINT)")
    return tmp_path


def test_acknowledged_work_survives(directory, scale):
    chance = random.Random(7)
    writers, recovered, acknowledged = [], 0, 0
    for turn in range(ROUNDS * scale):
        with Server(directory, "storm.db") as server:
            recovered += "has been recovered" in server.log()
            found = groups(server)
            check(found, writers)
            acknowledged += sum(len(w.groups) for w in writers)
            with connect(server) as connection:
                connection.execute("DELETE FROM storm")
            writers = [kind(server, (turn * 10 + i) * 1_000_000) for i, kind in enumerate((Sql, Sql, Sql, Airport, Airport))]
            for writer in writers:
                writer.start()
            wait_for_work(writers)
            time.sleep(chance.uniform(0, 0.5))
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            for writer in writers:
                writer.join()
    with Server(directory, "storm.db") as server:
        check(groups(server), writers)
        acknowledged += sum(len(w.groups) for w in writers)
    assert recovered >= ROUNDS * scale // 2 and acknowledged > ENOUGH // 2 * ROUNDS * scale
