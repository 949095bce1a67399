/* MessagePack: what is written is read, every truncation fails, counts are not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "flight/msgpack.h"

static void unsigned_values_take_the_smallest_form(void **state) {
    (void)state;
    static const struct {
        uint64_t value;
        size_t length;
    } cases[] = {{0, 1}, {127, 1}, {128, 2}, {255, 2}, {256, 3}, {65535, 3}, {65536, 5}, {UINT32_MAX, 5},
                 {(uint64_t)UINT32_MAX + 1, 9}, {UINT64_MAX, 9}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct writer w = {0};
        msgpack_write_unsigned(&w, cases[i].value);
        assert_int_equal(w.length, cases[i].length);
        struct reader r = reader_over(w.bytes, w.length);
        assert_true(msgpack_read_unsigned(&r) == cases[i].value && reader_finished(&r));
        writer_destroy(&w);
    }
}

static void strings_of_all_sizes_survive(void **state) {
    (void)state;
    static char text[70000];
    memset(text, 'x', sizeof text);
    static const size_t lengths[] = {0, 1, 31, 32, 255, 256, 65535, 65536, 70000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct writer w = {0};
        msgpack_write_string(&w, text, lengths[i]);
        msgpack_write_binary(&w, text, lengths[i]);
        struct reader r = reader_over(w.bytes, w.length);
        for (int form = 0; form < 2; form++) {
            const uint8_t *bytes;
            size_t length;
            msgpack_read_bytes(&r, &bytes, &length);
            assert_int_equal(length, lengths[i]);
            assert_memory_equal(bytes, text, length);
        }
        assert_true(reader_finished(&r));
        writer_destroy(&w);
    }
}

static struct writer sample(void) {
    struct writer w = {0};
    msgpack_write_map(&w, 3);
    msgpack_write_text(&w, "list");
    msgpack_write_array(&w, 20);
    for (unsigned i = 0; i < 20; i++)
        msgpack_write_unsigned(&w, i * 1000);
    msgpack_write_text(&w, "nothing");
    msgpack_write_text(&w, NULL);
    msgpack_write_text(&w, "rest");
    msgpack_write_map(&w, 2);
    msgpack_write_text(&w, "flag");
    msgpack_write_boolean(&w, true);
    msgpack_write_text(&w, "share");
    msgpack_write_double(&w, 0.5);
    assert_true(writer_ok(&w));
    return w;
}

static void every_truncation_fails(void **state) {
    (void)state;
    struct writer w = sample();
    struct reader whole = reader_over(w.bytes, w.length);
    msgpack_skip(&whole);
    assert_true(reader_finished(&whole));
    for (size_t length = 0; length < w.length; length++) {
        struct reader r = reader_over(w.bytes, length);
        msgpack_skip(&r);
        assert_false(reader_ok(&r));
    }
    writer_destroy(&w);
}

static void lying_counts_and_lengths_fail_at_once(void **state) {
    (void)state;
    static const uint8_t lies[][9] = {
        {0xdd, 0xff, 0xff, 0xff, 0xff, 1, 1}, {0xdf, 0xff, 0xff, 0xff, 0xff, 1, 1}, {0xdb, 0xff, 0xff, 0xff, 0xff, 1, 1},
        {0xc6, 0x7f, 0xff, 0xff, 0xff, 1, 1}, {0xdc, 0xff, 0xff, 1, 1},             {0xc1},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct reader r = reader_over(lies[i], 7);
        struct msgpack_item item = msgpack_read(&r);
        assert_false(reader_ok(&r));
        assert_int_equal(item.count, 0);
    }
}

static void depth_is_bounded(void **state) {
    (void)state;
    static uint8_t nested[100000];
    memset(nested, 0x91, sizeof nested);
    struct reader r = reader_over(nested, sizeof nested);
    msgpack_skip(&r);
    assert_false(reader_ok(&r));
}

static void another_type_than_wanted_fails_and_gives_nothing(void **state) {
    (void)state;
    static const uint8_t extension[] = {0xd5, 1, 2, 3};
    const uint8_t *bytes;
    size_t length;
    struct reader r = reader_over(extension, sizeof extension);
    msgpack_read_bytes(&r, &bytes, &length);
    assert_false(reader_ok(&r));
    assert_int_equal(length, 0);
    static const uint8_t negative[] = {0xff};
    r = reader_over(negative, 1);
    assert_int_equal(msgpack_read_unsigned(&r), 0);
    assert_false(reader_ok(&r));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsigned_values_take_the_smallest_form),
        cmocka_unit_test(strings_of_all_sizes_survive),
        cmocka_unit_test(every_truncation_fails),
        cmocka_unit_test(lying_counts_and_lengths_fail_at_once),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(another_type_than_wanted_fails_and_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
