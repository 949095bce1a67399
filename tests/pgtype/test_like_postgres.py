"""Values in text and binary, in both directions, byte for byte as PostgreSQL 15 has them."""

import pathlib
import random
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import questions  # noqa: E402
import samples  # noqa: E402

FORMATS = pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
COPY_OPTIONS = {"t": "FORMAT text", "c": "FORMAT csv", "h": "FORMAT csv, HEADER match"}


@pytest.fixture(scope="module")
def ours():
    probe = questions.Probe()
    yield probe
    probe.close()


@pytest.fixture(scope="module")
def theirs(postgres):
    connection = questions.Postgres(postgres)
    yield connection
    connection.close()


@pytest.fixture
def both_set(ours, theirs):
    """Sets a setting on both sides, for one test."""
    before = {"TimeZone": "UTC", "IntervalStyle": "postgres", "extra_float_digits": 1, "bytea_output": "hex"}

    def apply(name, value):
        ours.set(name, value)
        theirs.set(name, value)

    yield apply
    for name, value in before.items():
        apply(name, value)


def rows(expressions):
    return "SELECT x FROM (VALUES " + ",".join(f"({n},{e})" for n, e in enumerate(expressions)) + ") v(n, x) ORDER BY n"


def expect_same_encoding(ours, theirs, pairs, binary):
    for start in range(0, len(pairs), 200):
        part = pairs[start:start + 200]
        got = ours.encode(rows(d for _, d in part), binary)
        wanted = theirs.encode(rows(p for p, _ in part), binary)
        differences = [(pair, w, g) for pair, w, g in zip(part, wanted, got, strict=True) if w != g]
        assert not differences


@FORMATS
@pytest.mark.parametrize("type_name", samples.ENCODED)
def test_values_are_encoded(ours, theirs, type_name, binary):
    expect_same_encoding(ours, theirs, samples.ENCODED[type_name], binary)


@pytest.mark.parametrize("zone", samples.ZONES)
def test_instants_are_shown_in_the_zone(ours, theirs, both_set, zone):
    both_set("TimeZone", zone)
    expect_same_encoding(ours, theirs, samples.TIMESTAMPTZ, False)


@pytest.mark.parametrize("style", ["postgres", "postgres_verbose", "sql_standard", "iso_8601"])
def test_interval_styles(ours, theirs, both_set, style):
    both_set("IntervalStyle", style)
    expect_same_encoding(ours, theirs, samples.INTERVAL, False)


@pytest.mark.parametrize("digits", [-15, -3, 0, 3])
def test_extra_float_digits(ours, theirs, both_set, digits):
    both_set("extra_float_digits", digits)
    expect_same_encoding(ours, theirs, samples.FLOAT4 + samples.FLOAT8[:1], False)
    expect_same_encoding(ours, theirs, samples.FLOAT8, False)


def test_bytea_output(ours, theirs, both_set):
    both_set("bytea_output", "escape")
    expect_same_encoding(ours, theirs, samples.BYTEA, False)


@pytest.mark.parametrize("oid", samples.DECODED)
def test_parameters_are_decoded(ours, theirs, both_set, oid):
    both_set("TimeZone", "America/New_York")
    for text in samples.DECODED[oid]:
        value = text.encode()
        wanted = theirs.decode(oid, value)
        assert (text, ours.decode(oid, value)) == (text, wanted)
        if not isinstance(wanted, questions.Failure):
            binary = theirs.decode(oid, value, binary_result=True)
            assert (text, ours.decode(oid, binary, binary=True)) == (text, binary)


@FORMATS
@pytest.mark.parametrize("type_name", [name for name in samples.ENCODED if "struct" not in name])
def test_copied_fields_come_back(ours, type_name, binary):
    """What is encoded is decoded into a column of the same type, and is the same again."""
    duckdb_type = {"json": "JSON"}.get(type_name, type_name)
    for _, expression in samples.ENCODED[type_name][:40]:
        [value] = ours.encode(f"SELECT {expression}", binary)
        if value is not None and not (binary and type_name == "bignum" and len(value) > 24):
            assert ours.copy_value(duckdb_type, value, binary) == value


@FORMATS
@pytest.mark.parametrize("duckdb_type, text", samples.COPIED)
def test_copied_fields_of_the_engines_types_come_back(ours, duckdb_type, text, binary):
    [value] = ours.encode(f"SELECT x FROM (SELECT {text}::{duckdb_type} AS x)", binary)
    assert ours.copy_value(duckdb_type, value, binary) == value


@FORMATS
@pytest.mark.parametrize("expression, text", samples.ENGINE_ONLY)
def test_types_that_postgres_lacks(ours, expression, text, binary):
    assert ours.encode(f"SELECT {expression}", binary) == [text.encode()]


def test_ragged_lists(ours):
    """What no array of PostgreSQL can hold is legible in text and refused in binary."""
    assert ours.encode("SELECT [[1], [2, 3], NULL]", False) == [b"{{1},{2,3},NULL}"]
    [refusal] = ours.encode("SELECT [[1], [2, 3]]", True)
    assert refusal.args[0] == "2202E"


def random_copy_data(generator, kind):
    text = ["a", "b", "\t", "\t", "\n", "\n", "\\", "\\N", "\\.", "\r", "\\\n", "\\t", "\\x41", "\\101", "1", "é", "\r\n"]
    csv = ["a", "b", ",", ",", "\n", "\n", '"', '"', '""', "\\.", "\r", "\\", "1", "é", "\r\n", '"a"', '"a,b"', "a,b\n"]
    return "".join(generator.choices(text if kind == "t" else csv, k=generator.randint(0, 14))).encode()


@pytest.mark.parametrize("kind", COPY_OPTIONS)
def test_copy_data_is_read(ours, theirs, kind):
    generator = random.Random(kind)
    for _ in range(300):
        columns = generator.randint(1, 3)
        data = random_copy_data(generator, kind)
        if kind == "h":
            data = ",".join("abc"[:columns]).encode() + generator.choice([b"\n", b"\r\n", b"x\n"]) + data
        assert (data, ours.read_copy(kind, columns, data)) == (data, theirs.read_copy(COPY_OPTIONS[kind], columns, data))
