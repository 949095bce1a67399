"""PostgreSQL's own programs as clients: postgres_fdw and dblink in a real server, and pgbench."""

import subprocess

import psycopg
import pytest
from running import POSTGRES_PROGRAMS


@pytest.fixture(scope="module")
def foreign(server, postgres):
    """A connection to the real server, in which the schema `imported` holds our table as a foreign one."""
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True) as ours:
        ours.execute("CREATE TABLE item (id int PRIMARY KEY, name text, price numeric(8,2), sold date, tags int[])")
        ours.execute("INSERT INTO item SELECT i, 'n' || i, i * 1.5, date '2024-01-01' + i::int, ARRAY[i, i + 1] FROM generate_series(1, 1000) g(i)")
    with psycopg.connect(host=postgres.host, port=postgres.port, user=postgres.user, dbname=postgres.database, autocommit=True) as theirs:
        theirs.execute("CREATE EXTENSION postgres_fdw; CREATE EXTENSION dblink")
        theirs.execute(f"CREATE SERVER ours FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{server.host}', port '{server.port}', dbname 'postgres')")
        theirs.execute(f"CREATE USER MAPPING FOR CURRENT_USER SERVER ours OPTIONS (user '{server.user}', password_required 'false')")
        theirs.execute("CREATE SCHEMA imported; IMPORT FOREIGN SCHEMA public LIMIT TO (item) FROM SERVER ours INTO imported")
        yield theirs
        theirs.execute("DROP SERVER ours CASCADE; DROP SCHEMA imported; DROP EXTENSION dblink; DROP EXTENSION postgres_fdw")


def test_imported_columns(foreign):
    columns = foreign.execute("""SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
                                 WHERE attrelid = 'imported.item'::regclass AND attnum > 0 ORDER BY attnum""").fetchall()
    assert columns == [("id", "integer"), ("name", "text"), ("price", "numeric(8,2)"), ("sold", "date"), ("tags", "integer[]")]


def test_pushed_filter(foreign):
    query = "SELECT id, name, price::text, sold::text, tags FROM imported.item WHERE id BETWEEN 3 AND 4 AND name LIKE 'n%' ORDER BY id"
    plan = "\n".join(line for line, in foreign.execute(f"EXPLAIN VERBOSE {query}"))
    assert "((name ~~ 'n%'))" in plan
    assert foreign.execute(query).fetchall() == [(3, "n3", "4.50", "2024-01-04", [3, 4]), (4, "n4", "6.00", "2024-01-05", [4, 5])]
    assert foreign.execute("SELECT count(*), sum(price)::text FROM imported.item").fetchone() == (1000, "750750.00")


def test_foreign_writes(foreign):
    assert foreign.execute("INSERT INTO imported.item VALUES (2000, 'x', 1, '2024-01-01', '{1,2}') RETURNING id, tags").fetchone() == (2000, [1, 2])
    assert foreign.execute("UPDATE imported.item SET name = 'y' WHERE id = 2000 RETURNING name").fetchone() == ("y",)
    assert foreign.execute("DELETE FROM imported.item WHERE id = 2000 RETURNING id").fetchone() == (2000,)
    with pytest.raises(ZeroDivisionError), foreign.transaction():
        foreign.execute("INSERT INTO imported.item (id) VALUES (3000)")
        raise ZeroDivisionError
    assert foreign.execute("SELECT max(id) FROM imported.item").fetchone() == (1000,)


def test_dblink(foreign, server):
    link = f"host={server.host} port={server.port} user={server.user} dbname=postgres"
    rows = foreign.execute("SELECT * FROM dblink(%s, 'SELECT id, name FROM item WHERE id < 3') AS t(id int, name text)", [link]).fetchall()
    assert rows == [(1, "n1"), (2, "n2")]


@pytest.fixture(scope="module")
def pgbench(server):
    def run(*arguments):
        command = [POSTGRES_PROGRAMS / "pgbench", "-h", server.host, "-p", str(server.port), "-U", server.user, *arguments, "postgres"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("-i", "-q", "-s", "1")
    return run


@pytest.mark.parametrize("protocol", ["simple", "extended", "prepared"])
@pytest.mark.parametrize("script", ["tpcb-like", "simple-update", "select-only"])
def test_pgbench(pgbench, protocol, script):
    said = pgbench("-n", "-M", protocol, "-b", script, "-t", "30")
    assert "number of transactions actually processed: 30/30" in said
    assert "number of failed transactions: 0 " in said
