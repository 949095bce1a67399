"""METRICS_PORT: the pages, read with Prometheus' own client library, and how they stand bad requests."""

import http.client
import json
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.request

import psycopg
import pyarrow
import pyarrow.flight
import pytest

from metrics_page import families, fetch, port_of, value, wait_for
from process import ROOT, Server, check, run

METRIC = re.compile(r'^METRIC\((\w+), +"(\w+)", (\w+), (\w+), (\w+), \w+, "(.*)"\)$', re.M)
CATALOG = {name: kind.lower() for _, name, kind, *_ in METRIC.findall((ROOT / "data/metrics.def").read_text())}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("monitor"), "--metrics-port=0", "--max-connections=5", "test.db") as running:
        yield running


def connect(server, **settings):
    return psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", autocommit=True,
                           **settings)


def test_the_page_is_the_catalog(server):
    page = families(server)
    kinds = {family.name + ("_total" if family.type == "counter" else ""): family.type for family in page.values()}
    assert kinds == CATALOG
    assert all(family.documentation for family in page.values())


def test_statements_are_counted(server):
    kinds = {kind: value(server, "mallardb_statements_total", kind=kind) for kind in ("select", "ddl", "insert", "copy")}
    changed = value(server, "mallardb_rows_total", direction="changed")
    returned = value(server, "mallardb_rows_total", direction="returned")
    failed = value(server, "mallardb_errors_total", sqlstate="22P02")
    timed = value(server, "mallardb_statement_seconds_count", kind="select")
    with connect(server) as client:
        client.execute("CREATE TABLE counted(i INTEGER)")
        client.execute("INSERT INTO counted SELECT * FROM range(10)")
        with client.cursor().copy("COPY counted FROM STDIN") as copy:
            copy.write("11\n12\n")
        assert len(client.execute("SELECT * FROM counted WHERE i >= %s", (0,)).fetchall()) == 12
        with pytest.raises(psycopg.Error):
            client.execute("SELECT i FROM counted WHERE 'x'::int = i")
    for kind, before in kinds.items():
        assert value(server, "mallardb_statements_total", kind=kind) == before + (2 if kind == "select" else 1)
    assert value(server, "mallardb_rows_total", direction="changed") == changed + 12
    assert value(server, "mallardb_rows_total", direction="returned") == returned + 12
    assert value(server, "mallardb_errors_total", sqlstate="22P02") == failed + 1
    assert value(server, "mallardb_statements_total", kind="select", **{"class": "22"}) >= 1
    assert value(server, "mallardb_statement_seconds_count", kind="select") == timed + 2
    assert value(server, "mallardb_statement_seconds_bucket", kind="select", le="+Inf") == timed + 2
    assert value(server, "mallardb_statement_seconds_sum", kind="select") > 0


def test_a_batch_and_a_prepared_statement_count_each_run(server):
    before = value(server, "mallardb_statements_total", kind="select")
    with connect(server) as client:
        client.execute("SELECT 1; SELECT 2; SELECT 3")
        for i in range(5):
            client.execute("SELECT %s::int", (i,), prepare=True)
    assert value(server, "mallardb_statements_total", kind="select") == before + 8


def test_sessions_by_state(server):
    wait_for(server, 0, "mallardb_connections", door="postgresql")
    opened = value(server, "mallardb_connections_opened_total", door="postgresql")
    with connect(server), connect(server) as two:
        two.execute("BEGIN")
        assert value(server, "mallardb_sessions", state="idle") == 1
        assert value(server, "mallardb_sessions", state="idle in transaction") == 1
        with pytest.raises(psycopg.Error):
            two.execute("SELECT nope")
        assert value(server, "mallardb_sessions", state="idle in transaction (aborted)") == 1
        assert value(server, "mallardb_connections", door="postgresql") == 2
    assert value(server, "mallardb_connections_opened_total", door="postgresql") == opened + 2
    assert value(server, "mallardb_connections_max", door="postgresql") == 5
    wait_for(server, 0, "mallardb_connections", door="postgresql")


