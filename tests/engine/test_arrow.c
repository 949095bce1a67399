/* Arrow out and in again: every type through a batch and engine_input(), compared by DuckDB itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/arrow.h"

static struct engine_database *database;
static struct engine_connection *connection;
static struct error err;

static int open_memory(void **state) {
    (void)state;
    /* One thread: what the engine hands from thread to thread ThreadSanitizer cannot follow. */
    struct engine_options options = {.path = ":memory:", .threads = 1};
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

static const char *answer(struct arena *arena, const char *sql) {
    const char *text = NULL;
    if (!engine_connection_query_text(connection, arena, sql, &text, &err))
        fail_msg("%s: %s", sql, err.message);
    return text;
}

struct exported {
    struct arena arena;
    const struct engine_type **types;
    const char **names;
    int32_t count;
    struct ArrowSchema schema;
    struct ArrowArray array;
};

/* All rows of a query in one batch. */
static void export(const char *sql, struct exported *out) {
    struct engine_statement *statement = engine_statement_prepare(connection, sql, &err);
    if (!statement)
        fail_msg("%s: %s", sql, err.message);
    struct engine_result *result = engine_statement_execute(statement, &err);
    if (!result)
        fail_msg("%s: %s", sql, err.message);
    memset(out, 0, sizeof *out);
    out->count = engine_result_column_count(result);
    out->types = arena_allocate_zeroed(&out->arena, (size_t)out->count, sizeof *out->types);
    out->names = arena_allocate_zeroed(&out->arena, (size_t)out->count, sizeof *out->names);
    for (int32_t i = 0; i < out->count; i++) {
        out->types[i] = engine_type_copy(&out->arena, engine_result_column_type(result, i));
        out->names[i] = arena_copy_string(&out->arena, engine_result_column_name(result, i));
    }
    struct engine_arrow_batch *batch = engine_arrow_batch_create(out->types, out->count, &err);
    const struct engine_chunk *chunk;
    while (engine_result_fetch(result, &chunk, &err) && chunk)
        for (int64_t done = 0, step; done < chunk->row_count; done += step)
            assert_true((step = engine_arrow_batch_append(batch, chunk, done, &err)) > 0);
    assert_true(engine_arrow_batch_finish(batch, &out->array, &err));
    assert_int_equal(engine_arrow_batch_row_count(batch), 0);
    if (!engine_arrow_schema(out->types, out->names, out->count, &out->schema, &err))
        fail_msg("%s: %s", sql, err.message);
    engine_arrow_batch_destroy(batch);
    engine_result_destroy(result);
    engine_statement_destroy(statement);
}

static void release(struct exported *exported) {
    exported->schema.release(&exported->schema);
    if (exported->array.release)
        exported->array.release(&exported->array);
    arena_destroy(&exported->arena);
}

/* The table `source` goes out and comes in; both must hold the same rows. Columns whose type changes are compared as
 * text. */
static void goes_round(const char *source) {
    struct exported exported;
    char sql[256];
    snprintf(sql, sizeof sql, "CREATE OR REPLACE TABLE source AS %s", source);
    must(sql);
    export("SELECT * FROM source", &exported);
    struct engine_input *input = engine_input_create(connection, &exported.schema, NULL, &err);
    if (!input)
        fail_msg("%s: %s", source, err.message);
    assert_int_equal(engine_input_column_count(input), exported.count);
    for (int32_t i = 0; i < exported.count; i++)
        if (!engine_type_equal(engine_input_column_type(input, i),
                               engine_arrow_seen_type(&exported.arena, exported.types[i])))
            fail_msg("%s: column %d comes in as %s", source, i,
                     engine_type_to_sql(&exported.arena, engine_input_column_type(input, i)));
    if (!engine_input_add(input, &exported.array, &err))
        fail_msg("%s: %s", source, err.message);
    assert_null(exported.array.release);
    const char *different = answer(&exported.arena,
                                   "SELECT count(*) FROM (SELECT row_number() OVER () - 1 AS p, CAST(COLUMNS(*) AS "
                                   "VARCHAR) FROM source EXCEPT SELECT position, CAST(COLUMNS(c -> c <> 'position') AS "
                                   "VARCHAR) FROM engine_input())");
    const char *rows = answer(&exported.arena, "SELECT (SELECT count(*) FROM engine_input()) - count(*) FROM source");
    if (strcmp(different, "0") != 0 || strcmp(rows, "0") != 0)
        fail_msg("%s: %s rows differ, %s too many", source, different, rows);
    engine_input_destroy(input);
    release(&exported);
}

