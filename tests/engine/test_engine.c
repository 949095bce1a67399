/* The engine layer against the real DuckDB. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/appender.h"
#include "engine/connection.h"
#include "engine/value.h"

static struct engine_database *database;
static struct engine_connection *connection;
static struct error err;

static int open_memory(void **state) {
    (void)state;
    struct engine_options options = {.path = ":memory:", .threads = 2};
    database = engine_database_create(&options, &err);
    connection = database ? engine_connection_create(database, &err) : NULL;
    return connection ? 0 : -1;
}

static int close_all(void **state) {
    (void)state;
    engine_connection_destroy(connection);
    engine_database_destroy(database);
    return 0;
}

static void must(const char *sql) {
    if (!engine_connection_execute(connection, sql, &err))
        fail_msg("%s: %s", sql, err.message);
}

static struct engine_result *start(const char *sql, struct engine_statement **statement) {
    *statement = engine_statement_prepare(connection, sql, &err);
    if (!*statement)
        return NULL;
    return engine_statement_execute(*statement, &err);
}

static int64_t count_rows(struct engine_result *result, bool *ok) {
    const struct engine_chunk *chunk;
    int64_t rows = 0;
    while ((*ok = engine_result_fetch(result, &chunk, &err)) && chunk)
        rows += chunk->row_count;
    return rows;
}

static void streams_every_row(void **state) {
    (void)state;
    struct engine_statement *statement;
    struct engine_result *result = start("SELECT i, 'row ' || i AS t FROM range(1000000) r(i)", &statement);
    assert_non_null(result);
    assert_int_equal(engine_result_kind(result), ENGINE_RESULT_ROWS);
    assert_string_equal(engine_result_column_name(result, 1), "t");
    assert_int_equal(engine_result_column_type(result, 0)->id, ENGINE_TYPE_BIGINT);
    const struct engine_chunk *chunk;
    int64_t next = 0;
    while (engine_result_fetch(result, &chunk, &err) && chunk)
        for (int64_t i = 0; i < chunk->row_count; i++, next++) {
            char expected[32];
            snprintf(expected, sizeof expected, "row %lld", (long long)next);
            const struct engine_string *text = (const struct engine_string *)chunk->columns[1].data + i;
            assert_int_equal(((const int64_t *)chunk->columns[0].data)[i], next);
            assert_int_equal(text->length, strlen(expected));
            assert_memory_equal(engine_string_bytes(text), expected, text->length);
        }
    assert_int_equal(next, 1000000);
    engine_result_destroy(result);
    engine_statement_destroy(statement);
}

static void fails_in_the_middle(void **state) {
    (void)state;
    struct engine_statement *statement;
    struct engine_result *result =
        start("SELECT (CASE WHEN i = 900000 THEN 'x' ELSE '1' END)::INT FROM range(1000000) r(i)", &statement);
    assert_non_null(result);
    bool ok;
    assert_true(count_rows(result, &ok) < 1000000);
    assert_false(ok);
    assert_int_equal(err.kind, ERROR_CONVERSION);
    assert_string_equal(error_sqlstate(&err), "22P02");
    engine_result_destroy(result);
    engine_statement_destroy(statement);
}

static void buffers_for_another_statement(void **state) {
    (void)state;
    struct engine_statement *first, *second;
    struct engine_result *result = start("SELECT * FROM range(100000)", &first);
    const struct engine_chunk *chunk;
    assert_true(engine_result_fetch(result, &chunk, &err));
    int64_t rows = chunk->row_count;
    assert_true(engine_result_buffer(result, &err));
    struct engine_result *other = start("SELECT 42", &second);
    bool ok;
    assert_int_equal(count_rows(other, &ok), 1);
    rows += count_rows(result, &ok);
    assert_true(ok);
    assert_int_equal(rows, 100000);
    engine_result_destroy(other);
    engine_result_destroy(result);
    engine_statement_destroy(second);
    engine_statement_destroy(first);
}

struct refusal {
    const char *sql, *sqlstate, *table, *column;
    int32_t position;
};

static int64_t read_number(struct engine_result *result) {
    const struct engine_chunk *chunk;
    assert_non_null(result);
    assert_string_equal(engine_result_column_name(result, 0), "seven");
    assert_true(engine_result_fetch(result, &chunk, &err));
    assert_int_equal(chunk->row_count, 1);
    int64_t number = ((const int32_t *)chunk->columns[0].data)[0];
    assert_true(engine_result_fetch(result, &chunk, &err));
    assert_null(chunk);
    return number;
}

/* The row that is kept may be read by one at a time; a second reader asks the engine. */
static void keeps_the_row_of_a_constant(void **state) {
    (void)state;
    struct engine_statement *statement = engine_statement_prepare(connection, "SELECT 7 AS seven", &err);
    assert_non_null(statement);
    engine_statement_set_constant(statement);
    for (int i = 0; i < 3; i++) {
        struct engine_result *first = engine_statement_execute(statement, &err);
        struct engine_result *second = engine_statement_execute(statement, &err);
        assert_ptr_not_equal(first, second);
        assert_true(engine_result_buffer(second, &err));
        assert_int_equal(read_number(first), 7);
        assert_int_equal(read_number(second), 7);
        engine_result_destroy(second);
        engine_result_destroy(first);
    }
    engine_statement_destroy(statement);
}

