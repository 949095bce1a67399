"""Every relation of pg_catalog and information_schema has PostgreSQL 15's columns, in its order and of its types, and those
that no database changes have its rows."""

import pathlib

import psycopg
import pytest

DATA = pathlib.Path(__file__).resolve().parents[2] / "data"
SETTINGS = {"user": "postgres"}

# Columns of static relations whose values are not copied (descriptions, bodies, stored expressions, privileges) or differ from
# installation to installation.
NOT_COMPARED = {
    "pg_attribute": {"attacl", "attmissingval", "attfdwoptions", "attoptions"},
    "pg_authid": {"rolpassword", "rolvaliduntil"},
    "pg_class": {"relacl", "relpartbound", "reltoastrelid", "relpages", "reltuples", "relallvisible", "relfrozenxid",
                 "relminmxid", "relhasrules", "reloptions", "relfilenode"},
    "pg_constraint": {"conbin"},
    "pg_index": {"indexprs", "indpred"},
    "pg_namespace": {"nspacl"},
    "pg_proc": {"prosrc", "proargdefaults", "prosqlbody", "proacl", "proconfig"},
    "pg_tablespace": {"spcacl", "spcoptions"},
    "pg_type": {"typacl", "typdefaultbin"},
}
# Rows that belong to one installation: the procedural language plpgsql, collations of the operating system, settings.
NOT_STATIC = {"pg_settings", "pg_timezone_abbrevs"}
CONDITIONS = {
    "pg_collation": "collprovider <> 'i' AND oid < 13000",
    "pg_language": "lanname <> 'plpgsql'",
    "pg_namespace": "nspname IN ('pg_catalog', 'pg_toast', 'information_schema')",
    "pg_authid": "oid <> 10 AND oid < 16380",
    "pg_attribute": "attrelid < 16384 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN (11, 13207))",
    "pg_class": "oid < 16384 AND relnamespace IN (11, 13207)",
    "pg_index": "indrelid < 16384 AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN (11, 13207))",
    "pg_type": "oid < 16384 AND (typrelid = 0 OR typrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN (11, 13207)))",
    "pg_constraint": "oid < 16384",
    "pg_proc": "oid < 16384 AND proname NOT LIKE 'plpgsql%'",
}


def relations():
    lines = (DATA / "pg_catalog" / "relations.tsv").read_text().splitlines()[1:]
    return [tuple(line.split("\t")[:2]) for line in lines]


def static_relations():
    return sorted(path.stem for path in (DATA / "pg_catalog" / "static").glob("pg_*.tsv") if path.stem not in NOT_STATIC)


def connect(target):
    return psycopg.connect(host=target.host, port=target.port, user="postgres", dbname="postgres", autocommit=True)


@pytest.fixture(scope="module")
def connections(server, postgres):
    with connect(server) as ours, connect(postgres) as real:
        yield ours, real


def test_there_are_as_many_relations_as_in_postgres(connections):
    _, real = connections
    count = real.execute("SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace IN "
                         "('pg_catalog'::regnamespace, 'information_schema'::regnamespace)").fetchone()[0]
    assert len(relations()) == count


@pytest.mark.parametrize("schema, relation", relations())
def test_columns(connections, schema, relation):
    if relation == "pg_statistic_ext_data":
        pytest.skip("stxdexpr is an array of a catalog's row type, which has no counterpart")
    described = [[(column.name, column.type_code) for column in connection.execute(f"SELECT * FROM {schema}.{relation} LIMIT 0").description]
                 for connection in connections]
    assert described[0] == described[1]


@pytest.mark.parametrize("relation", static_relations())
def test_static_rows(connections, relation):
    ours, real = connections
    columns = [column.name for column in real.execute(f"SELECT * FROM pg_catalog.{relation} LIMIT 0").description]
    compared = [name for name in columns if name not in NOT_COMPARED.get(relation, ())]
    where = f"WHERE {CONDITIONS[relation]}" if relation in CONDITIONS else ""
    statement = f"SELECT {', '.join(compared)} FROM pg_catalog.{relation} {where}"
    assert sorted(map(str, ours.execute(statement).fetchall())) == sorted(map(str, real.execute(statement).fetchall()))
