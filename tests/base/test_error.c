#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/error.h"

static void set_fills_and_returns_false(void **state) {
    (void)state;
    struct error err;
    memset(&err, 'x', sizeof err);
    assert_false(error_set(&err, ERROR_CATALOG, "no table %s", "t"));
    assert_int_equal(ERROR_CATALOG, err.kind);
    assert_string_equal("no table t", err.message);
    assert_string_equal("42P01", error_sqlstate(&err));
    assert_string_equal("Catalog", error_kind_name(err.kind));
    assert_int_equal(5, error_kind_grpc_status(err.kind));
    assert_int_equal(0, err.position);
    const char *empty[] = {err.sqlstate, err.detail, err.hint, err.schema, err.table, err.column, err.constraint};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        assert_string_equal("", empty[i]);
}

static void nobody_need_want_to_know(void **state) {
    (void)state;
    assert_false(error_set(NULL, ERROR_IO, "x"));
    assert_false(error_set_state(NULL, ERROR_IO, "00000", "x"));
    assert_false(error_set_errno(NULL, ERROR_IO, EIO, "x"));
    assert_false(error_set_no_memory(NULL));
    error_set_detail(NULL, "x");
    error_set_hint(NULL, "x");
    error_clear(NULL);
}

static void own_state_goes_before_the_kinds(void **state) {
    (void)state;
    struct error err;
    assert_false(error_set_state(&err, ERROR_LIMIT, "53300", "sorry"));
    assert_string_equal("53300", error_sqlstate(&err));
    error_set_detail(&err, "limit %d", 5);
    error_set_hint(&err, "raise it");
    assert_string_equal("limit 5", err.detail);
    assert_string_equal("raise it", err.hint);
    error_clear(&err);
    assert_int_equal(ERROR_NONE, err.kind);
    assert_string_equal("00000", error_sqlstate(&err));
    assert_string_equal("", err.hint);
}

static void errno_is_told_in_words(void **state) {
    (void)state;
    struct error err;
    error_set_errno(&err, ERROR_IO, ENOENT, "cannot open \"%s\"", "x");
    assert_string_equal("cannot open \"x\": No such file or directory", err.message);
}

static void is_utf8(const char *text) {
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        int more = *p < 0x80 ? 0 : *p >= 0xF0 ? 3 : *p >= 0xE0 ? 2 : 1;
        p++;
        while (more-- > 0)
            assert_int_equal(0x80, *p++ & 0xC0);
    }
}

/* Whatever the cut meets: the last character stays whole, and no whole character is lost needlessly. */
static void long_texts_end_between_characters(void **state) {
    (void)state;
    static const char *const characters[] = {"a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\xA6\x86"};
    struct error err;
    for (size_t kind = 0; kind < 4; kind++) {
        size_t width = strlen(characters[kind]);
        for (size_t shift = 0; shift < 4; shift++) {
            char text[4096] = "";
            memset(text, '.', shift);
            for (size_t at = shift; at + width < 3000; at += width)
                memcpy(text + at, characters[kind], width + 1);
            error_set(&err, ERROR_IO, "%s", text);
            is_utf8(err.message);
            size_t length = strlen(err.message);
            assert_true(length < ERROR_MESSAGE_BYTES && length + width >= ERROR_MESSAGE_BYTES);
            error_set_hint(&err, "%s", text);
            is_utf8(err.hint);
        }
    }
}

static void errno_behind_a_long_text_stays_inside(void **state) {
    (void)state;
    struct error err;
    char text[3000];
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    error_set_errno(&err, ERROR_IO, EIO, "%s", text);
    assert_int_equal(ERROR_MESSAGE_BYTES - 1, strlen(err.message));
}

static void every_kind_has_its_facts(void **state) {
    (void)state;
    for (int kind = 0; kind < ERROR_KIND_COUNT; kind++) {
        struct error err = {.kind = (enum error_kind)kind};
        assert_int_equal(5, strlen(error_sqlstate(&err)));
        assert_true(error_kind_name(err.kind)[0]);
        assert_in_range(error_kind_grpc_status(err.kind), 0, 16);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_fills_and_returns_false),       cmocka_unit_test(nobody_need_want_to_know),
        cmocka_unit_test(own_state_goes_before_the_kinds),   cmocka_unit_test(errno_is_told_in_words),
        cmocka_unit_test(long_texts_end_between_characters), cmocka_unit_test(errno_behind_a_long_text_stays_inside),
        cmocka_unit_test(every_kind_has_its_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