static void tells_errors(void **state) {
    (void)state;
    static const struct refusal refusals[] = {
        {"SELEC 1", "42601", "", "", 1},
        {"SELECT * FROM nosuch", "42P01", "", "", 15},
        {"SELECT nosuch FROM p", "42703", "", "", 8},
        {"SELECT nosuch(1)", "42883", "", "", 8},
        {"SELECT lower(1, 2)", "42883", "", "", 8},
        {"SELECT 1::nosuch", "42704", "", "", 11},
        {"CREATE TABLE p(a INT)", "42P07", "", "", 0},
        {"CREATE SCHEMA main", "42P06", "", "", 0},
        {"DROP TABLE nosuch", "42P01", "", "", 0},
        {"SELECT a, count(*) FROM p", "42803", "", "", 8},
        {"INSERT INTO p VALUES (1, 1), (1, 1)", "23505", "", "", 0},
        {"INSERT INTO p VALUES (1, NULL)", "23502", "p", "b", 0},
        {"INSERT INTO p VALUES (-1, 1)", "23514", "p", "", 0},
        {"INSERT INTO f VALUES (77)", "23503", "", "", 0},
        {"SELECT 'x'::INT", "22P02", "", "", 11},
        {"SELECT 300::TINYINT", "22003", "", "", 11},
        {"SELECT 9223372036854775807 + 1", "22003", "", "", 0},
        {"SELECT error('boom')", "22023", "", "", 0},
        {"COMMIT", "25P01", "", "", 0},
        {"SELECT * FROM 'nosuch.csv'", "58P01", "", "", 0},
    };
    must("CREATE TABLE p(a INT PRIMARY KEY, b INT NOT NULL, CHECK (a > 0)); CREATE TABLE f(a INT REFERENCES p(a))");
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const struct refusal *expected = &refusals[i];
        struct engine_statement *statement;
        error_clear(&err);
        struct engine_result *result = start(expected->sql, &statement);
        if (result || strcmp(error_sqlstate(&err), expected->sqlstate) != 0 || err.position != expected->position ||
            strcmp(err.table, expected->table) != 0 || strcmp(err.column, expected->column) != 0)
            fail_msg("%s: %s at %d, table %s, column %s: %s", expected->sql, error_sqlstate(&err), err.position, err.table,
                     err.column, err.message);
        assert_null(strchr(err.message, '\n'));
        engine_statement_destroy(statement);
    }
}

