"""The Python drivers: psycopg 3 (sync, async, pipeline, binary, COPY), psycopg 2, asyncpg, pg8000."""

import asyncio
import datetime
import decimal
import io
import json
import math
import threading
import time
import uuid

import asyncpg
import pg8000.native
import psycopg
import psycopg2
import psycopg2.extras
import pytest

LONG = "SELECT count(*) FROM range(100000) a, range(100000) b WHERE (a.range * b.range) % 7 = 3"
UTC = datetime.timezone.utc

# SQL type, values in the driver's own types
VALUES = {
    "boolean": [True, False],
    "smallint": [0, 1, -32768, 32767],
    "integer": [0, -1, 2147483647, -2147483648],
    "bigint": [0, 9223372036854775807, -9223372036854775808],
    "real": [0.0, 1.5, -2.25, math.inf, -math.inf],
    "double precision": [0.1, 1e300, -5e-324, math.inf],
    "numeric(18,3)": [decimal.Decimal("1.234"), decimal.Decimal("-123456789012345.678"), decimal.Decimal("0.000")],
    "numeric(38,10)": [decimal.Decimal("1234567890123456789012345678.0123456789"), decimal.Decimal("-0.0000000001")],
    "text": ["", "a", "ünï©ødé 🦆", "a'b\"c\\d\n\t", "x" * 100000],
    "varchar(10)": ["abc"],
    "bytea": [b"", b"\x00\x01\xff\xfe", bytes(range(256)) * 10],
    "date": [datetime.date(2024, 2, 29), datetime.date(1, 1, 1), datetime.date(9999, 12, 31), datetime.date(1969, 12, 31)],
    "time": [datetime.time(0, 0), datetime.time(23, 59, 59, 999999)],
    "timestamp": [datetime.datetime(2024, 2, 29, 12, 34, 56, 789012), datetime.datetime(1900, 1, 1)],
    "timestamptz": [datetime.datetime(2024, 2, 29, 12, 34, 56, 789012, UTC)],
    "uuid": [uuid.UUID("12345678-1234-5678-1234-567812345678"), uuid.UUID(int=0)],
    "integer[]": [[], [1, 2, 3], [1, None, 3]],
    "text[]": [["a", "b,c", 'd"e', "", "NULL", None]],
    "double precision[]": [[1.5, -2.5]],
    "boolean[]": [[True, False]],
}
CASES = [pytest.param(kind, value, id=f"{kind}-{i}") for kind, values in VALUES.items() for i, value in enumerate([*values, None])]


def arguments(server):
    return {"host": server.host, "port": server.port, "user": server.user, "password": server.password or "x"}


# ---- psycopg 3 ----

@pytest.fixture
def psy3(server):
    with psycopg.connect(dbname="postgres", autocommit=True, **arguments(server)) as connection:
        yield connection


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize("kind, value", CASES)
def test_psycopg_values(psy3, kind, value, binary):
    assert psy3.execute(f"SELECT %s::{kind}", [value], binary=binary).fetchone() == (value,)
    cursor = psy3.cursor(binary=binary)
    cursor.execute(f"SELECT %{'b' if binary and not isinstance(value, (list, type(None))) else 's'}::{kind} AS v", [value], prepare=True)
    assert cursor.fetchone() == (value,)


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize("kind, value", CASES)
def test_psycopg_columns(psy3, kind, value, binary):
    """Into a column and back, without a cast that would tell the type."""
    psy3.execute(f"CREATE TEMP TABLE typed (id integer, v {kind})")
    psy3.execute("INSERT INTO typed VALUES (%s, %s)", [1, value])
    assert psy3.execute("SELECT v FROM typed WHERE id = %s", [1], binary=binary).fetchone() == (value,)
    copy = f"COPY typed (v) TO STDOUT (FORMAT {'binary' if binary else 'text'})"
    with psy3.cursor().copy(copy) as out:
        data = b"".join(out)
    psy3.execute("DELETE FROM typed")
    with psy3.cursor().copy(copy.replace("TO STDOUT", "FROM STDIN")) as into:
        into.write(data)
    assert psy3.execute("SELECT v FROM typed", binary=binary).fetchone() == (value,)


