"""The server's life: start, lock, scripts, reload, end."""

import json
import os
import signal
import socket
import time

import duckdb
import psycopg
import pyarrow.flight as flight
import pytest

from metrics_page import fetch
from process import Server, run


def rows(path, sql):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def write_scripts(directory, **scripts):
    directory.mkdir(exist_ok=True)
    for name, text in scripts.items():
        path = directory / name.replace("__", ".")
        path.write_text(text)
        path.chmod(0o755 if text.startswith("#!") else 0o644)
    return directory


def test_default_start(tmp_path):
    with Server(tmp_path) as server:
        assert "serves ./data/mallard.db without a password, to this machine only" in server.output
        assert f"  psql -h 127.0.0.1 -p {server.port} -U mallard mallard\n" in server.output
        assert ("  ATTACH '' AS mallard (TYPE AIRPORT, LOCATION "
                f"'grpc://127.0.0.1:{server.airport_port}');\n") in server.output
        assert server.stop() == 0
        assert server.log().endswith("stopped\n")
    assert rows(tmp_path / "data/mallard.db", "SELECT schema_name FROM duckdb_schemas() WHERE schema_name = 'public' "
                "AND NOT internal") == [("public",)]
    assert sorted(os.listdir(tmp_path / "data")) == ["mallard.db", "mallard.db.oids"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_soon(tmp_path, number):
    with Server(tmp_path, ":memory:") as server:
        start = time.monotonic()
        assert server.stop(number) == 0
        assert time.monotonic() - start < 5


def test_names_are_quoted_where_they_have_to_be(tmp_path):
    with Server(tmp_path, "--user", "it's me", "My Ducks.db") as server:
        assert "-U 'it'\\''s me' 'My Ducks'\n" in server.output
        assert "AS \"My Ducks\" (" in server.output


def test_one_server_for_a_database(tmp_path):
    with Server(tmp_path) as server:
        other = run("--port", "0", "--airport-port", "0", cwd=tmp_path)
        assert other.returncode == 1
        lines = other.stderr.splitlines()
        assert len(lines) == 1
        assert (f'the database "./data/mallard.db" is in use by process {server.process.pid} (mallardb); '
                "stop that one, or give another database") in lines[0]
    with Server(tmp_path) as server:  # the lock ends with its holder
        assert server.stop() == 0


def test_unusable_databases_are_named(tmp_path):
    (tmp_path / "text.db").write_text("no database at all " * 1000)
    for path in ["text.db", "text.db/inside.db", str(tmp_path)]:
        result = run("--port", "0", "--airport-port", "0", path, cwd=tmp_path)
        assert result.returncode == 1
        assert len(result.stderr.splitlines()) == 1 and "FATAL" in result.stderr
    assert (tmp_path / "text.db").read_text().startswith("no database")


def test_scripts(tmp_path):
    once = write_scripts(
        tmp_path / "initdb.d",
        **{"10-table__sql": "CREATE TABLE steps (step VARCHAR); INSERT INTO steps VALUES ('10');",
           "20-more__sql": "BEGIN; INSERT INTO steps VALUES ('20'); COMMIT; CHECKPOINT; -- the end",
           "15-run__sh": "#!/bin/sh\necho $0 $PGUSER $PGDATABASE $PGHOST $POSTGRES_USER $POSTGRES_DB >> trace\n",
           "25-read__sh": "echo sourced $PGPASSWORD >> trace\n",
           "notes__txt": "not a script",
           "__hidden__sql": "nonsense"})
    always = write_scripts(tmp_path / "startdb.d", **{"1__sql": "INSERT INTO public.steps VALUES ('start')"})
    arguments = ["--initdb-dir", str(once), "--startdb-dir", str(always), "--password", "secret", "a.db"]
    with Server(tmp_path, *arguments) as server:
        assert "ignoring" in server.log() and "notes.txt" in server.log()
        assert "secret" not in server.log()
        assert server.stop() == 0
    with Server(tmp_path, *arguments) as server:
        assert server.stop() == 0
    assert rows(tmp_path / "a.db", "SELECT step FROM public.steps") == [("10",), ("20",), ("start",), ("start",)]
    assert (tmp_path / "trace").read_text().splitlines() == [
        f"{once}/15-run.sh mallard a 127.0.0.1 mallard a", "sourced secret"]


@pytest.mark.parametrize("name, text, says", [
    ("2__sql", "SELECT 1;\n-- ü\nSELECT 'ü',\n SELEC 2 3;", "failed in line 4: syntax error"),
    ("2__sql", "SELECT 1;\n\nSELECT * FROM nowhere", "failed in line 3: "),
    ("2__sql", "SELECT 1;\n\nSELECT 'open", "failed in line 3: unterminated quoted string"),
    ("2__sql", "COPY t FROM STDIN", "failed in line 1: COPY from stdin failed: a script has no data to copy from"),
    ("2__sql", "SELECT \0", "there is a NUL in it"),
    ("2__sh", "exit 7", "failed: it ended with status 7"),
    ("2__sh", "kill -9 $$", "failed: it was ended by signal 9"),
    ("2__sh", "#!/no/such/interpreter\n", "failed: cannot start it: No such file or directory"),
])
def test_a_failing_script_ends_the_start(tmp_path, name, text, says):
    directory = write_scripts(tmp_path / "init", **{"1__sql": "CREATE TABLE t (a INT)", name: text})
    result = run("--port", "0", "--airport-port", "0", "--initdb-dir", str(directory), "a.db", cwd=tmp_path)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert f'script "{directory}/{name.replace("__", ".")}"' in last and says in last
    assert not list(tmp_path.glob("a.db*"))


def test_a_start_that_is_killed_is_started_over(tmp_path):
    directory = write_scripts(tmp_path / "init", **{"1__sql": "CREATE TABLE t (a INT)", "2__sh": "echo on; sleep 60"})
    with Server(tmp_path, "--initdb-dir", str(directory), "a.db", ready=False) as server:
        server.wait_for_log("2.sh")
        server.process.kill()
        server.process.wait()
    assert (tmp_path / "a.db").exists()
    (directory / "2.sh").write_text("true")
    with Server(tmp_path, "--initdb-dir", str(directory), "a.db") as server:
        assert "had been cut short: starting it over" in server.log()
        assert server.stop() == 0
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM public.t") == [(0,)]


def test_a_signal_ends_the_start(tmp_path):
    directory = write_scripts(tmp_path / "init", **{"1__sh": "sleep 60"})
    with Server(tmp_path, "--initdb-dir", str(directory), "a.db", ready=False) as server:
        server.wait_for_log("1.sh")
        time.sleep(0.2)
        assert server.stop() == 1
        assert "the server is to stop" in server.log()
    assert not (tmp_path / "a.db").exists()


def test_reload(tmp_path):
    conf = tmp_path / "conf"
    conf.write_text("log_level = info\n")
    with Server(tmp_path, "--config", "conf", "--log-file", "log", ":memory:") as server:
        log = tmp_path / "log"

        def reload(text, says):
            conf.write_text(text)
            count = log.read_text().count(says)
            server.send(signal.SIGHUP)
            deadline = time.monotonic() + 10
            while not log.exists() or log.read_text().count(says) <= count:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)

        reload("log_level = debug\n", "reload: log_level is now debug (from conf line 1)")
        reload("log_level = loud\n", 'reload: the old settings stay: log_level, from conf line 1: "loud" is none')
        reload("log_level = debug\nthreads = 3\n", "reload: threads has changed, which the next start takes over")
        reload("log_format = json\n", '"message":"reload: done"')
        (tmp_path / "log").rename(tmp_path / "log.1")
        count = (tmp_path / "log.1").stat().st_size
        server.send(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while not log.exists() or "reload: done" not in log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert (tmp_path / "log.1").stat().st_size == count
        assert server.stop() == 0
        assert [json.loads(line)["level"] for line in log.read_text().splitlines()][-1] == "info"


def test_json_log(tmp_path):
    with Server(tmp_path, "--log-format", "json", ":memory:") as server:
        assert server.stop() == 0
        lines = [json.loads(line) for line in server.log().splitlines()]
    assert [line["message"] for line in lines][-1] == "stopped"
    assert all(line["pid"] == server.process.pid and line["time"].endswith("Z") for line in lines)


def test_settings_are_shown(tmp_path):
    (tmp_path / "conf").write_text("log_format = text\nidle_timeout_ms = 5min\n")
    with Server(tmp_path, "--config=conf", "--query-timeout-ms=1500", "shown.db", MALLARDB_PASSWORD="secret") as server:
        with psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", password="secret", dbname="shown",
                             autocommit=True) as client:
            def show(name):
                return client.execute(f"SHOW {name}").fetchone()[0]

            assert show("config_file") == "conf"
            assert show("mallardb.database") == "shown.db"
            assert show("MALLARDB.password") == "********" and show("mallardb.token") == ""
            assert show("mallardb.query_timeout") == "1500ms" and show("statement_timeout") == "1500ms"
            assert show("mallardb.idle_timeout") == "5min"
            assert show("mallardb.airport_admin") == "off"
            assert show("listen_addresses") == "127.0.0.1" and show("port") == str(server.port)
            assert client.execute("SELECT current_setting('mallardb.log_format')").fetchone() == ("text",)
            everything = dict(row[:2] for row in client.execute("SHOW ALL").fetchall())
            assert everything["mallardb.db"] == "" and everything["port"] == str(server.port)
            for statement in ("SET mallardb.database = 'x'", "SET config_file = 'x'", "RESET mallardb.database",
                              "SELECT set_config('mallardb.user', 'x', false)"):
                with pytest.raises(psycopg.errors.CantChangeRuntimeParam):
                    client.execute(statement)
            (tmp_path / "conf").write_text("log_format = json\n")
            server.send(signal.SIGHUP)
            server.wait_for_log("reload: done")
            assert show("mallardb.log_format") == "json"


