"""Every Arrow type through the library's encoder: whole, sliced, in many small batches, in one that is too large."""
import datetime
import decimal

import airport_binding
import pyarrow as pa
import pytest
from test_airport_examples import airport_client, process

LIBRARY = process.PROGRAM.parent / "libairport.so"
SANITIZED = "asan" in str(LIBRARY) or "tsan" in str(LIBRARY)
pytestmark = pytest.mark.skipif(SANITIZED, reason="Python cannot load a sanitized library")

ROWS = 5000


def column(values, kind):
    return pa.array([values[i % len(values)] for i in range(ROWS)], kind)


def all_types():
    text = ["", "a", None, "längerer Text, der nicht in zwölf Bytes passt", "x" * 300]
    union = pa.UnionArray.from_dense(pa.array([i % 2 for i in range(ROWS)], pa.int8()),
                                     pa.array([i // 2 for i in range(ROWS)], pa.int32()),
                                     [pa.array(range(ROWS)), pa.array([str(i) for i in range(ROWS)])])
    sparse = pa.UnionArray.from_sparse(pa.array([i % 2 for i in range(ROWS)], pa.int8()),
                                       [pa.array(range(ROWS)), pa.array([str(i) for i in range(ROWS)])])
    return {
        "bool": column([True, None, False, True, True], pa.bool_()),
        **{str(t): column([0, None, 1, 100], t) for t in (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(),
                                                          pa.int64(), pa.uint64(), pa.float32(), pa.float64())},
        "no_nulls": pa.array(range(ROWS), pa.int64()),
        "text": column(text, pa.string()), "large_text": column(text, pa.large_string()),
        "blob": column([b"", b"\0\1", None], pa.binary()), "fixed": column([b"abc", None, b"xyz"], pa.binary(3)),
        "dec": column([decimal.Decimal("1.50"), None], pa.decimal128(10, 2)),
        "date": column([datetime.date(2024, 1, 1), None], pa.date32()),
        "time": column([datetime.time(1, 2, 3), None], pa.time64("us")),
        "ts": column([datetime.datetime(2024, 1, 1), None], pa.timestamp("us")),
        "tstz": column([datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc), None], pa.timestamp("us", "UTC")),
        "interval": column([pa.MonthDayNano([1, 2, 3]), None], pa.month_day_nano_interval()),
        "list": column([[1, 2], [], None, [None, 5]], pa.list_(pa.int32())),
        "large_list": column([["a"], [], None, ["b", None]], pa.large_list(pa.string())),
        "array": column([[1, 2], None, [3, 4]], pa.list_(pa.int16(), 2)),
        "struct": column([{"x": 1, "y": "a"}, None, {"x": None, "y": "b"}],
                         pa.struct([("x", pa.int32()), ("y", pa.string())])),
        "map": column([[("k", 1)], [], None, [("a", 2), ("b", None)]], pa.map_(pa.string(), pa.int32())),
        "nested": column([[{"a": [1, None]}], None, [{"a": None}, {"a": []}]],
                         pa.list_(pa.struct([("a", pa.list_(pa.int8()))]))),
        "null": pa.nulls(ROWS),
        "union": union, "sparse": sparse,
    }


def shapes(table):
    """The same rows, handed over in different ways."""
    whole = table.combine_chunks().to_batches()[0]
    return {
        "whole": [whole],
        "sliced": [whole.slice(0, 7), whole.slice(7, 1), whole.slice(8, 993), whole.slice(1001)],
        "small": table.to_batches(max_chunksize=37),
        "empty_ones": [whole.slice(0, 0), whole.slice(0, 100), whole.slice(100, 0), whole.slice(100)],
        "none": [],
    }


@pytest.mark.parametrize("shape", ["whole", "sliced", "small", "empty_ones", "none"])
def test_every_type(shape):
    table = pa.table(all_types())
    batches = shapes(table)[shape]
    with airport_binding.Server(LIBRARY, {"t": (table.schema, lambda _: batches)}) as server:
        got = airport_client.Client(server.location).table("demo", "t").scan()
        got.validate(full=True)
        expected = table if batches else table.slice(0, 0)
        assert got.num_rows == expected.num_rows
        for name in table.column_names:
            assert got[name].to_pylist() == expected[name].to_pylist(), name


def test_dictionaries_that_change():
    kind = pa.dictionary(pa.int8(), pa.string())
    parts = [pa.array(["a", "b", None, "a"]).dictionary_encode(), pa.array(["a", "b", "b"]).dictionary_encode(),
             pa.array(["c", "a"]).dictionary_encode()]
    schema = pa.schema([("d", kind), ("l", pa.list_(kind))])
    batches = [pa.record_batch([p.cast(kind), pa.array([[v] for v in p.to_pylist()], pa.list_(pa.string())).cast(pa.list_(kind))],
                               schema=schema) for p in parts]
    with airport_binding.Server(LIBRARY, {"t": (schema, lambda _: batches)}) as server:
        got = airport_client.Client(server.location).table("demo", "t").scan()
        values = [v for p in parts for v in p.to_pylist()]
        assert got["d"].to_pylist() == values and got["l"].to_pylist() == [[v] for v in values]


def test_a_batch_that_is_too_large_is_cut():
    table = pa.table({"n": pa.array(range(2_000_000)), "s": [f"row {i}" for i in range(2_000_000)]})
    with airport_binding.Server(LIBRARY, {"t": (table.schema, lambda _: table.combine_chunks().to_batches())}) as server:
        client = airport_client.Client(server.location)
        ticket = client.table("demo", "t").endpoints()[0].ticket
        sizes, rows = [], 0
        for chunk in client.flight.do_get(ticket):
            sizes.append(chunk.data.nbytes)
            assert chunk.data["n"][0].as_py() == rows and chunk.data["s"][-1].as_py() == f"row {rows + chunk.data.num_rows - 1}"
            rows += chunk.data.num_rows
        assert rows == 2_000_000 and max(sizes) < 3 << 20 and len(sizes) > 10


def test_small_batches_are_gathered():
    table = pa.table({"n": pa.array(range(500_000))})
    with airport_binding.Server(LIBRARY, {"t": (table.schema, lambda _: table.to_batches(max_chunksize=2048))}) as server:
        client = airport_client.Client(server.location)
        chunks = list(client.flight.do_get(client.table("demo", "t").endpoints()[0].ticket))
        assert sum(c.data.num_rows for c in chunks) == 500_000 and len(chunks) < 30


def test_columns_that_were_not_asked_for_cost_nothing():
    types = all_types()
    table = pa.table(types)

    def only_asked(columns):
        part = table.select(columns)
        return part.schema, part.to_batches()

    with airport_binding.Server(LIBRARY, {"t": (table.schema, only_asked)}) as server:
        client = airport_client.Client(server.location)
        for name in ("no_nulls", "text", "struct"):
            endpoint = client.table("demo", "t").endpoints([name])[0]
            got = client.flight.do_get(endpoint.ticket).read_all()
            assert got.schema.names == table.schema.names and got[name].to_pylist() == table[name].to_pylist()
            assert got["no_nulls" if name != "no_nulls" else "int64"].null_count == ROWS


@pytest.mark.parametrize("give, why", [
    (lambda t: (t.schema, [None]), "."),
    (lambda t: (t.select(["n"]).schema, t.select(["n"]).to_batches()), "lacks the column"),
    (lambda t: (t.cast(pa.schema([("n", pa.int32()), ("s", pa.string())])).schema,
                t.cast(pa.schema([("n", pa.int32()), ("s", pa.string())])).to_batches()), "another Arrow type"),
    (lambda t: 1 / 0, "division by zero"),
])
def test_broken_contracts_are_told(give, why):
    table = pa.table({"n": pa.array([1, 2], pa.int64()), "s": ["a", "b"]})
    with airport_binding.Server(LIBRARY, {"t": (table.schema, lambda _: give(table))}) as server:
        client = airport_client.Client(server.location)
        with pytest.raises(Exception, match=why):
            client.table("demo", "t").scan()


def test_an_error_in_the_middle_of_a_stream():
    schema = pa.schema([("n", pa.int64())])

    def failing(_):
        def rows():
            for _ in range(3):
                yield pa.record_batch([pa.array(range(100_000))], schema=schema)
            raise ValueError("the disk is on fire")
        return schema, rows()

    with airport_binding.Server(LIBRARY, {"t": (schema, failing)}) as server:
        with pytest.raises(Exception, match="the disk is on fire"):
            airport_client.Client(server.location).table("demo", "t").scan()
