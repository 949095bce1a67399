"""Filters in PostgreSQL's dialect, run by a real PostgreSQL: it gives every row that DuckDB gives for the filter, and runs all of
them. Random trees of all classes of expressions are asked of both."""
import random

import duckdb
import psycopg
import pytest
from test_airport_filters import (FILTERS, UNKNOWN, column, compare, conjunction, constant, function, negation, to_sql,
                                  whole)
from test_airport_types import SANITIZED

pytestmark = pytest.mark.skipif(SANITIZED, reason="Python cannot load a sanitized library")

TABLE = """
CREATE TABLE t (id BIGINT, name VARCHAR, price {double}, d DATE, ts TIMESTAMP, b BOOLEAN, i INTEGER, "dec" DECIMAL(10,2),
    tz TIMESTAMPTZ, bl {blob}, h {hugeint});
INSERT INTO t VALUES
    (1, 'one', 1.5, '2024-01-01', '2024-01-01 10:00:00', true, 10, 1.10, '2023-06-01 00:00:00+00', '{bytes}', 1),
    (2, 'two', 2.5, '2024-01-02', NULL, false, 20, 2.20, '2025-01-01 00:00:00+00', NULL, 170141183460469231731687303715884105726),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE r (id BIGINT, a INTEGER, b VARCHAR);
"""
NUMBERS = [None, -7, -1, 0, 1, 2, 40]
TEXTS = [None, "", "a", "A", "ab", "ä", "Z", "a\\b", "a'b", "a%", "_", "  ", 'x"y']
ROWS = [(n * len(TEXTS) + t, number, text) for n, number in enumerate(NUMBERS) for t, text in enumerate(TEXTS)]
# What DuckDB alone has, or what has another type there.
NOT_THERE = ("st.a", "list_contains")


@pytest.fixture(scope="module")
def both(postgres):
    duck = duckdb.connect()
    duck.execute("SET TimeZone = 'UTC'")
    duck.execute(TABLE.format(double="DOUBLE", blob="BLOB", hugeint="HUGEINT", bytes="\\xAA\\x00"))
    duck.executemany("INSERT INTO r VALUES (?, ?, ?)", ROWS)
    with psycopg.connect(host=postgres.host, port=postgres.port, user=postgres.user, dbname="postgres", autocommit=True) as real:
        real.execute("DROP DATABASE IF EXISTS filters")
        real.execute("CREATE DATABASE filters")
    with psycopg.connect(host=postgres.host, port=postgres.port, user=postgres.user, dbname="filters", autocommit=True) as real:
        real.execute("SET TimeZone = 'UTC'")
        real.execute(TABLE.format(double="DOUBLE PRECISION", blob="BYTEA", hugeint="NUMERIC", bytes="\\xAA00"))
        real.execute("ALTER TABLE t ADD COLUMN rowid BIGINT")
        real.execute("UPDATE t SET rowid = id - 1")
        with real.cursor() as cursor:
            cursor.executemany("INSERT INTO r VALUES (%s, %s, %s)", ROWS)
        yield duck, real


def ids(connection, table, condition):
    return {row[0] for row in connection.execute(f"SELECT id FROM {table} WHERE {condition}").fetchall()}


@pytest.mark.parametrize("case", FILTERS, ids=[f["sql"][len("SELECT id FROM t WHERE "):] for f in FILTERS])
def test_captured_filters(both, case):
    duck, real = both
    if any(word in case["sql"] for word in NOT_THERE):
        assert to_sql(case["filter"], dialect=1) == ""
        return
    sql = to_sql(case["filter"], dialect=1)
    expected = {row[0] for row in duck.execute(case["sql"]).fetchall()}
    found = ids(real, "t", sql or "true")
    assert found >= expected, sql
    assert found == expected or not sql or "AND" in case["sql"], sql


