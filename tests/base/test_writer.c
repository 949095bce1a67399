#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/writer.h"

static void writes_big_endian(void **state) {
    (void)state;
    static const uint8_t expected[] = {1, 0x80, 2, 0xFF, 0xEE, 0xDD, 0xCC, 0x80, 1,   2,  3,
                                       4, 5,    6, 7,    'h',  'i',  0,    't',  'x', 'y'};
    struct writer w = {0};
    writer_u8(&w, 1);
    writer_u16(&w, 0x8002);
    writer_u32(&w, 0xFFEEDDCC);
    writer_u64(&w, 0x8001020304050607);
    writer_string(&w, "hi");
    writer_text(&w, "t");
    writer_bytes(&w, "xy", 2);
    writer_bytes(&w, NULL, 0);
    assert_true(writer_ok(&w));
    assert_int_equal(sizeof expected, w.length);
    assert_memory_equal(expected, w.bytes, sizeof expected);
    writer_destroy(&w);
    assert_null(w.bytes);
}

static void patches_only_what_was_written(void **state) {
    (void)state;
    struct writer w = {0};
    writer_patch_u32(&w, 0, 1);
    writer_u32(&w, 0);
    writer_u8(&w, 9);
    writer_patch_u32(&w, 0, 0x01020304);
    writer_patch_u32(&w, 2, 0xFFFFFFFF);
    writer_patch_u32(&w, SIZE_MAX, 0xFFFFFFFF);
    assert_memory_equal("\1\2\3\4\11", w.bytes, 5);
    writer_destroy(&w);
}

static void formats_any_length(void **state) {
    (void)state;
    struct writer w = {0};
    writer_format(&w, "%s-%d", "a", 7);
    writer_format(&w, "%5000d", 1);
    writer_format(&w, "%s", "");
    assert_true(writer_ok(&w));
    assert_int_equal(5003, w.length);
    assert_memory_equal("a-7 ", w.bytes, 4);
    assert_int_equal('1', w.bytes[5002]);
    writer_destroy(&w);
}

/* One byte more than the limit fails, stays failed, and what was written before is whole. */
static void limit_is_exact_and_sticky(void **state) {
    (void)state;
    struct writer w = {.limit_bytes = 1000};
    for (int i = 0; i < 1000; i++)
        writer_u8(&w, (uint8_t)i);
    assert_true(writer_ok(&w));
    assert_int_equal(1000, w.length);
    writer_u8(&w, 1);
    assert_false(writer_ok(&w));
    writer_text(&w, "x");
    assert_null(writer_place(&w, 0));
    assert_int_equal(1000, w.length);
    for (int i = 0; i < 1000; i++)
        assert_int_equal((uint8_t)i, w.bytes[i]);
    writer_reset(&w);
    assert_true(writer_ok(&w));
    writer_text(&w, "fits");
    assert_true(writer_ok(&w));
    assert_null(writer_place(&w, SIZE_MAX));
    assert_null(writer_place(&w, SIZE_MAX - 3));
    writer_destroy(&w);
}

static void impossible_sizes_fail(void **state) {
    (void)state;
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 1, SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct writer w = {0};
        writer_u8(&w, 1);
        assert_null(writer_place(&w, sizes[i]));
        assert_false(writer_ok(&w));
        assert_int_equal(1, w.length);
        writer_destroy(&w);
    }
}

#ifdef MALLARDB_FAULTS
static void no_memory_is_sticky(void **state) {
    (void)state;
    struct writer w = {0};
    writer_u8(&w, 5);
    fault_arm(FAULT_ALLOCATE, 1);
    assert_null(writer_place(&w, 100000));
    fault_arm(FAULT_ALLOCATE, 0);
    assert_null(writer_place(&w, 1));
    assert_int_equal(1, w.length);
    assert_int_equal(5, w.bytes[0]);
    writer_destroy(&w);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_big_endian),     cmocka_unit_test(patches_only_what_was_written),
        cmocka_unit_test(formats_any_length),    cmocka_unit_test(limit_is_exact_and_sticky),
        cmocka_unit_test(impossible_sizes_fail),
#ifdef MALLARDB_FAULTS
        cmocka_unit_test(no_memory_is_sticky),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
