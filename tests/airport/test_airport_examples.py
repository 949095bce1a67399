"""The examples served to a client that speaks as DuckDB's extension does: every kind of exchange, in its order."""
import pathlib
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.flight as flight
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "duckcat"))

import airport_client  # noqa: E402
import process  # noqa: E402

EXAMPLES = process.PROGRAM.parent / "examples"
SOURCES = process.ROOT / "examples"


class Example:
    """A running example; its end is checked."""

    def __init__(self, name, *arguments):
        self.port = process.free_port()
        self.location = f"grpc://127.0.0.1:{self.port}"
        self.process = subprocess.Popen([*process.LAUNCHER, EXAMPLES / name, "--port", str(self.port), *arguments],
                                        stderr=subprocess.PIPE, env=process.environment())

    def __enter__(self):
        deadline = time.monotonic() + 20
        while b"listening" not in self.process.stderr.readline():
            assert time.monotonic() < deadline and self.process.poll() is None
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        output = self.process.communicate(timeout=20)[1].decode()
        if not failure[0]:
            assert self.process.returncode == 0, output

    def client(self, **more):
        return airport_client.Client(self.location, **more)


def test_examples_are_short():
    sources = list(SOURCES.glob("*/main.c"))
    assert len(sources) == 13
    for source in sources:
        assert len(source.read_text().splitlines()) <= 200, source


def test_basic_table():
    with Example("basic") as example:
        client = example.client()
        users = client.table("demo", "users")
        assert users.meta["comment"] == "User accounts"
        assert users.scan().to_pylist() == [{"id": 1, "name": "Alice"}, {"id": 2, "name": "Bob"}, {"id": 3, "name": "Charlie"}]
        assert users.scan(["name"])["name"].to_pylist() == ["Alice", "Bob", "Charlie"]


def test_listing_echoes_the_catalog_name():
    with Example("basic") as example:
        for name in ("", "anything", ""):
            table = example.client(catalog=name).table("demo", "users")
            assert table.meta["catalog"] == name


@pytest.mark.parametrize("call, kind", [
    (lambda c: c.action("no_such_action", b""), flight.FlightServerError),
    (lambda c: c.action("list_schemas", b"\xc1"), Exception),
    (lambda c: c.flight.do_get(flight.Ticket(b"nonsense")).read_all(), Exception),
    (lambda c: c.flight.get_flight_info(flight.FlightDescriptor.for_path("demo", "nosuch")), KeyError),
    (lambda c: c.flight.do_put(flight.FlightDescriptor.for_path("demo", "users"), pa.schema([]))[0].close(), Exception),
])
def test_errors_are_told(call, kind):
    with Example("basic") as example:
        client = example.client()
        with pytest.raises((kind, NotImplementedError)):
            call(client)
        assert client.table("demo", "users").scan().num_rows == 3


def test_writes():
    with Example("dml") as example:
        users = example.client().table("demo", "users")
        assert users.insert([{"id": 1, "name": "Alice"}, {"id": 2, "name": "Bob"}]) == (2, [])
        changed, answers = users.insert([{"id": 3, "name": "Carol"}], returning=True)
        assert changed == 1 and answers[0]["name"].to_pylist() == ["Carol"]
        changed, answers = users.update([{"name": "zz", "id": 20, "rowid": 1}], ["name"], returning=True)
        assert changed == 1
        assert answers[0].schema.names == ["name", "id", "rowid"] and answers[0].schema.field(2).metadata[b"is_rowid"]
        assert answers[0].to_pylist() == [{"name": "zz", "id": 20, "rowid": 1}]
        changed, answers = users.delete([0], returning=True)
        assert changed == 1 and answers[0]["name"].to_pylist() == ["Alice"]
        assert users.scan(["id", "name", "rowid"]).to_pylist() == [
            {"id": 20, "name": "zz", "rowid": 1}, {"id": 3, "name": "Carol", "rowid": 2}]


def test_a_large_insert_in_many_batches():
    with Example("dml") as example:
        users = example.client().table("demo", "users")
        rows = pa.table({"id": range(50_000), "name": [f"name {i}" for i in range(50_000)]})
        assert users.insert(rows, returning=False)[0] == 50_000
        changed, answers = users.insert(rows, returning=True)
        assert changed == 50_000 and sum(a.num_rows for a in answers) == 50_000
        assert users.scan().num_rows == 100_000