def test_refused_clients(server):
    before = value(server, "mallardb_connections_refused_total", reason="too many connections")
    clients = [connect(server) for _ in range(5)]
    with pytest.raises(psycopg.OperationalError, match="too many"):
        connect(server)
    for client in clients:
        client.close()
    assert value(server, "mallardb_connections_refused_total", reason="too many connections") == before + 1


def test_bytes_of_both_doors(server):
    with connect(server) as client:
        sent = value(server, "mallardb_sent_bytes_total", door="postgresql")
        client.execute("SELECT repeat('x', 1000000)")
        assert value(server, "mallardb_sent_bytes_total", door="postgresql") - sent in range(1000000, 1001000)
        received = value(server, "mallardb_received_bytes_total", door="postgresql")
        client.execute("SELECT length(%s::text)", ("y" * 1000000,))
        assert value(server, "mallardb_received_bytes_total", door="postgresql") - received in range(1000000, 1001000)


def test_airport_calls(server):
    client = pyarrow.flight.connect(f"grpc://127.0.0.1:{server.airport_port}")
    listed = value(server, "mallardb_statements_total", door="airport", kind="ListActions", **{"class": "00"})
    failed = value(server, "mallardb_statements_total", door="airport", kind="DoAction")
    list(client.list_actions())
    with pytest.raises(pyarrow.lib.ArrowNotImplementedError):
        list(client.do_action("no such action"))
    assert value(server, "mallardb_connections", door="airport") == 1
    assert value(server, "mallardb_statements_total", door="airport", kind="ListActions",
                 **{"class": "00"}) == listed + 1
    assert value(server, "mallardb_statements_total", door="airport", kind="DoAction") == failed + 1
    assert value(server, "mallardb_statements_total", door="airport", kind="DoAction", **{"class": "00"}) == 0
    assert value(server, "mallardb_sent_bytes_total", door="airport") > 0
    client.close()


def test_cancelled_statements(server):
    requests, timeouts = (value(server, "mallardb_cancels_total", reason=reason)
                          for reason in ("request", "statement timeout"))
    with connect(server) as client, connect(server) as other:
        client.execute("SET statement_timeout = 50")
        with pytest.raises(psycopg.errors.QueryCanceled):
            client.execute("SELECT count(*) FROM range(1000000) a, range(1000000) b")
        client.execute("SET statement_timeout = 0")
        pid = client.info.backend_pid
        killer = "SELECT pg_cancel_backend(%s)"
        timer = threading.Timer(0.3, lambda: other.execute(killer, (pid,)))
        timer.start()
        with pytest.raises(psycopg.errors.QueryCanceled, match="user request"):
            client.execute("SELECT count(*) FROM range(1000000) a, range(1000000) b")
        timer.join()
    assert value(server, "mallardb_cancels_total", reason="request") == requests + 1
    assert value(server, "mallardb_cancels_total", reason="statement timeout") == timeouts + 1


def test_the_engine_is_measured(server):
    with connect(server) as client:
        client.execute("CREATE TABLE measured AS SELECT i, random() AS r FROM range(300000) t(i)")
        client.execute("INSERT INTO measured VALUES (1, 2)")
    deadline = time.monotonic() + 30
    while not (value(server, "mallardb_engine_memory_bytes") > 0 and value(server, "mallardb_wal_bytes") > 0):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    wait_for_age = time.monotonic() + 30
    while not value(server, "mallardb_checkpoint_age_seconds") > 1:
        assert time.monotonic() < wait_for_age
        time.sleep(0.1)
    with connect(server) as client:
        client.execute("CHECKPOINT")
    wait_for(server, 0, "mallardb_checkpoint_age_seconds")
    assert value(server, "mallardb_database_bytes") == (server.directory / "test.db").stat().st_size
    assert abs(value(server, "mallardb_start_time_seconds") - time.time()) < 600
    assert value(server, "process_cpu_seconds_total") > 0
    assert value(server, "process_resident_memory_bytes") > 10e6
    assert value(server, "process_threads") >= 4
    assert 10 < value(server, "process_open_fds") < value(server, "process_max_fds")


