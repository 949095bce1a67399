"""A CREATE TABLE is seen by the next statement of every session, inside and outside transactions."""

import psycopg
import pytest

KEYS = "SELECT count(*) FROM pg_constraint WHERE conname LIKE 'fresh%'"
QUALIFIED_KEYS = "SELECT count(*) FROM pg_catalog.pg_constraint WHERE conname LIKE 'fresh%'"
TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE 'fresh%'"
INDEXES = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE relname LIKE 'fresh%'"


@pytest.fixture
def sessions(server):
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True) as one, \
            psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True) as two:
        for name in ("fresh_a", "fresh_b", "fresh_c"):
            one.execute(f"DROP TABLE IF EXISTS {name}")
        yield one, two


def count(session, query):
    return session.execute(query).fetchone()[0]


@pytest.mark.parametrize("query", [KEYS, QUALIFIED_KEYS, TABLES, INDEXES])
def test_the_next_statement_sees_it(sessions, query):
    one, two = sessions
    assert count(one, query) == count(two, query) == 0
    one.execute("CREATE TABLE fresh_a (id int PRIMARY KEY)")
    assert count(one, query) == count(two, query) == 1
    with one.transaction():
        one.execute("CREATE TABLE fresh_b (id int PRIMARY KEY)")
        assert count(one, query) == 2
        assert count(two, query) == 1
    assert count(one, query) == count(two, query) == 2
    two.execute("DROP TABLE fresh_a")
    assert count(one, query) == count(two, query) == 1


@pytest.mark.parametrize("first", [KEYS, TABLES, INDEXES])
@pytest.mark.parametrize("second", [KEYS, TABLES, INDEXES])
def test_a_transaction_that_has_read_one_relation_reads_the_next_one_current(sessions, first, second):
    one, _ = sessions
    one.execute("CREATE TABLE fresh_c (id int PRIMARY KEY)")
    with one.transaction():
        assert count(one, first) == 1
        assert count(one, second) == 1


@pytest.mark.parametrize("query", [KEYS, TABLES, INDEXES])
@pytest.mark.parametrize("before", [None, TABLES])
def test_a_transaction_reads_what_was_there_before_it(sessions, query, before):
    """Migration tools: what the session has made is looked for in a transaction that has already worked."""
    one, _ = sessions
    one.execute("CREATE TABLE fresh_a (id int PRIMARY KEY)")
    assert count(one, query) == 1
    one.execute("CREATE TABLE fresh_b (id int PRIMARY KEY)")
    with one.transaction():
        one.execute("INSERT INTO fresh_b VALUES (1)")
        assert not before or count(one, before) == 2
        assert count(one, query) == 2


def test_a_rolled_back_table_was_never_there(sessions):
    one, two = sessions
    one.execute("BEGIN")
    one.execute("CREATE TABLE fresh_a (id int PRIMARY KEY)")
    assert count(one, KEYS) == 1
    one.execute("ROLLBACK")
    assert count(one, KEYS) == count(two, KEYS) == 0