static void describes_parameters(void **state) {
    (void)state;
    must("CREATE TABLE d(a INT, b VARCHAR)");
    struct engine_statement *s = engine_statement_prepare(connection, "SELECT a FROM d WHERE b = $2 AND a = $1", &err);
    assert_int_equal(engine_statement_parameter_count(s), 2);
    assert_int_equal(engine_statement_parameter_type(s, 0)->id, ENGINE_TYPE_INTEGER);
    assert_int_equal(engine_statement_parameter_type(s, 1)->id, ENGINE_TYPE_VARCHAR);
    assert_int_equal(engine_statement_column_count(s), 1);
    engine_statement_destroy(s);
    s = engine_statement_prepare(connection, "SELECT $1 + 1", &err);
    assert_null(engine_statement_parameter_type(s, 0));
    assert_int_equal(engine_statement_column_count(s), -1);
    engine_statement_destroy(s);
}

static void binds_values(void **state) {
    (void)state;
    struct engine_statement *s =
        engine_statement_prepare(connection, "SELECT $3::VARCHAR || $1::VARCHAR AS r, $2::INT[] AS l", &err);
    assert_non_null(s);
    struct engine_value *items[] = {engine_value_int64(ENGINE_TYPE_INTEGER, 7), engine_value_null()};
    struct engine_value *values[] = {
        engine_value_int64(ENGINE_TYPE_BIGINT, -5),
        engine_value_list(engine_type_simple(ENGINE_TYPE_INTEGER), items, 2),
        engine_value_bytes(ENGINE_TYPE_VARCHAR, "text that is not short ", 23),
    };
    for (int32_t i = 0; i < 3; i++) {
        assert_true(engine_statement_bind(s, i, values[i], &err));
        engine_value_destroy(values[i]);
    }
    for (int i = 0; i < 2; i++)
        engine_value_destroy(items[i]);
    struct engine_result *result = engine_statement_execute(s, &err);
    const struct engine_chunk *chunk = NULL;
    assert_true(result && engine_result_fetch(result, &chunk, &err) && chunk);
    const struct engine_string *text = chunk->columns[0].data;
    assert_memory_equal(engine_string_bytes(text), "text that is not short -5", text->length);
    const struct engine_list *list = chunk->columns[1].data;
    assert_int_equal(list->length, 2);
    assert_int_equal(((const int32_t *)chunk->columns[1].children[0].data)[list->offset], 7);
    assert_true(engine_vector_is_null(&chunk->columns[1].children[0], (int64_t)list->offset + 1));
    engine_result_destroy(result);
    engine_statement_destroy(s);
}

static void prints_types(void **state) {
    (void)state;
    static const char *const types[] = {
        "INTEGER", "DECIMAL(18,3)", "VARCHAR[]", "INTEGER[3][]", "STRUCT(\"a\" INTEGER, \"b c\" DECIMAL(4,2)[])",
        "MAP(VARCHAR, STRUCT(\"x\" DATE))", "ENUM('a', 'it''s')", "UNION(\"num\" INTEGER, \"str\" VARCHAR)",
        "TIMESTAMP WITH TIME ZONE", "BIGNUM", "UHUGEINT", "TIME_NS"};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT NULL::%s", types[i]);
        struct engine_statement *s = engine_statement_prepare(connection, sql, &err);
        if (!s)
            fail_msg("%s: %s", sql, err.message);
        const struct engine_type *type = engine_statement_column_type(s, 0);
        assert_string_equal(engine_type_to_sql(&arena, type), types[i]);
        assert_true(engine_type_equal(type, engine_type_copy(&arena, type)));
        engine_statement_destroy(s);
    }
    arena_destroy(&arena);
}