def test_what_runs_and_what_was_slow(tmp_path):
    (tmp_path / "conf").write_text("")
    with Server(tmp_path, "--metrics-port=0", "--workers=3", "--log-min-duration-ms=0", "--config=conf") as server:
        assert value(server, "mallardb_workers_max") == 3 and value(server, "mallardb_workers_busy") == 0
        with connect(server) as client:
            client.execute("SELECT 1")
            wait_for(server, 1, "mallardb_slow_statements_total", door="postgresql")
            question = "SELECT count(*) FROM range(1000000) a, range(1000000) b"
            running = threading.Thread(target=lambda: pytest.raises(psycopg.errors.QueryCanceled, client.execute, question))
            running.start()
            wait_for(server, 1, "mallardb_running", door="postgresql")
            wait_for(server, 1, "mallardb_workers_busy")
            client.cancel()
            running.join()
        for text, outcome in {"log_level = info\n": "done", "log_level = loud\n": "refused"}.items():
            (tmp_path / "conf").write_text(text)
            server.send(signal.SIGHUP)
            wait_for(server, 1, "mallardb_reloads_total", outcome=outcome)


def test_health(server):
    for path, text in {"/healthz": "ok\n", "/readyz": "ready\n"}.items():
        answer, body = fetch(server, path)
        assert (answer.status, body) == (200, text)
    answer, body = fetch(server, "/metrics", method="HEAD")
    assert (answer.status, body) == (200, "") and int(answer.headers["Content-Length"]) > 1000


def test_the_status_page_escapes_everything(server):
    name = "<script>alert(1)</script>&\"'"
    with connect(server, application_name=name) as client:
        client.execute("SELECT '<b>bold</b>'")
        _, page = fetch(server, "/status")
        assert "<script" not in page and "<b>bold" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;" in page
        assert "SELECT &#39;&lt;b&gt;bold&lt;/b&gt;&#39;" in page
    assert "http:" not in page and "src=" not in page  # nothing is fetched from elsewhere


def test_secrets_are_not_shown(server):
    with connect(server) as client:
        with pytest.raises(psycopg.Error):
            client.execute("ALTER ROLE mallard PASSWORD 'hunter2'")
        _, page = fetch(server, "/status")
        (shown,), = client.execute("SELECT string_agg(query, ' ') FROM pg_stat_statements").fetchall()
    assert "hunter2" not in page + shown and "ALTER ROLE mallard PASSWORD $1" in page


def raw(server, request):
    with socket.create_connection(("127.0.0.1", port_of(server)), 30) as connection:
        connection.sendall(request)
        connection.settimeout(30)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


@pytest.mark.parametrize("request_bytes, status", [
    (b"GET /nope HTTP/1.1\r\nConnection: close\r\n\r\n", 404),
    (b"POST /metrics HTTP/1.1\r\n\r\n", 405),
    (b"GET /metrics HTTP/3.0\r\n\r\n", 505),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    (b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 8192, 431),
    (b"GET /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 413),
])
def test_bad_requests(server, request_bytes, status):
    assert raw(server, request_bytes).startswith(f"HTTP/1.1 {status} ".encode())
    assert fetch(server, "/healthz")[0].status == 200


def test_requests_in_pieces_and_in_a_row(server):
    with socket.create_connection(("127.0.0.1", port_of(server)), 30) as connection:
        for byte in b"GET /healthz HTTP/1.1\r\n\r\nGET /readyz HTTP/1.1\r\nConnection: close\r\n\r\n":
            connection.sendall(bytes([byte]))
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.count(b"HTTP/1.1 200 OK") == 2 and answer.endswith(b"ready\n")


def test_more_connections_than_there_is_room_for(server):
    silent = [socket.create_connection(("127.0.0.1", port_of(server)), 30) for _ in range(200)]
    try:
        assert sum(one.recv(1) == b"" for one in silent[100:]) == 100  # sent away at once
    finally:
        for one in silent:
            one.close()
    deadline = time.monotonic() + 30
    while True:
        try:
            assert fetch(server, "/healthz")[0].status == 200
            return
        except OSError:
            assert time.monotonic() < deadline


def test_the_token_protects(tmp_path):
    with Server(tmp_path, "--metrics-port=0", MALLARDB_METRICS_TOKEN="tell nobody") as server:
        for path in ("/metrics", "/status"):
            for headers in ({}, {"Authorization": "Bearer tell"}, {"Authorization": "Basic eDp5"}):
                answer, body = fetch(server, path, **headers)
                assert answer.status == 401 and "mallardb_" not in body
                assert answer.headers["WWW-Authenticate"].startswith("Basic")
            assert fetch(server, path, Authorization="Bearer tell nobody")[0].status == 200
            assert fetch(server, path, Authorization="Basic YW55Ym9keTp0ZWxsIG5vYm9keQ==")[0].status == 200
        assert fetch(server, "/healthz")[0].status == 200
        assert "tell nobody" not in server.log()


def test_the_pages_by_https(tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                    "/CN=first", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem", "-out",
                    tmp_path / "cert.pem"], check=True, capture_output=True)
    with Server(tmp_path, "--metrics-port=0", "--metrics-tls", "--tls-cert=cert.pem", "--tls-key=key.pem") as server:
        assert "  https://127.0.0.1:" in server.output_path.read_text()
        trust = ssl.create_default_context(cafile=tmp_path / "cert.pem")
        url = f"https://127.0.0.1:{port_of(server)}/metrics"
        for _ in range(2):  # with the context of the start, then with one that was read again
            with urllib.request.urlopen(url, context=trust, timeout=30) as answer:
                assert b"mallardb_ready 1" in answer.read()
            server.send(signal.SIGHUP)
            server.wait_for_log("reload: done")
        with pytest.raises((OSError, http.client.HTTPException)):
            fetch(server, "/metrics")
    assert check("--metrics-port=0", "--metrics-tls", cwd=tmp_path).stdout == (
        "mallardb: metrics_tls, from --metrics-tls: there is no certificate; set tls_cert and tls_key too\n")