@pytest.mark.parametrize("abstract", [False, True])
def test_the_service_manager_is_told(tmp_path, abstract):
    name = f"@mallardb-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name[1:] if abstract else name)
        manager.settimeout(30)
        with Server(tmp_path, "test.db", NOTIFY_SOCKET=name) as server:
            assert manager.recv(100) == b"READY=1"
            server.send(signal.SIGHUP)
            state, time_us = manager.recv(100).split(b"\nMONOTONIC_USEC=")
            assert state == b"RELOADING=1" and 0 <= time.monotonic() - int(time_us) / 1e6 < 30
            assert manager.recv(100) == b"READY=1"
            server.send(signal.SIGTERM)
            assert manager.recv(100) == b"STOPPING=1"


def test_the_watchdog_is_fed(tmp_path):
    name = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name)
        manager.settimeout(30)
        with Server(tmp_path, "test.db", NOTIFY_SOCKET=name, WATCHDOG_USEC="300000"):
            assert [manager.recv(100) for _ in range(4)] == [b"READY=1"] + 3 * [b"WATCHDOG=1"]


@pytest.mark.parametrize("name, reason", [("relative", "no name of a socket"), ("/no/such/socket", "No such file"),
                                          ("/" + "x" * 200, "no name of a socket")])
def test_a_service_manager_that_cannot_be_told(tmp_path, name, reason):
    with Server(tmp_path, "test.db", NOTIFY_SOCKET=name) as server:
        server.wait_for_log(reason)
        assert server.stop() == 0


