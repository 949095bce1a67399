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