class Trees:
    """Random boolean expressions of the columns a (integer) and b (text)."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def number(self, depth):
        kind = self.random.randrange(6 if depth else 2)
        if kind == 0:
            return column("a", "INTEGER")
        if kind == 1:
            return constant("INTEGER", self.random.choice(NUMBERS))
        if kind == 2:
            return {**function(self.random.choice("+-*&|"), self.number(depth - 1), self.number(depth - 1)), "is_operator": True}
        if kind == 3:
            return function(self.random.choice(["length", "strlen"]), self.text(depth - 1))
        if kind == 4:
            return self.case(self.number, "INTEGER", depth)
        return self.coalesce(self.number, "INTEGER", depth)

    def text(self, depth):
        kind = self.random.randrange(6 if depth else 2)
        if kind == 0:
            return column("b", "VARCHAR")
        if kind == 1:
            return constant("VARCHAR", self.random.choice(TEXTS))
        if kind == 2:
            return {**function("||", self.text(depth - 1), self.text(depth - 1)), "is_operator": True}
        if kind == 3:
            return {"expression_class": "BOUND_CAST", "type": "OPERATOR_CAST", "child": column("a", "INTEGER"), "try_cast": False,
                    "return_type": {"id": "VARCHAR", "type_info": None}}
        if kind == 4:
            return self.case(self.text, "VARCHAR", depth)
        return self.coalesce(self.text, "VARCHAR", depth)

    def typed(self, node, kind):
        return {**node, "return_type": {"id": kind, "type_info": None}}

    def case(self, branch, kind, depth):
        return self.typed({"expression_class": "BOUND_CASE", "type": "CASE_EXPR", "else_expr": branch(depth - 1), "case_checks": [
            {"when_expr": self.condition(depth - 1), "then_expr": branch(depth - 1)}
            for _ in range(self.random.randint(1, 2))]}, kind)

    def coalesce(self, branch, kind, depth):
        return self.typed({"expression_class": "BOUND_OPERATOR", "type": "OPERATOR_COALESCE",
                           "children": [branch(depth - 1), branch(depth - 1)]}, kind)

    def compared(self, depth):
        side = self.random.choice([self.number, self.text])
        kind = self.random.choice(["EQUAL", "NOTEQUAL", "LESSTHAN", "LESSTHANOREQUALTO", "GREATERTHAN", "GREATERTHANOREQUALTO",
                                   "DISTINCT_FROM", "NOT_DISTINCT_FROM"])
        return compare(side(depth), side(depth), "COMPARE_" + kind)

    def ranged(self, depth):
        side = self.random.choice([self.number, self.text])
        return {"expression_class": "BOUND_BETWEEN", "type": "COMPARE_BETWEEN", "input": side(depth), "lower": side(depth),
                "upper": side(depth), "lower_inclusive": self.random.random() < 0.5, "upper_inclusive": self.random.random() < 0.5}

    def listed(self, depth):
        side = self.random.choice([self.number, self.text])
        return {"expression_class": "BOUND_OPERATOR", "type": self.random.choice(["COMPARE_IN", "COMPARE_NOT_IN"]),
                "children": [side(depth) for _ in range(self.random.randint(2, 4))]}

    def tested(self, depth):
        return {"expression_class": "BOUND_OPERATOR", "type": self.random.choice(["OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"]),
                "children": [self.random.choice([self.number, self.text])(depth)]}

    def matched(self, depth):
        return function(self.random.choice(["~~", "!~~", "prefix", "starts_with"]), self.text(depth), self.text(depth))

    def condition(self, depth):
        if depth and self.random.random() < 0.5:
            if self.random.random() < 0.25:
                return negation(self.condition(depth - 1))
            return conjunction(self.random.choice(["AND", "OR"]),
                               *(self.condition(depth - 1) for _ in range(self.random.randint(2, 3))))
        if self.random.random() < 0.05:
            return UNKNOWN
        leaf = self.random.choice([self.compared, self.ranged, self.listed, self.tested, self.matched])
        return leaf(max(depth - 1, 0))


@pytest.mark.parametrize("seed", range(2))
def test_random_trees(both, seed):
    """DuckDB's dialect says what a filter means; PostgreSQL's lets no row of it go."""
    duck, real = both
    trees, expressed = Trees(seed), 0
    for _ in range(250):
        filters = whole(*(trees.condition(3) for _ in range(trees.random.randint(1, 2))))
        meaning, sql = to_sql(filters) or "true", to_sql(filters, dialect=1) or "true"
        expected, found = ids(duck, "r", meaning), ids(real, "r", sql)
        expressed += sql != "true"
        assert found >= expected, f"{meaning}\n{sql}"
    assert expressed > 150
