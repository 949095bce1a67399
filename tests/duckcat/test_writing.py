"""INSERT, UPDATE and DELETE through the Airport door, beside the PostgreSQL door."""
import psycopg
import pyarrow as pa
import pytest

from airport_client import Client

SETTINGS = {"airport_admin": "on"}


def run_sql(server, *statements):
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database,
                         autocommit=True) as connection:
        rows = None
        for statement in statements:
            cursor = connection.execute(statement)
            rows = cursor.fetchall() if cursor.description else None
        return rows


@pytest.fixture(scope="module")
def client(server):
    run_sql(server, "CREATE SCHEMA w")
    return Client(f"grpc://127.0.0.1:{server.airport_port}")


@pytest.fixture
def make(server, client):
    """Makes a table by SQL and gives it as the client sees it."""
    def make_table(name, columns, *statements):
        run_sql(server, f"CREATE OR REPLACE TABLE w.{name} ({columns})", *statements)
        return client.table("w", name)
    return make_table


def row_ids(table, key):
    return {r[key]: r["rowid"] for r in table.scan([key, "rowid"]).to_pylist()}


def test_insert(make, server):
    t = make("t", "i INTEGER, s VARCHAR")
    assert t.insert([{"i": 1, "s": "a"}, {"i": 2, "s": None}]) == (2, [])
    assert run_sql(server, "SELECT * FROM w.t ORDER BY i") == [(1, "a"), (2, None)]


def test_insert_of_many_rows(make, server):
    t = make("many", "i BIGINT, s VARCHAR")
    rows = pa.table({"i": range(100000), "s": [f"row {i}" for i in range(100000)]})
    assert t.insert(rows) == (100000, [])
    assert run_sql(server, "SELECT count(*), sum(i), max(s) FROM w.many") == [(100000, 4999950000, "row 99999")]


def test_plans_of_the_other_door_follow(make, server):
    t = make("planned", "i INTEGER", "INSERT INTO w.planned SELECT * FROM range(5000)", "CHECKPOINT")
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True) as connection:
        for rows in (5000, 5001, 5002):
            assert connection.execute("SELECT count(*) FROM w.planned").fetchone()[0] == rows
            assert t.insert([{"i": 1}]) == (1, [])


def test_insert_of_no_rows(make):
    t = make("none", "i INTEGER")
    assert t.insert([]) == (0, [])


def test_insert_returning(make):
    t = make("r", "i INTEGER, g INTEGER GENERATED ALWAYS AS (i * 2), d DECIMAL(4,1)")
    count, answers = t.insert([{"i": 3, "g": None, "d": 1}, {"i": 1, "g": None, "d": 2}], returning=True)
    assert count == 2
    rows = answers[0].to_pylist()
    assert [(r["i"], r["g"], float(r["d"])) for r in rows] == [(3, 6, 1.0), (1, 2, 2.0)]


def test_insert_returning_answers_each_batch(make):
    t = make("batches", "i BIGINT")
    count, answers = t.insert(pa.table({"i": range(10000)}), returning=True, batch_rows=1000)
    assert count == 10000 and [a.num_rows for a in answers] == [1000] * 10
    assert answers[9].column("i").to_pylist() == list(range(9000, 10000))


def test_a_constraint_leaves_nothing_behind(make, server):
    t = make("c", "i INTEGER PRIMARY KEY, n INTEGER CHECK (n < 10)", "INSERT INTO w.c VALUES (50000, 1)")
    with pytest.raises(pa.ArrowException, match="CHECK constraint failed"):
        t.insert([{"i": i, "n": 5 if i < 20000 else 11} for i in range(20001)])
    with pytest.raises(pa.ArrowException, match="Duplicate key"):
        t.insert([{"i": i, "n": 5} for i in range(50001)])
    assert run_sql(server, "SELECT count(*) FROM w.c") == [(1,)]


def test_a_constraint_is_a_typed_exception(make):
    t = make("typed", "i INTEGER NOT NULL")
    with pytest.raises(pa.ArrowException) as failure:
        t.insert([{"i": None}])
    assert "NOT NULL constraint failed: typed.i" in str(failure.value)


def test_an_exchange_that_is_cut_off_leaves_nothing_behind(make, server, client):
    t = make("cut", "i BIGINT")
    options = client.options(("airport-operation", "insert"), ("return-chunks", "0"))
    writer, reader = client.flight.do_exchange(t.descriptor, options)
    schema = pa.schema([("i", pa.int64())])
    writer.begin(schema)
    for _ in range(20):
        writer.write_batch(pa.record_batch({"i": range(2048)}, schema=schema))
    reader.cancel()
    del writer, reader
    assert run_sql(server, "SELECT count(*) FROM w.cut") == [(0,)]
    assert t.insert([{"i": 1}]) == (1, [])


