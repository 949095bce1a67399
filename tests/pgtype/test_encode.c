/* Rows as messages: lengths, NULLs, formats, COPY, failures that leave whole rows behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pgtype/encode.h"

static const struct engine_type integer = {.id = ENGINE_TYPE_INTEGER, .value_bytes = 4, .alias = ""};
static const struct engine_type date = {.id = ENGINE_TYPE_DATE, .value_bytes = 4, .alias = ""};
static const struct engine_type varchar = {.id = ENGINE_TYPE_VARCHAR, .value_bytes = 16, .alias = ""};

struct table {
    int32_t numbers[3];
    struct engine_string texts[3];
    uint64_t validity;
    struct engine_vector columns[2];
    struct engine_chunk chunk;
};

static void put_text(struct engine_string *string, const char *text) {
    string->length = (uint32_t)strlen(text);
    if (string->length <= ENGINE_STRING_INLINE_BYTES)
        memcpy(string->inlined, text, string->length);
    else
        string->pointed.bytes = text;
}

/* (1, "a,b"), (NULL, ""), (-7, a long text with a tab) */
static void fill(struct table *t) {
    *t = (struct table){.numbers = {1, 0, -7}, .validity = 5};
    put_text(&t->texts[0], "a,b");
    put_text(&t->texts[1], "");
    put_text(&t->texts[2], "a text\tof more than twelve");
    t->columns[0] = (struct engine_vector){.type = &integer, .data = t->numbers, .validity = &t->validity};
    t->columns[1] = (struct engine_vector){.type = &varchar, .data = t->texts};
    t->chunk = (struct engine_chunk){.row_count = 3, .column_count = 2, .columns = t->columns};
}

static const struct pgtype_encoder *compile(struct arena *arena, const struct table *t, int16_t format,
                                            const struct pgtype_settings *settings) {
    const struct engine_type *types[] = {t->columns[0].type, t->columns[1].type};
    struct error err;
    const struct pgtype_encoder *encoder = pgtype_encoder_compile(arena, types, 2, &format, 1, settings, &err);
    assert_non_null(encoder);
    return encoder;
}

static void expect_rows(int16_t format, const void *bytes, size_t length) {
    struct arena arena = {0};
    struct writer w = {0};
    struct error err;
    struct table t;
    struct pgtype_settings settings = pgtype_settings_default();
    fill(&t);
    assert_true(pgtype_encode_rows(compile(&arena, &t, format, &settings), &t.chunk, 0, 2, &w, &err));
    assert_int_equal(length, w.length);
    assert_memory_equal(bytes, w.bytes, length);
    writer_destroy(&w);
    arena_destroy(&arena);
}

static void rows_are_messages(void **state) {
    (void)state;
    static const char text[] = "D\0\0\0\x12\0\2\0\0\0\1" "1\0\0\0\3a,b" "D\0\0\0\x0e\0\2\xff\xff\xff\xff\0\0\0\0";
    static const char binary[] = "D\0\0\0\x15\0\2\0\0\0\4\0\0\0\1\0\0\0\3a,b" "D\0\0\0\x0e\0\2\xff\xff\xff\xff\0\0\0\0";
    expect_rows(0, text, sizeof text - 1);
    expect_rows(1, binary, sizeof binary - 1);
}

static void expect_copy(struct pgwire_copy_options options, const char *const lines[3]) {
    struct arena arena = {0};
    struct writer w = {0};
    struct error err;
    struct table t;
    struct pgtype_settings settings = pgtype_settings_default();
    fill(&t);
    assert_true(pgtype_encode_copy_rows(compile(&arena, &t, 0, &settings), &options, &t.chunk, 0, 3, &w, &err));
    size_t at = 0;
    for (int i = 0; i < 3; i++) {
        size_t length = strlen(lines[i]);
        assert_int_equal('d', w.bytes[at]);
        assert_int_equal(length + 4, w.bytes[at + 4]);
        assert_memory_equal(lines[i], w.bytes + at + 5, length);
        at += length + 5;
    }
    assert_int_equal(at, w.length);
    writer_destroy(&w);
    arena_destroy(&arena);
}

static void copy_rows_are_escaped(void **state) {
    (void)state;
    expect_copy(pgwire_copy_options_default(PGWIRE_COPY_TEXT),
                (const char *const[]){"1\ta,b\n", "\\N\t\n", "-7\ta text\\tof more than twelve\n"});
    expect_copy(pgwire_copy_options_default(PGWIRE_COPY_CSV),
                (const char *const[]){"1,\"a,b\"\n", ",\"\"\n", "-7,a text\tof more than twelve\n"});
    struct pgwire_copy_options options = pgwire_copy_options_default(PGWIRE_COPY_CSV);
    options.delimiter = '-'; /* now even a number may need quotes */
    options.null_text = "1";
    options.null_bytes = 1;
    expect_copy(options, (const char *const[]){"\"1\"-a,b\n", "1-\n", "\"-7\"-a text\tof more than twelve\n"});
}

static void a_failure_leaves_whole_rows(void **state) {
    (void)state;
    struct arena arena = {0};
    struct writer w = {0};
    struct error err;
    struct table t;
    struct pgtype_settings settings = pgtype_settings_default();
    fill(&t);
    t.columns[0].type = &date;
    t.numbers[2] = -INT32_MAX + 1; /* before what the binary form reaches */
    assert_false(pgtype_encode_rows(compile(&arena, &t, 1, &settings), &t.chunk, 0, 3, &w, &err));
    assert_string_equal("22008", error_sqlstate(&err));
    assert_true(writer_ok(&w));
    assert_int_equal(22 + 15, w.length);
    writer_destroy(&w);
    w = (struct writer){.limit_bytes = 30};
    t.columns[0].type = &integer;
    assert_false(pgtype_encode_rows(compile(&arena, &t, 1, &settings), &t.chunk, 0, 3, &w, &err));
    assert_int_equal(ERROR_NO_MEMORY, err.kind);
    writer_destroy(&w);
    arena_destroy(&arena);
}

static void one_value_is_shown(void **state) {
    (void)state;
    struct arena arena = {0};
    struct writer w = {0};
    struct error err;
    struct table t;
    struct pgtype_settings settings = pgtype_settings_default();
    fill(&t);
    const struct pgtype_encoder *encoder = compile(&arena, &t, 0, &settings);
    assert_true(pgtype_encode_text(encoder, 0, &t.columns[0], 2, &w, &err));
    assert_true(pgtype_encode_text(encoder, 0, &t.columns[0], 1, &w, &err)); /* NULL */
    assert_int_equal(2, w.length);
    assert_memory_equal("-7", w.bytes, 2);
    writer_destroy(&w);
    arena_destroy(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_messages),
        cmocka_unit_test(copy_rows_are_escaped),
        cmocka_unit_test(a_failure_leaves_whole_rows),
        cmocka_unit_test(one_value_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
