"""What ends a statement or a session from outside: cancel, timeouts, limits, the server's end, a client that goes."""

import contextlib
import signal
import socket
import threading
import time

import pytest

import wire

LONG = "SELECT count(*) FROM range(100000) a, range(100000) b WHERE (a.range * b.range) % 7 = 3"
ENDLESS_ROWS = "SELECT a.range, 'some text' FROM range(100000) a, range(100000) b"
CANCEL_REQUEST = 80877102


def cancel(connection):
    with socket.create_connection((connection.server.host, connection.server.port)) as sent:
        sent.sendall(wire.request(CANCEL_REQUEST, connection.key))
        assert sent.recv(10) == b""


def cancel_soon(connection, seconds=0.3):
    timer = threading.Timer(seconds, cancel, [connection])
    timer.start()
    return timer


def error_of(came):
    (found,) = [each.fields() for each in came if each.tag == b"E"]
    return found["C"], found["M"]


CANCELLED = ("57014", "canceling statement due to user request")


@pytest.mark.parametrize("sql", [LONG, ENDLESS_ROWS, f"CREATE TABLE cancelled AS {ENDLESS_ROWS}", f"COPY ({ENDLESS_ROWS}) TO STDOUT",
                                 f"BEGIN; DECLARE c CURSOR FOR {ENDLESS_ROWS} ORDER BY 1, 2; FETCH c", f"EXPLAIN ANALYZE {LONG}"])
def test_cancel(server, sql):
    with wire.Connection(server) as connection:
        start = time.monotonic()
        timer = cancel_soon(connection)
        came = connection.query(sql)
        timer.join()
        assert error_of(came) == CANCELLED
        assert time.monotonic() - start < 15
        connection.query("ROLLBACK")
        assert connection.value("SELECT 1") == "1"
        assert connection.error("SELECT * FROM cancelled")["C"] == "42P01"


def test_cancel_in_a_transaction_fails_it(server):
    with wire.Connection(server) as connection:
        connection.rows("BEGIN")
        cancel_soon(connection)
        came = connection.query(LONG)
        assert error_of(came) == CANCELLED and str(came[-1]) == "ReadyForQuery E"
        connection.rows("ROLLBACK")


def test_cancel_in_the_extended_protocol(server):
    with wire.Connection(server) as connection:
        connection.send(wire.parse("", LONG), wire.bind(), wire.execute(), wire.sync())
        cancel_soon(connection)
        assert error_of(connection.read_until([b"Z"])) == CANCELLED
        connection.send(wire.parse("", ENDLESS_ROWS), wire.bind(), wire.execute("", 100), wire.execute("", 100), wire.sync())
        assert [m.tag for m in connection.read_until([b"Z"])].count(b"s") == 2


def test_cancel_of_a_client_that_does_not_read(server):
    with wire.Connection(server) as connection:
        connection.send(wire.query(ENDLESS_ROWS))
        time.sleep(0.5)
        cancel(connection)
        assert error_of(connection.read_until([b"Z"])) == CANCELLED


def test_cancel_of_copy_from_stdin(server):
    with wire.Connection(server) as connection:
        connection.rows("CREATE OR REPLACE TABLE cancelled_copy (a int)")
        connection.send(wire.query("COPY cancelled_copy FROM STDIN"))
        connection.read_until([b"G"])
        connection.send(wire.copy_data("1\n"))
        cancel(connection)
        assert error_of(connection.read_until([b"Z"])) == CANCELLED
        connection.send(wire.copy_data("2\n"), wire.copy_done())  # too late, and dropped
        assert connection.value("SELECT count(*) FROM cancelled_copy") == "0"


def test_timeout_of_copy_from_stdin(server):
    with wire.Connection(server) as connection:
        connection.rows("CREATE OR REPLACE TABLE late_copy (a int)")
        connection.rows("SET statement_timeout = 200")
        connection.send(wire.query("COPY late_copy FROM STDIN"), wire.copy_data("1\n" * 100000))
        assert error_of(connection.read_until([b"Z"])) == ("57014", "canceling statement due to statement timeout")
        connection.rows("SET statement_timeout = 0")
        assert connection.value("SELECT count(*) FROM late_copy") == "0"


