"""Where PostgreSQL's statements and DuckDB's meet: INSERT with fewer values than columns, USE, sequences, cursors, time zones."""
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


@pytest.mark.parametrize("query, parameters", [
    ("SELECT nextval($1)", [b"drawn"]), ("SELECT currval($1), $2::int", [b"drawn", b"7"]), ("SELECT nextval($1::regclass) AS n", [b"drawn"]),
    ("SELECT pg_catalog.currval($1)", [b"drawn"]), ("SELECT nextval($1)", [b"nowhere"])])
def test_a_sequence_is_a_parameter(both, query, parameters):
    answers = []
    for connection in both:
        connection.execute("CREATE SEQUENCE drawn")
        connection.execute("SELECT nextval('drawn')")
        result = connection.pgconn.exec_params(query.encode(), parameters)
        columns = [(result.fname(i), result.ftype(i), result.get_value(0, i)) for i in range(result.nfields)]
        answers.append((result.status, result.error_field(psycopg.pq.DiagnosticField.SQLSTATE), columns))
        connection.execute("DROP SEQUENCE drawn")
    assert answers[1] == answers[0]


def test_cursors_with_hold_need_a_commit(both):
    for connection in both:
        cursors = "SELECT name FROM pg_cursors ORDER BY name"
        connection.execute("BEGIN")
        connection.execute("DECLARE kept CURSOR WITH HOLD FOR SELECT generate_series(1, 3)")
        connection.execute("COMMIT")
        connection.execute("BEGIN")
        connection.execute("DECLARE lost CURSOR WITH HOLD FOR SELECT generate_series(1, 3)")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM nowhere")
        connection.execute("ROLLBACK")
        assert connection.execute(cursors).fetchall() == [("kept",)]
        assert connection.execute("FETCH 2 FROM kept").fetchall() == [(1,), (2,)]
        connection.execute("DECLARE lost CURSOR WITH HOLD FOR SELECT 4")
        assert connection.execute("FETCH lost").fetchall() == [(4,)]
        connection.execute("CLOSE ALL")


@pytest.mark.parametrize("zone", ["INTERVAL '+00:00' HOUR TO MINUTE", "INTERVAL '-08:00'", "'+02:00'", "'-3'", "'UTC+3'", "'<+04>-4'"])
def test_time_zones_by_offset(both, zone):
    answers = []
    for connection in both:
        connection.execute(f"SET TIME ZONE {zone}")
        answers.append(connection.execute("""SELECT current_setting('TimeZone'), '2024-01-01 00:00:00+00'::timestamptz::text,
                                                '2024-01-01 00:00:00+00'::timestamptz::date, '2024-01-01'::timestamptz = '2024-01-01 00:00:00+00'""").fetchone())
        connection.execute("RESET TIME ZONE")
    assert answers[1] == answers[0]


@pytest.mark.parametrize("query", [
    "SELECT * FROM current_database() AS d", "SELECT d FROM pg_catalog.current_database() d", "SELECT * FROM current_schema()",
    "SELECT s.s, n FROM current_schema() s, current_setting('server_version_num') AS x(n)"])
def test_values_as_tables(both, query):
    ours, theirs = [(c.execute(query).fetchall(), [column.name for column in c.execute(query).description]) for c in both]
    assert [len(row) for row in ours[0]] == [len(row) for row in theirs[0]] and ours[1] == theirs[1]


TYPES = "(VALUES (1043, 24), (1700, 524294), (1700, -1), (23, -1), (1184, 3), (1082, -1), (25, -1), (701, -1)) AS t(id, modifier)"


def test_functions_of_information_schema(both):
    names = ("char_max_length", "char_octet_length", "numeric_precision", "numeric_precision_radix", "numeric_scale", "datetime_precision")
    calls = ", ".join(f"information_schema._pg_{name}(id, modifier)" for name in names)
    theirs, ours = (c.execute(f"SELECT {calls} FROM {TYPES}").fetchall() for c in both)
    assert ours == theirs
    query = """SELECT attname, information_schema._pg_char_max_length(information_schema._pg_truetypid(a, t),
                                                                      information_schema._pg_truetypmod(a, t))
               FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE attrelid = 'few'::regclass AND attnum > 0 ORDER BY attnum"""
    theirs, ours = (c.execute(query).fetchall() for c in both)
    assert ours == theirs


def test_constraints_of_tables_that_are_not_there(both):
    statements = ("ALTER TABLE IF EXISTS nowhere DROP CONSTRAINT IF EXISTS x", "ALTER TABLE IF EXISTS nowhere ADD CONSTRAINT x UNIQUE (a)")
    answers = []
    for connection in both:
        notices = []
        connection.add_notice_handler(lambda diagnostic: notices.append(diagnostic.message_primary))
        answers.append(([connection.execute(statement).statusmessage for statement in statements], notices))
    assert answers[1] == answers[0]
