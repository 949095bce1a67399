"""kill -9 in the middle of a storm of writes: what was acknowledged is there, and no half of anything."""
import signal
import threading
import time

import psycopg
import pyarrow as pa

import process
from airport_client import Client

ROWS, WRITERS = 50, 4


class Writer(threading.Thread):
    """Inserts, updates and deletes whole groups of rows, one group for each statement, until the server is gone."""

    def __init__(self, location, number):
        super().__init__()
        self.client, self.number = Client(location), number
        self.inserted, self.updated, self.deleted = [], [], []
        self.deleting = set()  # begun, perhaps not acknowledged

    def run(self):
        try:
            table = self.client.table("public", "storm")
            for i in range(100000):
                group = self.number * 100000 + i
                table.insert(pa.table({"g": [group] * ROWS, "v": [0] * ROWS}, schema=pa.schema([("g", pa.int64()), ("v", pa.int64())])))
                self.inserted.append(group)
                if i % 5 == 4:
                    self.change(table, group - 1, group - 2)
        except (pa.ArrowException, OSError, StopIteration):
            pass

    def change(self, table, to_update, to_delete):
        def rows(group):
            return [{"v": 1, "rowid": row["rowid"]} for row in table.scan(["g", "rowid"]).to_pylist() if row["g"] == group]

        if table.change_where(lambda: rows(to_update), ["v"])[0] == ROWS:
            self.updated.append(to_update)
        self.deleting.add(to_delete)
        if table.change_where(lambda: rows(to_delete))[0] == ROWS:
            self.deleted.append(to_delete)


def groups(server):
    with psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres") as connection:
        return {g: (n, v) for g, n, v in connection.execute("SELECT g, count(*), sum(v)::BIGINT FROM storm GROUP BY g").fetchall()}


def storm(server, number):
    location = f"grpc://127.0.0.1:{server.airport_port}"
    writers = [Writer(location, number * WRITERS + i) for i in range(WRITERS)]
    for writer in writers:
        writer.start()
    deadline = time.monotonic() + process.PATIENCE
    while not all(writer.inserted for writer in writers) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    for writer in writers:
        writer.join()
    return writers


def check(found, writers):
    for writer in writers:
        deleted = set(writer.deleted)
        for group in writer.inserted:
            assert group in found or group in writer.deleting, f"group {group} is lost"
        for group in writer.updated:
            assert found[group] == (ROWS, ROWS)
        assert not deleted & set(found)
    assert all(n == ROWS and v in (0, ROWS) for n, v in found.values()), "half a statement"


def test_what_was_acknowledged_is_there(tmp_path):
    writers = []
    for number in range(3):
        with process.Server(tmp_path, "storm.db") as server:
            if number == 0:
                with psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", autocommit=True) as connection:
                    connection.execute("CREATE TABLE storm (g BIGINT, v BIGINT)")
            else:
                check(groups(server), writers)
            writers += storm(server, number)
            assert sum(len(w.inserted) for w in writers) > 0
    with process.Server(tmp_path, "storm.db") as server:
        check(groups(server), writers)
