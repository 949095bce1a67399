"""Reading a DuckDB through the Airport door: what is listed, how it is described, what a scan gives."""
import time

import psycopg
import pyarrow as pa
import pyarrow.flight as flight
import pytest

import process
from airport_client import Client, comparison

SETTINGS = {"airport_admin": "on"}

SCRIPT = '''
CREATE SCHEMA s1;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE s1.t (i INTEGER PRIMARY KEY, s VARCHAR DEFAULT 'x', g INTEGER GENERATED ALWAYS AS (i * 2), m mood,
                   n DECIMAL(10,2) NOT NULL, j JSON, CHECK (i > 0));
COMMENT ON TABLE s1.t IS 'a table';
COMMENT ON COLUMN s1.t.s IS 'a column';
INSERT INTO s1.t (i, n, m) SELECT r + 1, r * 1.5, (['sad', 'ok', 'glad'])[1 + r % 3] FROM range(9) x(r);
CREATE VIEW s1.v AS SELECT i, s, 'it''s' AS q FROM s1.t;
CREATE VIEW s1.half AS SELECT 1 AS a, 2::VARIANT AS v;
CREATE TABLE s1."Odd ""name""" ("a b" INTEGER, "select" VARCHAR);
INSERT INTO s1."Odd ""name""" VALUES (1, 'x');
CREATE TABLE s1.has_rowid (rowid INTEGER, x INTEGER);
ATTACH ':memory:' AS lab;
CREATE MACRO lab.main.add2(a INTEGER, b INTEGER) AS a + b;
CREATE MACRO lab.main.numbers(n) AS TABLE SELECT r AS x, 'v' || r AS y FROM range(n) q(r);
CREATE MACRO lab.main.untyped(a) AS a;
CREATE TABLE s1.big AS SELECT r AS a, r % 100 AS b, 'text ' || r AS c FROM range(500000) q(r)
'''


def run_sql(server, script):
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database,
                         autocommit=True) as connection:
        for statement in script.split(";\n"):
            connection.execute(statement)


@pytest.fixture(scope="module")
def client(server):
    run_sql(server, SCRIPT)
    return Client(f"grpc://127.0.0.1:{server.airport_port}")


def metadata(field):
    return {k.decode(): v.decode() for k, v in (field.metadata or {}).items() if not k.startswith(b"ARROW:")}


def test_a_table_is_described(client):
    t = client.table("s1", "t")
    assert t.meta["comment"] == "a table"
    assert t.field("i").type == pa.int32() and not t.field("i").nullable
    assert metadata(t.field("s")) == {"default": "'x'", "comment": "a column"}
    assert metadata(t.field("g")) == {} and t.field("g").nullable
    assert t.field("m").type == pa.string()
    assert t.field("n").type == pa.decimal128(10, 2) and not t.field("n").nullable
    assert metadata(t.field("rowid")) == {"is_rowid": "1"}
    assert b"(i > 0)" in t.schema.metadata[b"check_constraints"]


def test_views_have_no_row_id(client):
    v = client.table("s1", "v")
    assert v.schema.names == ["i", "s", "q"]
    assert v.scan().num_rows == 9
    with pytest.raises(pa.ArrowNotImplementedError):
        v.insert([{"i": 1}])


def test_a_column_called_rowid_is_a_column(client):
    table = client.table("s1", "has_rowid")
    assert table.schema.names == ["rowid", "x"]


def test_quoted_names(client):
    odd = client.table("s1", 'Odd "name"')
    assert odd.scan(["select", "a b"]).to_pylist()[0] == {"select": "x", "a b": 1}


def test_projection_and_row_ids(client):
    rows = client.table("s1", "t").scan(["rowid", "i"]).to_pylist()
    assert rows == [{"rowid": r, "i": r + 1} for r in range(9)]


def test_filters_reach_the_engine(client):
    t = client.table("s1", "t")
    rows = t.scan(["i"], filters=comparison("COMPARE_GREATERTHAN", "i", "INTEGER", 7)).to_pylist()
    assert [r["i"] for r in rows] == [8, 9]


def test_an_enum_is_compared_as_the_text_that_the_client_sees(client):
    t = client.table("s1", "t")
    rows = t.scan(["m"], filters=comparison("COMPARE_LESSTHAN", "m", "VARCHAR", "p")).to_pylist()
    assert sorted(r["m"] for r in rows) == ["glad"] * 3 + ["ok"] * 3
    assert t.scan(["m"], filters=comparison("COMPARE_EQUAL", "m", "VARCHAR", "none of them")).num_rows == 0


