"""Advisory locks among sessions, as PostgreSQL 15 has them: every scenario runs on both."""

import threading
import time

import psycopg
import pytest

SETTINGS = {"user": "postgres"}


@pytest.fixture(params=["server", "postgres"])
def connect(request):
    target = request.getfixturevalue(request.param)
    opened = []

    def open_one():
        opened.append(psycopg.connect(host=target.host, port=target.port, user="postgres", dbname="postgres", autocommit=True))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


def value(connection, expression):
    return connection.execute(f"SELECT {expression}").fetchone()[0]


def test_one_session_holds_it(connect):
    first, second = connect(), connect()
    assert value(first, "pg_try_advisory_lock(1)") is True
    assert value(first, "pg_try_advisory_lock(1)") is True
    assert value(second, "pg_try_advisory_lock(1)") is False
    assert value(second, "pg_try_advisory_lock(0, 1)") is True
    assert value(first, "pg_advisory_unlock(1)") is True
    assert value(second, "pg_try_advisory_lock(1)") is False
    assert value(first, "pg_advisory_unlock(1)") is True
    assert value(second, "pg_try_advisory_lock(1)") is True
    assert value(first, "pg_advisory_unlock(1)") is False


def test_shared_ones_exclude_only_the_other_kind(connect):
    first, second = connect(), connect()
    assert value(first, "pg_try_advisory_lock_shared(2)") and value(second, "pg_try_advisory_lock_shared(2)")
    assert value(first, "pg_try_advisory_lock(2)") is False
    value(second, "pg_advisory_unlock_all()")
    assert value(first, "pg_try_advisory_lock(2)") is True


def test_those_of_a_transaction_end_with_it(connect):
    first, second = connect(), connect()
    assert value(first, "pg_try_advisory_xact_lock(3)") is True
    assert value(second, "pg_try_advisory_xact_lock(3)") is True
    first.execute("BEGIN")
    value(first, "pg_advisory_xact_lock(3)")
    assert value(second, "pg_try_advisory_lock(3)") is False
    assert value(first, "pg_advisory_unlock(3)") is False
    first.execute("ROLLBACK")
    assert value(second, "pg_try_advisory_lock(3)") is True


def test_a_session_that_leaves_gives_its_own_back(connect):
    first, second = connect(), connect()
    value(first, "pg_advisory_lock(4)")
    first.close()
    deadline = time.monotonic() + 10
    while not value(second, "pg_try_advisory_lock(4)"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_discard_all_gives_them_back(connect):
    first, second = connect(), connect()
    value(first, "pg_advisory_lock(5)")
    first.execute("DISCARD ALL")
    assert value(second, "pg_try_advisory_lock(5)") is True


def test_waiting_ends_when_it_is_released(connect):
    first, second = connect(), connect()
    value(first, "pg_advisory_lock(6)")
    waiter = threading.Thread(target=value, args=(second, "pg_advisory_lock(6)"))
    waiter.start()
    time.sleep(0.2)
    assert waiter.is_alive()
    value(first, "pg_advisory_unlock(6)")
    waiter.join(10)
    assert not waiter.is_alive()
    assert value(first, "pg_try_advisory_lock(6)") is False


def test_waiting_ends_at_a_cancel_request_and_at_the_timeout(connect):
    first, second = connect(), connect()
    value(first, "pg_advisory_lock(7)")
    second.execute("SET statement_timeout = '100ms'")
    with pytest.raises(psycopg.errors.QueryCanceled):
        value(second, "pg_advisory_lock(7)")
    second.execute("SET statement_timeout = 0")
    threading.Timer(0.2, second.cancel).start()
    with pytest.raises(psycopg.errors.QueryCanceled):
        value(second, "pg_advisory_lock(7)")
    assert value(second, "1") == 1
    assert value(second, "pg_try_advisory_lock(7)") is False