def test_passwords_are_reloaded(tmp_path):
    def login(password):
        with psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", password=password):
            return True

    def list_with(token):
        with flight.FlightClient(f"grpc://127.0.0.1:{server.airport_port}") as client:
            headers = [(b"authorization", b"Bearer " + token.encode())]
            return len(list(client.list_flights(options=flight.FlightCallOptions(headers=headers, timeout=20))))

    (tmp_path / "conf").write_text("password = first\nmetrics_token = one\n")
    with Server(tmp_path, "--config=conf", "--metrics-port=0") as server:
        with psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres",
                             password="first") as client:
            (tmp_path / "conf").write_text("password = second\nmetrics_token = two\n")
            server.send(signal.SIGHUP)
            server.wait_for_log("reload: done")
            assert client.execute("SELECT 1").fetchone() == (1,)  # who is in stays
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            login("first")
        assert login("second")
        with pytest.raises(flight.FlightUnauthenticatedError):
            list_with("first")
        list_with("second")
        assert fetch(server, "/metrics", Authorization="Bearer one")[0].status == 401
        assert fetch(server, "/metrics", Authorization="Bearer two")[0].status == 200
        assert "reload: password is now another one (from conf line 1)" in server.log()
        for secret in ("first", "second", "one ", "two "):
            assert f"now {secret}" not in server.log()


