"""Reading the past of a lake, and writing its present; the clear refusal where there is no past."""
import pathlib

import duckdb_extension_ducklake
import psycopg
import pyarrow as pa
import pytest

from airport_client import Client

EXTENSION = next(pathlib.Path(duckdb_extension_ducklake.__file__).parent.rglob("ducklake.duckdb_extension"))


def version(connection):
    return connection.execute("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')").fetchone()[0]


@pytest.fixture(scope="module")
def sql(server):
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database,
                         autocommit=True) as connection:
        connection.execute(f"LOAD '{EXTENSION}'")
        connection.execute("ATTACH 'ducklake:lake.meta' AS lake (DATA_PATH 'lake-files')")
        connection.execute("CREATE TABLE plain AS SELECT 1 AS i")
        yield connection


@pytest.fixture(scope="module")
def lake(server, sql):
    return Client(f"grpc://127.0.0.1:{server.airport_port}", "lake")


def rows(table, **more):
    return sorted(table.scan(["i", "s"], **more).to_pylist(), key=lambda row: row["i"])


def test_a_version_and_a_moment(lake, sql):
    sql.execute("CREATE TABLE lake.main.t (i INTEGER, s VARCHAR)")
    sql.execute("INSERT INTO lake.main.t VALUES (1, 'a')")
    first = version(sql)
    moment = str(sql.execute("SELECT now()").fetchone()[0])
    sql.execute("INSERT INTO lake.main.t VALUES (2, 'b')")
    sql.execute("ALTER TABLE lake.main.t ADD COLUMN extra DOUBLE")
    table = lake.table("public", "t")
    assert rows(table) == [{"i": 1, "s": "a"}, {"i": 2, "s": "b"}]
    for unit, value in (("VERSION", str(first)), ("TIMESTAMP", moment)):
        then = lake.at(table, unit, value)
        assert then.schema.names == ["i", "s", "rowid"]
        assert rows(then, at=(unit, value)) == [{"i": 1, "s": "a"}]


@pytest.mark.parametrize("unit, value", [("VERSION", "12345"), ("VERSION", "1) UNION SELECT 1, 'x' --"),
                                         ("TIMESTAMP", "yesterday' OR 'a'='a"), ("EPOCH", "1")])
def test_what_is_no_point_in_time_is_refused(lake, sql, unit, value):
    sql.execute("CREATE TABLE IF NOT EXISTS lake.main.u (i INTEGER)")
    with pytest.raises(pa.ArrowException):
        lake.at(lake.table("public", "u"), unit, value)


def test_a_lake_is_written(lake, sql):
    lake.create_table("public", "w", pa.schema([("i", pa.int32()), ("s", pa.string())]))
    table = lake.table("public", "w")
    assert table.insert([{"i": i, "s": str(i)} for i in range(100)])[0] == 100
    ids = {r["i"]: r["rowid"] for r in table.scan(["i", "rowid"]).to_pylist()}
    assert table.update([{"s": "new", "rowid": ids[7]}], ["s"])[0] == 1
    assert table.delete([ids[8], ids[9]])[0] == 2
    assert sql.execute("SELECT count(*), max(s) FROM lake.main.w").fetchone() == (98, "new")


def test_a_table_without_a_past_says_so(server, sql):
    client = Client(f"grpc://127.0.0.1:{server.airport_port}")
    with pytest.raises(pa.ArrowNotImplementedError, match="has no past"):
        client.at(client.table("public", "plain"), "VERSION", "1")