static const char *const sources[] = {
    "SELECT i % 2 = 0 AS b, i::TINYINT a, i::SMALLINT c, i::INTEGER d, i::BIGINT e FROM range(100) r(i)",
    "SELECT i::UTINYINT a, i::USMALLINT b, i::UINTEGER c, i::UBIGINT d, i::FLOAT f, i::DOUBLE g FROM range(100) r(i)",
    "SELECT i::HUGEINT * 12345678901234567890::HUGEINT h, i::UHUGEINT u, (-i)::HUGEINT n FROM range(100) r(i)",
    "SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i % 5 = 0 END b, CASE WHEN i > 3000 THEN i END n FROM range(10001) r(i)",
    "SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE repeat('é', i % 40) END v, i::VARCHAR::BLOB b FROM range(9999) r(i)",
    "SELECT DATE '2024-01-01' + i::INTEGER d, TIME '01:02:03.000004' t, TIMESTAMP '1800-01-01' + INTERVAL (i) DAY s FROM "
    "range(99) r(i)",
    "SELECT '12:00:00.5+02:30'::TIMETZ a, '12:00:00.123456789'::TIME_NS b, TIMESTAMPTZ '2024-01-01 00:00:00+00' c",
    "SELECT '2020-01-01'::TIMESTAMP_S a, '2020-01-01'::TIMESTAMP_MS b, '2020-01-01 00:00:00.123456789'::TIMESTAMP_NS c",
    "SELECT 'infinity'::TIMESTAMP a, '-infinity'::DATE b, 'nan'::DOUBLE c, '-infinity'::FLOAT d",
    "SELECT INTERVAL '1 year 2 days 3.5 seconds' i, NULL::INTERVAL j UNION ALL SELECT NULL, INTERVAL '-1 month'",
    "SELECT (i * 1.5)::DECIMAL(4,1) a, (-i)::DECIMAL(9,2) b, i::DECIMAL(18,3) c, (-i)::DECIMAL(38,10) d FROM range(99) r(i)",
    "SELECT uuid() u, NULL::UUID n FROM range(50)",
    "SELECT '0101'::BIT a, '111100001'::BIT b, '123456789012345678901234567890123456789012'::BIGNUM c, (-5)::BIGNUM d",
    "SELECT '{\"a\": 1}'::JSON j, NULL::JSON n",
    "SELECT (['x', 'yy', 'z'])[1 + i % 3]::ENUM('x', 'yy', 'z') e, [NULL, 'x']::ENUM('x', 'yy')[] l FROM range(20) r(i)",
    "SELECT CASE WHEN i % 4 = 0 THEN NULL WHEN i % 4 = 1 THEN [] ELSE range(i % 9) END l, [[i], NULL, [1, NULL]] n FROM "
    "range(5000) r(i)",
    "SELECT l FROM (SELECT i, range(i % 5) l FROM range(6000) r(i)) ORDER BY hash(i)",
    "SELECT {'x': i, 'y': CASE WHEN i % 2 = 0 THEN 'text ' || i END} s, CASE WHEN i % 3 > 0 THEN {'z': [i]} END n FROM "
    "range(4000) r(i)",
    "SELECT map {i: 'v' || i, i + 1: NULL} m, CASE WHEN i = 1 THEN NULL ELSE map {} END e FROM range(100) r(i)",
    "SELECT [i, NULL, 3]::INTEGER[3] a, NULL::VARCHAR[2] b, [['a'], ['b']]::VARCHAR[1][2] c FROM range(3000) r(i)",
    "SELECT i::UNION(a BIGINT, b VARCHAR) u FROM range(10) r(i)",
    "SELECT CASE WHEN i % 2 = 0 THEN union_value(n := i) ELSE NULL END u FROM range(10) r(i)",
    "SELECT NULL AS n, i FROM range(10) r(i)",
    "SELECT 1 AS i WHERE false",
    "SELECT 'x' v, [1] l, {'a': 1} s, [1, 2]::INTEGER[2] a, map {1: 2} m, true b WHERE false",
    "SELECT 'POINT(1 2)'::GEOMETRY g",
};

static void every_type_goes_round(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        goes_round(sources[i]);
}