def test_psycopg_transactions(psy3):
    psy3.execute("CREATE TEMP TABLE counted (a integer)")
    with pytest.raises(ZeroDivisionError), psy3.transaction():
        psy3.execute("INSERT INTO counted VALUES (1)")
        raise ZeroDivisionError
    with psy3.transaction():
        psy3.execute("INSERT INTO counted VALUES (2)")
    assert psy3.execute("SELECT a FROM counted").fetchall() == [(2,)]
    assert psy3.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_psycopg_errors(psy3):
    for sql, kind in [("SELECT * FROM no_such_table", psycopg.errors.UndefinedTable), ("SELECT no_such_column", psycopg.errors.UndefinedColumn),
                      ("SELEC 1", psycopg.errors.SyntaxError), ("SELECT no_such()", psycopg.errors.UndefinedFunction),
                      ("SELECT 'x'::int", psycopg.errors.InvalidTextRepresentation), ("SELECT 1::smallint + 100000::smallint", psycopg.errors.NumericValueOutOfRange)]:
        with pytest.raises(kind):
            psy3.execute(sql)
    psy3.execute("CREATE TEMP TABLE keyed (a integer PRIMARY KEY, b integer NOT NULL)")
    psy3.execute("INSERT INTO keyed VALUES (1, 1)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        psy3.execute("INSERT INTO keyed VALUES (%s, %s)", [1, 2])
    with pytest.raises(psycopg.errors.NotNullViolation) as caught:
        psy3.execute("INSERT INTO keyed VALUES (%s, %s)", [2, None])
    assert caught.value.diag.column_name == "b"


def test_psycopg_pipeline(psy3):
    psy3.execute("CREATE TEMP TABLE piped (a integer)")
    with psy3.pipeline() as pipeline:
        cursors = [psy3.execute("INSERT INTO piped VALUES (%s) RETURNING a * 2", [i]) for i in range(100)]
        pipeline.sync()
        assert [cursor.fetchone()[0] for cursor in cursors] == [i * 2 for i in range(100)]
        with pytest.raises(psycopg.errors.UndefinedTable):
            psy3.execute("SELECT * FROM no_such_table")
            pipeline.sync()
        assert psy3.execute("SELECT count(*) FROM piped").fetchone() == (100,)


def test_psycopg_executemany(psy3):
    psy3.execute("CREATE TEMP TABLE many (a integer, b text)")
    with psy3.cursor() as cursor:
        cursor.executemany("INSERT INTO many VALUES (%s, %s)", [(i, str(i)) for i in range(500)])
        assert cursor.rowcount == 500
    assert psy3.execute("SELECT count(*), sum(a), max(b) FROM many").fetchone() == (500, 124750, "99")


def test_psycopg_copy_rows(psy3):
    psy3.execute("CREATE TEMP TABLE copied (a integer, b text, c timestamptz, d numeric(10,2))")
    rows = [(i, None if i % 7 == 0 else f"row\t{i}\\", datetime.datetime(2024, 1, 1, tzinfo=UTC) + datetime.timedelta(seconds=i), decimal.Decimal(i) / 4)
            for i in range(10000)]
    with psy3.cursor().copy("COPY copied FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    with psy3.cursor().copy("COPY (SELECT * FROM copied ORDER BY a) TO STDOUT") as copy:
        copy.set_types(["integer", "text", "timestamptz", "numeric"])
        assert list(copy.rows()) == rows
    with psy3.cursor().copy("COPY copied FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["integer", "text", "timestamptz", "numeric"])
        for row in rows:
            copy.write_row(row)
    assert psy3.execute("SELECT count(*), count(DISTINCT a) FROM copied").fetchone() == (20000, 10000)
    with pytest.raises(psycopg.errors.InvalidTextRepresentation) as caught, psy3.cursor().copy("COPY copied (a) FROM STDIN") as copy:
        copy.write("1\n2\nthree\n")
    assert caught.value.diag.context == 'COPY copied, line 3, column a: "three"'
    with pytest.raises(psycopg.errors.QueryCanceled), psy3.cursor().copy("COPY copied FROM STDIN") as copy:
        copy.write("1\n")
        raise psycopg.errors.QueryCanceled
    assert psy3.execute("SELECT count(*) FROM copied").fetchone() == (20000,)


def test_psycopg_streams(psy3):
    with psy3.cursor() as cursor:
        assert sum(row[0] for row in cursor.stream("SELECT i FROM range(100000) r(i)")) == 4999950000
    with psy3.transaction(), psy3.cursor("named") as cursor:
        cursor.execute("SELECT i FROM range(1000) r(i)")
        assert [row[0] for row in cursor.fetchmany(3)] == [0, 1, 2]
        assert len(cursor.fetchall()) == 997


def test_psycopg_cancels(psy3):
    threading.Timer(0.3, psy3.cancel_safe).start()
    with pytest.raises(psycopg.errors.QueryCanceled):
        psy3.execute(LONG)
    assert psy3.execute("SELECT 1").fetchone() == (1,)


def test_psycopg_json_and_nested(psy3):
    assert psy3.execute("SELECT %s::json", [psycopg.types.json.Json({"a": [1, None, "x"]})]).fetchone() == ({"a": [1, None, "x"]},)
    assert psy3.execute("SELECT [[1, 2], [3, 4]]").fetchone() == ([[1, 2], [3, 4]],)
    assert psy3.execute("SELECT 170141183460469231731687303715884105727::hugeint").fetchone() == (decimal.Decimal(2**127 - 1),)
    assert psy3.execute("SELECT interval '1 day 2 hours'").fetchone() == (datetime.timedelta(days=1, hours=2),)
    assert psy3.execute("SELECT interval '1 day 2 hours'", binary=True).fetchone() == (datetime.timedelta(days=1, hours=2),)
    assert psy3.execute("SELECT 'NaN'::double precision").fetchone()[0] != 0


def test_psycopg_any(psy3):
    assert psy3.execute("SELECT i FROM range(10) r(i) WHERE i = ANY(%s) ORDER BY i", [[2, 4, 40]]).fetchall() == [(2,), (4,)]


def test_psycopg_async(server):
    async def run():
        async with await psycopg.AsyncConnection.connect(dbname="postgres", autocommit=True, **arguments(server)) as connection:
            async def one(i):
                async with connection.cursor() as cursor:
                    await cursor.execute("SELECT %s::int * 2", [i])
                    return (await cursor.fetchone())[0]
            return await asyncio.gather(*map(one, range(20)))

    assert asyncio.run(run()) == [i * 2 for i in range(20)]


# ---- psycopg 2 ----

@pytest.fixture
def psy2(server):
    connection = psycopg2.connect(dbname="postgres", **arguments(server))
    psycopg2.extras.register_uuid(conn_or_curs=connection)
    yield connection
    connection.close()


@pytest.mark.parametrize("kind, value", CASES)
def test_psycopg2_values(psy2, kind, value):
    with psy2.cursor() as cursor:
        cursor.execute(f"SELECT CAST(%s AS {kind})", [value])
        (came,) = cursor.fetchone()
    assert (bytes(came) if isinstance(came, memoryview) else came) == value


def test_psycopg2_transactions(psy2):
    with psy2, psy2.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE two (a integer)")
        psycopg2.extras.execute_values(cursor, "INSERT INTO two VALUES %s", [(i,) for i in range(10)])
        cursor.execute("SELECT sum(a) FROM two")
        assert cursor.fetchone() == (45,)
    with pytest.raises(psycopg2.errors.UndefinedTable), psy2, psy2.cursor() as cursor:
        cursor.execute("INSERT INTO two VALUES (1)")
        cursor.execute("SELECT * FROM no_such_table")
    with psy2, psy2.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM two")
        assert cursor.fetchone() == (10,)


def test_psycopg2_copy_and_named_cursors(psy2):
    with psy2.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE two (a integer, b text)")
        cursor.copy_expert("COPY two FROM STDIN WITH CSV HEADER", io.StringIO('a,b\n1,"x, y"\n2,\n'))
        out = io.StringIO()
        cursor.copy_expert("COPY two TO STDOUT WITH CSV", out)
        assert out.getvalue() == '1,"x, y"\n2,\n'
    with psy2.cursor("named") as cursor:
        cursor.itersize = 100
        cursor.execute("SELECT i FROM range(1000) r(i)")
        assert sum(row[0] for row in cursor) == 499500
    psy2.rollback()


def test_psycopg2_cancels(psy2):
    threading.Timer(0.3, psy2.cancel).start()
    with pytest.raises(psycopg2.errors.QueryCanceled), psy2.cursor() as cursor:
        cursor.execute(LONG)


# ---- asyncpg: binary everywhere, types asked of the server ----

def with_asyncpg(server, work):
    async def run():
        connection = await asyncpg.connect(database="postgres", **arguments(server))
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.mark.parametrize("kind, value", CASES)
def test_asyncpg_values(server, kind, value):
    async def work(connection):
        return await connection.fetchval(f"SELECT $1::{kind}", value)

    assert with_asyncpg(server, work) == value


def test_asyncpg_work(server):
    async def work(connection):
        await connection.execute("CREATE TEMP TABLE a (i integer, t text, d timestamptz)")
        rows = [(i, str(i), datetime.datetime(2024, 1, 1, tzinfo=UTC)) for i in range(1000)]
        assert await connection.copy_records_to_table("a", records=rows) == "COPY 1000"
        await connection.executemany("INSERT INTO a VALUES ($1, $2, $3)", rows[:10])
        assert await connection.fetchval("SELECT count(*) FROM a") == 1010
        out = io.BytesIO()
        assert await connection.copy_from_query("SELECT i FROM a WHERE i < 3 ORDER BY i", output=out, format="csv") == "COPY 6"
        assert out.getvalue() == b"0\n0\n1\n1\n2\n2\n"
        async with connection.transaction():
            seen = [record["i"] async for record in connection.cursor("SELECT i FROM a ORDER BY i LIMIT 200", prefetch=50)]
        assert len(seen) == 200
        with pytest.raises(ZeroDivisionError):
            async with connection.transaction():
                await connection.execute("DELETE FROM a")
                raise ZeroDivisionError
        assert await connection.fetchval("SELECT count(*) FROM a") == 1010
        with pytest.raises(asyncpg.UndefinedTableError):
            await connection.fetch("SELECT * FROM no_such_table")
        with pytest.raises(asyncio.TimeoutError):
            await connection.fetch(LONG, timeout=0.3)
        assert await connection.fetchval("SELECT $1::int + $2::int", 1, 2) == 3
        assert await connection.fetch("SELECT i FROM a WHERE i = ANY($1::int[]) LIMIT $2", [1, 2], 3)
        statement = await connection.prepare("SELECT i, t FROM a WHERE i > $1")
        assert [p.name for p in statement.get_parameters()] == ["int4"]
        assert [a.type.name for a in statement.get_attributes()] == ["int4", "text"]
        return True

    assert with_asyncpg(server, work)


# ---- pg8000 ----

@pytest.fixture
def pg8000_connection(server):
    connection = pg8000.native.Connection(database="postgres", **arguments(server))
    yield connection
    connection.close()


@pytest.mark.parametrize("kind, value", CASES)
def test_pg8000_values(pg8000_connection, kind, value):
    cast = pg8000_connection.run(f"SELECT CAST(:v AS {kind})", v=value)
    assert cast == [[value]]


def test_pg8000_work(pg8000_connection):
    connection = pg8000_connection
    connection.run("CREATE TEMP TABLE p (a integer, b text)")
    connection.run("INSERT INTO p VALUES (:a, :b), (2, 'two')", a=1, b="one")
    assert connection.row_count == 2
    assert connection.run("SELECT * FROM p ORDER BY a") == [[1, "one"], [2, "two"]]
    assert [column["name"] for column in connection.columns] == ["a", "b"]
    out = io.BytesIO()
    connection.run("COPY p TO STDOUT WITH (FORMAT csv)", stream=out)
    assert out.getvalue() == b"1,one\n2,two\n"
    connection.run("COPY p FROM STDIN WITH (FORMAT csv)", stream=io.BytesIO(b"3,three\n"))
    prepared = connection.prepare("SELECT b FROM p WHERE a = :v")
    assert [prepared.run(v=i) for i in (1, 3)] == [[["one"]], [["three"]]]
    connection.run("BEGIN")
    with pytest.raises(pg8000.native.DatabaseError) as caught:
        connection.run("SELECT * FROM no_such_table")
    assert caught.value.args[0]["C"] == "42P01"
    connection.run("ROLLBACK")
    assert connection.run("SELECT count(*) FROM p") == [[3]]
