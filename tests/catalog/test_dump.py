"""What pg_dump writes of a database here, a real PostgreSQL 15 takes without a complaint and describes alike."""

import subprocess

import psycopg

SETTINGS = {"user": "postgres"}
SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE customers (id integer PRIMARY KEY, name varchar(40) NOT NULL, m mood DEFAULT 'ok', tags text[], price numeric(10, 2),
                        born date, seen timestamptz DEFAULT CURRENT_TIMESTAMP, CONSTRAINT positive CHECK (price > 0), UNIQUE (name, m));
CREATE TABLE orders (a serial, b integer, customer integer REFERENCES customers (id), PRIMARY KEY (a, b));
CREATE UNIQUE INDEX orders_b ON orders (b);
CREATE SCHEMA other;
CREATE TABLE other.things (x bigint, y double precision, u uuid, j json, b bytea, i interval, s serial);
COMMENT ON TABLE customers IS 'who buys';
INSERT INTO customers (id, name, price) VALUES (1, 'Ann', 2.5), (2, 'Bob', 7);
INSERT INTO orders (b, customer) VALUES (10, 1), (20, 2);
"""
DESCRIBED = "\\d customers\n\\d orders\n\\d orders_b\n\\d other.things\n\\dT mood\n\\ds\nTABLE customers;\nTABLE orders;\n"


def run(program, target, database, *arguments, text=None):
    return subprocess.run([program, "-h", target.host, "-p", str(target.port), "-U", "postgres", "-d", database, *arguments],
                          input=text, capture_output=True, text=True, timeout=120)


def test_a_dump_is_restored(server, postgres):
    assert run("psql", server, "postgres", "-Xq", "-v", "ON_ERROR_STOP=1", text=SCHEMA).stderr == ""
    dump = run("pg_dump", server, "postgres")
    assert dump.returncode == 0 and dump.stderr == ""
    with psycopg.connect(host=postgres.host, port=postgres.port, user="postgres", dbname="postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE restored")
        restored = run("psql", postgres, "restored", "-Xq", "-v", "ON_ERROR_STOP=1", text=dump.stdout)
        ours, real = (run("psql", target, database, "-X", text="SET TimeZone = 'UTC';\n" + DESCRIBED)
                      for target, database in ((server, "postgres"), (postgres, "restored")))
        admin.execute("DROP DATABASE restored")
    assert restored.returncode == 0, restored.stderr
    assert ours.stderr == real.stderr == ""
    assert ours.stdout.replace("price > 0)", "price > 0::numeric)") == real.stdout
