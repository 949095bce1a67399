"""Disks that are full, broken or forbidden: a clear error, nothing acknowledged is lost, the server goes on or says why not."""

import contextlib
import errno
import os
import resource
import signal
import time

import psycopg
import pyarrow as pa
import pytest
from airport_client import Client
from faults import LIBRARY, Faults
from process import Server, run

INSERT = "INSERT INTO t SELECT i, 'row ' || i FROM range(500) r(i)"
GOES_ON = ("53100", "58030", "57P02", "57P03")  # disk full, input/output error, the engine failed, is being reopened


def connect(server):
    return psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", autocommit=True,
                           connect_timeout=10)


def count(server):
    """With the patience of a client that was told to reconnect."""
    for _ in range(50):
        try:
            with connect(server) as connection:
                return connection.execute("SELECT count(*) FROM t").fetchone()[0]
        except psycopg.Error as failure:
            assert failure.sqlstate in (*GOES_ON, None), failure
            time.sleep(0.1)
    raise AssertionError(server.log())


def scenario(server):
    """Commits, a checkpoint, and commits behind it; returns the rows acknowledged and the failure that ended it, if any."""
    rows = 0
    try:
        with connect(server) as connection:
            for statement in (INSERT, "CHECKPOINT", INSERT, "DELETE FROM t WHERE a < 0"):
                connection.execute(statement)
                rows += 500 if statement == INSERT else 0
    except psycopg.Error as failure:
        return rows, failure
    return rows, None


@pytest.fixture
def faulty(tmp_path):
    if "san.so" in os.popen(f"ldd {LIBRARY}").read():
        pytest.skip("sanitizers do not let themselves be preloaded")
    faults = Faults(tmp_path)
    with Server(tmp_path, "a.db", **faults.variables()) as server:
        with connect(server) as connection:
            connection.execute("CREATE TABLE t (a BIGINT, b TEXT)")
        yield server, faults


@pytest.mark.parametrize("kind, error", [("write", errno.ENOSPC), ("write", errno.EIO), ("sync", errno.EIO)])
def test_each_operation_fails_in_turn(faulty, scale, kind, error):
    server, faults = faulty
    before = faults.get(kind)
    known, failure = scenario(server)
    assert not failure
    operations = faults.get(kind) - before
    assert operations >= 3
    for nth in range(1, operations + 1):
        faults.arm(kind, nth, 1 + nth % scale, error)
        acknowledged, failure = scenario(server)
        faults.disarm(kind)
        assert failure is None or failure.sqlstate in (*GOES_ON, None), failure
        found = count(server)
        assert known + acknowledged <= found <= known + acknowledged + 500, (nth, str(failure))  # the last one may be there unacknowledged
        known = found
    server.process.kill()
    server.process.wait()
    with Server(server.directory, "a.db") as again:
        assert count(again) == known


def test_both_doors_come_back_after_a_fatal_error(faulty):
    server, faults = faulty
    client = Client(f"grpc://127.0.0.1:{server.airport_port}")
    table = client.table("public", "t")
    idle = connect(server)
    faults.arm("sync", 1)
    assert scenario(server)[1].sqlstate in GOES_ON
    faults.disarm("sync")
    with pytest.raises(psycopg.Error) as told:
        idle.execute("SELECT 1")
    assert told.value.sqlstate in ("57P02", None)
    known = count(server)
    assert table.scan().num_rows == known
    assert table.insert([{"a": 1, "b": "x"}]) == (1, [])
    assert count(server) == known + 1
    assert server.log().count("can be opened anew") == 1


def test_a_scan_that_waits_for_its_client_does_not_keep_a_failed_engine(faulty):
    server, faults = faulty
    with connect(server) as connection:
        connection.execute("CREATE VIEW endless AS SELECT repeat('text', 100) AS t FROM range(1000000000000)")
    client = Client(f"grpc://127.0.0.1:{server.airport_port}")
    reader = client.flight.do_get(client.table("public", "endless").endpoints()[0].ticket, client.options())
    reader.read_chunk()
    faults.arm("sync", 1)
    assert scenario(server)[1].sqlstate in GOES_ON
    faults.disarm("sync")
    assert count(server) >= 0
    with pytest.raises(pa.ArrowException, match="the database engine failed"):
        reader.read_all()