static void counts_changes(void **state) {
    (void)state;
    static const struct {
        const char *sql;
        enum engine_result_kind kind;
        int64_t changed;
    } rows[] = {
        {"CREATE TABLE c(a INT)", ENGINE_RESULT_NOTHING, 0},
        {"INSERT INTO c SELECT * FROM range(10)", ENGINE_RESULT_CHANGED, 10},
        {"UPDATE c SET a = 1 WHERE a > 4", ENGINE_RESULT_CHANGED, 5},
        {"DELETE FROM c WHERE a = 1", ENGINE_RESULT_CHANGED, 6},
        {"INSERT INTO c VALUES (1) RETURNING a", ENGINE_RESULT_ROWS, 0},
        {"CREATE TABLE cc AS SELECT * FROM range(33)", ENGINE_RESULT_NOTHING, 33},
        {"BEGIN", ENGINE_RESULT_NOTHING, 0},
        {"COMMIT", ENGINE_RESULT_NOTHING, 0},
        {"PIVOT c ON a USING count(*)", ENGINE_RESULT_ROWS, 0},
        {"CREATE TABLE cp AS SELECT * FROM (PIVOT c ON a USING count(*))", ENGINE_RESULT_NOTHING, 1},
        {"INSERT INTO cp SELECT * FROM (PIVOT c ON a USING count(*))", ENGINE_RESULT_CHANGED, 1},
        {"DESCRIBE c", ENGINE_RESULT_ROWS, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct engine_statement *s;
        struct engine_result *result = start(rows[i].sql, &s);
        if (!result)
            fail_msg("%s: %s", rows[i].sql, err.message);
        assert_int_equal(engine_statement_result_kind(s), rows[i].kind);
        assert_int_equal(engine_result_kind(result), rows[i].kind);
        assert_int_equal(engine_result_changed_rows(result), rows[i].changed);
        engine_result_destroy(result);
        engine_statement_destroy(s);
    }
}

static void *interrupt_soon(void *self) {
    usleep(100000);
    engine_connection_interrupt(self);
    return NULL;
}

static void interrupts_before_the_first_row(void **state) {
    (void)state;
    pthread_t thread;
    struct engine_statement *s;
    pthread_create(&thread, NULL, interrupt_soon, connection);
    error_clear(&err);
    struct engine_result *result = start("SELECT count(*) FROM range(100000000) a, range(100000) b", &s);
    pthread_join(thread, NULL);
    assert_null(result);
    assert_int_equal(err.kind, ERROR_INTERRUPT);
    assert_string_equal(error_sqlstate(&err), "57014");
    engine_statement_destroy(s);
    must("SELECT 1");
}

static const char *answer(const char *sql) {
    static struct arena arena;
    const char *text = NULL;
    assert_true(engine_connection_query_text(connection, &arena, sql, &text, &err));
    return text;
}

static struct engine_appender *start_appender(void) {
    static const struct engine_type list = {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = ""};
    static struct engine_type lists;
    const char *columns[] = {"x", "y"};
    lists = list;
    lists.child = engine_type_simple(ENGINE_TYPE_INTEGER);
    const struct engine_type *types[] = {engine_type_simple(ENGINE_TYPE_VARCHAR), &lists};
    struct engine_appender *appender = engine_appender_create(
        connection, "INSERT INTO ap(b, c) SELECT x, y FROM engine_rows()", columns, types, 2, &err);
    assert_non_null(appender);
    return appender;
}

static void appends(void **state) {
    (void)state;
    must("CREATE TABLE ap(a INT DEFAULT 9, b VARCHAR NOT NULL, c INT[])");
    struct engine_appender *appender = start_appender();
    struct engine_chunk *chunk = engine_appender_chunk(appender);
    assert_int_equal(chunk->column_count, 2);
    for (int64_t row = 0; row < 3; row++)
        engine_vector_set_bytes(&chunk->columns[0], row, "sixteen bytes ..", row == 1 ? 3 : 16);
    struct engine_list *lists = chunk->columns[1].data;
    assert_true(engine_vector_resize_child(&chunk->columns[1], 2, &err));
    lists[0] = (struct engine_list){0, 2};
    lists[1] = lists[2] = (struct engine_list){2, 0};
    ((int32_t *)chunk->columns[1].children[0].data)[0] = 5;
    ((int32_t *)chunk->columns[1].children[0].data)[1] = 6;
    engine_vector_set_null(&chunk->columns[1], 2);
    chunk->row_count = 3;
    int64_t rows = 0;
    assert_true(engine_appender_append(appender, &err) && engine_appender_finish(appender, &rows, &err));
    assert_int_equal(rows, 3);
    engine_appender_destroy(appender);
    assert_string_equal(answer("SELECT string_agg(concat_ws('|', a, b, c::VARCHAR), ';') FROM ap"),
                        "9|sixteen bytes ..|[5, 6];9|six|[];9|sixteen bytes ..");
}

/* Fills a chunk with its number; the row at which a text is missing violates the table's constraint. */
static bool append_many(struct engine_appender *appender, int chunks, int missing_in) {
    for (int n = 0; n < chunks; n++) {
        struct engine_chunk *chunk = engine_appender_chunk(appender);
        char text[32];
        int length = snprintf(text, sizeof text, "text of the chunk %06d", n);
        for (int64_t row = 0; row < ENGINE_VECTOR_ROWS; row++) {
            engine_vector_set_bytes(&chunk->columns[0], row, text, (size_t)length);
            engine_vector_set_null(&chunk->columns[1], row);
        }
        if (n == missing_in)
            engine_vector_set_null(&chunk->columns[0], 7);
        chunk->row_count = ENGINE_VECTOR_ROWS;
        if (!engine_appender_append(appender, &err))
            return false;
    }
    return true;
}

static void appends_beside_the_statement(void **state) {
    (void)state;
    int64_t rows = 0;
    must("CREATE OR REPLACE TABLE ap(a INT DEFAULT 9, b VARCHAR NOT NULL, c INT[])");
    struct engine_appender *appender = start_appender();
    assert_true(append_many(appender, 300, -1) && engine_appender_finish(appender, &rows, &err));
    assert_int_equal(rows, 300 * ENGINE_VECTOR_ROWS);
    engine_appender_destroy(appender);
    assert_string_equal(answer("SELECT (count(*) = 300 * 2048 AND count(DISTINCT b) = 300 AND "
                               "bool_and(b = printf('text of the chunk %06d', rowid // 2048)))::VARCHAR FROM ap"),
                        "true");
}

static void failing_and_abandoned_appends_change_nothing(void **state) {
    (void)state;
    int64_t rows = 0;
    must("CREATE OR REPLACE TABLE ap(a INT DEFAULT 9, b VARCHAR NOT NULL, c INT[])");
    for (int chunks = 1; chunks < 400; chunks += 133) {
        struct engine_appender *appender = start_appender();
        assert_false(append_many(appender, chunks, chunks / 2) && engine_appender_finish(appender, &rows, &err));
        assert_string_equal(error_sqlstate(&err), "23502");
        engine_appender_destroy(appender);
        appender = start_appender();
        assert_true(append_many(appender, chunks, -1));
        engine_appender_destroy(appender);
    }
    assert_string_equal(answer("SELECT count(*)::VARCHAR FROM ap"), "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_every_row),
        cmocka_unit_test(fails_in_the_middle),
        cmocka_unit_test(buffers_for_another_statement),
        cmocka_unit_test(keeps_the_row_of_a_constant),
        cmocka_unit_test(tells_errors),
        cmocka_unit_test(describes_parameters),
        cmocka_unit_test(binds_values),
        cmocka_unit_test(prints_types),
        cmocka_unit_test(counts_changes),
        cmocka_unit_test(interrupts_before_the_first_row),
        cmocka_unit_test(appends),
        cmocka_unit_test(appends_beside_the_statement),
        cmocka_unit_test(failing_and_abandoned_appends_change_nothing),
    };
    return cmocka_run_group_tests(tests, open_memory, close_all);
}
