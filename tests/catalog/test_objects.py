"""The objects of a database as the catalog shows them, beside PostgreSQL 15 with the same objects."""

import psycopg
import pytest

SETTINGS = {"user": "postgres"}
SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE customers_id_seq;
CREATE TABLE customers (id integer PRIMARY KEY DEFAULT nextval('customers_id_seq'), name text NOT NULL, m mood DEFAULT 'ok',
                        tags text[], price numeric(10, 2), born date, seen timestamptz DEFAULT now(), ok boolean DEFAULT true,
                        UNIQUE (name, m));
CREATE TABLE orders (a integer, b integer, customer integer REFERENCES customers (id), PRIMARY KEY (a, b), CHECK (a < b));
CREATE INDEX orders_b ON orders (b, (a + 1));
CREATE VIEW v AS SELECT id, m, name FROM customers;
CREATE SCHEMA other;
CREATE TABLE other.t (x bigint, y double precision, u uuid, j json, b bytea, i interval);
COMMENT ON TABLE customers IS 'who buys';
COMMENT ON COLUMN customers.id IS 'a number';
"""
OURS = "n.nspname IN ('public', 'other')"
QUERIES = {
    "relations": "SELECT n.nspname, c.relname, c.relkind, c.relnatts, c.relhasindex, c.relchecks, c.relhastriggers, c.relpersistence, "
                 "c.reltype <> 0, c.relam FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                 f"WHERE {OURS} ORDER BY 1, 2",
    "columns": "SELECT c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.atttypmod, a.attnotnull, a.atthasdef, "
               "a.attlen, a.attalign, a.attstorage, a.attbyval, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a "
               "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
               "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
               f"WHERE {OURS} AND a.attnum > 0 AND c.relkind IN ('r', 'v') ORDER BY 1, 3",
    "constraints": "SELECT c.conname, c.contype, c.conrelid::regclass::text, c.confrelid::regclass::text, c.conindid::regclass::text, "
                   "c.conkey, c.confkey, pg_get_constraintdef(c.oid), pg_get_constraintdef(c.oid, true), c.confupdtype, c.confdeltype, "
                   "c.confmatchtype FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace "
                   f"WHERE {OURS} ORDER BY 1",
    "indexes": "SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text, i.indnatts, i.indisunique, i.indisprimary, i.indkey, "
               "pg_get_indexdef(i.indexrelid), pg_get_indexdef(i.indexrelid, 0, true), pg_get_indexdef(i.indexrelid, 2, true) "
               "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
               f"WHERE {OURS} ORDER BY 1",
    "enums": "SELECT t.typname, t.typtype, t.typcategory, t.typlen, e.enumlabel, e.enumsortorder FROM pg_enum e JOIN pg_type t "
             "ON t.oid = e.enumtypid ORDER BY 6",
    "types": "SELECT t.typname, t.typtype, t.typrelid <> 0, a.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
             f"LEFT JOIN pg_type a ON a.oid = t.typarray WHERE {OURS} ORDER BY 1",
    "comments": "SELECT obj_description('customers'::regclass, 'pg_class'), col_description('customers'::regclass, 1)",
    "visible": "SELECT relname, pg_table_is_visible(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
               f"WHERE {OURS} AND relkind = 'r' ORDER BY 1",
    "names": "SELECT 'customers'::regclass::text, 'other.t'::regclass::text, 'mood'::regtype::text, 'mood[]'::regtype::text, "
             "to_regclass('nowhere'), to_regtype('int4')::text, 'public'::regnamespace::text, 'array_in'::regproc::text",
    "descriptions": "SELECT pg_describe_object('pg_class'::regclass, c.oid, 0), pg_describe_object('pg_class'::regclass, c.oid, 1) "
                    f"FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND relkind IN ('r', 'v', 'S') ORDER BY 1",
    "described": "SELECT pg_describe_object('pg_type'::regclass, 'mood'::regtype, 0), "
                 "pg_describe_object('pg_namespace'::regclass, 'other'::regnamespace, 0), "
                 "(SELECT string_agg(pg_describe_object('pg_constraint'::regclass, oid, 0), ', ' ORDER BY conname) FROM pg_constraint "
                 "WHERE conrelid = 'orders'::regclass), (SELECT pg_describe_object('pg_attrdef'::regclass, oid, 0) FROM pg_attrdef "
                 "WHERE adrelid = 'customers'::regclass AND adnum = 1)",
    "privileges": "SELECT has_column_privilege('postgres', 'customers', 'name', 'update'), has_any_column_privilege(10, 'customers', 'select'), "
                  "has_type_privilege('postgres', 'mood', 'usage'), has_sequence_privilege(10, 'customers_id_seq', 'usage'), "
                  "(SELECT string_agg(a.grantee::regrole || '=' || a.privilege_type, ' ' ORDER BY a.privilege_type) FROM pg_namespace n, aclexplode(n.nspacl) a "
                  "WHERE n.nspname = 'public' AND a.grantee <> 0), pg_relation_is_updatable('customers'::regclass, false), "
                  "pg_get_replica_identity_index('customers'::regclass)::text, acldefault('d', 10)",
    "hidden": "SELECT c.xmin = c.xmin, at.attname FROM pg_attribute at JOIN pg_class c ON c.oid = at.attrelid "
              "WHERE c.relname = 'orders' AND at.attnum > 0 ORDER BY at.attnum",
    "information_tables": "SELECT table_schema, table_name, table_type FROM information_schema.tables "
                          "WHERE table_schema IN ('public', 'other') ORDER BY 1, 2",
    "information_columns": "SELECT table_name, column_name, ordinal_position, column_default, is_nullable, data_type, "
                           "numeric_precision, numeric_precision_radix, numeric_scale, datetime_precision, udt_schema, udt_name, dtd_identifier "
                           "FROM information_schema.columns WHERE table_schema IN ('public', 'other') ORDER BY 1, 3",
    "information_keys": "SELECT constraint_name, table_name, column_name, ordinal_position, position_in_unique_constraint "
                        "FROM information_schema.key_column_usage WHERE table_schema IN ('public', 'other') ORDER BY 1, 4",
    "information_references": "SELECT constraint_name, unique_constraint_name, match_option, update_rule, delete_rule "
                              "FROM information_schema.referential_constraints WHERE constraint_schema = 'public'",
    "pg_tables": "SELECT tablename, tableowner, hasindexes, hastriggers FROM pg_tables WHERE schemaname IN ('public', 'other') ORDER BY 1",
    "pg_indexes": "SELECT * FROM pg_indexes WHERE schemaname IN ('public', 'other') ORDER BY indexname",
    "serial": "SELECT format_type(1700, 655366), format_type(1043, 24), format_type(1042, NULL), format_type(1184, 3), format_type(0, NULL)",
    "quoting": "SELECT quote_ident('a'), quote_ident('A b'), quote_ident('select'), quote_ident(''), quote_literal('it''s'), "
               "quote_literal('a\\b'), quote_nullable(NULL)",
    "sizes": "SELECT pg_size_pretty(10239::bigint), pg_size_pretty(10240::bigint), pg_size_pretty(123456789::bigint), "
             "pg_size_pretty(-123456::bigint)",
}


def connect(target, **more):
    return psycopg.connect(host=target.host, port=target.port, user="postgres", dbname="postgres", autocommit=True, **more)


@pytest.fixture(scope="module")
def connections(server, postgres):
    with connect(server) as ours, connect(postgres) as admin:
        admin.execute("CREATE DATABASE objects")
        with psycopg.connect(host=postgres.host, port=postgres.port, user="postgres", dbname="objects", autocommit=True) as real:
            for connection in (ours, real):
                for statement in SCHEMA.split(";\n"):
                    if statement.strip():
                        connection.execute(statement)
            yield ours, real
        admin.execute("DROP DATABASE objects WITH (FORCE)")


@pytest.mark.parametrize("name", QUERIES)
def test_same_as_postgres(connections, name):
    ours, real = (connection.execute(QUERIES[name]) for connection in connections)
    assert [(c.name, c.type_code if c.type_code < 16384 else 0) for c in ours.description] == \
        [(c.name, c.type_code if c.type_code < 16384 else 0) for c in real.description]
    assert ours.fetchall() == real.fetchall()


def oid_of(connection, name):
    return connection.execute("SELECT oid FROM pg_class WHERE relname = %s", (name,)).fetchone()[0]


def test_changes_are_seen_at_once_inside_a_transaction_and_by_others_after_it(server):
    with connect(server) as first, connect(server) as second:
        seen = "SELECT count(*) FROM pg_class WHERE relname = 'fresh'"
        tables = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'fresh'"
        first.execute("BEGIN")
        first.execute("CREATE TABLE fresh (a integer)")
        for statement, mine in ((seen, 1), (tables, 1)):
            assert first.execute(statement).fetchone() == (mine,)
            assert second.execute(statement).fetchone() == (0,)
        assert first.execute("SELECT 'fresh'::regclass::text").fetchone() == ("fresh",)
        first.execute("ROLLBACK")
        assert first.execute(seen).fetchone() == (0,)
        first.execute("CREATE TABLE fresh (a integer)")
        assert second.execute(seen).fetchone() == second.execute(tables).fetchone() == (1,)
        first.execute("DROP TABLE fresh")
        assert second.execute(seen).fetchone() == (0,)


def test_oids_survive_renaming_altering_and_a_new_start_but_not_dropping(serve):
    server = serve("kept.db", user="postgres")
    with connect(server) as connection:
        connection.execute("CREATE TABLE a (x integer)")
        connection.execute("CREATE TABLE b (x integer)")
        a, b = oid_of(connection, "a"), oid_of(connection, "b")
        connection.execute("ALTER TABLE a ADD COLUMN y integer")
        connection.execute("ALTER TABLE a RENAME TO c")
        assert oid_of(connection, "c") == a
        connection.execute("DROP TABLE b")
        connection.execute("CREATE TABLE b (x integer)")
        new_b = oid_of(connection, "b")
        assert new_b not in (a, b)
    directory = server.directory
    server.stop()
    again = server.__class__(directory, "kept.db", user="postgres")
    with again, connect(again) as connection:
        assert (oid_of(connection, "c"), oid_of(connection, "b")) == (a, new_b)
        connection.execute("CREATE TABLE d (x integer)")
        assert oid_of(connection, "d") not in (a, b, new_b)


def test_hidden_databases_stay_hidden(server):
    with connect(server) as connection:
        connection.execute("SELECT count(*) FROM pg_class")
        for statement in ("SELECT database_name FROM duckdb_databases()", "SHOW DATABASES",
                          "SELECT database_name FROM duckdb_tables()", "SELECT datname FROM pg_database",
                          "SELECT unnest(current_schemas(true))", "SELECT nspname FROM pg_namespace"):
            assert not [row for row in connection.execute(statement) if "__pg__" in row[0]]


def test_what_does_not_exist_is_an_error_with_postgres_own_state(server):
    cases = {"SELECT 'nowhere'::regclass": "42P01", "SELECT 'nowhere'::regtype": "42704", "SELECT 'nowhere'::regnamespace": "3F000",
             "SELECT 'nowhere'::regrole": "42704", "SELECT 'nowhere'::regproc": "42883",
             "SELECT has_table_privilege('nowhere', 'select')": "42P01", "SELECT to_regclass('a.')": "42602"}
    with connect(server) as connection:
        states = {}
        for statement in cases:
            with pytest.raises(psycopg.Error) as failure:
                connection.execute(statement)
            states[statement] = failure.value.sqlstate
        assert states == cases