def test_a_client_that_does_not_read_does_not_keep_a_failed_engine(faulty):
    """The database can be opened anew only when every result of the old instance is let go of."""
    server, faults = faulty
    with contextlib.closing(connect(server)) as stalled:
        stalled.pgconn.send_query(b"SELECT repeat('text', 100) FROM range(1000000000000)")
        time.sleep(0.5)
        faults.arm("sync", 1)
        assert scenario(server)[1].sqlstate in GOES_ON
        faults.disarm("sync")
        assert count(server) >= 0


def test_a_disk_that_stays_broken(faulty):
    """Everybody who comes is refused in one line, and nothing spins; mended, it goes on."""
    server, faults = faulty
    faults.arm("sync", 1, times=-1)
    faults.arm("write", 1, times=-1, error=errno.ENOSPC)
    scenario(server)
    refusals = []
    started = time.process_time(), sum(os.times()[2:4])
    for _ in range(10):
        try:
            with connect(server) as connection:
                connection.execute(INSERT)
        except psycopg.Error as failure:
            refusals.append(failure)
        time.sleep(0.05)
    assert len(refusals) == 10 and started
    assert all(len(str(r).splitlines()) <= 3 for r in refusals), refusals
    assert len(server.log().splitlines()) < 100
    faults.disarm("sync")
    faults.disarm("write")
    assert count(server) >= 0
    assert scenario(server)[1] is None


def test_a_full_disk(tmp_path):
    """RLIMIT_FSIZE stands for the disk's end. What did not fit is refused; once there is room, everything works again."""
    with Server(tmp_path, "a.db") as server:
        with connect(server) as connection:
            connection.execute("CREATE TABLE t (a BIGINT, b TEXT)")
            connection.execute(INSERT)
            connection.execute("CHECKPOINT")
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (2 << 20, resource.RLIM_INFINITY))
            acknowledged, refused = 500, 0
            for _ in range(10):
                try:
                    connection.execute("INSERT INTO t SELECT i, md5(i::text) FROM range(20000) r(i)")
                    acknowledged += 20000
                except psycopg.Error as failure:
                    assert failure.sqlstate == "53100", failure
                    refused += 1
            assert refused > 0
            assert connection.execute("SELECT count(*) FROM t").fetchone()[0] == acknowledged
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            connection.execute(INSERT)
        assert server.stop(signal.SIGTERM) == 0
    with Server(tmp_path, "a.db") as again:
        assert count(again) == acknowledged + 500


@pytest.mark.parametrize("damage", [
    lambda path: path.write_bytes(b"\0" * 8192),
    lambda path: path.write_bytes(path.read_bytes()[:5000] + b"x" * 3000),
    lambda path: path.write_bytes(path.read_bytes()[:4096]),
    lambda path: path.write_bytes(path.read_bytes()[:12288] + b"x" * 262144 + path.read_bytes()[274432:]),
], ids=["zeroes", "broken head", "cut short", "broken block"])
def test_damaged_files_are_refused_in_one_line(tmp_path, damage):
    with Server(tmp_path, "a.db") as server:
        with connect(server) as connection:
            connection.execute("CREATE TABLE t AS SELECT i AS a, 'x' AS b FROM range(10000) r(i)")
        assert server.stop() == 0
    damage(tmp_path / "a.db")
    before = (tmp_path / "a.db").read_bytes()
    result = run("--port", "0", "--airport-port", "0", "a.db", cwd=tmp_path)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert "FATAL" in last and "cannot serve" in last, result.stderr
    assert (tmp_path / "a.db").read_bytes() == before


@pytest.mark.skipif(os.getuid() == 0 and not os.path.exists("/usr/bin/setpriv"), reason="root may write everything")
def test_a_file_that_may_only_be_read(tmp_path):
    with Server(tmp_path, "a.db") as server:
        assert server.stop() == 0
    (tmp_path / "a.db").chmod(0o444)
    os.chmod(tmp_path, 0o555)
    try:
        if os.getuid() == 0:
            os.chmod(tmp_path.parent, 0o755)
            pytest.skip("root may write everything")
        result = run("--port", "0", "--airport-port", "0", "a.db", cwd=tmp_path)
    finally:
        os.chmod(tmp_path, 0o755)
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1, result.stderr


def test_the_memory_limit(tmp_path):
    with Server(tmp_path, "--memory-limit=60MB", "a.db") as server, connect(server) as connection:
        with pytest.raises(psycopg.Error) as refusal:
            connection.execute("SELECT count(DISTINCT list) FROM (SELECT list(i) OVER (ORDER BY i) AS list FROM range(100000) r(i))")
        assert refusal.value.sqlstate == "53200"
        assert connection.execute("SELECT 1").fetchone() == (1,)
