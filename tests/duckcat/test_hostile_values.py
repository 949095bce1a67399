"""Values that no DuckDB client sends, but that DuckDB would take as they come: refused, and the table is as it was."""
import json

import psycopg
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from airport_client import Client


def opaque(name):
    """The extension by which DuckDB sends types that Arrow has not (github.com/duckdb/duckdb, arrow_type_extension.cpp)."""
    return {b"ARROW:extension:name": b"arrow.opaque",
            b"ARROW:extension:metadata": json.dumps({"type_name": name, "vendor_name": "DuckDB"}, separators=(",", ":")).encode()}


def numbers(arrow, values):
    return pa.array(values, pa.int64()).view(arrow)


def decimals(width, values):
    data = b"".join(v.to_bytes(16, "little", signed=True) for v in values)
    return pa.Array.from_buffers(pa.decimal128(width, 1), len(values), [None, pa.py_buffer(data)])


DAY = 86400
TIMES = [-1, 2**63 - 1, -2**63]
BITS = [b"", b"\x00", b"\x08\xff", b"\xff\x01", b"\x03\x00"]
BIGNUMS = [b"", b"\x80\x00\x01", b"\x80\x00\x02\x05", b"\x80\x00\x02\x00\x05", b"\x7f\xff\xfe\xff", b"\x7f\xff\xfd\x05"]
GOOD_BITS = [b"\x07\xff", b"\x00\x05", b"\x03\xe1\x02"]
GOOD_BIGNUMS = [b"\x80\x00\x01\x00", b"\x80\x00\x01\x05", b"\x7f\xff\xfe\xfa"]

# The column's type, the metadata of the field, bad values, good values and how they read.
CASES = [
    ("TIME", None, numbers(pa.time64("us"), [*TIMES, DAY * 10**6 + 1]), numbers(pa.time64("us"), [0, DAY * 10**6]), ["00:00:00", "24:00:00"]),
    ("TIME_NS", None, numbers(pa.time64("ns"), [*TIMES, DAY * 10**9 + 1]), numbers(pa.time64("ns"), [1]), ["00:00:00.000000001"]),
    ("TIMETZ", opaque("time_tz"), pa.array([b"\xff" * 8, b"\xff\xff\xff" + b"\0" * 5], pa.binary(8)), pa.array([b"\xff\xe0" + b"\0" * 6], pa.binary(8)), ["00:00:00"]),
    ("DECIMAL(4,1)", None, decimals(4, [10**4, -10**4, 2**64, -2**127]), decimals(4, [9999, -9999]), ["999.9", "-999.9"]),
    ("DECIMAL(18,1)", None, decimals(18, [10**18, 2**64]), decimals(18, [10**18 - 1]), ["99999999999999999.9"]),
    ("BIT VARYING", opaque("bit"), pa.array(BITS, pa.binary()), pa.array(GOOD_BITS, pa.binary()), ["1", "00000101", "0000100000010"]),
    ("BIT VARYING", opaque("bit"), pa.array(BITS, pa.large_binary()), pa.array(GOOD_BITS, pa.large_binary()), ["1", "00000101", "0000100000010"]),
    ("BIT VARYING", opaque("bit"), pa.array(BITS, pa.binary_view()), pa.array(GOOD_BITS, pa.binary_view()), ["1", "00000101", "0000100000010"]),
    ("BIT VARYING", None, pa.array(BITS, pa.binary()), pa.array(GOOD_BITS, pa.binary()), ["1", "00000101", "0000100000010"]),
    ("BIT VARYING", None, pa.array(BITS, pa.binary_view()), pa.array(GOOD_BITS, pa.binary_view()), ["1", "00000101", "0000100000010"]),
    ("BIT[]", None, pa.array([[b] for b in BITS], pa.list_(pa.binary())), pa.array([GOOD_BITS, None], pa.list_(pa.binary())), ["[1, 00000101, 0000100000010]", None]),
    ("STRUCT(a MAP(INTEGER, BIT))", None, pa.array([{"a": {1: BITS[0]}}], pa.struct([("a", pa.map_(pa.int32(), pa.binary()))])),
     pa.array([{"a": {1: GOOD_BITS[0]}}], pa.struct([("a", pa.map_(pa.int32(), pa.binary()))])), ["{'a': {1=1}}"]),
    ("BIGNUM", opaque("bignum"), pa.array(BIGNUMS, pa.binary()), pa.array(GOOD_BIGNUMS, pa.binary()), ["0", "5", "-5"]),
    ("VARCHAR", None, pa.array([b"\xff"], pa.binary()).view(pa.string()), pa.array(["é"]), ["é"]),
]


@pytest.mark.parametrize("kind, metadata, bad, good, texts", CASES)
def test_values_are_checked_before_the_engine_sees_them(server, kind, metadata, bad, good, texts):
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True) as connection:
        connection.execute(f"CREATE OR REPLACE TABLE strange (v {kind})")
        table = Client(f"grpc://127.0.0.1:{server.airport_port}").table("public", "strange")
        schema = pa.schema([pa.field("v", bad.type, metadata=metadata)])
        for i in range(len(bad)):
            with pytest.raises(pa.ArrowException, match="out of the range of|is not valid"):
                table.exchange("insert", schema, [pa.record_batch([good], schema=schema), pa.record_batch([bad.slice(i, 1)], schema=schema)])
        assert connection.execute("SELECT count(*) FROM strange").fetchone()[0] == 0
        table.exchange("insert", schema, [pa.record_batch([good], schema=schema)])
        found = connection.execute("SELECT v::VARCHAR FROM strange").fetchall()
        assert [text if kind != "TIMETZ" or not text else text[:8] for (text,) in found] == texts
        assert table.scan().num_rows == len(texts)


def test_times_of_files_are_not_trusted(server, tmp_path):
    """The engine reads them as they are; psql is told that they are none."""
    path = tmp_path / "times.parquet"
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True) as connection:
        for value in TIMES:
            parquet.write_table(pa.table({"v": numbers(pa.time64("us"), [value])}), path)
            for binary in (False, True):
                with pytest.raises(psycopg.errors.DatetimeFieldOverflow, match="time out of range"):
                    connection.cursor(binary=binary).execute(f"SELECT v FROM '{path}'").fetchall()
        assert connection.execute("SELECT 1").fetchone() == (1,)
