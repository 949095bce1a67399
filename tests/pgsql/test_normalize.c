/* Statements without their constants, and which of them may hold a secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pgsql/normalize.h"

static void constants_become_parameters(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"SELECT 1", "SELECT $1"},
        {"SELECT  'it''s',\n\tE'\\'', 1.5e3, $q$x$q$ -- c", "SELECT $1, $2, $3, $4"},
        {"SELECT a, $2, 7 FROM t WHERE b = $1", "SELECT a, $2, $3 FROM t WHERE b = $1"},
        {"SELECT x FROM t WHERE y IN (1, 2, 3) AND z = 4", "SELECT x FROM t WHERE y IN ($1 /*, ... */) AND z = $2"},
        {"SELECT x FROM t WHERE y IN (1)", "SELECT x FROM t WHERE y IN ($1)"},
        {"SELECT x IN (1, y, 2)", "SELECT x IN ($1, y, $2)"},
        {"SELECT [1,2,3], f(1, 2)", "SELECT [$1 /*, ... */], f($2, $3)"},
        {"SELECT \"Quoted\", U&\"x\", TRUE, NULL", "SELECT \"Quoted\", U&\"x\", TRUE, NULL"},
        {"/* lead */ SELECT/* mid */1", "SELECT $1"},
        {"CREATE SECRET s (TYPE s3, SECRET 'x')", "CREATE SECRET s (TYPE s3, SECRET $1)"},
        {"SELECT 'open", "<unreadable>"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[256];
        size_t length = pgsql_normalize(cases[i].text, strlen(cases[i].text), out, sizeof out);
        assert_string_equal(cases[i].expected, out);
        assert_int_equal(strlen(out), length);
    }
}

/* Between characters, and in memory of exactly the size. */
static void what_does_not_fit_is_cut(void **state) {
    (void)state;
    static const char text[] = "SELECT \"\xC3\xA4\xE2\x82\xAC\", 12";
    for (size_t size = 1; size < 32; size++) {
        char *out = malloc(size);
        size_t length = pgsql_normalize(text, strlen(text), out, size);
        assert_true(length < size);
        assert_int_equal('\0', out[length]);
        assert_false(length > 0 && ((unsigned char)out[length - 1] & 0xC0) == 0xC0);
        free(out);
    }
}

/* Only the beginning of a long text is read: what ends in the middle of a constant is not unreadable. */
static void long_texts_are_cut(void **state) {
    (void)state;
    size_t length = 1 << 20;
    char *text = malloc(length);
    char out[64];
    memset(text, 'x', length);
    memcpy(text, "INSERT INTO t VALUES ('", 23);
    text[length - 1] = '\'';
    pgsql_normalize(text, length, out, sizeof out);
    assert_string_equal("INSERT INTO t VALUES (", out);
    free(text);
}

static void secrets_are_recognised(void **state) {
    (void)state;
    static const char *const secret[] = {
        "ALTER ROLE x PASSWORD 'y'", "create SeCrEt (type s3)", "SET s3_secret_access_key = 'k'",
        "ATTACH 'postgres:host=h password=p' AS p", "ATTACH 'postgres://u:p@h/d' AS p", "SELECT 1 -- token",
        "ATTACH 'x.db' (ENCRYPTION_KEY 'k')",
    };
    static const char *const harmless[] = {"SELECT 1", "SELECT pass, word FROM t", "SELECT s.e FROM secre", ""};
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
        assert_true(pgsql_mentions_secret(secret[i], strlen(secret[i])));
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        assert_false(pgsql_mentions_secret(harmless[i], strlen(harmless[i])));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_become_parameters),
        cmocka_unit_test(what_does_not_fit_is_cut),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(secrets_are_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
