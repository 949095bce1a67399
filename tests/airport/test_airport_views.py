"""Views of texts, blobs and lists in what clients write, true ones and lying ones."""
import struct
import sys
import pathlib

import pyarrow as pa
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "duckcat"))

import airport_client  # noqa: E402

SETTINGS = {"airport_admin": "on"}
LONG = "a text that does not fit into twelve bytes"


@pytest.fixture
def client(server):
    made = airport_client.Client(f"grpc://127.0.0.1:{server.airport_port}")
    try:
        made.create_schema("views")
    except Exception:  # noqa: BLE001
        pass
    return made


def new_table(client, name, schema):
    client.drop_table("views", name, if_exists=True)
    return client.create_table("views", name, schema)


TEXTS = ["", "short", None, LONG, "exactly 12 b", "exactly 13 by", "ä" * 20, LONG * 100]


def test_texts_and_blobs(client):
    plain = pa.schema([("i", pa.int32()), ("t", pa.string()), ("b", pa.binary()), ("after", pa.string())])
    table = new_table(client, "texts", plain)
    blobs = [None if t is None else t.encode() + b"\xff\x00" for t in TEXTS]
    schema = pa.schema([("i", pa.int32()), ("t", pa.string_view()), ("b", pa.binary_view()), ("after", pa.string())])
    batch = pa.record_batch([pa.array(range(len(TEXTS)), pa.int32()), pa.array(TEXTS, pa.string_view()),
                             pa.array(blobs, pa.binary_view()), pa.array(TEXTS)], schema=schema)
    # Many batches, sliced and not, with several buffers behind the views.
    many = pa.concat_arrays([pa.array([f"{LONG} {i} {k}" for i in range(300)], pa.string_view()) for k in range(3)])
    more = pa.record_batch([pa.array(range(900), pa.int32()), many, many.cast(pa.binary_view()), many.cast(pa.string())],
                           schema=schema)
    changed, _ = table.exchange("insert", schema, [batch, batch.slice(3, 2), batch.slice(0, 0), more])
    assert changed == len(TEXTS) + 2 + 900
    got = table.scan(["i", "t", "b", "after"])
    expected = pa.Table.from_batches([batch, batch.slice(3, 2), more]).cast(plain)
    assert got.cast(plain).to_pylist() == expected.to_pylist()


def test_views_nested_in_other_types(client):
    struct_type = pa.struct([("t", pa.string()), ("n", pa.int64())])
    table = new_table(client, "nested", pa.schema([("s", struct_type), ("l", pa.list_(pa.string())), ("z", pa.int64())]))
    views = pa.struct([("t", pa.string_view()), ("n", pa.int64())])
    schema = pa.schema([("s", views), ("l", pa.list_(pa.string_view())), ("z", pa.int64())])
    rows = [{"s": {"t": LONG, "n": 1}, "l": [LONG, None, "x"], "z": 1}, {"s": None, "l": None, "z": 2},
            {"s": {"t": None, "n": 3}, "l": [], "z": 3}]
    assert table.exchange("insert", schema, [pa.RecordBatch.from_pylist(rows, schema=schema)])[0] == 3
    assert table.scan(["s", "l", "z"]).to_pylist() == rows


@pytest.mark.parametrize("kind", [pa.list_view, pa.large_list_view])
def test_list_views(client, kind):
    table = new_table(client, "lists", pa.schema([("l", pa.list_(pa.int32())), ("after", pa.int64())]))
    make = pa.ListViewArray if kind is pa.list_view else pa.LargeListViewArray
    offset = pa.int32() if kind is pa.list_view else pa.int64()
    lists = make.from_arrays(pa.array([3, 0, 1, 0, 5], offset), pa.array([2, 0, 3, 6, 1], offset), pa.array(range(6), pa.int32()))
    schema = pa.schema([("l", kind(pa.int32())), ("after", pa.int64())])
    batch = pa.record_batch([lists, pa.array(range(5))], schema=schema)
    assert table.exchange("insert", schema, [batch])[0] == 5
    assert table.scan(["l"])["l"].to_pylist() == [[3, 4], [], [1, 2, 3], [0, 1, 2, 3, 4, 5], [5]]


def test_tables_are_created_with_view_types(client):
    schema = pa.schema([("t", pa.string_view()), ("b", pa.binary_view()), ("l", pa.list_view(pa.int32()))])
    table = new_table(client, "created", schema)
    assert table.field("t").type == pa.string() and table.field("b").type == pa.binary()
    assert table.field("l").type == pa.list_(pa.int32())


def raw_views(views, buffers, kind=pa.string_view()):
    """An array of these views, whatever they say."""
    return pa.Array.from_buffers(kind, len(views), [None, pa.py_buffer(b"".join(views)), *map(pa.py_buffer, buffers)])


def view(length, buffer, offset, prefix=b"a te"):
    return struct.pack("<i4sii", length, prefix, buffer, offset)


@pytest.mark.parametrize("lie", [
    view(-1, 0, 0), view(-2**31, 0, 0), view(43, 0, 0), view(42, 0, 1), view(13, 0, 30), view(13, 1, 0), view(13, -1, 0),
    view(13, 2**31 - 1, 0), view(13, 0, -1), view(13, 0, 2**31 - 1), view(2**31 - 1, 0, 2**31 - 1),
])
def test_lying_views_are_refused(client, lie):
    table = new_table(client, "liars", pa.schema([("t", pa.string())]))
    schema = pa.schema([("t", pa.string_view())])
    honest = view(42, 0, 0)
    batch = pa.record_batch([raw_views([honest, lie], [LONG.encode()])], schema=schema)
    with pytest.raises(Exception, match="outside of its buffer"):
        table.exchange("insert", schema, [batch])
    assert table.exchange("insert", schema, [pa.record_batch([raw_views([honest] * 3, [LONG.encode()])], schema=schema)])[0] == 3
    assert table.scan(["t"])["t"].to_pylist() == [LONG] * 3


def test_views_of_bytes_that_are_no_text_are_refused(client):
    table = new_table(client, "bytes", pa.schema([("t", pa.string())]))
    schema = pa.schema([("t", pa.string_view())])
    for views, buffers in (([view(13, 0, 0, b"\xff\xff\xff\xff")], [b"\xff" * 13]), ([struct.pack("<i12s", 2, b"\xc3(")], [])):
        with pytest.raises(Exception, match="text is not valid"):
            table.exchange("insert", schema, [pa.record_batch([raw_views(views, buffers)], schema=schema)])


def test_lists_outside_of_their_elements_are_refused(client):
    table = new_table(client, "far", pa.schema([("l", pa.list_(pa.int32()))]))
    schema = pa.schema([("l", pa.list_view(pa.int32()))])
    for offset, size in ((0, 7), (6, 1), (-1, 1), (1, -1), (2**31 - 1, 2**31 - 1)):
        array = pa.Array.from_buffers(pa.list_view(pa.int32()), 1, [
            None, pa.py_buffer(struct.pack("<i", offset)), pa.py_buffer(struct.pack("<i", size))],
            children=[pa.array(range(6), pa.int32())])
        with pytest.raises(Exception, match="(?i)invalid|exceeds|offset"):
            table.exchange("insert", schema, [pa.record_batch([array], schema=schema)])
