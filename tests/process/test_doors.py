"""The doors as the process runs them: passwords, TLS, shutdown with work under way, scripts that are clients."""

import os
import resource
import signal
import socket
import subprocess
import threading
import time

import psycopg
import pyarrow.flight as flight
import pytest

from process import Server, run

LONG = "SELECT count(*) FROM range(100000000000) a, range(1000000) b"


def connect(server, **parameters):
    parameters = {"host": "127.0.0.1", "port": server.port, "user": "mallard", "dbname": "postgres",
                  "autocommit": True} | parameters
    return psycopg.connect(**parameters)


def flights(server, scheme="grpc", token=None, **options):
    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    with flight.FlightClient(f"{scheme}://127.0.0.1:{server.airport_port}", **options) as client:
        return list(client.list_flights(options=flight.FlightCallOptions(headers=headers, timeout=20)))


class Running:
    """A statement that runs in another thread; `failure` is how it ended."""

    def __init__(self, connection, sql):
        self.connection, self.sql, self.failure, self.rows = connection, sql, None, None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        time.sleep(0.5)

    def _run(self):
        try:
            self.rows = self.connection.execute(self.sql).fetchall()
        except psycopg.Error as failure:
            self.failure = failure

    def join(self):
        self.thread.join(30)
        assert not self.thread.is_alive()
        return self


def test_isready_asks_the_real_server(tmp_path):
    with Server(tmp_path, ":memory:") as server:
        result = run("isready", "--port", str(server.port))
        assert (result.returncode, result.stdout) == (0, f"127.0.0.1:{server.port} - accepting connections\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_idle_clients_are_told_of_the_end(tmp_path, number):
    with Server(tmp_path, ":memory:") as server:
        connections = [connect(server) for _ in range(5)]
        assert server.stop(number) == 0
        for connection in connections:
            with pytest.raises(psycopg.errors.AdminShutdown):
                connection.execute("SELECT 1")


def test_sigterm_lets_statements_end(tmp_path):
    with Server(tmp_path, ":memory:") as server:
        statement = "SELECT sum(sin(a) * cos(b)) FROM range(60000) x(a), range(3000) y(b)"
        running = Running(connect(server), statement)
        server.send(signal.SIGTERM)
        server.wait_for_log("waiting for running statements")
        with pytest.raises(psycopg.OperationalError):
            connect(server)
        assert running.join().failure is None and len(running.rows) == 1
        assert server.process.wait(30) == 0


def test_the_shutdown_timeout_cancels_them(tmp_path):
    with Server(tmp_path, "--shutdown-timeout-ms", "500", ":memory:") as server:
        running = Running(connect(server), LONG)
        start = time.monotonic()
        assert server.stop() == 0
        assert 0.4 < time.monotonic() - start < 10
        assert isinstance(running.join().failure, (psycopg.errors.AdminShutdown, psycopg.OperationalError))


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_the_patience(tmp_path, second):
    with Server(tmp_path, ":memory:") as server:
        running = Running(connect(server), LONG)
        server.send(signal.SIGTERM)
        server.wait_for_log("waiting for running statements")
        start = time.monotonic()
        assert server.stop(second) == 0
        assert time.monotonic() - start < 10
        assert running.join().failure is not None


def test_sigint_cancels_at_once(tmp_path):
    with Server(tmp_path, ":memory:") as server:
        running = [Running(connect(server), LONG) for _ in range(3)]
        start = time.monotonic()
        assert server.stop(signal.SIGINT) == 0
        assert time.monotonic() - start < 10
        for each in running:
            assert each.join().failure.sqlstate in ("57P01", None)


@pytest.mark.parametrize("timeout, second", [("300", None), ("60000", signal.SIGINT)])
def test_airport_calls_are_cancelled_too(tmp_path, timeout, second):
    with Server(tmp_path, "--shutdown-timeout-ms", timeout, ":memory:") as server:
        with connect(server) as connection:
            connection.execute(f"CREATE VIEW slow AS {LONG}")
        failures = []

        def read():
            try:
                with flight.FlightClient(f"grpc://127.0.0.1:{server.airport_port}") as client:
                    client.do_get(next(iter(client.list_flights())).endpoints[0].ticket).read_all()
            except (flight.FlightError, OSError) as failure:
                failures.append(failure)

        reader = threading.Thread(target=read)
        reader.start()
        time.sleep(1)
        server.send(signal.SIGTERM)
        server.wait_for_log("waiting for running statements")
        start = time.monotonic()
        if second:
            time.sleep(0.3)
            assert server.process.poll() is None
            server.send(second)
        assert server.process.wait(30) == 0
        assert time.monotonic() - start < 10
        reader.join(30)
        assert len(failures) == 1


def test_acknowledged_rows_survive_kill(tmp_path):
    with Server(tmp_path, "a.db") as server:
        with connect(server) as connection:
            connection.execute("CREATE TABLE t (a INT)")
            for i in range(100):
                connection.execute("INSERT INTO t VALUES (%s)", [i])
            server.process.kill()
            server.process.wait()
    with Server(tmp_path, "a.db") as server, connect(server) as connection:
        assert connection.execute("SELECT count(*), sum(a) FROM t").fetchone() == (100, 4950)


def test_definitions_survive_kill(tmp_path):
    statements = ["CREATE TYPE mood AS ENUM ('sad', 'ok')", "CREATE SCHEMA s", "CREATE TYPE s.size AS ENUM ('small', 'large')",
                  "CREATE TABLE t (id SERIAL PRIMARY KEY, at timestamptz DEFAULT now(), m mood, z s.size)",
                  "COMMENT ON TABLE t IS 'things'", "ALTER TABLE t ADD COLUMN b int DEFAULT 5", "INSERT INTO t (m) VALUES ('ok')",
                  "ALTER TABLE t ALTER COLUMN b SET NOT NULL", "ALTER TABLE t RENAME TO u"]
    with Server(tmp_path, "a.db") as server, connect(server) as connection:
        for statement in statements:
            connection.execute(statement)
        server.process.kill()
        server.process.wait()
    with Server(tmp_path, "a.db") as server, connect(server) as connection:
        assert connection.execute("SELECT id, m::text, z, b FROM u").fetchall() == [(1, "ok", None, 5)]


def test_passwords_and_tokens(tmp_path):
    with Server(tmp_path, ":memory:", "--readonly-user", "guest", MALLARDB_PASSWORD="w", MALLARDB_READONLY_PASSWORD="r") as server:
        with connect(server, password="w") as connection:
            connection.execute("CREATE TABLE t (a INT)")
        with connect(server, user="guest", password="r") as connection:
            assert connection.execute("SELECT * FROM t").fetchall() == []
            with pytest.raises(psycopg.Error):
                connection.execute("INSERT INTO t VALUES (1)")
        for wrong in [{"password": "r"}, {"user": "guest", "password": "w"}, {"user": "nobody", "password": "w"}]:
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                connect(server, **wrong)
        for token in ["w", "r"]:
            assert len(flights(server, token=token)) == 1
        for token in [None, "x", "ww"]:
            with pytest.raises(flight.FlightUnauthenticatedError):
                flights(server, token=token)
        assert "without a password" not in server.output


def test_tokens_of_their_own(tmp_path):
    with Server(tmp_path, ":memory:", "--password", "p", "--token", "t") as server:
        assert flights(server, token="t") == []
        with pytest.raises(flight.FlightUnauthenticatedError):
            flights(server, token="p")


def make_certificate(directory, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                    directory / "key.pem", "-out", directory / "cert.pem"], check=True, capture_output=True)