def test_a_reload_does_not_open_the_server_to_others(tmp_path):
    """A password may go only where the address that is listened on allows it, whatever the file says of another one."""
    (tmp_path / "conf").write_text("password = secret\nhost = '*'\n")
    with Server(tmp_path, "--config=conf") as server:
        (tmp_path / "conf").write_text("host = 127.0.0.1\n")
        server.send(signal.SIGHUP)
        server.wait_for_log("reload: the old settings stay: host, from conf line 2: * is open to other machines")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", password="x")


def test_idle_sessions_end(tmp_path):
    with Server(tmp_path, "--idle-timeout-ms=300") as server:
        with psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres",
                             autocommit=True) as client:
            assert client.execute("SHOW idle_session_timeout").fetchone() == ("300ms",)
            time.sleep(1.5)
            with pytest.raises(psycopg.OperationalError, match="idle-session timeout"):
                client.execute("SELECT 1")


def test_users_limits_and_timeouts_are_reloaded(tmp_path):
    def connect(user, password="x"):
        return psycopg.connect(host="127.0.0.1", port=server.port, user=user, password=password, dbname="postgres", autocommit=True)

    def reload(text, done):
        (tmp_path / "conf").write_text(text)
        server.send(signal.SIGHUP)
        server.wait_for_log("reload: done", done)

    (tmp_path / "conf").write_text("password = x\n")
    with Server(tmp_path, "--config=conf") as server:
        early = connect("mallard")
        early.execute("CREATE VIEW slow AS SELECT count(*) AS n FROM range(100000000000) a, range(1000000) b")
        options = flight.FlightCallOptions(headers=[(b"authorization", b"Bearer x")], timeout=20)
        client = flight.FlightClient(f"grpc://127.0.0.1:{server.airport_port}")
        ticket = next(iter(client.list_flights(options=options))).endpoints[0].ticket
        reload("password = x\nuser = drake\nreadonly_user = guest\nreadonly_password = y\nmax_connections = 3\n"
               "query_timeout_ms = 1000\nidle_timeout_ms = 60000\n", 1)
        assert early.execute("SELECT current_user, pg_get_userbyid(10)").fetchone() == ("mallard", "drake")
        with pytest.raises(psycopg.OperationalError, match='"mallard"'):
            connect("mallard")
        with connect("drake") as drake, connect("guest", "y") as guest:
            assert drake.execute("SELECT current_user::text").fetchone() == ("drake",)
            assert drake.execute("SHOW idle_session_timeout").fetchone() == ("1min",)
            roles = "SELECT rolname FROM pg_roles WHERE oid IN (10, 16380) ORDER BY oid"
            assert early.execute(roles).fetchall() == [("drake",), ("guest",)]
            with pytest.raises(psycopg.errors.QueryCanceled):
                drake.execute("FROM slow")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                guest.execute("CREATE TABLE t (i int)")
            with pytest.raises(psycopg.OperationalError, match="too many clients"):
                connect("drake")
        with pytest.raises(flight.FlightCancelledError, match="longer than 1000 ms"):
            client.do_get(ticket, options).read_all()
        client.close()
        assert "which the next start takes over" not in server.log()
        early.close()
