/* What the tests of the SQL front end share: a script parsed, a statement translated, in one call each. */
#ifndef TESTS_PGSQL_SUPPORT_H
#define TESTS_PGSQL_SUPPORT_H

#include "base/arena.h"
#include "pgsql/script.h"
#include "pgsql/translate.h"

struct fixture {
    struct arena arena;
    struct pgsql_script script;
    struct pgsql_translation translation;
    struct error err;
};

int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Parses a script; fails the test if that fails. Gives its first statement. */
const struct pgsql_statement *parse(struct fixture *f, const char *text);
/* Parses a script that must be refused; gives the SQLSTATE. */
const char *parse_error(struct fixture *f, const char *text);
/* Translates the script's only statement; gives the steps' texts with " ; " between them, "" when there are none. */
const char *translate(struct fixture *f, const char *text);
const char *translate_with(struct fixture *f, const char *text, const struct pgsql_options *options);
/* Translates what must be refused; gives the message. */
const char *translate_error(struct fixture *f, const char *text);
/* The names of the result columns, with spaces between them; "-" for DuckDB's own, "*" for a star. */
const char *names(struct fixture *f, const char *text);

#endif
