"""read_only: the database is read by both doors, and written by none."""

import sys

import duckdb
import psycopg
import pyarrow
import pyarrow.flight as flight
import pytest

from process import ROOT, Server, check, run

sys.path.append(str(ROOT / "tests/duckcat"))

import airport_client  # noqa: E402


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    path = tmp_path_factory.mktemp("read-only")
    with duckdb.connect(str(path / "shop.db")) as connection:
        connection.execute("CREATE SCHEMA public; CREATE TABLE public.orders AS SELECT * FROM range(3) t(id); "
                           "CREATE SEQUENCE public.numbers; CREATE VIEW public.v AS SELECT 1 AS i")
    return path


@pytest.fixture(scope="module")
def server(directory):
    with Server(directory, "--read-only", "shop.db") as running:
        yield running


def connect(server, **settings):
    return psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="shop", autocommit=True, **settings)


def test_reading(server):
    with connect(server) as client:
        assert client.execute("SELECT sum(id) FROM orders").fetchone() == (3,)
        assert client.execute("SELECT count(*) FROM pg_class WHERE relname IN ('orders', 'v')").fetchone() == (2,)
        assert client.execute("SHOW in_hot_standby").fetchone() == ("on",)
        client.execute("CREATE TEMP TABLE mine AS SELECT id + 1 AS i FROM orders")
        assert client.execute("SELECT sum(i) FROM mine").fetchone() == (6,)


@pytest.mark.parametrize("statement", [
    "INSERT INTO orders VALUES (9)", "UPDATE orders SET id = 0", "DELETE FROM orders", "TRUNCATE orders",
    "CREATE TABLE other(i INTEGER)", "CREATE SCHEMA s", "DROP TABLE orders", "ALTER TABLE orders ADD COLUMN c INTEGER",
    "CREATE VIEW w AS SELECT 1", "CREATE INDEX x ON orders(id)", "SELECT nextval('numbers')",
    "COPY orders FROM STDIN", "COMMENT ON TABLE orders IS 'x'"])
def test_writing_is_refused(server, statement):
    with connect(server) as client:
        with pytest.raises(psycopg.Error) as refused:
            if statement.startswith("COPY"):
                with client.cursor().copy(statement) as copy:
                    copy.write("1\n")
            else:
                client.execute(statement)
        assert refused.value.sqlstate == "25006", refused.value
        assert client.execute("SELECT count(*) FROM orders").fetchone() == (3,)


def test_libpq_knows_it(server):
    assert connect(server, target_session_attrs="read-only").execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="read-only|does not support"):
        connect(server, target_session_attrs="read-write")


def test_the_airport_door_reads_and_refuses(server):
    client = airport_client.Client(f"grpc://127.0.0.1:{server.airport_port}")
    table = client.table("public", "orders")
    assert sorted(row["id"] for row in table.scan().to_pylist()) == [0, 1, 2]
    with pytest.raises((pyarrow.lib.ArrowException, flight.FlightError), match="read-only|does not support"):
        table.insert([{"id": 9}])
    with pytest.raises((pyarrow.lib.ArrowException, flight.FlightError), match="read-only|does not support"):
        client.create_table("public", "other", pyarrow.schema([("i", pyarrow.int32())]))
    assert client.table("public", "orders").scan().num_rows == 3


def test_several_servers_share_a_file(server, directory):
    with Server(directory, "--read-only", "shop.db") as other, connect(other) as client:
        assert client.execute("SELECT count(*) FROM orders").fetchone() == (3,)
    assert sorted(path.name for path in directory.iterdir() if path.name.startswith("shop")) == ["shop.db"]


def test_settings_that_do_not_go_together(tmp_path):
    (tmp_path / "jobs").mkdir()
    result = check("--read-only", "--jobs-dir=jobs", "none.db", cwd=tmp_path)
    assert result.stdout.splitlines() == [
        'mallardb: database, from the command line: cannot read "none.db": No such file or directory; '
        "read_only makes no new database",
        "mallardb: jobs_dir, from --jobs-dir: jobs need a database that can be written; set read_only to off"]
    assert "a database in memory" in check("--read-only", ":memory:", cwd=tmp_path).stdout
    assert run("--read-only", "none.db", cwd=tmp_path).returncode == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "jobs"]
