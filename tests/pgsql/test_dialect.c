/* DuckDB's own dialect goes through byte for byte: each paragraph of duckdb.sql is one statement that nothing may touch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"

static void stays_untouched(void **state) {
    struct fixture *f = *state;
    FILE *file = fopen("tests/pgsql/duckdb.sql", "r");
    assert_non_null(file);
    char *text = NULL;
    size_t capacity = 0;
    ssize_t length;
    int statements = 0;
    while ((length = getdelim(&text, &capacity, ';', file)) > 0) {
        text[length - (text[length - 1] == ';')] = '\0';
        const struct pgsql_statement *statement = parse(f, text);
        if (f->script.statement_count == 0)
            continue;
        assert_int_equal(f->script.statement_count, 1);
        assert_int_equal(statement->form, PGSQL_FORM_ENGINE);
        char *untouched = strndup(text + statement->start, statement->length);
        assert_string_equal(translate(f, text), untouched);
        free(untouched);
        statements++;
    }
    assert_true(statements > 80);
    free(text);
    fclose(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(stays_untouched, fixture_setup, fixture_teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
