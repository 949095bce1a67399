"""soak.py MINUTES [SETTING=VALUE…]: a server under mixed load at both doors; prints a line a minute, fails when a statement
tells something that no snapshot can hold.

Every writing statement adds rows whose values cancel out or changes them in such pairs, so that at any moment, at either
door, the sum of all is zero and the number even.
"""
import collections
import pathlib
import random
import sys
import tempfile
import threading
import time

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / folder) for folder in ("", "process", "pgdoor", "duckcat")]

import psycopg  # noqa: E402
import pyarrow as pa  # noqa: E402

import running  # noqa: E402
from airport_client import Client  # noqa: E402

SCHEMA = pa.schema([("g", pa.int64()), ("v", pa.int64()), ("t", pa.string())])
PAIRS, GROUPS_KEPT = 500, 200
EXPECTED = ("onflict", "changed since", "no table", "other write transactions active")


class Soak:
    def __init__(self, server):
        self.server, self.over = server, threading.Event()
        self.done, self.refused, self.wrong = collections.Counter(), collections.Counter(), []
        self.lock, self.group = threading.Lock(), 0

    def next_group(self):
        with self.lock:
            self.group += 1
            return self.group

    def postgres(self):
        return psycopg.connect(host="127.0.0.1", port=self.server.port, user=self.server.user, dbname=self.server.database,
                               autocommit=True)

    def airport(self):
        return Client(f"grpc://127.0.0.1:{self.server.airport_port}")

    def check(self, door, total, count):
        if total or count % 2:
            self.wrong.append(f"{door}: the sum is {total}, the number {count}")

    def repeat(self, name, connect, work):
        """Until the end; conflicts with others are part of the game, anything else ends it all."""
        door = connect()
        while not self.over.is_set():
            try:
                work(door)
                self.done[name] += 1
            except (psycopg.Error, pa.ArrowException) as refusal:
                text = str(refusal)
                if not any(part in text for part in EXPECTED):
                    self.wrong.append(f"{name}: {text}")
                self.refused[name] += 1

    def airport_insert(self, client):
        group = self.next_group()
        rows = pa.table([[group] * 2 * PAIRS, [x for i in range(PAIRS) for x in (i, -i)], ["text %d" % (group % 97)] * 2 * PAIRS],
                        schema=SCHEMA)
        client.table("public", "soak").insert(rows, returning=group % 10 == 0)

    def airport_change(self, client):
        table = client.table("public", "soak")
        groups = sorted(set(table.scan(["g"])["g"].to_pylist()))
        for group in groups[:max(0, len(groups) - GROUPS_KEPT)]:
            self.change_group(table, group, [])
        self.change_group(table, random.choice(groups), ["t"])

    def change_group(self, table, group, columns):
        """Every row that is changed must be one of those that were meant."""
        def choose():
            return [{"t": "changed", "rowid": row["rowid"]} for row in table.scan(["g", "rowid"]).to_pylist() if row["g"] == group]

        count, answers = table.change_where(choose, columns, returning=not columns)
        if any(g != group for answer in answers for g in answer.column("g").to_pylist()):
            self.wrong.append(f"airport: of group {group} were to be deleted: {answers}")

    def airport_read(self, client):
        rows = client.table("public", "soak").scan(["v"])
        self.check("airport", sum(rows["v"].to_pylist()), rows.num_rows)

    def airport_attach(self, _):
        self.airport().tables("public")

    def airport_define(self, client):
        name = f"made{random.randrange(5)}"
        client.drop_table("public", name, if_exists=True)
        client.create_table("public", name, SCHEMA).insert([{"g": 1, "v": 0, "t": None}])
        client.alter("rename_column", "public", name, old_name="t", new_name="text")

    def postgres_write(self, connection):
        group = self.next_group()
        connection.execute("INSERT INTO soak SELECT %s, s * i, 'psql' FROM range(%s) a(i), (VALUES (1), (-1)) b(s)", (group, PAIRS))
        connection.execute("UPDATE soak SET v = -v WHERE g = %s", (group,))
        connection.execute("DELETE FROM soak WHERE g < %s", (group - GROUPS_KEPT,))

    def postgres_read(self, connection):
        total, count = connection.execute("SELECT coalesce(sum(v), 0)::BIGINT, count(*) FROM soak").fetchone()
        self.check("postgresql", total, count)
        connection.execute("SELECT relname FROM pg_class WHERE relname LIKE 'made%'").fetchall()

    def postgres_define(self, connection):
        connection.execute("CREATE OR REPLACE TABLE other AS SELECT * FROM range(1000)")
        connection.execute("ALTER TABLE other ADD COLUMN x INTEGER DEFAULT 1")
        connection.execute("CHECKPOINT" if random.random() < 0.1 else "DROP TABLE other")

    def run(self, minutes):
        with self.postgres() as connection:
            connection.execute("CREATE TABLE soak (g BIGINT, v BIGINT, t VARCHAR)")
            connection.execute("INSERT INTO soak VALUES (0, 0, ''), (0, 0, '')")
        airport = [self.airport_insert, self.airport_change, self.airport_read, self.airport_attach, self.airport_define]
        postgres = [self.postgres_write, self.postgres_read, self.postgres_define]
        threads = [threading.Thread(target=self.repeat, args=(work.__name__, door, work))
                   for door, works in ((self.airport, airport), (self.postgres, postgres)) for work in works]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        print("minute  airport  postgresql  conflicts  resident MiB  engine MiB  file MiB", flush=True)
        while time.monotonic() - began < 60 * minutes and not self.wrong:
            time.sleep(60 if minutes >= 1 else 60 * minutes)
            self.report((time.monotonic() - began) / 60)
        self.over.set()
        for thread in threads:
            thread.join()
        return self.wrong

    def report(self, minute):
        at = {door: sum(n for name, n in self.done.items() if name.startswith(door)) for door in ("airport", "postgres")}
        with self.postgres() as connection:
            engine = connection.execute("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()").fetchone()[0]
        size = sum(f.stat().st_size for f in pathlib.Path(self.server.directory).glob("test.db*"))
        print(f"{minute:6.1f}  {at['airport']:7}  {at['postgres']:10}  {sum(self.refused.values()):9}  "
              f"{self.server.resident_kib() / 1024:12.0f}  {engine / 2**20:10.0f}  {size / 2**20:8.0f}", flush=True)


def main():
    settings = dict(setting.split("=") for setting in sys.argv[2:])
    with tempfile.TemporaryDirectory() as directory, running.RunningServer(pathlib.Path(directory), **settings) as server:
        soak = Soak(server)
        wrong = soak.run(float(sys.argv[1]))
        print({**soak.done}, "refused", {**soak.refused})
        if wrong:
            sys.exit("\n".join(wrong[:5]))


if __name__ == "__main__":
    main()