def test_sequences_fill_what_the_client_cannot(make, server):
    run_sql(server, "CREATE SEQUENCE w.ids START 100")
    t = make("q", "id BIGINT NOT NULL DEFAULT nextval('w.ids'), v VARCHAR")
    assert t.field("id").nullable and not (t.field("id").metadata or {})
    assert t.insert([{"id": None, "v": "a"}, {"id": 7, "v": "b"}, {"id": None, "v": "c"}]) == (3, [])
    ids = [r[0] for r in run_sql(server, "SELECT id FROM w.q ORDER BY v")]
    assert ids[1] == 7 and ids[0] >= 100 and ids[2] > ids[0]
    with pytest.raises(pa.ArrowException, match="NOT NULL constraint failed"):
        t.update([{"id": None, "rowid": row_ids(t, "v")["b"]}], ["id"])


def test_sequences_fill_columns_that_may_be_null(make, server):
    """The client does not send which columns an INSERT leaves out; an UPDATE to NULL means it."""
    run_sql(server, "CREATE SEQUENCE w.tickets START 10")
    t = make("qn", "id BIGINT DEFAULT nextval('w.tickets'), v VARCHAR")
    assert t.insert([{"id": None, "v": "a"}, {"id": 7, "v": "b"}]) == (2, [])
    assert t.update([{"id": None, "rowid": row_ids(t, "v")["b"]}], ["id"]) == (1, [])
    ids = [r[0] for r in run_sql(server, "SELECT id FROM w.qn ORDER BY v")]
    assert ids[0] >= 10 and ids[1] is None


def test_a_sequence_without_its_schema_is_found_beside_the_table(server, client):
    run_sql(server, "ATTACH ':memory:' AS beside", "CREATE SCHEMA beside.x")
    run_sql(server, "USE beside.x", "CREATE SEQUENCE numbers START 5",
            "CREATE TABLE t (id BIGINT NOT NULL DEFAULT nextval('numbers'), v INTEGER)")
    table = Client(client.location, "beside").table("x", "t")
    assert table.insert([{"id": None, "v": 1}]) == (1, [])
    assert table.scan(["id"]).to_pylist() == [{"id": 5}]
    assert client.create_table("w", "after", pa.schema([("i", pa.int32())])).insert([{"i": 1}]) == (1, [])


def test_update(make, server):
    t = make("u", "i INTEGER, s VARCHAR, v INTEGER", "INSERT INTO w.u SELECT r, 'old', r FROM range(5) x(r)")
    ids = row_ids(t, "i")
    assert t.update([{"v": 100, "s": "new", "rowid": ids[3]}, {"v": 7, "s": None, "rowid": ids[1]}], ["v", "s"]) == (2, [])
    assert run_sql(server, "SELECT * FROM w.u ORDER BY i") == [
        (0, "old", 0), (1, None, 7), (2, "old", 2), (3, "new", 100), (4, "old", 4)]


def test_update_of_many_rows(make, server):
    t = make("um", "i BIGINT, v BIGINT", "INSERT INTO w.um SELECT r, 0 FROM range(300000) x(r)")
    schema = pa.schema([("v", pa.int64()), ("rowid", pa.int64())])
    rows = pa.table({"v": range(300000), "rowid": range(300000)}, schema=schema)
    assert t.exchange("update", schema, rows.to_batches(2048)) == (300000, [])
    assert run_sql(server, "SELECT count(*) FROM w.um WHERE i = v") == [(300000,)]


def test_update_returning_in_any_order(make):
    t = make("ur", "i INTEGER PRIMARY KEY, s VARCHAR, g VARCHAR GENERATED ALWAYS AS (s || i), v INTEGER",
             "INSERT INTO w.ur SELECT r, 's', r FROM range(5) x(r)")
    old = {r["i"]: r for r in t.scan(["i", "s", "g", "v", "rowid"]).to_pylist()}
    rows = [dict(old[i], v=i + 100, s="new") for i in (4, 0, 2)]
    count, answers = t.update(rows, ["v", "s"], returning=True)
    answer = answers[0]
    assert count == 3 and answer.schema.names == ["v", "s", "i", "g", "rowid"]
    assert [(r["i"], r["v"], r["s"], r["g"], r["rowid"]) for r in answer.to_pylist()] == [
        (i, i + 100, "new", f"new{i}", old[i]["rowid"]) for i in (4, 0, 2)]