def test_copy_counts_the_rows_that_it_stores(server):
    with wire.Connection(server) as connection:
        connection.rows("CREATE OR REPLACE TABLE some_copied (a int)")
        connection.send(wire.query("COPY some_copied FROM STDIN WHERE a > 5"), *(wire.copy_data(f"{i}\n") for i in range(10)),
                        wire.copy_done())
        assert [each.body for each in connection.read_until([b"Z"]) if each.tag == b"C"] == [b"COPY 4\0"]


def test_statement_timeout(server):
    with wire.Connection(server) as connection:
        connection.rows("SET statement_timeout = 200")
        for sql in (LONG, ENDLESS_ROWS):
            start = time.monotonic()
            assert error_of(connection.query(sql)) == ("57014", "canceling statement due to statement timeout")
            assert 0.1 < time.monotonic() - start < 10
        connection.rows("SET statement_timeout = 0")
        connection.send(wire.parse("", LONG), wire.bind(), wire.sync())
        connection.read_until([b"Z"])
        connection.rows("SET statement_timeout = 100; SELECT 1")
        assert connection.value("SELECT 1") == "1"


def test_the_servers_query_timeout(serve):
    with wire.Connection(serve(query_timeout_ms=200)) as connection:
        assert connection.value("SHOW statement_timeout") == "200ms"
        assert error_of(connection.query(LONG)) == ("57014", "canceling statement due to statement timeout")


def ended(connection):
    (error,) = connection.read_all()
    return error.fields()["S"], error.fields()["C"]


def test_idle_timeouts(server):
    with wire.Connection(server) as connection:
        connection.rows("SET idle_session_timeout = 300")
        start = time.monotonic()
        assert ended(connection) == ("FATAL", "57P05")
        assert 0.2 < time.monotonic() - start < 5
    with wire.Connection(server) as connection:
        connection.rows("SET idle_in_transaction_session_timeout = 300; BEGIN")
        assert ended(connection) == ("FATAL", "25P03")


def test_work_is_no_idling(server):
    with wire.Connection(server) as connection:
        connection.rows("SET idle_in_transaction_session_timeout = 400; BEGIN; CREATE TEMP TABLE t AS SELECT 1")
        for _ in range(4):
            time.sleep(0.2)
            connection.rows("SELECT 1")
        connection.rows("SELECT count(*) FROM range(12000) a, range(12000) b WHERE (a.range * b.range) % 7 = 3")
        assert connection.value("SELECT 2") == "2"


def test_the_time_to_log_in_is_limited(serve):
    running = serve(authentication_timeout_ms=1000, password="x")
    with wire.Connection(running, start=False) as silent, wire.Connection(running, start=False) as half:
        half.send(wire.startup(user="mallard", database="postgres"))
        half.read()
        start = time.monotonic()
        assert all(m.fields()["S"] == "FATAL" for m in silent.read_all())
        assert all(m.fields()["S"] == "FATAL" for m in half.read_all())
        assert time.monotonic() - start < 6


def test_connection_limit(serve):
    running = serve(max_connections=3)
    connections = [wire.Connection(running) for _ in range(3)]
    with wire.Connection(running, start=False) as refused:
        error = refused.start()[-1].fields()
        assert (error["S"], error["C"], error["M"]) == ("FATAL", "53300", "sorry, too many clients already")
    # Those that have not logged in yet, and requests to cancel, count for nothing.
    waiting = [wire.Connection(running, start=False) for _ in range(5)]
    cancel_soon(connections[0])
    assert error_of(connections[0].query(LONG)) == CANCELLED
    connections.pop().socket.close()
    deadline = time.monotonic() + 5
    while True:
        with wire.Connection(running, start=False) as again:
            if again.start()[-1].tag == b"Z":
                break
        assert time.monotonic() < deadline
    for each in connections + waiting:
        each.socket.close()


# ---- the end of the server ----

