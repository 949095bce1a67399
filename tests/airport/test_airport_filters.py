"""Filters as the client sends them (filters.jsonl: SQL beside its JSON, from the wire), parsed, written as SQL, and run by DuckDB
beside the original."""
import ctypes
import json
import pathlib

import duckdb
import pytest
from test_airport_types import LIBRARY, SANITIZED

pytestmark = pytest.mark.skipif(SANITIZED, reason="Python cannot load a sanitized library")

FILTERS = [json.loads(line) for line in (pathlib.Path(__file__).parent / "filters.jsonl").read_text().splitlines()]

# What is left out, and why.
DROPPED = {"SELECT id FROM t WHERE random() > 2": "volatile"}

TABLE = """
CREATE TABLE t (id BIGINT, name VARCHAR, price DOUBLE, d DATE, ts TIMESTAMP, b BOOLEAN, i INTEGER, dec DECIMAL(10,2), l INTEGER[],
    st STRUCT(a INTEGER, b VARCHAR), tz TIMESTAMPTZ, bl BLOB, h HUGEINT);
INSERT INTO t VALUES
    (1, 'one', 1.5, '2024-01-01', '2024-01-01 10:00:00', true, 10, 1.10, [1, 2], {'a': 1, 'b': 'x'}, '2023-06-01 00:00:00+00',
     '\\xAA\\x00'::BLOB, 1),
    (2, 'two', 2.5, '2024-01-02', NULL, false, 20, 2.20, [], NULL, '2025-01-01 00:00:00+00', NULL,
     170141183460469231731687303715884105726),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
"""


class SqlOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("dialect", ctypes.c_int), ("mappings", ctypes.c_void_p),
                ("mapping_count", ctypes.c_size_t), ("mapped_only", ctypes.c_bool)]


def to_sql(filter_json, dialect=0):
    library = ctypes.CDLL(str(LIBRARY))
    library.airport_filter_parse.restype = ctypes.c_void_p
    library.airport_filter_to_sql.restype = ctypes.c_void_p
    text = json.dumps(filter_json).encode()
    parsed = ctypes.c_void_p(library.airport_filter_parse(text, ctypes.c_size_t(len(text)), None))
    assert parsed.value
    options = SqlOptions(ctypes.sizeof(SqlOptions), dialect)
    made = ctypes.c_void_p(library.airport_filter_to_sql(parsed, ctypes.byref(options)))
    sql = ctypes.string_at(made).decode()
    library.airport_free(made)
    library.airport_filter_destroy(parsed)
    return sql


@pytest.fixture(scope="module")
def database():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(TABLE)
    return connection


@pytest.mark.parametrize("case", FILTERS, ids=[f["sql"][len("SELECT id FROM t WHERE "):] for f in FILTERS])
def test_same_rows(database, case):
    sql = to_sql(case["filter"])
    if case["sql"] in DROPPED:
        assert sql == ""
        return
    assert sql, "not expressed"
    expected = database.execute(case["sql"]).fetchall()
    assert database.execute(f"SELECT id FROM t WHERE {sql}").fetchall() == expected, sql


def column(name, kind, names=("a", "b")):
    return {"expression_class": "BOUND_COLUMN_REF", "type": "BOUND_COLUMN_REF", "return_type": {"id": kind, "type_info": None},
            "binding": {"table_index": 0, "column_index": names.index(name)}, "depth": 0}


def constant(kind, value, info=None):
    return {"expression_class": "BOUND_CONSTANT", "type": "VALUE_CONSTANT",
            "value": {"type": {"id": kind, "type_info": info}, "is_null": value is None, "value": value}}


def compare(left, right, kind="COMPARE_EQUAL"):
    return {"expression_class": "BOUND_COMPARISON", "type": kind, "left": left, "right": right}


def function(name, *children):
    return {"expression_class": "BOUND_FUNCTION", "type": "BOUND_FUNCTION", "name": name, "children": list(children),
            "catalog_name": "system", "schema_name": "main", "is_operator": False}


def conjunction(kind, *children):
    return {"expression_class": "BOUND_CONJUNCTION", "type": f"CONJUNCTION_{kind}", "children": list(children)}


def negation(child):
    return {"expression_class": "BOUND_OPERATOR", "type": "OPERATOR_NOT", "children": [child]}


def whole(*filters):
    return {"filters": list(filters), "column_binding_names_by_index": ["a", "b"]}


A = compare(column("a", "INTEGER"), constant("INTEGER", 1))
B = compare(column("b", "INTEGER"), constant("INTEGER", 2))
UNKNOWN = function("nextval", constant("VARCHAR", "s"))


