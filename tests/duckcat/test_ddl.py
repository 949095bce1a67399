"""Data definition through the Airport door, checked at the PostgreSQL door."""
import psycopg
import pyarrow as pa
import pytest

from airport_client import Client

SETTINGS = {"airport_admin": "on"}


def ask(server, sql):
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database,
                         autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else None


@pytest.fixture(scope="module")
def client(server):
    client = Client(f"grpc://127.0.0.1:{server.airport_port}")
    client.create_schema("d")
    return client


def columns(server, table):
    return ask(server, f"SELECT column_name, data_type, is_nullable, column_default FROM duckdb_columns() "
                       f"WHERE schema_name = 'd' AND table_name = '{table}' ORDER BY column_index")


def field(name, arrow_type):
    return pa.schema([(name, arrow_type)]).serialize().to_pybytes()


def test_create_table(client, server):
    arrow = pa.schema([("a", pa.int32()), ("b", pa.string()), ("c", pa.decimal128(18, 3)), ("d", pa.list_(pa.int64()))])
    table = client.create_table("d", "t", arrow, not_null=[0, 2], primary_key=["a"], unique=["b"], checks=["(c > 0)"],
                                extra=["UNIQUE(b, c)"])
    assert table.schema.names == ["a", "b", "c", "d", "rowid"]
    assert not table.field("a").nullable and not table.field("c").nullable
    assert columns(server, "t") == [("a", "INTEGER", False, None), ("b", "VARCHAR", True, None),
                                    ("c", "DECIMAL(18,3)", False, None), ("d", "BIGINT[]", True, None)]
    kinds = ask(server, "SELECT constraint_text FROM duckdb_constraints() WHERE table_name = 't' AND schema_name = 'd'")
    assert {"PRIMARY KEY(a)", "UNIQUE(b)", "CHECK((c > 0))", "UNIQUE(b, c)"} <= {k[0] for k in kinds}


def test_create_table_that_exists(client):
    arrow = pa.schema([("a", pa.int32())])
    client.create_table("d", "there", arrow)
    with pytest.raises(pa.ArrowException, match="already exists"):
        client.create_table("d", "there", arrow)
    assert client.create_table("d", "there", pa.schema([("z", pa.int32())]), on_conflict="ignore").schema.names == ["a", "rowid"]


def test_two_column_primary_key(client, server):
    client.create_table("d", "two", pa.schema([("a", pa.int32()), ("b", pa.int32())]), primary_key=["a", "b"], not_null=[0, 1])
    assert ("PRIMARY KEY(a, b)",) in ask(server, "SELECT constraint_text FROM duckdb_constraints() WHERE table_name = 'two'")


@pytest.mark.parametrize("text", ["1); DROP TABLE d.t; --", "(a", "a > '", "a /* */ > 0", "$$x$$ = b", "a > 0)"])
def test_an_expression_cannot_become_another_statement(client, text):
    with pytest.raises(pa.ArrowInvalid, match="expression"):
        client.create_table("d", "evil", pa.schema([("a", pa.int32())]), checks=[text])
    assert "evil" not in client.tables("d")


def test_alter_columns(client, server):
    client.create_table("d", "a", pa.schema([("id", pa.int32()), ("name", pa.string())]))
    client.alter("add_column", "d", "a", if_column_not_exists=False, column_schema=field("c1", pa.string()))
    with pytest.raises(pa.ArrowException, match="already exists"):
        client.alter("add_column", "d", "a", if_column_not_exists=False, column_schema=field("c1", pa.string()))
    client.alter("add_column", "d", "a", if_column_not_exists=True, column_schema=field("c1", pa.string()))
    table = client.alter("rename_column", "d", "a", new_name="c2", old_name="c1")
    assert table.schema.names == ["id", "name", "c2", "rowid"]
    table = client.alter("set_default", "d", "a", column_name="c2", expression="('x' || 'y')")
    assert table.field("c2").metadata[b"default"] == b"('x' || 'y')"
    client.alter("change_column_type", "d", "a", column_schema=field("id", pa.int64()), expression="CAST(id AS BIGINT)")
    client.alter("change_column_type", "d", "a", column_schema=field("id", pa.string()), expression="(CAST(id AS VARCHAR) || '!')")
    table = client.alter("set_not_null", "d", "a", column_name="name", ignore_not_found_=False)
    assert not table.field("name").nullable
    table = client.alter("drop_not_null", "d", "a", column_name="name")
    assert table.field("name").nullable
    client.alter("remove_column", "d", "a", removed_column="none", if_column_exists=True, cascade=False)
    with pytest.raises(pa.ArrowException):
        client.alter("remove_column", "d", "a", removed_column="none", if_column_exists=False, cascade=False)
    client.alter("remove_column", "d", "a", removed_column="c2", if_column_exists=False, cascade=True)
    assert columns(server, "a") == [("id", "VARCHAR", True, None), ("name", "VARCHAR", True, None)]