def test_stopping_lets_running_statements_end(serve):
    running = serve()
    with wire.Connection(running) as idle, wire.Connection(running) as busy, wire.Connection(running) as open_block:
        open_block.rows("CREATE TABLE stopped (a int); BEGIN; INSERT INTO stopped VALUES (1)")
        busy.send(wire.query("SELECT count(*) FROM range(12000) a, range(12000) b WHERE (a.range * b.range) % 7 = 3"))
        time.sleep(0.2)
        running.send(signal.SIGTERM)
        assert ended(idle) == ("FATAL", "57P01")
        with wire.Connection(running, start=False) as late:
            late.send(wire.startup(user="mallard", database="postgres"))
            assert ended(late) == ("FATAL", "57P03")
        came = busy.read_until([b"E"])
        assert "CommandComplete SELECT 1" in map(str, came)
        open_block.rows("INSERT INTO stopped VALUES (2)")
        open_block.send(wire.query("COMMIT"))
        assert "CommandComplete COMMIT" in map(str, open_block.read_all())
    assert running.process.wait(20) == 0


def test_stopping_fast_cancels(serve):
    running = serve()
    with wire.Connection(running) as idle, wire.Connection(running) as busy, wire.Connection(running) as stuck:
        busy.send(wire.query(LONG))
        stuck.send(wire.query(ENDLESS_ROWS))
        time.sleep(0.5)
        running.send(signal.SIGINT)
        assert ended(idle) == ("FATAL", "57P01")
        assert busy.read_all()[-1].fields()["C"] == "57P01"
        assert running.process.wait(10) == 0


def test_the_shutdown_timeout(serve):
    running = serve(shutdown_timeout_ms=500)
    with wire.Connection(running) as busy:
        busy.send(wire.query(LONG))
        time.sleep(0.2)
        start = time.monotonic()
        running.send(signal.SIGTERM)
        assert busy.read_all()[-1].fields()["C"] == "57P01"
        assert running.process.wait(10) == 0
        assert time.monotonic() - start < 8


# ---- clients that go ----

def test_a_client_that_goes_leaves_nothing(server):
    with wire.Connection(server) as watcher:
        watcher.rows("CREATE OR REPLACE TABLE left_behind (a int)")
        gone = wire.Connection(server)
        gone.rows("BEGIN; INSERT INTO left_behind VALUES (1)")
        gone.socket.close()
        busy = wire.Connection(server)
        busy.send(wire.query(ENDLESS_ROWS))
        time.sleep(0.1)
        busy.socket.close()
        assert watcher.value("SELECT count(*) FROM left_behind") == "0"
        watcher.rows("DROP TABLE left_behind")


def test_a_read_is_stopped_when_its_client_has_gone(serve):
    running = serve(shutdown_timeout_ms=60000)
    gone = wire.Connection(running)
    gone.send(wire.query(LONG))
    time.sleep(0.2)
    gone.socket.close()
    time.sleep(2.5)
    start = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - start < 5


def test_temporary_objects_are_one_sessions(server):
    with wire.Connection(server) as one, wire.Connection(server) as other:
        one.rows("CREATE TEMP TABLE mine (a int)")
        assert other.error("SELECT * FROM mine")["C"] == "42P01"
        other.rows("CREATE TEMP TABLE mine (b int)")


def test_half_closed_clients_are_answered(server):
    with wire.Connection(server) as connection:
        connection.send(wire.query("SELECT 1"))
        connection.socket.shutdown(socket.SHUT_WR)
        assert "CommandComplete SELECT 1" in map(str, connection.read_all())


# ---- many, and much ----

def test_two_writers_of_the_same_row(server):
    with wire.Connection(server) as one, wire.Connection(server) as other:
        one.rows("CREATE OR REPLACE TABLE contended (a int); INSERT INTO contended VALUES (1)")
        one.rows("BEGIN; UPDATE contended SET a = 2")
        other.rows("BEGIN")
        assert other.error("UPDATE contended SET a = 3")["C"] == "40001"
        one.rows("COMMIT")
        other.rows("ROLLBACK")
        assert one.value("SELECT a FROM contended") == "2"


def test_two_hundred_idle_connections_are_cheap(serve):
    running = serve()
    with wire.Connection(running) as first:
        first.value("SELECT 1")
        before = running.resident_kib()
        others = [wire.Connection(running) for _ in range(200)]
        for other in others:
            other.value("SELECT 1")
        time.sleep(0.2)
        grown = running.resident_kib() - before
        for other in others:
            other.socket.close()
    if not running.is_sanitized():
        assert grown < 200 * 100, f"{grown / 200:.0f} KiB each"


