"""Texts that try to be SQL, in every field of the protocol that holds one; and readers who try to write in every way."""
import json
import pathlib
import re

import psycopg
import pyarrow as pa
import pyarrow.flight as flight
import pytest

from airport_client import Client

SETTINGS = {"token": "writing", "readonly_token": "reading", "airport_admin": "on"}
ACTIONS = pathlib.Path(__file__).parents[2] / "data" / "airport_actions.def"

# Each ends whatever the text stands in (a name, a literal, an expression, a list of columns) and goes on with a statement.
ENDS = ['x"', "x'", "1", "1)", 'x")', "x')", "x\\'", "$$x", 'a" INT)', "CAST(i AS INT))", "x\"\"'''"]
RESTS = ["--", "/*", "SELECT '", 'SELECT ("']
PAYLOADS = [end + "; CREATE TABLE pwned(i INT); " + RESTS[i % len(RESTS)] for i, end in enumerate(ENDS)]


def ask(server, sql):
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database,
                         autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else None


@pytest.fixture(scope="module")
def writer(server):
    client = Client(f"grpc://127.0.0.1:{server.airport_port}", token="writing")
    client.create_schema("h")
    ask(server, "CREATE TABLE h.canary AS SELECT 42 AS i, {'x': 1} AS s")
    return client


@pytest.fixture(scope="module")
def reader(writer):
    return Client(writer.location, token="reading")


def field(name, arrow_type=pa.int32(), metadata=None):
    return pa.schema([pa.field(name, arrow_type, metadata=metadata)]).serialize().to_pybytes()


def create(client, name="t", columns=("i",), **more):
    return client.create_table("h", name, pa.schema([(c, pa.int32()) for c in columns]), **more)


def alter(client, action, table="t", **members):
    return client.alter(action, "h", table, **members)


def opaque(text):
    return {"ARROW:extension:name": "arrow.opaque",
            "ARROW:extension:metadata": json.dumps({"type_name": text, "vendor_name": "DuckDB"})}


def node(kind, **members):
    return {"expression_class": kind, "type": kind, "alias": "", "query_location": 0, **members}


def typed(name, info=None):
    return {"id": name, "type_info": info}


def column(name, kind="INTEGER"):
    return node("BOUND_COLUMN_REF", return_type=typed(kind), binding={"table_index": 0, "column_index": 0}, depth=0)


def constant(value, kind="VARCHAR", info=None):
    return {**node("BOUND_CONSTANT"), "type": "VALUE_CONSTANT",
            "value": {"type": typed(kind, info), "is_null": False, "value": value}}


def scan(client, *filters, name="i", columns=("i",)):
    text = json.dumps({"filters": list(filters), "column_binding_names_by_index": [name]})
    return client.table("h", "canary").scan(list(columns), filters=text)


def compare(left, right):
    return {**node("BOUND_COMPARISON", left=left, right=right), "type": "COMPARE_EQUAL"}


def call(name, *arguments, **members):
    return node("BOUND_FUNCTION", name=name, children=list(arguments), arguments=[], is_operator=False, catalog_name="",
                schema_name="", return_type=typed("BOOLEAN"), **members)