def test_alter_fields(client, server):
    client.create_table("d", "f", pa.schema([("s", pa.struct([("x", pa.int32()), ("y", pa.string())]))]))
    client.alter("rename_field", "d", "f", column_path=["s", "x"], new_name="xx")
    assert columns(server, "f")[0][1] == "STRUCT(xx INTEGER, y VARCHAR)"
    client.alter("remove_field", "d", "f", column_path=["s", "y"], if_column_exists=False, cascade=False)
    assert columns(server, "f")[0][1] == "STRUCT(xx INTEGER)"
    for name, if_not_exists in (("z", False), ("s", False), ("s", True)):  # the client's own mistake: the parent's name
        client.alter("add_field", "d", "f", if_field_not_exists=if_not_exists, column_schema=field(name, pa.string()),
                     column_path=["s"])
    assert columns(server, "f")[0][1] == "STRUCT(xx INTEGER, z VARCHAR, s VARCHAR)"
    with pytest.raises(pa.ArrowException, match="already exists"):
        client.alter("add_field", "d", "f", if_field_not_exists=False, column_schema=field("s", pa.string()),
                     column_path=["s"])


def test_rename_and_drop(client):
    client.create_table("d", "r", pa.schema([("a", pa.int32())]))
    assert client.alter("rename_table", "d", "r", new_table_name="r2").meta["name"] == "r2"
    client.drop_table("d", "r2")
    with pytest.raises(pa.ArrowKeyError):
        client.drop_table("d", "r2")
    client.drop_table("d", "r2", if_exists=True)


def test_schemas(client):
    client.create_schema("e")
    with pytest.raises(pa.ArrowException, match="already exists"):
        client.create_schema("e")
    client.create_table("e", "t", pa.schema([("a", pa.int32())]))
    client.drop_schema("e")  # CASCADE is not on the wire, and may have been said
    with pytest.raises(pa.ArrowKeyError):
        client.drop_schema("e")
    client.drop_schema("e", if_exists=True)


TYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float", "double", "string",
         "binary", "date32", "time64[us]", "timestamp[us]", "timestamp[s]", "timestamp[ms]", "timestamp[ns]"]


def test_every_type_can_be_created(client):
    arrow = pa.schema([(f"c{i}", pa.type_for_alias(t)) for i, t in enumerate(TYPES)]
                      + [("tz", pa.timestamp("us", "UTC")), ("u", pa.uuid()), ("m", pa.map_(pa.string(), pa.int32())),
                         ("a", pa.list_(pa.int32(), 3)), ("s", pa.struct([("x", pa.int32())])),
                         ("h", pa.opaque(pa.binary(16), "hugeint", "DuckDB")),
                         ("b", pa.opaque(pa.binary(), "bit", "DuckDB")), ("i", pa.month_day_nano_interval()),
                         ("n", pa.opaque(pa.binary(), "bignum", "DuckDB"))])
    table = client.create_table("d", "types", arrow)
    assert [f.type for f in table.columns] == [f.type for f in arrow]


def test_enums_are_created_as_text(client, server):
    """A client's ENUM comes as a dictionary, and DuckDB reads no ENUM from one."""
    enum = pa.dictionary(pa.uint8(), pa.string())
    client.create_table("d", "enums", pa.schema([("e", enum), ("l", pa.list_(enum)), ("s", pa.struct([("x", enum)])),
                                                 ("a", pa.list_(enum, 2)), ("m", pa.map_(pa.string(), enum))]))
    assert [c[1] for c in columns(server, "enums")] == ["VARCHAR", "VARCHAR[]", "STRUCT(x VARCHAR)", "VARCHAR[2]",
                                                        "MAP(VARCHAR, VARCHAR)"]


def test_databases_of_others_cannot_be_dropped(client):
    with pytest.raises(pa.ArrowKeyError):
        client.action("drop_database", "test")
    with pytest.raises(pa.ArrowInvalid):
        client.action("create_database", "")
    client.action("create_database", "one")
    with pytest.raises(pa.ArrowException, match="already exists"):
        client.action("create_database", "one")
    client.action("reset", "")
    with pytest.raises(pa.ArrowKeyError):
        Client(client.location, "one").schemas()
