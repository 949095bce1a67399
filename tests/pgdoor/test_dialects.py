"""Where PostgreSQL's statements and DuckDB's meet: INSERT with fewer values than columns, USE."""
import psycopg
import pytest

TABLE = 'CREATE TABLE few (a int, "B b" text DEFAULT \'d\', c date)'


@pytest.fixture
def both(server, postgres):
    connections = [psycopg.connect(host=side.host, port=side.port, user=side.user, dbname=side.database, autocommit=True)
                   for side in (postgres, server)]
    for connection in connections:
        connection.execute(TABLE)
    yield connections
    for connection in connections:
        connection.execute("DROP TABLE few")
        connection.close()


@pytest.mark.parametrize("statement", [
    "INSERT INTO few VALUES (1)", "INSERT INTO public.few VALUES (2, 'x'), (3, 'y')", "INSERT INTO few AS f SELECT 4",
    "INSERT INTO few SELECT 5, 'five' WHERE true", "INSERT INTO few VALUES (6, DEFAULT)", "INSERT INTO few VALUES (7, 'x', NULL)",
    "INSERT INTO few VALUES (1, '2', '2024-01-01', 4)", "INSERT INTO few TABLE few"])
def test_fewer_values(both, statement):
    answers = []
    for connection in both:
        try:
            status = connection.execute(statement).statusmessage
        except psycopg.Error as error:
            status = error.sqlstate, error.diag.message_primary
        answers.append((status, connection.execute("SELECT * FROM few ORDER BY a").fetchall()))
    assert answers[1] == answers[0]


def test_fewer_values_prepared(both):
    for connection in both:
        for a in range(12):  # psycopg prepares at the server after five
            connection.execute("INSERT INTO few VALUES (%s, %s)", (a, "x"), prepare=a > 5)
        assert connection.execute('SELECT count(*), min("B b") FROM few').fetchone() == (12, "x")


def test_use_outlasts_definitions(serve):
    server = serve(":memory:")
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True) as c:
        where = "SELECT database_name FROM duckdb_tables() WHERE table_name = 'e'"
        c.execute("ATTACH ':memory:' AS fresh")
        c.execute("USE fresh")
        for statement in ("CREATE TABLE b (a int)", "DROP TABLE b", "BEGIN", "CREATE TABLE d (a int)", "COMMIT", "ALTER TABLE d ADD x int"):
            c.execute(statement)
            assert c.execute("SELECT current_database()").fetchone() == ("fresh",)
        c.execute("CREATE TABLE e (a int)")
        assert c.execute(where).fetchall() == [("fresh",)]