def test_texts_are_compared_as_the_client_compares_them(client, server):
    run_sql(server, "CREATE OR REPLACE TABLE s1.folded (t VARCHAR COLLATE NOCASE);\n"
                    "INSERT INTO s1.folded VALUES ('a'), ('A'), ('b')")
    folded = client.table("s1", "folded")
    rows = folded.scan(["t"], filters=comparison("COMPARE_NOTEQUAL", "t", "VARCHAR", "a")).to_pylist()
    assert sorted(r["t"] for r in rows) == ["A", "b"]


def test_a_big_table_is_read_whole_and_in_order(client):
    table = client.table("s1", "big").scan()
    assert table.num_rows == 500000
    assert table["a"].to_pylist() == list(range(500000))
    assert table["c"][499999].as_py() == "text 499999"


def test_batches_are_as_large_as_suits_the_wire(client):
    """Full ones, and a last one. Rows do not wait for long, so that a busy machine may need another try."""
    for _ in range(10):
        sizes = [b.num_rows for b in client.table("s1", "big").scan(["b"]).to_batches()]
        if all(65536 - 2048 < size <= 65536 for size in sizes[:-1]):
            return
    raise AssertionError(sizes)


def begin_scans(client, count):
    """They wait for their client, who has read the first rows."""
    ticket = client.table("public", "endless").endpoints()[0].ticket
    readers = [client.flight.do_get(ticket, client.options()) for _ in range(count)]
    for reader in readers:
        reader.read_chunk()
    return readers


def scan_in_time(client):
    """What is free again is free in a moment."""
    deadline = time.monotonic() + process.PATIENCE
    while True:
        try:
            return client.table("public", "small").scan()["i"].to_pylist()
        except pa.ArrowException as failure:
            assert "too many statements" in str(failure) and time.monotonic() < deadline


def crowded(serve, connections, **settings):
    server = serve(max_connections=connections, **settings)
    run_sql(server, "CREATE VIEW endless AS SELECT repeat('text', 100) AS t FROM range(1000000000000);\nCREATE VIEW small AS SELECT 1 AS i")
    return Client(f"grpc://127.0.0.1:{server.airport_port}")


def test_a_scan_given_up_frees_its_connection(serve):
    client = crowded(serve, 4)
    for _ in range(3):
        readers = begin_scans(client, 4)
        with pytest.raises(pa.ArrowException, match="too many statements"):
            client.table("public", "small").scan()
        for reader in readers:
            reader.cancel()
        assert scan_in_time(client) == [1]


def test_a_scan_whose_client_does_not_read_ends_with_its_time(serve):
    client = crowded(serve, 1, query_timeout_ms=4000)
    reader, = begin_scans(client, 1)
    assert scan_in_time(client) == [1]
    with pytest.raises(pa.ArrowException, match="it took longer than 4000 ms"):
        while reader.read_chunk():
            pass


@pytest.mark.skipif(process.IS_SANITIZED, reason="a number of times, and slow")
def test_a_client_may_give_up_often(client):
    """More often than nghttp2 by itself allows one connection."""
    ticket = client.table("s1", "big").endpoints()[0].ticket
    whole = client.flight.do_get(ticket, client.options())
    whole.read_chunk()
    for _ in range(1100):
        client.flight.do_get(ticket, client.options()).cancel()
    assert whole.read_all().num_rows > 0


def test_names_beyond_ascii(client, server):
    """DuckDB's client puts paths into a header, and dies when they are not printable."""
    run_sql(server, 'CREATE SCHEMA "ö %41";\nCREATE TABLE "ö %41"."🦆 /%" AS SELECT 1 AS i')
    table = client.table("ö %41", "🦆 /%")
    assert all(0x20 <= byte < 0x7F for element in table.descriptor.path for byte in element)
    assert table.insert([{"i": 2}]) == (1, [])
    assert client.take("ö %41", "🦆 /%").scan()["i"].to_pylist() == table.scan()["i"].to_pylist() == [1, 2]


def test_a_table_dropped_under_a_scan_is_read_to_its_end(client, server):
    run_sql(server, "CREATE TABLE s1.doomed AS SELECT r FROM range(3000000) q(r)")
    endpoint = client.table("s1", "doomed").endpoints()[0]
    reader = client.flight.do_get(endpoint.ticket, client.options())
    count = reader.read_chunk().data.num_rows
    run_sql(server, "DROP TABLE s1.doomed")
    assert count + reader.read_all().num_rows == 3000000
    with pytest.raises(pa.ArrowKeyError):
        client.flight.do_get(endpoint.ticket, client.options()).read_all()


