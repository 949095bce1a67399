"""Questions asked through the PostgreSQL protocol, of mallardb and of PostgreSQL, and of the engine in this process."""
import json
import os
import subprocess
import tempfile
import time

from servers import TPCH, Mallardb

COLUMNS = "i::int AS a, (i * 7)::bigint AS b, i::float8 / 3 AS c, 'row number ' || i AS d, DATE '2020-01-01' + (i % 1000)::int AS e"
EVERYTHING = "SELECT * FROM numbers"
SCRIPTS = {
    "SELECT 1": "SELECT 1;\n",
    "point query": "\\set id random(1, 100000)\nSELECT name FROM points WHERE id = :id;\n",
}


def sql(server, *texts):
    commands = [part for text in texts for part in ("-c", text)]
    return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", str(server.port), "-U", server.user, "-d",
                           server.database, "-v", "ON_ERROR_STOP=1", *commands], check=True, capture_output=True,
                          text=True).stdout


def fill(server, rows):
    sql(server, "CREATE TABLE points (id int PRIMARY KEY, name text)",
        "INSERT INTO points SELECT i, 'point ' || i FROM generate_series(1, 100000) AS s(i)",
        f"CREATE TABLE numbers AS SELECT {COLUMNS} FROM generate_series(1, {rows}) AS s(i)")


class Questions:
    def __init__(self, folder, ours, peer, rows, seconds):
        self.folder, self.ours, self.peer, self.rows, self.seconds = folder, ours, peer, rows, seconds
        self.copies = {form: os.path.join(folder, f"numbers.{form}") for form in ("text", "csv", "binary")}

    def prepare(self):
        wire_source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wire.c")
        subprocess.run(["cc", "-std=c17", "-D_GNU_SOURCE", "-O2", wire_source, "-o", f"{self.folder}/wire"], check=True)
        for server in (self.ours, self.peer):
            fill(server, self.rows)
        for form, path in self.copies.items():
            with open(path, "wb") as file:
                subprocess.run(["psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(self.peer.port), "-U", "postgres", "-d",
                                "postgres", "-c", f"COPY numbers TO STDOUT (FORMAT {form})"], check=True, stdout=file)

    def wire(self, server, mode, text, *more):
        command = [f"{self.folder}/wire", "127.0.0.1", str(server.port), server.user, server.database, mode, text, *more]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def pgbench(self, what, mode, clients, tls):
        script = os.path.join(self.folder, f"{what}.sql")
        with open(script, "w") as file:
            file.write(SCRIPTS[what])
        environment = dict(os.environ, PGSSLMODE="require" if tls else "disable")

        def measure(server):
            done = subprocess.run(["pgbench", "-h", "127.0.0.1", "-p", str(server.port), "-U", server.user, "-n", "-M", mode,
                                   "-c", str(clients), "-j", "1", "-T", str(self.seconds), "-f", script, server.database],
                                  check=True, capture_output=True, text=True, env=environment).stdout
            return float(next(line for line in done.splitlines() if line.startswith("tps")).split()[2])
        return measure

    def rate(self, mode, text):
        def measure(server):
            answer = self.wire(server, mode, text)
            return answer["rows"] / answer["seconds"]
        return measure

    def copy_in(self, form):
        def measure(server):
            sql(server, "DROP TABLE IF EXISTS target", "CREATE TABLE target (a int, b bigint, c float8, d text, e date)")
            text = f"COPY target FROM STDIN (FORMAT {form})"
            return self.rows / self.wire(server, "in", text, self.copies[form])["seconds"]
        return measure

    def connect(self, tls):
        import psycopg

        def measure(server):
            target = {"host": "127.0.0.1", "port": server.port, "user": server.user, "dbname": server.database,
                      "sslmode": "require" if tls else "disable"}
            times = []
            for _ in range(20):
                started = time.perf_counter()
                psycopg.connect(**target).close()
                times.append(time.perf_counter() - started)
            return 1000 * sorted(times)[len(times) // 2]
        return measure

    def growth(self, mode):
        """Of the server's memory, while all rows go to one client."""
        def measure(server):
            server.forget_peak()
            before = server.resident_kib()
            self.wire(server, mode, EVERYTHING)
            return max(0, server.peak_kib() - before) / 1024
        return measure

    def idle_connection(self, count=500):
        """Of a server that has done nothing else: freed memory would hide what a connection takes."""
        import psycopg

        def measure(_):
            server = Mallardb(tempfile.mktemp(".db", "idle-", self.folder))
            target = {"host": "127.0.0.1", "port": server.port, "user": server.user, "dbname": server.database}
            warm = [psycopg.connect(**target) for _ in range(50)]
            before = server.resident_kib()
            connections = [psycopg.connect(**target) for _ in range(count)]
            after = server.resident_kib()
            for connection in warm + connections:
                connection.close()
            server.stop()
            return (after - before) / count
        return measure

    def all(self):
        ours, peer = self.ours, self.peer
        yield "idle connection, memory", "KiB", self.idle_connection(), (ours,), False
        for tls in (False, True):
            yield f"connecting{', TLS' if tls else ''}", "ms", self.connect(tls), (ours, peer), False
        for what in SCRIPTS:
            for tls in (False, True):
                for mode in ("simple", "prepared"):
                    for clients in (1, 16):
                        name = f"{what}, {mode}, {clients} connection{'s' if clients > 1 else ''}{', TLS' if tls else ''}"
                        yield name, "/s", self.pgbench(what, mode, clients, tls), (ours, peer), True
        yield f"{self.rows:,} rows of 5 columns, text", "rows/s", self.rate("text", EVERYTHING), (ours, peer), True
        yield f"{self.rows:,} rows of 5 columns, binary", "rows/s", self.rate("binary", EVERYTHING), (ours, peer), True
        yield "first row of these, text", "ms", lambda s: self.wire(s, "text", EVERYTHING)["first_ms"], (ours, peer), False
        for form in ("text", "csv", "binary"):
            yield f"COPY out, {form}", "rows/s", self.rate("out", f"COPY numbers TO STDOUT (FORMAT {form})"), (ours, peer), True
            yield f"COPY in, {form}", "rows/s", self.copy_in(form), (ours, peer), True
        yield "memory growth during these rows", "MiB", self.growth("text"), (ours,), False


class Tpch:
    """All 22 queries: mallardb through psycopg beside the engine in this process, on its own copy of the same data."""
    name = "DuckDB in process"

    def __init__(self, ours, scale):
        import duckdb
        import psycopg
        self.process = duckdb.connect(config={"allow_unsigned_extensions": "true"})
        self.server = psycopg.connect(host="127.0.0.1", port=ours.port, user=ours.user, dbname=ours.database, autocommit=True,
                                      sslmode="disable")
        for connection in (self.process, self.server):
            connection.execute(f"LOAD '{TPCH}'")
            connection.execute(f"CALL dbgen(sf = {scale})")
        self.queries = self.process.execute("SELECT query FROM tpch_queries() ORDER BY query_nr").fetchall()

    def measure(self, where):
        connection = self.process if where is self else self.server
        started = time.perf_counter()
        for (query,) in self.queries:
            connection.execute(query).fetchall()
        return time.perf_counter() - started

    def all(self, ours, scale):
        yield f"TPC-H at scale {scale:g}, all 22 queries", "s", self.measure, (ours, self), False