def test_update_returning_sets_only_what_changes(make, server):
    t = make("parent", "i INTEGER PRIMARY KEY, v INTEGER", "INSERT INTO w.parent VALUES (1, 1)",
             "CREATE OR REPLACE TABLE w.child (i INTEGER REFERENCES w.parent (i))", "INSERT INTO w.child VALUES (1)")
    ids = row_ids(t, "i")
    count, answers = t.update([{"v": 5, "i": 1, "rowid": ids[1]}], ["v"], returning=True)
    assert count == 1 and answers[0].to_pylist()[0]["v"] == 5
    assert run_sql(server, "SELECT * FROM w.parent") == [(1, 5)]
    run_sql(server, "DROP TABLE w.child")


def test_names_of_columns_do_not_matter(make):
    t = make("names", "s STRUCT(c0 INTEGER, rowid INTEGER), t INTEGER, position INTEGER, c0 INTEGER",
             "INSERT INTO w.names VALUES ({'c0': 1, 'rowid': 2}, 3, 4, 5)")
    assert t.update([{"t": 9, "position": 8, "c0": 7, "rowid": 0}], ["t", "position", "c0"]) == (1, [])
    row = t.scan(["s", "t", "position", "c0", "rowid"]).to_pylist()[0]
    assert row == {"s": {"c0": 1, "rowid": 2}, "t": 9, "position": 8, "c0": 7, "rowid": 0}
    count, answers = t.update([dict(row, t=1)], ["t"], returning=True)
    assert count == 1 and answers[0].to_pylist()[0] == dict(row, t=1)


def test_delete(make, server):
    t = make("d", "i INTEGER", "INSERT INTO w.d SELECT range FROM range(10)")
    ids = row_ids(t, "i")
    assert t.delete([ids[i] for i in (1, 3, 5)]) == (3, [])
    count, answers = t.delete([ids[i] for i in (9, 0)], returning=True)
    assert count == 2 and [r["i"] for r in answers[0].to_pylist()] == [9, 0]
    assert run_sql(server, "SELECT i FROM w.d ORDER BY i") == [(2,), (4,), (6,), (7,), (8,)]


def test_a_row_id_sent_twice_counts_once(make):
    t = make("twice", "i INTEGER", "INSERT INTO w.twice SELECT range FROM range(3)")
    ids = row_ids(t, "i")
    assert t.delete([ids[1], ids[1]]) == (1, [])


def exchange_open(client, table, operation, schema):
    """An exchange held open between its beginning and its first batch, as while the client scans."""
    options = client.options(("airport-operation", operation), ("return-chunks", "0"))
    writer, reader = client.flight.do_exchange(table.descriptor, options)
    writer.begin(schema)
    reader.schema  # the server has opened its transaction
    return writer, reader


def finish(writer, reader):
    from airport_client import unpack
    writer.done_writing()
    count = unpack(reader.read_chunk().app_metadata.to_pybytes())["total_changed"]
    writer.close()
    return count


def test_row_ids_stay_while_an_exchange_is_open(make, server, client):
    t = make("moving", "i BIGINT", "INSERT INTO w.moving SELECT range FROM range(500000)", "CHECKPOINT")
    schema = pa.schema([("rowid", pa.int64())])
    writer, reader = exchange_open(client, t, "delete", schema)
    row_id = row_ids(t, "i")[400000]
    run_sql(server, "DELETE FROM w.moving WHERE i < 300000", "CHECKPOINT", "VACUUM")
    writer.write_batch(pa.record_batch({"rowid": [row_id]}, schema=schema))
    assert finish(writer, reader) == 1
    assert run_sql(server, "SELECT count(*) FROM w.moving WHERE i = 400000") == [(0,)]
    assert run_sql(server, "SELECT count(*) FROM w.moving") == [(199999,)]


def test_a_concurrent_update_is_a_conflict(make, server, client):
    t = make("contested", "i INTEGER, v INTEGER", "INSERT INTO w.contested VALUES (1, 0), (2, 0)")
    schema = pa.schema([("v", pa.int32()), ("rowid", pa.int64())])
    writer, reader = exchange_open(client, t, "update", schema)
    ids = row_ids(t, "i")
    run_sql(server, "UPDATE w.contested SET v = 5 WHERE i = 1")
    with pytest.raises(pa.ArrowException, match="[Cc]onflict"):
        writer.write_batch(pa.record_batch({"v": pa.array([9], pa.int32()), "rowid": [ids[1]]}, schema=schema))
        finish(writer, reader)
    assert run_sql(server, "SELECT v FROM w.contested WHERE i = 1") == [(5,)]