def test_the_version_follows_ddl_of_the_other_door(client, server):
    before = client.version()
    run_sql(server, 'SELECT 1;\nINSERT INTO s1."Odd ""name""" VALUES (2, \'y\')')
    assert client.version() == before
    run_sql(server, "CREATE TABLE s1.newcomer (i INTEGER)")
    after = client.version()
    assert after > before
    assert "newcomer" in client.tables("s1")
    run_sql(server, "ALTER TABLE s1.newcomer ADD COLUMN j INTEGER")
    assert client.version() > after
    assert client.table("s1", "newcomer").schema.names == ["i", "j", "rowid"]
    run_sql(server, "DROP TABLE s1.newcomer")
    assert "newcomer" not in client.tables("s1")


def test_main_is_offered_as_public_where_there_is_none(client):
    client.action("create_database", "bare")
    bare = Client(client.location, "bare")
    assert list(bare.schemas()) == ["public"]
    bare.create_table("public", "t", pa.schema([("i", pa.int32())]))
    assert bare.table("public", "t").insert([{"i": 1}]) == (1, [])
    with pytest.raises(pa.ArrowException, match="already exists"):
        bare.create_schema("public")
    client.action("drop_database", "bare")
    with pytest.raises(pa.ArrowKeyError):
        bare.schemas()


@pytest.fixture(scope="module")
def lab(client):
    """A database in memory, attached by the other door: files of old storage versions know no typed macros."""
    return Client(client.location, "lab")


def test_macros_with_a_signature_are_functions(lab):
    functions = lab.functions("public")
    assert functions["add2"].meta["type"] == "scalar_function"
    assert functions["numbers"].meta["type"] == "table_function"
    assert "untyped" not in functions


def test_a_scalar_macro(lab):
    schema = pa.schema([("a", pa.int32()), ("b", pa.int32())])
    batch = pa.record_batch({"a": pa.array([1, 2, None], pa.int32()), "b": pa.array([10, 20, 30], pa.int32())}, schema=schema)
    add2 = lab.functions("public")["add2"]
    _, answers = add2.exchange("scalar_function", schema, [batch], returning=True)
    assert answers[0].column(0).to_pylist() == [11, 22, None]


def test_a_table_macro(lab):
    numbers = lab.functions("public")["numbers"]
    result = lab.call(numbers, {"n": pa.array([3], pa.int64())})
    assert result.to_pylist() == [{"x": 0, "y": "v0"}, {"x": 1, "y": "v1"}, {"x": 2, "y": "v2"}]


def test_a_table_without_a_past_says_so(client):
    with pytest.raises(pa.ArrowNotImplementedError, match="no past"):
        client.at(client.table("s1", "t"), "VERSION", "1")


def test_a_cancelled_scan_stops_the_engine(client, server):
    run_sql(server, "CREATE VIEW s1.endless AS SELECT count(*) AS c FROM range(100000000000) a(x), range(1000) b(y)")
    table = client.table("s1", "endless")
    endpoint = table.endpoints()[0]
    with pytest.raises(flight.FlightTimedOutError):
        client.flight.do_get(endpoint.ticket, flight.FlightCallOptions(timeout=0.5)).read_all()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        before = cpu_seconds(server)
        time.sleep(0.5)
        if cpu_seconds(server) - before < 0.1:
            return
    pytest.fail("the engine still works")


