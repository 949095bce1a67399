/* Column names; tests/pgsql/test_postgresql.py compares many more with a real PostgreSQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"

static void names_of_lists(void **state) {
    static const char *const cases[][2] = {
        {"SELECT a, t.b, 1, 'x', -1, a + 1, NULL, true", "- - ?column? ?column? ?column? ?column? ?column? ?column?"},
        {"SELECT a AS Foo, b \"Bar\", c Baz, d::int e, f(x) g", "foo Bar baz e g"},
        {"SELECT count(*), s.lower(x), max(x) OVER w, sum(x) FILTER (WHERE y), p(1) WITHIN GROUP (ORDER BY x)", "count lower max sum p"},
        {"SELECT a::text, 1::int, 'x'::varchar(3), CAST(lower(x) AS text), date '2020-01-01', (1 + 1)::bigint", "a int4 varchar lower date int8"},
        {"SELECT CASE WHEN a THEN 1 END, CASE WHEN a THEN 1 ELSE b END, COALESCE(a, b), ARRAY[1], EXISTS(SELECT 1), (SELECT max(x) FROM t), ROW(1), (1, 2)",
         "case b coalesce array exists max row row"},
        {"SELECT a[1], (x).y, now() AT TIME ZONE 'UTC', trim(LEADING 'x' FROM y), extract(year FROM z), current_user", "a y timezone ltrim extract current_user"},
        {"SELECT *, t.*, * EXCLUDE (a), COLUMNS('x')", "* * * *"},
        {"SELECT [1], {'a': 1}, x: 1, [a FOR a IN b]", "- - - -"},
        {"WITH x AS (SELECT 1 AS y) SELECT 1 + 1 FROM x", "?column?"},
        {"(SELECT f(1)) UNION SELECT 2", "f"},
        {"VALUES (1, f(2, 3)), (4, 5)", "column1 column2"},
        {"INSERT INTO t SELECT 1 RETURNING a, f(b), a + 1", "- f ?column?"},
        {"FROM t SELECT f(a)", "f"},
        {"FROM t", ""},
        {"SELECT DISTINCT ON (a) f(a) FROM t", "f"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(names(*state, cases[i][0]), cases[i][1]);
}

/* With stars the names count from both ends. */
static void stars_take_the_middle(void **state) {
    struct fixture *f = *state;
    names(f, "SELECT f(1), *, g(1) FROM t");
    assert_string_equal(pgsql_translation_column_name(&f->translation, 0, 5), "f");
    assert_null(pgsql_translation_column_name(&f->translation, 1, 5));
    assert_null(pgsql_translation_column_name(&f->translation, 3, 5));
    assert_string_equal(pgsql_translation_column_name(&f->translation, 4, 5), "g");
    names(f, "SELECT f(1), g(1)");
    assert_null(pgsql_translation_column_name(&f->translation, 0, 3));
    names(f, "SELECT f(1), *, g(1) FROM t");
    assert_null(pgsql_translation_column_name(&f->translation, 0, 1));
}

/* Names that outlive the statement, or that it refers to, become labels. */
static void labels(void **state) {
    static const char *const cases[][2] = {
        {"CREATE VIEW v AS SELECT a, count(*), b + 1, c AS d FROM t GROUP BY a", "CREATE VIEW v AS SELECT a, count(*) AS \"count\", b + 1 AS \"?column?\", c AS d FROM t GROUP BY a"},
        {"CREATE VIEW v (x) AS SELECT count(*) FROM t", "CREATE VIEW v (x) AS SELECT count(*) FROM t"},
        {"CREATE TABLE t AS (SELECT max(a), max(b), min(a) FROM u)", "CREATE TABLE t AS (SELECT max(a), max(b), min(a) AS \"min\" FROM u)"},
        {"SELECT max(a) INTO t FROM u", "CREATE TABLE t AS SELECT max(a) AS \"max\"  FROM u"},
        {"SELECT s.count FROM (SELECT count(*), sum(a) FROM t) s", "SELECT s.count FROM (SELECT count(*) AS \"count\", pgcat_sum(a) FROM t) s"},
        {"SELECT count(*) FROM (SELECT count(*) FROM t) s", "SELECT count(*) FROM (SELECT count(*) FROM t) s"},
        {"SELECT c FROM (SELECT count(*) FROM t) s(c)", "SELECT c FROM (SELECT count(*) FROM t) s(c)"},
        {"WITH x AS (SELECT lower(a) FROM t) SELECT lower FROM x", "WITH x AS (SELECT lower(a) AS \"lower\" FROM t) SELECT lower FROM x"},
        {"WITH x(b) AS (SELECT lower(a) FROM t) SELECT lower FROM x", "WITH x(b) AS (SELECT lower(a) FROM t) SELECT lower FROM x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(translate(*state, cases[i][0]), cases[i][1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_of_lists, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(labels, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(stars_take_the_middle, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