def test_rows_of_later_transactions_are_not_touched(make, server, client):
    t = make("later", "i INTEGER", "INSERT INTO w.later VALUES (1)")
    schema = pa.schema([("rowid", pa.int64())])
    writer, reader = exchange_open(client, t, "delete", schema)
    run_sql(server, "INSERT INTO w.later VALUES (2)")
    writer.write_batch(pa.record_batch({"rowid": list(row_ids(t, "i").values())}, schema=schema))
    assert finish(writer, reader) == 1
    assert run_sql(server, "SELECT i FROM w.later") == [(2,)]


LOSSY = [
    ("HUGEINT", "170141183460469231731687303715884105", pa.decimal128(38, 0)),
    ("UUID", "123e4567-e89b-12d3-a456-426614174000", pa.string()),
    ("TIMETZ", "12:00:00+00", pa.time64("us")),
    ("JSON", '{"a": 1}', pa.string()),
    ("BOOLEAN", "true", pa.bool_()),
    ("VARCHAR", "text", pa.large_string()),
    ("w.mood", "ok", pa.string()),
    ("INTEGER[]", "[1, 2]", pa.large_list(pa.int32())),
    ("UUID[]", "[123e4567-e89b-12d3-a456-426614174000]", pa.list_(pa.string())),
]


@pytest.mark.parametrize("duckdb_type,text,arrow_type", LOSSY)
def test_types_as_clients_send_them_by_default(make, server, duckdb_type, text, arrow_type):
    run_sql(server, "CREATE TYPE IF NOT EXISTS w.mood AS ENUM ('sad', 'ok')")
    import datetime
    import decimal
    values = {"HUGEINT": decimal.Decimal(text) if duckdb_type == "HUGEINT" else None,
              "TIMETZ": datetime.time(12), "BOOLEAN": True, "INTEGER[]": [1, 2], "UUID[]": [text[1:-1]]}
    t = make("lossy", f"v {duckdb_type}")
    value = values.get(duckdb_type, text)
    assert t.insert([{"v": value}, {"v": None}], schema=pa.schema([("v", arrow_type)])) == (2, [])
    rows = run_sql(server, "SELECT CAST(v AS VARCHAR) FROM w.lossy ORDER BY v NULLS LAST")
    shown = "{" + text[1:-1].replace(", ", ",") + "}" if text[0] == "[" else text  # as PostgreSQL writes arrays
    assert rows == [(shown,), (None,)]


def test_bits_in_the_form_of_a_blob(make, server):
    t = make("bits", "b BIT VARYING")
    schema = pa.schema([("b", pa.binary())])
    assert t.insert([{"b": b"\x04\xf5"}, {"b": b"\x00\xff"}, {"b": None}], schema=schema) == (3, [])
    assert run_sql(server, "SELECT CAST(b AS VARCHAR) FROM w.bits") == [("0101",), ("11111111",), (None,)]


def test_readers_may_only_read(serve):
    server = serve(token="writing", readonly_token="reading", airport_admin="on")
    location = f"grpc://127.0.0.1:{server.airport_port}"
    writer, reader = Client(location, token="writing"), Client(location, token="reading")
    writer.create_schema("s")
    table = writer.create_table("s", "t", pa.schema([("i", pa.int32())]))
    assert table.insert([{"i": 1}]) == (1, [])
    seen = reader.table("s", "t")
    assert seen.scan(["i"]).to_pylist() == [{"i": 1}]
    for kind, attempt in {
        "INSERT": lambda: seen.insert([{"i": 2}]),
        "UPDATE": lambda: seen.update([{"i": 2, "rowid": 0}], ["i"]),
        "DELETE": lambda: seen.delete([0]),
        "CREATE SCHEMA": lambda: reader.create_schema("x"),
        "DROP SCHEMA": lambda: reader.drop_schema("s"),
        "CREATE TABLE": lambda: reader.create_table("s", "x", pa.schema([("i", pa.int32())])),
        "DROP TABLE": lambda: reader.drop_table("s", "t"),
        "ALTER TABLE": lambda: reader.alter("rename_table", "s", "t", new_table_name="x"),
        "CREATE DATABASE": lambda: reader.action("create_database", "x"),
        "DROP DATABASE": lambda: reader.action("reset", ""),
    }.items():
        with pytest.raises(pa.flight.FlightUnauthorizedError, match=kind):
            attempt()
    for token in (None, "wrong"):
        with pytest.raises(pa.flight.FlightUnauthenticatedError):
            Client(location, token=token).schemas()


def test_the_query_timeout(serve):
    server = serve(query_timeout_ms="300")
    run_sql(server, "CREATE VIEW endless AS SELECT count(*) AS c FROM range(100000000000) a(x), range(1000) b(y)")
    client = Client(f"grpc://127.0.0.1:{server.airport_port}")
    with pytest.raises(pa.ArrowException, match="longer than 300 ms"):
        client.table("public", "endless").scan()