def subject_shown(port):
    shown = subprocess.run(["openssl", "s_client", "-starttls", "postgres", "-connect", f"127.0.0.1:{port}"], input="",
                           text=True, capture_output=True, timeout=30).stdout
    return next(line.strip() for line in shown.splitlines() if "subject=" in line)


def test_tls_and_its_reload(tmp_path):
    make_certificate(tmp_path, "first")
    with Server(tmp_path, ":memory:", "--tls-cert", "cert.pem", "--tls-key", "key.pem") as server:
        assert "grpc+tls://" in server.output
        root = (tmp_path / "cert.pem").read_bytes()
        with connect(server, sslmode="verify-full", sslrootcert=str(tmp_path / "cert.pem")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert flights(server, "grpc+tls", tls_root_certs=root) == []
            assert "first" in subject_shown(server.port)
            make_certificate(tmp_path, "second")
            server.send(signal.SIGHUP)
            server.wait_for_log("reload: done")
            assert "second" in subject_shown(server.port)
            assert flights(server, "grpc+tls", tls_root_certs=(tmp_path / "cert.pem").read_bytes()) == []
            assert connection.execute("SELECT 2").fetchone() == (2,)
            (tmp_path / "key.pem").write_text("broken")
            server.send(signal.SIGHUP)
            server.wait_for_log("reload: the old settings stay: tls_cert, from --tls-cert: cannot use the TLS key")
            assert "second" in subject_shown(server.port)
        with connect(server, sslmode="disable") as connection:
            assert connection.execute("SELECT 3").fetchone() == (3,)


def test_tls_may_be_required(tmp_path):
    make_certificate(tmp_path, "only")
    with Server(tmp_path, ":memory:", "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--tls-mode", "require") as server:
        with connect(server, sslmode="require") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError):
            connect(server, sslmode="disable")
        assert run("isready", "--port", str(server.port)).returncode == 0


