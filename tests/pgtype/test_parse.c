/* Hostile values: every truncation of every binary form, lying lengths and counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pgtype/parse.h"

#define SIMPLE(type, bytes) {.id = ENGINE_TYPE_##type, .value_bytes = bytes, .alias = ""}

static const struct engine_type integer = SIMPLE(INTEGER, 4), varchar = SIMPLE(VARCHAR, 16);
static const struct engine_type integers = {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &integer};
static const struct engine_member fields[] = {{"a", 1, &integer}, {"b", 1, &varchar}};
static const struct engine_type record = {.id = ENGINE_TYPE_STRUCT, .alias = "", .member_count = 2, .members = fields};

struct sample {
    struct engine_type type;
    const char *bytes;
    size_t length;
};

#define SAMPLE(bytes, ...) {__VA_ARGS__, bytes, sizeof(bytes) - 1}

static const struct sample samples[] = {
    SAMPLE("\1", SIMPLE(BOOLEAN, 1)),
    SAMPLE("\0\1", SIMPLE(SMALLINT, 2)),
    SAMPLE("\0\0\0\1", SIMPLE(INTEGER, 4)),
    SAMPLE("\0\0\0\0\0\0\0\1", SIMPLE(BIGINT, 8)),
    SAMPLE("\0\0\0\0", SIMPLE(FLOAT, 4)),
    SAMPLE("\0\0\0\0\0\0\0\0", SIMPLE(DOUBLE, 8)),
    SAMPLE("\0\0\0\0", SIMPLE(DATE, 4)),
    SAMPLE("\0\0\0\0\0\0\0\0", SIMPLE(TIME, 8)),
    SAMPLE("\0\0\0\0\0\0\0\0\0\0\0\0", SIMPLE(TIME_TZ, 8)),
    SAMPLE("\0\0\0\0\0\0\0\0", SIMPLE(TIMESTAMP, 8)),
    SAMPLE("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", SIMPLE(INTERVAL, 16)),
    SAMPLE("0123456789abcdef", SIMPLE(UUID, 16)),
    SAMPLE("\0\0\0\x0b\xff\xe0", SIMPLE(BIT, 16)),
    SAMPLE("\0\2\0\0\0\0\0\2\0\1\x13\x88", {.id = ENGINE_TYPE_DECIMAL, .value_bytes = 8, .width = 18, .scale = 2, .alias = ""}),
    SAMPLE("\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\2\0\0\0\1\0\0\0\4\0\0\0\1\xff\xff\xff\xff",
           {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &integer}),
    SAMPLE("\0\0\0\2\0\0\0\0\0\0\0\x17\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\4\0\0\0\1",
           {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &integers}),
    SAMPLE("\0\0\0\2\0\0\0\x17\0\0\0\4\0\0\0\1\0\0\0\x19\0\0\0\1x",
           {.id = ENGINE_TYPE_STRUCT, .alias = "", .member_count = 2, .members = fields}),
};

/* In a copy of exact size, so that a sanitizer sees a read past it. */
static bool parse(const struct engine_type *type, bool binary, const char *bytes, size_t length, struct error *err) {
    struct arena arena = {0};
    struct pgtype_settings settings = pgtype_settings_default();
    struct pgtype_parser parser;
    struct pgtype_datum datum;
    uint8_t *copy = test_malloc(length + 1);
    memcpy(copy, bytes, length);
    error_clear(err);
    assert_true(pgtype_parser_init(&parser, &arena, type, pgtype_of(type, NULL).oid, binary, &settings, err));
    bool ok = pgtype_parse(&parser, &arena, (struct pgwire_value){copy, (int32_t)length}, &datum, err);
    test_free(copy);
    arena_destroy(&arena);
    return ok;
}

static void only_the_whole_value_is_taken(void **state) {
    (void)state;
    struct error err;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        char longer[64];
        assert_true(parse(&samples[i].type, true, samples[i].bytes, samples[i].length, &err));
        for (size_t length = 0; length < samples[i].length; length++)
            assert_false(parse(&samples[i].type, true, samples[i].bytes, length, &err));
        memcpy(longer, samples[i].bytes, samples[i].length);
        longer[samples[i].length] = 0;
        assert_false(parse(&samples[i].type, true, longer, samples[i].length + 1, &err));
        assert_string_equal("22P03", error_sqlstate(&err));
    }
}

