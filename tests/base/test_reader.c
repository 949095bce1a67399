#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/reader.h"

static const uint8_t sample[] = {0x01, 0x80, 0x02, 0xFF, 0xEE, 0xDD, 0xCC, 0x80, 1, 2, 3, 4, 5, 6, 7, 'h', 'i', 0, 'x'};

static void read_sample(struct reader *r) {
    reader_u8(r);
    reader_u16(r);
    reader_u32(r);
    reader_u64(r);
    reader_string(r);
    reader_bytes(r, 1);
}

static void reads_big_endian(void **state) {
    (void)state;
    struct reader r = reader_over(sample, sizeof sample);
    assert_int_equal(1, reader_u8(&r));
    assert_int_equal(0x8002, reader_u16(&r));
    assert_int_equal(0xFFEEDDCC, reader_u32(&r));
    assert_true(reader_u64(&r) == 0x8001020304050607);
    assert_string_equal("hi", reader_string(&r));
    assert_false(reader_finished(&r));
    assert_int_equal('x', *reader_bytes(&r, 1));
    assert_true(reader_finished(&r));
}

/* Copies of exact size, so that a sanitizer sees a read past any of them. */
static void every_truncation_fails_once_and_for_all(void **state) {
    (void)state;
    for (size_t length = 0; length < sizeof sample; length++) {
        uint8_t *copy = test_malloc(length + 1);
        memcpy(copy, sample, length);
        struct reader r = reader_over(copy, length);
        read_sample(&r);
        assert_false(reader_ok(&r));
        assert_false(reader_finished(&r));
        size_t left = r.left;
        assert_int_equal(0, reader_u8(&r));
        assert_int_equal(0, reader_u16(&r));
        assert_int_equal(0, reader_u32(&r));
        assert_int_equal(0, reader_u64(&r));
        assert_string_equal("", reader_string(&r));
        assert_null(reader_bytes(&r, 0));
        assert_int_equal(left, r.left);
        test_free(copy);
    }
}

static void lying_lengths_fail(void **state) {
    (void)state;
    static const size_t lies[] = {sizeof sample + 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, SIZE_MAX - 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct reader r = reader_over(sample, sizeof sample);
        assert_null(reader_bytes(&r, lies[i]));
        assert_false(reader_ok(&r));
        assert_int_equal(sizeof sample, r.left);
    }
}

static void nothing_is_read_from_nothing(void **state) {
    (void)state;
    struct reader r = reader_over(NULL, 0);
    assert_true(reader_finished(&r));
    assert_string_equal("", reader_string(&r));
    assert_false(reader_ok(&r));
    struct reader unterminated = reader_over("abc", 3);
    assert_string_equal("", reader_string(&unterminated));
    assert_false(reader_ok(&unterminated));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_big_endian),
        cmocka_unit_test(every_truncation_fails_once_and_for_all),
        cmocka_unit_test(lying_lengths_fail),
        cmocka_unit_test(nothing_is_read_from_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
