/* The reason of a failure survives the engine's own interrupts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/connection.h"

enum { ROUNDS = 200 };

static void tells_the_reason_every_time(void **state) {
    (void)state;
    struct error err;
    struct engine_options options = {.path = ":memory:", .threads = 4};
    struct engine_database *database = engine_database_create(&options, &err);
    struct engine_connection *connection = engine_connection_create(database, &err);
    for (int round = 0; round < ROUNDS; round++) {
        struct engine_statement *statement = engine_statement_prepare(
            connection, "SELECT (CASE WHEN i = 400000 THEN 'x' ELSE '1' END)::INT FROM range(500000) r(i)", &err);
        struct engine_result *result = engine_statement_execute(statement, &err);
        const struct engine_chunk *chunk = NULL;
        bool ok = result != NULL;
        while (ok && (ok = engine_result_fetch(result, &chunk, &err)) && chunk)
            ;
        assert_false(ok);
        assert_string_equal(error_sqlstate(&err), "22P02");
        engine_result_destroy(result);
        engine_statement_destroy(statement);
    }
    engine_connection_destroy(connection);
    engine_database_destroy(database);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(tells_the_reason_every_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