# What is done with a payload; every text of the protocol has its turn.
FIELDS = {
    "schema": lambda c, p: c.create_schema(p),
    "schema comment": lambda c, p: c.action("create_schema", {"catalog_name": "", "schema": "x" + str(hash(p)), "comment": p, "tags": {p: p}}),
    "dropped schema": lambda c, p: c.drop_schema(p),
    "table": lambda c, p: create(c, p),
    "dropped table": lambda c, p: c.drop_table("h", p),
    "schema of a table": lambda c, p: c.create_table(p, "t2", pa.schema([("i", pa.int32())])),
    "column": lambda c, p: create(c, "c" + str(hash(p)), (p,)),
    "conflict": lambda c, p: create(c, "t", on_conflict=p),
    "check": lambda c, p: create(c, "k" + str(hash(p)), checks=[p]),
    "key": lambda c, p: create(c, "k" + str(hash(p)), primary_key=[p]),
    "keys": lambda c, p: create(c, "k" + str(hash(p)), primary_key=["i", p]),
    "unique": lambda c, p: create(c, "k" + str(hash(p)), unique=[p]),
    "extra": lambda c, p: create(c, "k" + str(hash(p)), extra=[p]),
    "field": lambda c, p: c.create_table("h", "f" + str(hash(p)), pa.schema([("s", pa.struct([(p, pa.int32())]))])),
    "opaque type": lambda c, p: alter(c, "add_column", if_column_not_exists=False, column_schema=field("o" + str(hash(p)), pa.binary(), opaque(p))),
    "added": lambda c, p: alter(c, "add_column", if_column_not_exists=False, column_schema=field(p)),
    "removed": lambda c, p: alter(c, "remove_column", removed_column=p, if_column_exists=False, cascade=True),
    "renamed": lambda c, p: alter(c, "rename_column", old_name=p, new_name="z"),
    "new name": lambda c, p: alter(c, "rename_column", old_name="i", new_name=p),
    "new table name": lambda c, p: alter(c, "rename_table", new_table_name=p),
    "default": lambda c, p: alter(c, "set_default", column_name="i", expression=p),
    "default's column": lambda c, p: alter(c, "set_default", column_name=p, expression="1"),
    "type's column": lambda c, p: alter(c, "change_column_type", column_schema=field(p), expression=""),
    "type's expression": lambda c, p: alter(c, "change_column_type", column_schema=field("i"), expression=p),
    "null's column": lambda c, p: alter(c, "drop_not_null", column_name=p),
    "not null's column": lambda c, p: alter(c, "set_not_null", column_name=p),
    "path": lambda c, p: alter(c, "remove_field", "st", column_path=["s", p], if_column_exists=False, cascade=False),
    "new field": lambda c, p: alter(c, "rename_field", "st", column_path=["s", "x"], new_name=p),
    "added field": lambda c, p: alter(c, "add_field", "st", if_field_not_exists=False, column_schema=field(p), column_path=["s"]),
    "constraint": lambda c, p: alter(c, "add_constraint", constraint=p),
    "altered table": lambda c, p: alter(c, "drop_not_null", p, column_name="i"),
    "catalog": lambda c, p: Client(c.location, re.sub("[^ -~]", "", p), "writing").schemas(),
    "database": lambda c, p: c.action("create_database", p),
    "dropped database": lambda c, p: c.action("drop_database", p),
    "path of a flight": lambda c, p: c.take("h", p),
    "version": lambda c, p: c.at(c.table("h", "canary"), "VERSION", p),
    "timestamp": lambda c, p: c.at(c.table("h", "canary"), "TIMESTAMP", p),
    "unit": lambda c, p: c.at(c.table("h", "canary"), p, "1"),
    "filter's text": lambda c, p: scan(c, compare(constant(p), constant("a"))),
    "filter's column": lambda c, p: scan(c, compare(column(p), constant(1, "INTEGER")), name=p),
    "filter's function": lambda c, p: scan(c, call(p, constant("a"))),
    "filter's operator": lambda c, p: scan(c, {**call(p, constant("a"), constant("b")), "is_operator": True}),
    "filter's schema": lambda c, p: scan(c, {**call("lower", constant("a")), "schema_name": p, "catalog_name": p}),
    "filter's type": lambda c, p: scan(c, compare(constant("1", p), constant("a"))),
    "filter's alias": lambda c, p: scan(c, compare(constant("1", "VARCHAR", {"type": "GENERIC_TYPE_INFO", "alias": p}), constant("a"))),
    "filter's blob": lambda c, p: scan(c, compare(constant(p, "BLOB"), constant("a"))),
    "filter's number": lambda c, p: scan(c, compare(constant(p, "INTEGER"), constant("a"))),
    "filter's cast": lambda c, p: scan(c, node("BOUND_CAST", child=constant("1"), return_type=typed(p), try_cast=False)),
    "statistics": lambda c, p: c.action("column_statistics", {"flight_descriptor": c.table("h", "canary").descriptor.serialize(),
                                                              "column_name": p, "type": p}),
}


@pytest.mark.parametrize("place", FIELDS)
def test_no_text_becomes_a_statement(server, writer, place):
    for payload in PAYLOADS:
        ask(server, "CREATE OR REPLACE TABLE h.t (i INTEGER); CREATE OR REPLACE TABLE h.st (s STRUCT(x INTEGER))")
        try:
            FIELDS[place](writer, payload)
        except (pa.ArrowException, OSError, ValueError, KeyError, StopIteration):
            pass  # refused; what is taken is a name or a value
    assert ask(server, "SELECT table_name FROM duckdb_tables() WHERE table_name = 'pwned'") == []
    assert ask(server, "SELECT i FROM h.canary") == [(42,)]


