"""psql 15: statements, scripts, backslash commands, COPY, errors, and what a user sees."""

import os
import shutil
import subprocess

import pytest

PSQL = "/usr/lib/postgresql/15/bin/psql" if os.path.exists("/usr/lib/postgresql/15/bin/psql") else shutil.which("psql")

pytestmark = pytest.mark.skipif(not PSQL, reason="psql is not installed")


@pytest.fixture
def psql(server):
    def run(*arguments, text="", status=0):
        environment = {"PATH": os.environ["PATH"], "PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": server.user,
                       "PGDATABASE": server.database, "LANG": "C.UTF-8"}
        done = subprocess.run([PSQL, "-X", *arguments], input=text, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == status, done.stderr
        return done.stdout, done.stderr

    return run


def test_what_one_sees(psql):
    out, _ = psql("-c", "SELECT 1 AS one, NULL::text AS nothing, 'x' AS \"X\", 1.50::numeric(5,2) AS n")
    assert out == " one | nothing | X |  n   \n-----+---------+---+------\n   1 |         | x | 1.50\n(1 row)\n\n"


def test_a_script(psql):
    out, _ = psql("-Atq", text="""
        CREATE TEMP TABLE duck (id int PRIMARY KEY, name text);
        BEGIN;
        INSERT INTO duck VALUES (1, 'Mallard'), (2, 'Pintail');
        SAVEPOINT before;
        COMMIT;
        SELECT count(*) FROM duck \\gset
        \\echo :count
        \\copy duck from stdin csv
3,"Teal, green"
\\.
        SELECT name FROM duck ORDER BY id;
        \\copy (SELECT id FROM duck ORDER BY id) to stdout
        UPDATE duck SET name = upper(name) WHERE id = 1 RETURNING name;
        SELECT format('SELECT %s', i) FROM generate_series(1, 2) g(i) \\gexec
        \\set FETCH_COUNT 2
        SELECT id FROM duck ORDER BY id;
    """)
    assert out.split("\n") == ["2", "Mallard", "Pintail", "Teal, green", "1", "2", "3", "MALLARD", "1", "2", "1", "2", "3", ""]


def test_errors_point_at_their_place(psql):
    _, errors = psql("-c", "SELECT 1 +\n  nonsense", status=1)
    lines = errors.splitlines()
    assert lines[0].startswith("ERROR:  ") and "nonsense" in lines[0]
    assert lines[1:] == ["LINE 2:   nonsense", "          ^"]


def test_errors_end_a_script_when_told(psql):
    out, errors = psql("-At", "-v", "ON_ERROR_STOP=1", text="SELECT 1;\nSELECT * FROM nowhere;\nSELECT 2;", status=3)
    assert out == "1\n" and "nowhere" in errors


def test_single_transaction(psql):
    psql("-1", "-c", "CREATE TABLE once (a int)", "-c", "SELECT * FROM nowhere", status=1)
    _, errors = psql("-c", "SELECT * FROM once", status=1)
    assert "once" in errors


@pytest.mark.parametrize("command, header", [
    (r"\d", "List of relations"), (r"\dt", "List of relations"), (r"\d watched", 'Table "public.watched"'), (r"\l", "List of databases"),
    (r"\dn", "List of schemas"), (r"\du", "List of roles"), (r"\df", "List of functions"), (r"\dT", "List of data types"),
    (r"\conninfo", "You are connected"), (r"\di", "List of relations"), (r"\dv", "List of relations"), (r"\ds", "List of relations")])
def test_backslash_commands(psql, command, header):
    psql("-q", "-c", "CREATE TABLE IF NOT EXISTS watched (a int PRIMARY KEY, b text NOT NULL)", "-c", "CREATE OR REPLACE VIEW seen AS SELECT 1 AS a",
         "-c", "CREATE SEQUENCE IF NOT EXISTS counter")
    out, errors = psql("-c", command)
    assert header in out and not errors


def test_a_wide_and_long_result(psql):
    out, _ = psql("-At", "-c", "SELECT i, repeat('x', 100) FROM range(50000) r(i)")
    lines = out.splitlines()
    assert len(lines) == 50000 and lines[-1] == "49999|" + "x" * 100