def test_readiness_ends_before_the_process(tmp_path):
    with Server(tmp_path, "--metrics-port=0", "--shutdown-timeout-ms=20s") as server:
        port = port_of(server)
        with psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres") as client:
            client.execute("SELECT 1")  # in a transaction: it is waited for
            server.send(signal.SIGTERM)
            deadline = time.monotonic() + 30
            while fetch(server, "/readyz")[0].status != 503:
                assert time.monotonic() < deadline
            assert fetch(server, "/healthz")[0].status == 200
            client.commit()
        assert server.process.wait(30) == 0


def test_an_occupied_port_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("--port", "0", "--airport-port", "0", f"--metrics-port={port}", cwd=tmp_path)
    assert result.returncode == 1
    line, = [line for line in result.stderr.splitlines() if "FATAL" in line]
    assert "metrics_port, from --metrics-port:" in line and str(port) in line


def test_other_machines_need_a_token(tmp_path):
    result = check("--metrics-port=0", "--metrics-host=*", cwd=tmp_path)
    assert result.returncode == 1
    assert "metrics_host, from --metrics-host: * is open to other machines" in result.stdout
    assert check("--metrics-port=0", "--metrics-host=*", "--metrics-token=x",
               cwd=tmp_path).returncode == 0
    clash = check("--metrics-port=6000", "--airport-port=6000", cwd=tmp_path)
    assert clash.stdout == "mallardb: metrics_port, from --metrics-port: airport_port is 6000 too; give another one\n"


def dashboard_expressions():
    dashboard = json.loads((ROOT / "packaging/grafana/mallardb.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        yield variable["name"], variable.get("query", "")


def test_the_dashboard_asks_for_metrics_that_there_are(server):
    page = families(server)
    samples = {sample.name for family in page.values() for sample in family.samples} | set(CATALOG)
    samples |= {name + end for name, kind in CATALOG.items() if kind == "histogram"
                for end in ("_bucket", "_sum", "_count")}
    asked = set()
    for title, expression in dashboard_expressions():
        found = set(re.findall(r"\b(?:mallardb|process)_\w+", expression))
        assert found <= samples, f"{title}: {found - samples}"
        asked |= found
    assert len(asked) >= 15


def test_the_documentation_lists_the_catalog():
    text = (ROOT / "docs/observability.md").read_text()
    for name in CATALOG:
        assert f"`{name}`" in text
    assert set(re.findall(r"`((?:mallardb|process)_\w+)`", text)) == set(CATALOG)
