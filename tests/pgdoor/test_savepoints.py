"""Savepoints: kept exactly where the engine allows, refused where it does not; nothing half-way."""

import psycopg
import pytest


@pytest.fixture
def session(server):
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database,
                         autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS marks")
        connection.execute("CREATE TABLE marks (id int PRIMARY KEY)")
        yield connection


def run(session, *statements):
    for statement in statements:
        session.execute(statement)


def marks(session):
    return [row[0] for row in session.execute("SELECT id FROM marks ORDER BY id")]


def test_released_savepoints_change_nothing(session):
    run(session, "BEGIN", "INSERT INTO marks VALUES (1)", "SAVEPOINT a", "INSERT INTO marks VALUES (2)", "RELEASE a", "COMMIT")
    assert marks(session) == [1, 2]


def test_writes_behind_the_first_savepoint_are_undone(session):
    run(session, "BEGIN", "SAVEPOINT a", "INSERT INTO marks VALUES (1)", "ROLLBACK TO a", "INSERT INTO marks VALUES (2)", "COMMIT")
    assert marks(session) == [2]


def test_a_failed_constraint_is_undone(session):
    run(session, "INSERT INTO marks VALUES (1)", "BEGIN", "SAVEPOINT a")
    with pytest.raises(psycopg.errors.UniqueViolation):
        session.execute("INSERT INTO marks VALUES (1)")
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        session.execute("SELECT 1")
    run(session, "ROLLBACK TO a", "INSERT INTO marks VALUES (2)", "COMMIT")
    assert marks(session) == [1, 2]


def test_a_mistake_without_writes_is_undone_and_earlier_writes_stay(session):
    run(session, "BEGIN", "INSERT INTO marks VALUES (1)", "SAVEPOINT a")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        session.execute("SELECT nosuch")
    run(session, "ROLLBACK TO SAVEPOINT a", "COMMIT")
    assert marks(session) == [1]


def test_what_cannot_be_undone_is_refused_and_the_transaction_is_lost_whole(session):
    run(session, "BEGIN", "INSERT INTO marks VALUES (1)", "SAVEPOINT a", "INSERT INTO marks VALUES (2)")
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="engine undoes whole transactions only"):
        session.execute("ROLLBACK TO a")
    assert session.execute("COMMIT").statusmessage == "ROLLBACK"
    assert marks(session) == []


def test_settings_go_back_with_the_savepoint(session):
    run(session, "BEGIN", "SET application_name = 'one'", "SAVEPOINT a", "SET application_name = 'two'", "ROLLBACK TO a")
    assert session.execute("SHOW application_name").fetchone() == ("one",)
    session.execute("ROLLBACK")


def test_nested_names(session):
    run(session, "BEGIN", "SAVEPOINT a", "SAVEPOINT b", "SAVEPOINT a", "RELEASE a", "ROLLBACK TO a")
    with pytest.raises(psycopg.errors.InvalidSavepointSpecification):
        session.execute("RELEASE b")
    session.execute("ROLLBACK")


@pytest.mark.parametrize("statement", ["SAVEPOINT a", "RELEASE a", "ROLLBACK TO a"])
def test_only_in_blocks(session, statement):
    with pytest.raises(psycopg.errors.NoActiveSqlTransaction):
        session.execute(statement)


def test_psycopg_nests_transactions(session):
    with session.transaction():
        session.execute("INSERT INTO marks VALUES (1)")
        with session.transaction():
            session.execute("SELECT 1")
        with session.transaction():
            session.execute("INSERT INTO marks VALUES (2)")
    assert marks(session) == [1, 2]