static void expect_refusal(const struct engine_type *type, bool binary, const char *bytes, size_t length,
                           const char *sqlstate, const char *message) {
    struct error err;
    assert_false(parse(type, binary, bytes, length, &err));
    assert_string_equal(message, err.message);
    assert_string_equal(sqlstate, error_sqlstate(&err));
}

#define REFUSED(type, bytes, sqlstate, message) expect_refusal(type, true, bytes, sizeof(bytes) - 1, sqlstate, message)

static void lying_counts_are_refused(void **state) {
    (void)state;
    REFUSED(&integers, "\0\0\0\1\0\0\0\0\0\0\0\x17\x07\xff\xff\xff\0\0\0\1", "08P01", "insufficient data left in message");
    REFUSED(&integers, "\0\0\0\1\0\0\0\0\0\0\0\x17\x7f\xff\xff\xff\0\0\0\1", "54000",
            "array size exceeds the maximum allowed (134217727)");
    REFUSED(&integers, "\0\0\0\7\0\0\0\0\0\0\0\x17", "54000",
            "number of array dimensions (7) exceeds the maximum allowed (6)");
    REFUSED(&integers, "\xff\xff\xff\xff\0\0\0\0\0\0\0\x17", "22P03", "invalid number of dimensions: -1");
    REFUSED(&integers, "\0\0\0\1\0\0\0\2\0\0\0\x17\0\0\0\0\0\0\0\1", "22P03", "invalid array flags");
    REFUSED(&integers, "\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\0\0\0\0\1", "42804", "wrong element type");
    REFUSED(&integers, "\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\1\0\0\0\1\xff\xff\xff\xfe", "08P01",
            "insufficient data left in message");
    REFUSED(&record, "\0\0\0\3", "42804", "wrong number of columns: 3, expected 2");
    REFUSED(&record, "\0\0\0\2\0\0\0\x14\0\0\0\0", "42804",
            "binary data has type 20 instead of expected 23 in record column 1");
}

static void numeric_forms_are_checked(void **state) {
    (void)state;
    static const struct engine_type decimal = {
        .id = ENGINE_TYPE_DECIMAL, .value_bytes = 16, .width = 38, .scale = 2, .alias = ""};
    struct error err;
    REFUSED(&decimal, "\0\1\0\0\x12\x34\0\0\0\1", "22P03", "invalid sign in external \"numeric\" value");
    REFUSED(&decimal, "\0\1\0\0\0\0\x40\0\0\1", "22P03", "invalid scale in external \"numeric\" value");
    REFUSED(&decimal, "\0\1\0\0\0\0\0\0\x27\x10", "22P03", "invalid digit in external \"numeric\" value");
    REFUSED(&decimal, "\xff\xff\0\0\0\0\0\0\0\1", "08P01", "insufficient data left in message");
    REFUSED(&decimal, "\0\1\x7f\xff\0\0\0\0\0\1", "22003", "numeric field overflow");
    assert_true(parse(&decimal, true, "\0\1\x80\0\0\0\0\0\0\1", 10, &err)); /* very small: 0 */
    assert_true(parse(&decimal, false, "1e-1000000000", 13, &err));
    assert_false(parse(&decimal, false, "1e1000000000", 12, &err));
}

static void deep_json_ends(void **state) {
    (void)state;
    static const struct engine_type json = {.id = ENGINE_TYPE_VARCHAR, .value_bytes = 16, .alias = "JSON"};
    static char deep[100000];
    struct error err;
    memset(deep, '[', sizeof deep);
    assert_false(parse(&json, false, deep, sizeof deep, &err));
    assert_string_equal("stack depth limit exceeded", err.message);
}

static void bad_text_is_no_text(void **state) {
    (void)state;
    struct error err;
    assert_false(parse(&varchar, false, "a\xff", 2, &err));
    assert_string_equal("22021", error_sqlstate(&err));
    assert_false(parse(&varchar, false, "a\0b", 3, &err));
    assert_string_equal("invalid byte sequence for encoding \"UTF8\": 0x00", err.message);
    assert_false(parse(&integer, false, "\xff", 1, &err));
    assert_string_equal("22021", error_sqlstate(&err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_whole_value_is_taken),
        cmocka_unit_test(lying_counts_are_refused),
        cmocka_unit_test(numeric_forms_are_checked),
        cmocka_unit_test(deep_json_ends),
        cmocka_unit_test(bad_text_is_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