def test_a_failing_write_leaves_nothing():
    with Example("dml") as example:
        users = example.client().table("demo", "users")
        users.insert([{"id": 1, "name": "Alice"}])
        with pytest.raises(KeyError):
            users.update([{"name": "x", "rowid": 0}, {"name": "y", "rowid": 99}], ["name"])
        with pytest.raises(Exception, match="null rowid"):
            users.delete([0, None])
        assert users.scan()["name"].to_pylist() == ["Alice"]


def test_string_views_and_large_strings_are_understood():
    with Example("dml") as example:
        users = example.client().table("demo", "users")
        rows = pa.table({"id": pa.array([1], pa.int32()), "name": pa.array(["Alice"], pa.large_string())})
        assert users.insert(rows)[0] == 1
        assert users.scan(["id", "name"]).to_pylist() == [{"id": 1, "name": "Alice"}]


def one_row(**arguments):
    batch = pa.RecordBatch.from_pydict({name: pa.array([value], pa.int64()) for name, value in arguments.items()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def test_scalar_function():
    with Example("functions") as example:
        multiply = example.client().functions("demo")["multiply"]
        assert airport_client.unpack(multiply.meta["extra_data"])["stability"] == "consistent"
        batch = pa.RecordBatch.from_pydict({"a": pa.array([1, 2, None], pa.int64()), "b": pa.array([5, 6, 7], pa.int64())})
        options = multiply.client.options(("airport-operation", "scalar_function"), ("return-chunks", "1"))
        writer, reader = multiply.client.flight.do_exchange(multiply.descriptor, options)
        with writer:
            writer.begin(batch.schema)
            for _ in range(3):
                writer.write_batch(batch)
                assert reader.read_chunk().data.column(0).to_pylist() == [5, 12, None]
            writer.done_writing()
            with pytest.raises(StopIteration):
                reader.read_chunk()


def test_table_function():
    with Example("functions") as example:
        client = example.client()
        series = client.functions("demo")["series"]
        arguments = one_row(start=1, stop=100_000, step=None)
        reply = client.action("table_function_flight_info", {
            "descriptor": series.descriptor.serialize(), "parameters": arguments, "table_input_schema": b"",
            "at_unit": "", "at_value": ""})
        bound = airport_client.Table(client, flight.FlightInfo.deserialize(reply))
        assert bound.schema.names == ["value"] and bound.descriptor == series.descriptor
        assert bound.scan(arguments=arguments)["value"].to_pylist() == list(range(1, 100_001))
        with pytest.raises(Exception, match="step must not be 0"):
            bound.scan(arguments=one_row(start=1, stop=3, step=0))


def test_in_out_function():
    with Example("functions") as example:
        twice = example.client().functions("demo")["twice"]
        options = twice.client.options(("airport-operation", "table_function_in_out"), ("return-chunks", "1"))
        writer, reader = twice.client.flight.do_exchange(twice.descriptor, options)
        batch = pa.RecordBatch.from_pydict({"i": pa.array([1, 2], pa.int64()), "s": ["a", None]})
        with writer:
            writer.write_metadata(airport_client.pack({"parameters": b"", "json_filters": "", "column_ids": [], "at_unit": "",
                                                       "at_value": ""}))
            writer.begin(batch.schema)
            for _ in range(2):
                writer.write_batch(batch)
                answer = reader.read_chunk()
                assert answer.app_metadata.to_pybytes() == b"chunk_finished"
                assert answer.data.to_pydict() == {"i": [1, 1, 2, 2], "s": ["a", "a", None, None]}
            writer.done_writing()
            last = reader.read_chunk()
            assert last.app_metadata.to_pybytes() == b"chunk_finished" and last.data.num_rows == 0
            with pytest.raises(StopIteration):
                reader.read_chunk()


def test_in_out_answers_never_end_with_a_full_vector():
    """DuckDB's client waits for more behind 2,048 rows, whatever their mark says."""
    with Example("functions") as example:
        twice = example.client().functions("demo")["twice"]
        options = twice.client.options(("airport-operation", "table_function_in_out"), ("return-chunks", "1"))
        writer, reader = twice.client.flight.do_exchange(twice.descriptor, options)
        batch = pa.RecordBatch.from_pydict({"i": pa.array(range(2048), pa.int64())})
        with writer:
            writer.write_metadata(airport_client.pack({"parameters": b"", "json_filters": "", "column_ids": [], "at_unit": "",
                                                       "at_value": ""}))
            writer.begin(batch.schema)
            writer.write_batch(batch)
            rows, mark = [], b""
            while mark != b"chunk_finished":
                answer = reader.read_chunk()
                rows.append(answer.data.num_rows)
                mark = answer.app_metadata.to_pybytes()
            assert sum(rows) == 4096 and rows[-1] == 0
            writer.done_writing()


def test_authentication():
    with Example("auth") as example:
        assert example.client(token="secret-api-key").table("demo", "whoami").scan()["identity"].to_pylist() == ["alice"]
        assert example.client(token="another-key").table("demo", "whoami").scan()["identity"].to_pylist() == ["bob"]
        for token in (None, "", "secret-api-ke", "secret-api-key2"):
            with pytest.raises(flight.FlightUnauthenticatedError):
                example.client(token=token).tables("demo")


def test_tls(tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
                   check=True, capture_output=True)
    with Example("tls", "--cert", str(cert), "--key", str(key)) as example:
        client = airport_client.Client(f"grpc+tls://localhost:{example.port}")
        client.flight = flight.FlightClient(f"grpc+tls://localhost:{example.port}", tls_root_certs=cert.read_bytes())
        assert client.table("demo", "greeting").scan()["message"].to_pylist() == ["nobody else can read this"]
        with pytest.raises(Exception):
            list(flight.FlightClient(example.location).list_flights())


def scan_live_data(client):
    """The table and its timestamp; once more if the schema has changed in between."""
    table = client.table("live", "live_data")
    try:
        return table, table.scan()["ts"][0].as_py()
    except Exception as error:
        assert "have changed since this client attached" in str(error)
        return scan_live_data(client)


def test_dynamic_schemas_change_under_a_client():
    with Example("dynamic") as example:
        client = example.client()
        table, first = scan_live_data(client)
        time.sleep(0.1)
        assert scan_live_data(client)[1] > first
        columns = table.schema.names
        deadline = time.monotonic() + 25
        while client.table("live", "live_data").schema.names == columns:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        with pytest.raises(Exception, match="have changed since this client attached"):
            table.scan()


FILTER = """{"filters":[{"expression_class":"BOUND_COMPARISON","type":"COMPARE_EQUAL","left":{"expression_class":
"BOUND_COLUMN_REF","type":"BOUND_COLUMN_REF","return_type":{"id":"BIGINT","type_info":null},"binding":{"table_index":0,
"column_index":0},"depth":0},"right":{"expression_class":"BOUND_CONSTANT","type":"VALUE_CONSTANT","value":{"type":{"id":
"BIGINT","type_info":null},"is_null":false,"value":1}}}],"column_binding_names_by_index":["user_id"]}"""


def test_filters_reach_the_scan():
    with Example("filter") as example:
        users = example.client().table("demo", "users")
        assert users.scan(["pushed_down"], filters=FILTER)["pushed_down"].to_pylist() == ['("uid" = 1)'] * 3
        assert users.scan(["pushed_down"])["pushed_down"].to_pylist() == [None] * 3


def test_time_travel():
    with Example("timetravel") as example:
        client = example.client()
        people = client.table("demo", "people")
        assert people.scan().num_rows == 4
        old = client.at(people, "VERSION", "1")
        assert old.schema.names == ["name"] and old.descriptor == people.descriptor
        assert old.scan(at=("VERSION", "1"))["name"].to_pylist() == ["Alice", "Bob"]
        assert old.scan(at=("TIMESTAMP", "2024-01-15 00:00:00"))["name"].to_pylist() == ["Alice"]
        with pytest.raises(KeyError, match="no state"):
            client.at(people, "VERSION", "99")


def test_several_catalogs():
    with Example("multicatalog") as example:
        for name, greeting in (("", "default"), ("english", "hello"), ("german", "hallo"), ("tenant_7", "tenant_7")):
            assert example.client(catalog=name).table("demo", "greeting").scan()["greeting"].to_pylist() == [greeting]
        with pytest.raises(KeyError, match="no catalog"):
            example.client(catalog="klingon").schemas()


def test_table_references():
    with Example("tableref") as example:
        client = example.client()
        location = client.table("demo", "from_parquet").endpoints()[0].locations[0].uri.decode()
        prefix = "data:application/msgpack;base64,"
        assert location.startswith(prefix)
        import base64
        assert airport_client.unpack(base64.b64decode(location[len(prefix):])) == {
            "format": "parquet", "uri": "/tmp/airport_users.parquet"}
        location = client.table("demo", "from_csv").endpoints()[0].locations[0].uri.decode()
        call = airport_client.unpack(base64.b64decode(location.split(",", 1)[1]))
        assert call["function_name"] == "read_csv"
        assert pa.ipc.open_stream(call["data"]).read_all().to_pydict() == {"arg_0": ["/tmp/airport_users.csv"]}


def test_geometry_and_template():
    with Example("geometry") as example:
        cities = example.client().table("demo", "cities")
        assert cities.schema.field("place").metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"
        assert [len(p) for p in cities.scan()["place"].to_pylist()] == [21, 21]
    with Example("template") as example:
        assert example.client().table("demo", "numbers").scan()["n"].to_pylist() == list(range(100_000))


def field_of(name, kind):
    return pa.schema([(name, kind)]).serialize().to_pybytes()


def test_ddl():
    with Example("ddl") as example:
        client = example.client()
        client.create_schema("s1")
        with pytest.raises(Exception, match="exists"):
            client.create_schema("s1")
        table = client.create_table("s1", "t", pa.schema([("id", pa.int32()), ("name", pa.string())]), not_null=[0])
        assert not table.schema.field("id").nullable and table.schema.field("name").nullable
        again = client.create_table("s1", "t", pa.schema([("x", pa.int32())]), on_conflict="ignore")
        assert again.schema.names == ["id", "name"]
        with pytest.raises(Exception, match="exists"):
            client.create_table("s1", "t", pa.schema([("x", pa.int32())]))
        assert client.alter("add_column", "s1", "t", if_column_not_exists=False,
                            column_schema=field_of("c", pa.float64())).schema.names == ["id", "name", "c"]
        assert client.alter("add_column", "s1", "t", if_column_not_exists=True,
                            column_schema=field_of("c", pa.float64())).schema.names == ["id", "name", "c"]
        assert client.alter("rename_column", "s1", "t", new_name="d", old_name="c").schema.names == ["id", "name", "d"]
        assert client.alter("change_column_type", "s1", "t", column_schema=field_of("id", pa.int64()),
                            expression="CAST(id AS BIGINT)").schema.field("id").type == pa.int64()
        assert client.alter("set_default", "s1", "t", column_name="name",
                            expression="'x'").schema.field("name").metadata[b"default"] == b"'x'"
        assert not client.alter("set_not_null", "s1", "t", column_name="name").schema.field("name").nullable
        assert client.alter("drop_not_null", "s1", "t", column_name="name").schema.field("name").nullable
        assert client.alter("remove_column", "s1", "t", removed_column="nosuch", if_column_exists=True,
                            cascade=False).schema.names == ["id", "name", "d"]
        with pytest.raises(KeyError, match="there is no"):
            client.alter("remove_column", "s1", "t", removed_column="nosuch", if_column_exists=False, cascade=False)
        assert client.alter("remove_column", "s1", "t", removed_column="d", if_column_exists=False,
                            cascade=False).schema.names == ["id", "name"]
        with pytest.raises(NotImplementedError):
            client.alter("add_constraint", "s1", "t", constraint="UNIQUE(id)")
        renamed = client.alter("rename_table", "s1", "t", new_table_name="tt")
        assert renamed.meta["name"] == "tt" and renamed.scan().num_rows == 0
        with pytest.raises(Exception, match="contains tables"):
            client.drop_schema("s1")
        client.drop_table("s1", "tt")
        client.drop_table("s1", "tt", if_exists=True)
        with pytest.raises(KeyError):
            client.drop_table("s1", "tt")
        client.drop_schema("s1")
        client.drop_schema("s9", if_exists=True)