static void a_batch_is_used_again(void **state) {
    (void)state;
    const struct engine_type *types[] = {engine_type_simple(ENGINE_TYPE_VARCHAR)};
    struct engine_arrow_batch *batch = engine_arrow_batch_create(types, 1, &err);
    for (int round = 0; round < 3; round++) {
        struct engine_statement *statement = engine_statement_prepare(connection, "SELECT 'abc' FROM range(10)", &err);
        struct engine_result *result = engine_statement_execute(statement, &err);
        const struct engine_chunk *chunk;
        struct ArrowArray array;
        assert_true(engine_result_fetch(result, &chunk, &err));
        assert_int_equal(engine_arrow_batch_append(batch, chunk, 0, &err), 10);
        assert_true(engine_arrow_batch_finish(batch, &array, &err));
        assert_int_equal(((const int32_t *)array.children[0]->buffers[1])[10], 30);
        assert_null(array.children[0]->buffers[0]);
        array.release(&array);
        engine_result_destroy(result);
        engine_statement_destroy(statement);
    }
    engine_arrow_batch_destroy(batch);
}

static void long_texts_are_taken_in_parts(void **state) {
    (void)state;
    struct engine_statement *statement =
        engine_statement_prepare(connection, "SELECT repeat('x', 100000) FROM range(1000)", &err);
    struct engine_result *result = engine_statement_execute(statement, &err);
    const struct engine_type *types[] = {engine_type_simple(ENGINE_TYPE_VARCHAR)};
    struct engine_arrow_batch *batch = engine_arrow_batch_create(types, 1, &err);
    const struct engine_chunk *chunk;
    assert_true(engine_result_fetch(result, &chunk, &err));
    int64_t taken = engine_arrow_batch_append(batch, chunk, 0, &err);
    assert_in_range(taken, 1, chunk->row_count - 1);
    assert_in_range(engine_arrow_batch_bytes(batch), 1, 9 << 20);
    engine_arrow_batch_destroy(batch);
    engine_result_destroy(result);
    engine_statement_destroy(statement);
}

static void invalid_text_is_refused(void **state) {
    (void)state;
    struct exported exported;
    export("SELECT ['abc', 'déf'] AS v FROM range(3)", &exported);
    struct ArrowArray *texts = exported.array.children[0]->children[0];
    ((char *)(uintptr_t)texts->buffers[2])[4] = (char)0xFF;
    struct engine_input *input = engine_input_create(connection, &exported.schema, NULL, &err);
    assert_non_null(input);
    assert_false(engine_input_add(input, &exported.array, &err));
    assert_int_equal(err.kind, ERROR_INVALID_ARGUMENT);
    engine_input_destroy(input);
    release(&exported);
}

static void variant_has_no_form(void **state) {
    (void)state;
    const struct engine_type *type = engine_type_simple(ENGINE_TYPE_VARIANT);
    const char *name = "v";
    struct ArrowSchema schema;
    assert_false(engine_arrow_supports(type));
    assert_false(engine_arrow_schema(&type, &name, 1, &schema, &err));
    assert_int_equal(err.kind, ERROR_NOT_IMPLEMENTED);
}

static void input_is_the_connections_own(void **state) {
    (void)state;
    assert_false(engine_connection_execute(connection, "SELECT * FROM engine_input()", &err));
    assert_non_null(strstr(err.message, "server's own"));
}

static void catalog_version_follows_ddl(void **state) {
    (void)state;
    struct engine_connection *other = engine_connection_create(database, &err);
    uint64_t before = engine_database_catalog_version(database);
    struct engine_statement *statement = engine_statement_prepare(other, "SELECT 1", &err);
    engine_result_destroy(engine_statement_execute(statement, &err));
    engine_statement_destroy(statement);
    assert_int_equal(engine_database_catalog_version(database), before);
    assert_true(engine_connection_begin(other, false, &err));
    assert_true(engine_connection_commit(other, &err));
    assert_int_equal(engine_database_catalog_version(database), before);
    assert_true(engine_connection_begin(other, false, &err));
    statement = engine_statement_prepare(other, "CREATE TABLE versioned (i INTEGER)", &err);
    engine_result_destroy(engine_statement_execute(statement, &err));
    engine_statement_destroy(statement);
    uint64_t inside = engine_database_catalog_version(database);
    assert_true(inside > before);
    assert_true(engine_connection_commit(other, &err));
    assert_true(engine_database_catalog_version(database) > inside);
    engine_connection_destroy(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_goes_round),       cmocka_unit_test(a_batch_is_used_again),
        cmocka_unit_test(long_texts_are_taken_in_parts), cmocka_unit_test(invalid_text_is_refused),
        cmocka_unit_test(variant_has_no_form),         cmocka_unit_test(input_is_the_connections_own),
        cmocka_unit_test(catalog_version_follows_ddl),
    };
    return cmocka_run_group_tests(tests, open_memory, close_all);
}