@pytest.mark.parametrize("filters, sql", [
    ([A, UNKNOWN], '("a" = 1)'),
    ([UNKNOWN], ""),
    ([conjunction("AND", A, UNKNOWN)], '(("a" = 1))'),
    ([conjunction("OR", A, UNKNOWN)], ""),
    ([conjunction("OR", A, conjunction("AND", B, UNKNOWN))], '(("a" = 1) OR (("b" = 2)))'),
    ([negation(conjunction("AND", A, UNKNOWN))], ""),
    ([negation(A)], '(NOT ("a" = 1))'),
    ([compare(column("a", "INTEGER"), UNKNOWN), B], '("b" = 2)'),
])
def test_what_cannot_be_expressed_widens(filters, sql):
    assert to_sql(whole(*filters)) == sql


@pytest.mark.parametrize("kind, value, info, literal", [
    ("INTEGER", -5, None, "(-5)"), ("UBIGINT", 18446744073709551615, None, "18446744073709551615"),
    ("VARCHAR", "it's \"x\"; --", None, "'it''s \"x\"; --'"), ("VARCHAR", "back\\slash", None, "'back\\slash'"),
    ("VARCHAR", {"base64": "/w=="}, None, None), ("VARCHAR", "nul\0", None, None),
    ("BLOB", "\\x00'a", None, "'\\x00\\x27\\x61'::BLOB"),
    ("HUGEINT", {"upper": -1, "lower": 18446744073709551615}, None, "CAST('-1' AS HUGEINT)"),
    ("UHUGEINT", {"upper": 18446744073709551615, "lower": 18446744073709551615}, None,
     "CAST('340282366920938463463374607431768211455' AS UHUGEINT)"),
    ("DECIMAL", -5, {"width": 10, "scale": 2}, "CAST('-0.05' AS DECIMAL(10,2))"),
    ("DATE", 0, None, "CAST('1970-01-01' AS DATE)"), ("DATE", -719163, None, None), ("DATE", 2147483647, None, None),
    ("TIMESTAMP", -1, None, "CAST('1969-12-31 23:59:59.999999' AS TIMESTAMP)"),
    ("TIMESTAMP WITH TIME ZONE", 0, None, "CAST('1970-01-01 00:00:00+00' AS TIMESTAMPTZ)"),
    ("TIME", 3661000001, None, "CAST('01:01:01.000001' AS TIME)"),
    ("INTERVAL", {"months": 1, "days": -2, "micros": 3}, None, "CAST('1 months -2 days 3 microseconds' AS INTERVAL)"),
    ("UUID", {"upper": -9223372036854775808, "lower": 1}, None, "CAST('00000000-0000-0000-0000-000000000001' AS UUID)"),
    ("DOUBLE", 0.1, None, "CAST('0.10000000000000001' AS DOUBLE)"),
    ("ENUM", 1, {"values": ["sad", "o'k"]}, "'o''k'"), ("ENUM", 7, {"values": ["sad"]}, None),
    ("LIST", {"children": [{"type": {"id": "INTEGER", "type_info": None}, "is_null": False, "value": 1}]},
     {"child_type": {"id": "INTEGER", "type_info": None}}, "CAST([1] AS INTEGER[])"),
    ("BIT", "101", None, None), ("NOSUCHTYPE", 1, None, None),
])
def test_literals(kind, value, info, literal):
    sql = to_sql(whole(compare(column("a", kind), constant(kind, value, info))))
    assert sql == ("" if literal is None else f'("a" = {literal})')


def test_the_time_zone_of_the_session_is_not_asked():
    moment = column("a", "TIMESTAMP WITH TIME ZONE")
    cast = {"expression_class": "BOUND_CAST", "type": "OPERATOR_CAST", "child": moment, "try_cast": False,
            "return_type": {"id": "DATE", "type_info": None}}
    assert to_sql(whole(compare(cast, constant("DATE", 1)))) == ""
    assert to_sql(whole(compare(function("year", moment), constant("BIGINT", 1)))) == ""


def test_postgresql():
    less = compare(column("a", "VARCHAR"), constant("VARCHAR", "x\\y"), "COMPARE_LESSTHAN")
    assert to_sql(whole(less), dialect=1) == '("a" COLLATE "C" < E\'x\\\\y\')'
    like = function("~~", column("a", "VARCHAR"), constant("VARCHAR", "x%"))
    assert to_sql(whole(like), dialect=1) == '("a" LIKE \'x%\' ESCAPE \'\')'
    assert to_sql(whole(function("upper", column("a", "VARCHAR"))), dialect=1) == ""
