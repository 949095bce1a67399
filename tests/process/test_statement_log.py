"""What the log and pg_stat_statements say about statements."""

import json
import signal

import psycopg
import pytest

from process import Server


def connect(server, **settings):
    return psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", autocommit=True,
                           **settings)


def lines(server, message):
    found = [json.loads(line) for line in server.log().splitlines()]
    return [line for line in found if line["message"] == message]


def test_levels_of_log_statement(tmp_path):
    statements = ["CREATE TABLE t(i INTEGER)", "INSERT INTO t VALUES (1)", "SELECT i FROM t", "BEGIN", "COMMIT",
                  "DROP TABLE t"]
    logged = {"none": [], "ddl": [0, 5], "mod": [0, 1, 5], "all": range(6)}
    (tmp_path / "conf").write_text("log_statement = none\n")
    with Server(tmp_path, "--config=conf", "--log-format=json") as server, connect(server) as client:
        for count, (level, expected) in enumerate(logged.items(), 1):
            (tmp_path / "conf").write_text(f"log_statement = {level}\n")
            server.send(signal.SIGHUP)
            server.wait_for_log("reload: done", count)
            before = len(lines(server, "statement"))
            for statement in statements:
                client.execute(statement)
            shown = lines(server, "statement")[before:]
            assert [line["query"] for line in shown] == [statements[i] for i in expected]
            assert {line["connection"] for line in shown} <= {client.info.backend_pid}
            numbers = [line["statement"] for line in shown]
            assert numbers == sorted(set(numbers))


def test_slow_statements(tmp_path):
    with Server(tmp_path, "--log-format=json", "--log-min-duration-ms=100") as server:
        with connect(server, application_name='a "tool"') as client:
            client.execute("SELECT 1")
            client.execute("SELECT pg_sleep(0.3)")
            client.execute("SELECT pg_sleep(%s::double)", (0.3,), prepare=True)
            with pytest.raises(psycopg.Error):
                client.execute("SELECT pg_sleep(0.3); SELECT 1/nope")
        slow = [line for line in lines(server, "slow statement") if "pg_sleep" in line["query"]]
    assert [line["query"] for line in slow] == ["SELECT pg_sleep(0.3)", "SELECT pg_sleep($1::double)", "SELECT pg_sleep(0.3)"]
    for line in slow:
        assert 300 <= line["duration_ms"] < 60000 and line["rows"] == 1
        assert (line["level"], line["user"], line["database"]) == ("warning", "mallard", "mallard")
        assert line["application"] == 'a "tool"' and line["client"].startswith("127.0.0.1:")


def test_failures_name_their_statement(tmp_path):
    with Server(tmp_path, "--log-format=json") as server, connect(server) as client:
        for parameters in ((), (1,)):
            with pytest.raises(psycopg.Error):
                client.execute("SELECT nope" + (", %s" if parameters else ""), parameters)
        with pytest.raises(psycopg.Error):
            client.execute("SELECT %s::int", ("x",))
        failures = lines(server, "statement failed")
    assert [line["query"] for line in failures] == ["SELECT nope", "SELECT nope, $1", "SELECT $1::int"]
    assert [line["sqlstate"] for line in failures] == ["42703", "42703", "22P02"]


def test_connections(tmp_path):
    with Server(tmp_path, "--log-format=json", "--log-connections", MALLARDB_PASSWORD="right") as server:
        with pytest.raises(psycopg.OperationalError):
            connect(server, password="wrong one")
        connect(server, password="right").close()
        server.wait_for_log("disconnected")
        (refused,), (began,), (ended,) = (lines(server, m) for m in ("connection refused", "connected", "disconnected"))
        assert (refused["sqlstate"], refused["level"], refused["user"]) == ("28P01", "warning", "mallard")
        assert began["connection"] == ended["connection"] and ended["duration_ms"] >= 0
        assert "wrong one" not in server.log() and "right" not in server.log()


def test_secrets_stay_out_of_the_log(tmp_path):
    with Server(tmp_path, "--log-format=json", "--log-statement=all", "--log-min-duration-ms=0") as server:
        with connect(server) as client:
            for statement in ["ALTER ROLE mallard PASSWORD 'hunter2'", "CREATE SECRET s (TYPE nothing, SECRET 'hunter2')",
                              "SET s3_secret_access_key = 'hunter2'", "ATTACH 'postgres://u:hunter2@nowhere/d' AS p",
                              "SELECT 'hunter2' AS token FROM nowhere"]:
                with pytest.raises(psycopg.Error):
                    client.execute(statement)
            activity = client.execute("SELECT string_agg(query, ' ') FROM pg_stat_activity").fetchone()[0]
        assert "hunter2" not in server.log() + activity
        assert len(lines(server, "statement failed")) == 5
        assert lines(server, "statement")[0]["query"] == "ALTER ROLE mallard PASSWORD $1"


def test_pg_stat_statements(tmp_path):
    with Server(tmp_path, "--statement-statistics=50") as server, connect(server) as client:
        client.execute("CREATE TABLE t AS SELECT * FROM range(10) r(i)")
        for i in range(3):
            client.execute(f"SELECT i FROM t WHERE i < {i}")
            client.execute("SELECT i FROM t WHERE i > %s", (i,))
        found = client.execute("SELECT query, calls, rows, min_exec_time <= mean_exec_time AND mean_exec_time <= max_exec_time "
                               "AND abs(total_exec_time - calls * mean_exec_time) < 0.001, rolname, datname, toplevel "
                               "FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid "
                               "JOIN pg_database d ON d.oid = s.dbid WHERE query LIKE 'SELECT i%' ORDER BY query").fetchall()
        assert found == [("SELECT i FROM t WHERE i < $1", 3, 3, True, "mallard", "mallard", True),
                         ("SELECT i FROM t WHERE i > $1", 3, 24, True, "mallard", "mallard", True)]
        for i in range(200):
            client.execute(f"SELECT {i} AS c{i}")
        count, dropped = client.execute("SELECT count(*), (SELECT dealloc FROM pg_stat_statements_info) "
                                        "FROM pg_stat_statements").fetchone()
        assert count <= 50 and dropped > 0
        client.execute("SELECT pg_stat_statements_reset()")
        assert client.execute("SELECT count(*) FROM pg_stat_statements WHERE query LIKE 'SELECT i%'").fetchone() == (0,)


def test_what_a_reader_may_not(tmp_path):
    with Server(tmp_path, "--readonly-user=reader") as server, connect(server) as client:
        client.execute("SELECT 1")
        client.execute("SELECT pg_sleep(0)")
        with psycopg.connect(host="127.0.0.1", port=server.port, user="reader", dbname="postgres") as reader:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute("SELECT pg_stat_statements_reset()")
            reader.rollback()
            for relation in ("pg_stat_statements", "pg_stat_activity"):
                shown = {row[0] for row in reader.execute(f"SELECT query FROM {relation}").fetchall()}
                assert "<insufficient privilege>" in shown and not any("pg_sleep" in query for query in shown)
        assert client.execute("SELECT calls FROM pg_stat_statements WHERE query = 'SELECT $1'").fetchone() == (1,)