def test_an_occupied_port_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        port = str(occupied.getsockname()[1])
        for flag, other in [("--port", "--airport-port"), ("--airport-port", "--port")]:
            result = run(flag, port, other, "0", "new.db", cwd=tmp_path)
            assert result.returncode == 1
            last = result.stderr.splitlines()[-1]
            assert f"{flag[2:].replace('-', '_')}, from {flag}: cannot listen on 127.0.0.1 port {port}: Address already in use" in last


def test_scripts_are_clients(tmp_path):
    init = tmp_path / "init"
    init.mkdir()
    (init / "1.sh").write_text('psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<-EOSQL\n'
                               "\tCREATE TABLE t (a serial, b text);\n\tINSERT INTO t (b) VALUES ('x'), ('y');\nEOSQL\n")
    (init / "2.sql").write_text("INSERT INTO t (b) VALUES ('z');")
    with Server(tmp_path, "--initdb-dir", "init", "--password", "p w", "a.db", PATH=os.environ["PATH"]) as server:
        with connect(server, password="p w", dbname="a") as connection:
            assert connection.execute("SELECT * FROM t ORDER BY a").fetchall() == [(1, "x"), (2, "y"), (3, "z")]


def test_another_name_for_the_database(tmp_path):
    with Server(tmp_path, "--db", "shop", "a.db") as server:
        for name in ["a", "shop", "postgres"]:
            with connect(server, dbname=name) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            connect(server, dbname="other")


def test_a_database_made_elsewhere_is_left_as_it_is(tmp_path):
    import duckdb
    with duckdb.connect(str(tmp_path / "a.db")) as local:
        local.execute("CREATE TABLE t AS SELECT 42 AS a")
    with Server(tmp_path, "a.db") as server, connect(server) as connection:
        assert connection.execute("SELECT a, current_schema() FROM t").fetchone() == (42, "main")
        assert connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'public'").fetchone() == (0,)
        assert len(flights(server)) == 1


@pytest.mark.parametrize("settings, format", [((), "v1.5"), (("--storage-version", "v1.2.0"), "v1.2")])
def test_the_format_of_a_new_file(tmp_path, settings, format):
    """An old file keeps its own; types that only newer ones have are refused in it."""
    question = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'a'"
    for arguments in (settings, ()):
        with Server(tmp_path, "a.db", *arguments) as server, connect(server) as connection:
            assert connection.execute(question).fetchone()[0].startswith(format)


def test_sessions_see_and_end_one_another(tmp_path):
    with Server(tmp_path, ":memory:") as server, connect(server, application_name="one") as one, connect(server) as two:
        pid = one.execute("SELECT pg_backend_pid()").fetchone()[0]
        shown = two.execute("SELECT pid, usename, application_name FROM pg_stat_activity WHERE application_name = 'one'")
        assert shown.fetchall() == [(pid, "mallard", "one")]
        running = Running(one, LONG)
        assert two.execute("SELECT pg_cancel_backend(%s)", [pid]).fetchone() == (True,)
        assert running.join().failure.sqlstate == "57014"
        assert two.execute("SELECT pg_terminate_backend(%s)", [pid]).fetchone() == (True,)
        time.sleep(0.3)
        with pytest.raises(psycopg.OperationalError):
            one.execute("SELECT 1")
        assert two.execute("SELECT current_setting('server_version')").fetchone() == ("15.0",)


def test_doubtful_settings_are_told(tmp_path):
    with Server(tmp_path, "--host", "*", "--password", "x", "--auth", "trust", ":memory:") as server:
        assert "auth is trust: PostgreSQL clients get in without the password" in server.log()
        assert "everything travels in the clear" in server.log()
        assert "psql -h 127.0.0.1" in server.output
        with connect(server) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def cpu_seconds(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_descriptors_may_run_out(tmp_path):
    with Server(tmp_path, ":memory:") as server:
        used = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 20, used + 20))
        crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
        time.sleep(1)
        before = cpu_seconds(server.process)
        time.sleep(1)
        assert cpu_seconds(server.process) - before < 0.3  # it waits, it does not spin
        for client in crowd:
            client.close()
        with connect(server, connect_timeout=20) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server.stop() == 0
