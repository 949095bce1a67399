"""Random tables and random changes, through both doors by turns, compared with the same on a DuckDB of our own."""
import random

import duckdb
import psycopg
import pyarrow as pa
import pytest

from airport_client import Client

SETTINGS = {"airport_admin": "on"}

# An SQL expression over `r`, the number of the row, and the type that it is cast to.
TYPES = {
    "BOOLEAN": "r % 3 = 0", "TINYINT": "r % 100", "SMALLINT": "r * 7 % 30000", "INTEGER": "r * 7919", "BIGINT": "r * 1e12::BIGINT",
    "HUGEINT": "r::HUGEINT * 123456789012345678901", "UTINYINT": "r % 200", "UBIGINT": "r", "REAL": "r / 3e0", "DOUBLE": "r / 7e0",
    "DECIMAL(4,1)": "r % 900 + 0.5", "DECIMAL(18,3)": "r + 0.125", "DECIMAL(38,10)": "-r * 1.5", "VARCHAR": "repeat('é' || r, (r % 9)::BIGINT)",
    "BLOB": "encode('b' || r)", "DATE": "DATE '1999-12-31' + (r * 31)::INTEGER", "TIME": "TIME '00:00:00' + to_seconds(r % 86400)",
    "TIMESTAMP": "TIMESTAMP '1900-01-01' + to_days((r * 13)::INTEGER)", "TIMESTAMP_S": "TIMESTAMP '2000-01-01' + to_hours(r)",
    "TIMESTAMPTZ": "to_timestamp(r * 1000)", "INTERVAL": "to_days(r::INTEGER) + to_months((r % 7)::INTEGER)",
    "UUID": "md5(r::VARCHAR)::UUID", "BIT": "('1' || (r % 2) || '01')::BIT", "TIMETZ": "'12:34:56+01'::TIMETZ",
    "JSON": "('{\"a\": ' || r || '}')", "INTEGER[]": "range(r % 5)", "INTEGER[2]": "[r, NULL]", "VARCHAR[][]": "[['x' || r], NULL, []]",
    "STRUCT(x INTEGER, y VARCHAR[])": "{'x': r, 'y': ['s' || r]}", "MAP(VARCHAR, INTEGER)": "map {'k' || r: r}",
    "UNION(n INTEGER, t VARCHAR)": "CASE WHEN r % 2 = 0 THEN union_value(n := r::INTEGER)::UNION(n INTEGER, t VARCHAR) ELSE union_value(t := 'u' || r)::UNION(n INTEGER, t VARCHAR) END",
    "BIGNUM": "((r - 9)::HUGEINT * 99999999999999999999)", "UHUGEINT": "r::UHUGEINT * 340282366920938463463374", "USMALLINT": "r % 60000",
    "UINTEGER": "r * 17", "TIMESTAMP_NS": "make_timestamp_ns(r * 1000000007)", "TIMESTAMP_MS": "TIMESTAMP '2000-01-01' + to_milliseconds(r)",
    "TIME_NS": "'12:34:56.123456789'", "GEOMETRY": "('LINESTRING(0 1, ' || r || ' 1.5)')", "mood": "(['sad', 'ok', 'glad'])[1 + r % 3]",
    "mood[]": "[(['sad', 'ok', 'glad'])[1 + r % 3], NULL]", "BIT[]": "[('1' || (r % 2))::BIT, NULL]", "HUGEINT[]": "[r::HUGEINT * 123456789012345678901]",
    "STRUCT(a INTEGER)[3]": "[{'a': r}, NULL, {'a': NULL}]", "STRUCT(m mood, d DECIMAL(38,2), t TIMETZ)": "{'m': 'ok', 'd': r, 't': '01:02:03+04'}",
    "MAP(INTEGER, STRUCT(a VARCHAR, b UUID))": "map {r: {'a': 'x' || r, 'b': md5(r::VARCHAR)::UUID}}", "JSON[]": "['{\"a\": ' || r || '}', '1']",
    "UNION(a UUID, b INTERVAL)": "CASE WHEN r % 2 = 0 THEN union_value(a := md5(r::VARCHAR)::UUID)::UNION(a UUID, b INTERVAL) ELSE union_value(b := to_days(r::INTEGER))::UNION(a UUID, b INTERVAL) END",
}
MOOD = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad')"


def value(kind, start):
    return f"CAST(CASE WHEN (r + {start}) % 5 = 0 THEN NULL ELSE {TYPES[kind]} END AS {kind})"