def test_a_large_result_takes_no_memory(serve):
    running = serve()
    with wire.Connection(running) as connection:
        connection.rows("SELECT * FROM range(100000)")
        before = running.resident_kib()
        connection.send(wire.query("SELECT range, 'some text', range * 2 FROM range(5000000)"))
        received, highest = 0, 0
        while b"ReadyForQuery" not in connection.buffer and received < 150_000_000:
            got = connection.socket.recv(1 << 20)
            received += len(got)
            if got.endswith(b"Z\0\0\0\5I"):
                break
            highest = max(highest, running.resident_kib()) if received % 16 == 0 else highest
        grown = max(highest, running.resident_kib()) - before
    assert received > 100_000_000
    if not running.is_sanitized():
        assert grown < 64 * 1024, f"{grown} KiB"


def test_the_first_row_comes_at_once(server):
    with wire.Connection(server) as connection:
        connection.rows("SELECT 1")
        start = time.monotonic()
        connection.send(wire.query("SELECT range FROM range(2000000000)"))
        connection.read_until([b"D"])
        assert time.monotonic() - start < 1
        cancel(connection)
        connection.read_until([b"Z"])


def test_many_statements_are_taken_at_once(server):
    """A thousand statements in one packet are answered one by one."""
    with wire.Connection(server) as connection:
        connection.send(b"".join(wire.query(f"SELECT {i}") for i in range(1000)))
        for i in range(1000):
            came = connection.read_until([b"Z"])
            assert came[1].values() == [str(i).encode()]
        connection.send(b"".join(wire.parse("", "SELECT $1::int") + wire.bind("", "", [str(i)]) + wire.execute() for i in range(1000))
                        + wire.sync())
        values = [m.values() for m in connection.read_until([b"Z"]) if m.tag == b"D"]
        assert values == [[str(i).encode()] for i in range(1000)]


def test_many_sessions_at_work(server):
    failures = []

    def work(number):
        try:
            with wire.Connection(server) as connection:
                for i in range(50):
                    assert connection.value(f"SELECT {number} * 1000 + {i}") == str(number * 1000 + i)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=[i]) for i in range(32)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not failures, failures[0]


def test_the_engines_threads_can_be_set(serve):
    with wire.Connection(serve(":memory:")) as connection:
        threads = connection.value("SHOW threads")
        for count in ("1", "4", "2"):
            connection.rows(f"SET threads = {count}")
            assert connection.value("SHOW threads") == count
            assert connection.value("SELECT sum(i) FROM range(3000000) AS s(i)") == "4499998500000"
        connection.rows("RESET threads")
        assert connection.value("SHOW threads") == threads


def test_many_long_statements_keep_nobody_out(serve):
    """More than there are cores, all of them held up: others are still served, and cancels still come through."""
    server = serve(":memory:")
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(wire.Connection(server)) for _ in range(40)]
        for connection in connections:
            connection.send(wire.query(LONG))
        with wire.Connection(server) as other:
            assert other.value("SELECT 1 + 1") == "2"
        for connection in connections:
            cancel(connection)
        for connection in connections:
            assert error_of(connection.read_until([b"Z"])) == CANCELLED


def test_a_script_goes_on_behind_a_large_copy(server):
    """The rows come in messages of their own, larger than the one with the script."""
    with wire.Connection(server) as connection:
        connection.rows("CREATE OR REPLACE TABLE scripted (a int)")
        connection.send(wire.query("COPY scripted FROM STDIN; SELECT count(*) FROM scripted; COPY scripted FROM STDIN"))
        connection.read_until([b"G"])
        connection.send(wire.copy_data("7\n" * 300000), wire.copy_done())
        came = connection.read_until([b"G", b"E"])
        assert [each.values() for each in came if each.tag == b"D"] == [[b"300000"]]
        connection.send(wire.copy_data("x\n" * 50000), wire.copy_done())
        assert error_of(connection.read_until([b"Z"]))[0] == "22P02"