def everything(server):
    return ask(server, "SELECT database_name, schema_name, table_name, sql FROM duckdb_tables() ORDER BY ALL") + \
        ask(server, "SELECT schema_name FROM duckdb_schemas() ORDER BY ALL") + \
        ask(server, "SELECT database_name FROM duckdb_databases() ORDER BY ALL") + ask(server, "SELECT * FROM h.canary")


WRITES = {
    "create_schema": lambda c: c.create_schema("forbidden"),
    "drop_schema": lambda c: c.drop_schema("h"),
    "create_table": lambda c: create(c, "forbidden"),
    "drop_table": lambda c: c.drop_table("h", "canary"),
    "add_column": lambda c: alter(c, "add_column", "canary", if_column_not_exists=False, column_schema=field("z")),
    "remove_column": lambda c: alter(c, "remove_column", "canary", removed_column="i", if_column_exists=False, cascade=False),
    "rename_column": lambda c: alter(c, "rename_column", "canary", old_name="i", new_name="z"),
    "rename_table": lambda c: alter(c, "rename_table", "canary", new_table_name="z"),
    "set_default": lambda c: alter(c, "set_default", "canary", column_name="i", expression="1"),
    "change_column_type": lambda c: alter(c, "change_column_type", "canary", column_schema=field("i", pa.int64()), expression=""),
    "set_not_null": lambda c: alter(c, "set_not_null", "canary", column_name="i"),
    "drop_not_null": lambda c: alter(c, "drop_not_null", "canary", column_name="i"),
    "add_field": lambda c: alter(c, "add_field", "canary", if_field_not_exists=False, column_schema=field("y"), column_path=["s"]),
    "remove_field": lambda c: alter(c, "remove_field", "canary", column_path=["s", "x"], if_column_exists=False, cascade=False),
    "rename_field": lambda c: alter(c, "rename_field", "canary", column_path=["s", "x"], new_name="y"),
    "add_constraint": lambda c: alter(c, "add_constraint", "canary", constraint="CHECK (i > 0)"),
    "create_database": lambda c: c.action("create_database", "forbidden"),
    "drop_database": lambda c: c.action("drop_database", "made"),
    "reset": lambda c: c.action("reset", b""),
    "insert": lambda c: c.table("h", "canary").insert([{"i": 2, "s": {"x": 2}}]),
    "insert returning": lambda c: c.table("h", "canary").insert([{"i": 2, "s": {"x": 2}}], returning=True),
    "update": lambda c: c.table("h", "canary").update([{"i": 2, "rowid": 0}], ["i"]),
    "update returning": lambda c: c.table("h", "canary").update([{"i": 2, "s": None, "rowid": 0}], ["i"], returning=True),
    "delete": lambda c: c.table("h", "canary").delete([0]),
    "delete returning": lambda c: c.table("h", "canary").delete([0], returning=True),
}
READS = {"list_schemas", "catalog_version", "create_transaction", "endpoints", "flight_info", "table_function_flight_info",
         "column_statistics", "begin_transaction", "commit_transaction", "rollback_transaction", "transaction_status"}


def test_every_action_is_known_as_reading_or_writing():
    names = re.findall(r"^ACTION\((\w+)", ACTIONS.read_text(), re.MULTILINE)
    assert set(names) - READS <= set(WRITES)


@pytest.mark.parametrize("way", WRITES)
def test_a_reader_cannot_write(server, writer, reader, way):
    if way == "drop_database":
        writer.action("create_database", "made")
    before = everything(server)
    with pytest.raises(flight.FlightUnauthorizedError):
        WRITES[way](reader)
    assert everything(server) == before


def test_a_reader_cannot_put(server, reader):
    with pytest.raises(pa.ArrowNotImplementedError):
        stream, _ = reader.flight.do_put(flight.FlightDescriptor.for_path("h", "canary"), pa.schema([("i", pa.int32())]),
                                         reader.options())
        stream.close()


def test_a_reader_cannot_write_by_reading(server, writer, reader):
    ask(server, "CREATE SEQUENCE h.counter; CREATE VIEW h.counting AS SELECT nextval('h.counter') AS n")
    with pytest.raises(pa.ArrowException):
        reader.table("h", "counting").scan()
    scan(reader, compare(call("nextval", constant("h.counter")), constant(1, "BIGINT")))  # left to the client
    assert ask(server, "SELECT nextval('h.counter')") == [(1,)]