def select(kinds, start, count):
    columns = ", ".join(f"{value(kind, start + i)} AS c{i}" for i, kind in enumerate(kinds))
    return f"SELECT r::BIGINT AS k, {columns} FROM range({start}, {start + count}) q(r)"


class Pair:
    """The table here, and there through either door."""

    def __init__(self, server, kinds):
        self.kinds, self.here = kinds, duckdb.connect()
        self.here.execute("SET TimeZone = 'UTC'; SET arrow_lossless_conversion = true")
        self.there = psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True)
        self.client = Client(f"grpc://127.0.0.1:{server.airport_port}")
        columns = ", ".join(f"c{i} {kind}" for i, kind in enumerate(kinds))
        self.here.execute(MOOD)
        self.there.execute(f"DROP TABLE IF EXISTS prop; DROP TYPE IF EXISTS mood; {MOOD}")
        create = f"CREATE OR REPLACE TABLE prop (k BIGINT, {columns})"
        self.here.execute(create)
        self.there.execute(create.replace(" BIT", " BIT VARYING"))  # where BIT is short for BIT(1)
        self.next = 0

    def both(self, sql):
        self.here.execute(sql)
        self.there.execute(sql)

    def table(self):
        return self.client.table("public", "prop")

    def row_ids(self, table, keys):
        known = {r["k"]: r["rowid"] for r in table.scan(["k", "rowid"]).to_pylist()}
        return [known[k] for k in keys]

    def keys(self, share):
        keys = [r[0] for r in self.here.execute("SELECT k FROM prop ORDER BY k").fetchall()]
        return random.sample(keys, int(len(keys) * share))

    def insert(self, through_airport):
        count = random.choice([1, 3, 2500])
        rows = select(self.kinds, self.next, count)
        self.next += count
        self.here.execute(f"INSERT INTO prop {rows}")
        if through_airport:
            assert self.table().insert(self.here.execute(rows).to_arrow_table())[0] == count
        else:
            self.there.execute(f"INSERT INTO prop {rows}")

    def update(self, through_airport):
        i, keys = random.randrange(len(self.kinds)), self.keys(0.3)
        if not keys:
            return
        chosen = f"(SELECT k, {value(self.kinds[i], 1)} AS v FROM (SELECT k, k + 17 AS r FROM prop WHERE k IN ({', '.join(map(str, keys))})))"
        sql = f"UPDATE prop SET c{i} = x.v FROM {chosen} x WHERE prop.k = x.k"
        if through_airport:
            new = self.here.execute(f"SELECT v AS c{i}, k FROM {chosen} ORDER BY k").to_arrow_table()
            schema = pa.schema([new.schema.field(f"c{i}"), pa.field("rowid", pa.int64())])
            table = self.table()

            def batches():
                ids = pa.array(self.row_ids(table, new["k"].to_pylist()), pa.int64())
                yield from pa.table([new[f"c{i}"], ids], schema=schema).to_batches(2048)

            assert table.exchange("update", schema, batches())[0] == len(keys)
        else:
            self.there.execute(sql)
        self.here.execute(sql)

    def delete(self, through_airport):
        keys = self.keys(0.2)
        if not keys:
            return
        if through_airport:
            returning = random.random() < 0.5
            table = self.table()
            count, answers = table.change_where(lambda: [{"rowid": i} for i in self.row_ids(table, keys)], returning=returning)
            assert count == len(keys)
            if returning:
                assert [k for a in answers for k in a.column("k").to_pylist()] == keys
        else:
            self.there.execute(f"DELETE FROM prop WHERE k IN ({', '.join(map(str, keys))})")
        self.here.execute(f"DELETE FROM prop WHERE k IN ({', '.join(map(str, keys))})")

    def compare(self):
        scanned = self.table().scan(["k"] + [f"c{i}" for i in range(len(self.kinds))])
        columns = ", ".join(["k"] + [f"CAST(c{i} AS {kind})::VARCHAR" for i, kind in enumerate(self.kinds)])
        ours = self.here.execute(f"SELECT {columns} FROM prop ORDER BY k").fetchall()
        theirs = self.here.execute(f"SELECT {columns} FROM scanned ORDER BY k").fetchall()
        assert ours == theirs


@pytest.mark.parametrize("seed", range(12))
def test_both_doors_and_a_local_duckdb_agree(server, seed):
    random.seed(seed)
    pair = Pair(server, random.sample(list(TYPES), 6))
    for step in range(12):
        action = random.choice([pair.insert, pair.insert, pair.update, pair.delete])
        action(through_airport=random.random() < 0.6)
        if step % 4 == 3:
            pair.compare()
    pair.compare()
