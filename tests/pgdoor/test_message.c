/* The engine's messages in PostgreSQL's words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pgdoor/message.h"

static struct error translated(const char *message) {
    struct error err;
    error_set(&err, ERROR_BINDER, "%s", message);
    error_set_hint(&err, "the engine's");
    message_translate(&err);
    return err;
}

static void rows_of_the_table(void **state) {
    (void)state;
    static const struct {
        const char *engine, *message, *hint;
    } rows[] = {
        {"Table with name t does not exist!", "relation \"t\" does not exist", ""},
        {"Table with name \"t!\" already exists!", "relation \"t!\" already exists", "the engine's"},
        {"Existing object v is of type View, trying to drop type Table", "\"v\" is not a table",
         "Use DROP VIEW to remove a view."},
        {"Overflow in addition of INT32 (2147483647 + 1)!", "integer out of range", "the engine's"},
        {"Type INT64 with value 99 can't be cast because the value is out of range for the destination type INT16",
         "smallint out of range", "the engine's"},
        {"nobody has heard of this message", "nobody has heard of this message", "the engine's"},
        {"Table with name t does not exist! And more", "Table with name t does not exist! And more", "the engine's"},
        {"", "", "the engine's"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error err = translated(rows[i].engine);
        assert_string_equal(err.message, rows[i].message);
        assert_string_equal(err.hint, rows[i].hint);
    }
}

static void signatures(void **state) {
    (void)state;
    static const struct {
        const char *call, *message;
    } rows[] = {
        {"sum(VARCHAR)", "function sum(text) does not exist"},
        {"f()", "function f() does not exist"},
        {"f(DECIMAL(18,3), INTEGER[], STRUCT(a INTEGER, b VARCHAR))",
         "function f(numeric, integer[], struct(a integer, b varchar)) does not exist"},
        {"+(DATE, VARCHAR)", "operator does not exist: date + text"},
        {"~~(INTEGER, STRING_LITERAL)", "operator does not exist: integer ~~ unknown"},
        {"-(BOOLEAN)", "operator does not exist: - boolean"},
    };
    char text[256];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(text, sizeof text,
                 "No function matches the given name and argument types '%s'. You might need to add explicit type casts.",
                 rows[i].call);
        assert_string_equal(translated(text).message, rows[i].message);
    }
}

/* Messages are cut, never overrun, however long the names are. */
static void long_messages(void **state) {
    (void)state;
    char text[ERROR_MESSAGE_BYTES];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text, "Table with name ", 16);
    memcpy(text + sizeof text - 17, " does not exist!", 16);
    struct error err = translated(text);
    assert_memory_equal(err.message, "relation \"xxx", 13);
    assert_true(strlen(err.message) < ERROR_MESSAGE_BYTES);
    memset(text, ',', sizeof text - 1);
    memcpy(text, "No function matches the given name and argument types 'f(", 57);
    memcpy(text + sizeof text - 53, ")'. You might need to add explicit type casts.", 47);
    text[sizeof text - 6] = '\0';
    err = translated(text);
    assert_true(strlen(err.message) < ERROR_MESSAGE_BYTES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_the_table),
        cmocka_unit_test(signatures),
        cmocka_unit_test(long_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
