/* Quoting, and what may stand where an expression is wanted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "duckcat/failure.h"
#include "duckcat/sql.h"

static void names_and_texts_are_quoted(void **state) {
    (void)state;
    struct writer w = {0};
    struct error err;
    sql_path(&w, "d\"b", "s", "a.b");
    sql_literal(&w, "it's \\ \"x\"");
    assert_string_equal(sql_finish(&w, &err), "\"d\"\"b\".\"s\".\"a.b\"'it''s \\ \"x\"'");
    writer_destroy(&w);
}

static void one_expression(void **state) {
    (void)state;
    static const char *const good[] = {"1", "(a > 0)", "a - b / c", "'it''s; --'", "\"a;b\" > 0", "f(a, (b))", ""};
    static const char *const bad[] = {"a; DROP TABLE t", "(a", "a)", "a) > (b", "'a", "\"a", "a -- b", "a /* b", "$$a$$",
                                      "'a'';", "E'\\' ; '", "$x$;$x$"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!sql_is_expression(good[i]))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (sql_is_expression(bad[i]))
            fail_msg("let through: %s", bad[i]);
}

static void failures_have_kinds(void **state) {
    (void)state;
    struct error err;
    struct airport_error failure = {0};
    error_set(&err, ERROR_CONSTRAINT, "Duplicate key");
    assert_int_equal(failure_kind(&err), AIRPORT_CONSTRAINT_EXCEPTION);
    error_set_state(&err, ERROR_CATALOG, "42P07", "there is one");
    assert_int_equal(failure_kind(&err), AIRPORT_ALREADY_EXISTS);
    error_set_state(&err, ERROR_TRANSACTION, "40001", "conflict");
    assert_int_equal(failure_kind(&err), AIRPORT_FAILED_PRECONDITION);
    error_set(&err, ERROR_BINDER, "what?");
    error_set_hint(&err, "Did you mean that?");
    assert_false(failure_tell(&err, &failure));
    assert_int_equal(failure.kind, AIRPORT_INVALID_ARGUMENT);
    assert_string_equal(failure.message, "what?\nDid you mean that?");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_texts_are_quoted),
        cmocka_unit_test(one_expression),
        cmocka_unit_test(failures_have_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