def cpu_seconds(server):
    fields = open(f"/proc/{server.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_long_texts_stay_below_the_message_limit(client, server):
    run_sql(server, "CREATE TABLE s1.long AS SELECT repeat(chr((65 + r % 26)::INTEGER), 300000) AS t FROM range(200) q(r)")
    table = client.table("s1", "long").scan()
    assert table.num_rows == 200 and len(table["t"][7].as_py()) == 300000
    assert max(b.nbytes for b in table.to_batches()) < 4 << 20


def statistics(client, table, column, duckdb_type):
    reply = client.action("column_statistics", {"flight_descriptor": table.descriptor.serialize(), "column_name": column,
                                                "type": duckdb_type})
    return pa.ipc.open_stream(reply).read_all().to_pylist()[0]


def test_statistics_of_what_nobody_can_write(client, server):
    run_sql(server, "ATTACH 'frozen.db' AS frozen;\n"
                    "CREATE TABLE frozen.t AS SELECT r AS i, CASE WHEN r > 5 THEN 'é' || r END AS s, DATE '2024-01-01' + r AS d "
                    "FROM (SELECT range::INTEGER AS r FROM range(10));\nDETACH frozen;\n"
                    "ATTACH 'frozen.db' AS frozen (READ_ONLY)")
    frozen = Client(client.location, "frozen")
    table = frozen.table("public", "t")
    assert b"can_produce_statistics" in table.schema.metadata
    assert table.scan(["i"]).num_rows == 10
    figures = statistics(frozen, table, "i", "INTEGER")
    assert (figures["min"], figures["max"], figures["has_null"], figures["has_not_null"]) == (0, 9, False, True)
    figures = statistics(frozen, table, "s", "VARCHAR")
    assert (figures["min"], figures["max"], figures["has_null"], figures["max_string_length"]) == ("é6", "é9", True, 3)
    assert statistics(frozen, table, "d", "DATE")["max"].isoformat() == "2024-01-10"
    with pytest.raises(pa.ArrowNotImplementedError):
        table.insert([{"i": 1}])
    live = client.table("s1", "big")
    assert b"can_produce_statistics" not in (live.schema.metadata or {})


def test_databases_are_listed(client, server):
    rows = client.take("__databases").scan().to_pylist()
    assert {"name": "test", "description": None, "type": "duckdb", "read_only": False} in rows
    with pytest.raises(pa.ArrowKeyError):
        client.take("__nothing")


def test_variants_travel_as_json(client, server):
    """VARIANT has no form in Arrow: it is read and written as JSON, and is a VARIANT again in the table."""
    run_sql(server, "CREATE TABLE s1.variants AS SELECT i, v::VARIANT AS v FROM (VALUES (1, '{\"x\":[1,null]}'::JSON), "
                "(2, '42'::JSON), (3, NULL)) t(i, v)")
    table = client.table("s1", "variants")
    assert "arrow.json" in str(table.field("v"))
    assert sorted(table.scan(["i", "v"]).to_pylist(), key=lambda r: r["i"]) == [
        {"i": 1, "v": '{"x":[1,null]}'}, {"i": 2, "v": "42"}, {"i": 3, "v": None}]
    assert client.table("s1", "half").scan().to_pylist() == [{"a": 1, "v": "2"}]
    schema = pa.schema([("i", pa.int32()), ("v", pa.string())])  # as a client sends it that does not keep types
    assert table.insert([{"i": 4, "v": '{"y": 1}'}, {"i": 5, "v": None}], schema=schema)[0] == 2
    assert [r["v"] for r in sorted(table.scan().to_pylist(), key=lambda r: r["i"])][3:] == ['{"y":1}', None]
    row_id = next(r["rowid"] for r in table.scan(["i", "rowid"]).to_pylist() if r["i"] == 2)
    changed, (answer,) = table.update([{"i": 20, "v": "42", "rowid": row_id}], ["i"], returning=True)
    assert (changed, answer.to_pylist()) == (1, [{"i": 20, "v": "42", "rowid": row_id}])
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database) as other_door:
        kinds = other_door.execute("SELECT variant_typeof(v) FROM s1.variants ORDER BY i").fetchall()
    assert [kind for kind, in kinds] == ["OBJECT(x)", "VARIANT_NULL", "OBJECT(y)", "VARIANT_NULL", "UINT64"]


def test_a_remembered_listing_is_never_out_of_date(client, server):
    """Whatever changes a catalog: at either door, in a transaction that others do not see yet, under a name that comes back."""
    fresh, other = Client(client.location, "fresh"), Client(client.location)
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database) as connection:
        connection.autocommit = True
        sql = connection.execute
        sql("ATTACH ':memory:' AS fresh")
        sql("CREATE TABLE fresh.main.a (i INTEGER)")
        assert set(fresh.tables("public")) == {"a"}
        sql("DETACH fresh")
        sql("ATTACH ':memory:' AS fresh")
        sql("CREATE TABLE fresh.main.b (i INTEGER)")
        assert set(fresh.tables("public")) == {"b"}
        for end, there in (("ROLLBACK", False), ("COMMIT", True)):
            sql("BEGIN")
            sql("CREATE TABLE s1.pending (i INTEGER)")
            assert "pending" not in other.tables("s1")
            sql(end)
            assert ("pending" in other.tables("s1")) is there
        sql("COMMENT ON COLUMN s1.pending.i IS 'seen'")
        assert other.table("s1", "pending").field("i").metadata[b"comment"] == b"seen"
        sql("ALTER TABLE s1.pending ALTER COLUMN i SET DEFAULT 5")
        assert other.table("s1", "pending").field("i").metadata[b"default"] == b"5"
        sql("CREATE MACRO fresh.main.plus(a INTEGER) AS a + 1")
        assert set(fresh.functions("public")) == {"plus"}
        fresh.create_table("public", "c", pa.schema([("i", pa.int32())]))
        assert set(fresh.tables("public")) == {"b", "c"}
        sql("DROP TABLE fresh.main.b")
        sql("CREATE TABLE fresh.main.d (i INTEGER)")
        assert set(fresh.tables("public")) == {"c", "d"}
        sql("PREPARE make AS CREATE TABLE fresh.main.e (i INTEGER)")
        sql("EXECUTE make")
        assert "e" in fresh.tables("public")
