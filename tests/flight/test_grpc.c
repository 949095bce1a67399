/* gRPC framing cut anywhere, timeouts, percent and base64 encoding; compressed containers and FlightData with lies in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/memory.h"
#include "flight/container.h"
#include "flight/flight_data.h"
#include "flight/grpc.h"

struct received {
    int count;
    size_t bytes;
};

static bool count_message(void *self, uint8_t *message, size_t length, struct error *err) {
    (void)err;
    struct received *received = self;
    received->count++;
    received->bytes += length;
    memory_free(message);
    return true;
}

static void messages_survive_any_cut(void **state) {
    (void)state;
    static const uint8_t stream[] = {0, 0, 0, 0, 3, 'a', 'b', 'c', 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 'd'};
    for (size_t piece = 1; piece <= sizeof stream; piece++) {
        struct grpc_deframer d = {.limit_bytes = 100};
        struct received received = {0, 0};
        struct error err = {0};
        for (size_t at = 0; at < sizeof stream; at += piece) {
            size_t length = sizeof stream - at < piece ? sizeof stream - at : piece;
            assert_true(grpc_deframe(&d, stream + at, length, count_message, &received, &err));
        }
        assert_true(grpc_deframer_is_between(&d));
        assert_int_equal(received.count, 3);
        assert_int_equal(received.bytes, 4);
        grpc_deframer_destroy(&d);
    }
}

static void bad_frames_are_refused(void **state) {
    (void)state;
    static const uint8_t compressed[] = {1, 0, 0, 0, 1}, huge[] = {0, 0xff, 0xff, 0xff, 0xff};
    struct received received = {0, 0};
    struct error err = {0};
    struct grpc_deframer d = {.limit_bytes = 100};
    assert_false(grpc_deframe(&d, compressed, sizeof compressed, count_message, &received, &err));
    assert_int_equal(err.kind, ERROR_UNSUPPORTED);
    d = (struct grpc_deframer){.limit_bytes = 100};
    assert_false(grpc_deframe(&d, huge, sizeof huge, count_message, &received, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
}

static void timeouts_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {{"1S", 1000000000}, {"250m", 250000000}, {"5u", 5000}, {"7n", 7}, {"2M", 120000000000}, {"1H", 3600000000000},
                 {"99999999H", 365 * 24 * 3600000000000}, {"", -1}, {"S", -1}, {"1", -1}, {"1x", -1}, {"-1S", -1},
                 {"1234567890S", -1}, {"1.5S", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(grpc_parse_timeout(cases[i].text, strlen(cases[i].text)), cases[i].ns);
}

static void messages_are_percent_encoded_in_whole_escapes(void **state) {
    (void)state;
    struct arena arena = {0};
    assert_string_equal(grpc_percent_encode(&arena, "a%b\n\xc3\xa4", 100), "a%25b%0A%C3%A4");
    assert_string_equal(grpc_percent_encode(&arena, "ab\n\n", 6), "ab%0A");
    arena_destroy(&arena);
}

static void binary_headers_survive(void **state) {
    (void)state;
    struct arena arena = {0};
    uint8_t bytes[7] = {0, 255, 1, 254, 'x', 'y', 'z'};
    for (size_t length = 0; length <= sizeof bytes; length++) {
        for (int padded = 0; padded < 2; padded++) {
            size_t decoded;
            char *text = grpc_encode_binary(&arena, bytes, length, padded);
            char *back = grpc_decode_binary(&arena, text, strlen(text), &decoded);
            assert_int_equal(decoded, length);
            assert_memory_equal(back, bytes, length);
        }
    }
    size_t ignored;
    assert_null(grpc_decode_binary(&arena, "A", 1, &ignored));
    assert_null(grpc_decode_binary(&arena, "AA\0A", 4, &ignored));
    assert_null(grpc_decode_binary(&arena, "A-==", 4, &ignored));
    arena_destroy(&arena);
}

static void containers_survive_and_lies_are_refused(void **state) {
    (void)state;
    static char content[100000];
    struct writer packed = {0}, back = {0};
    struct error err = {0};
    assert_true(container_write(&packed, content, sizeof content, &err));
    assert_true(container_read(&back, packed.bytes, packed.length, sizeof content, &err));
    assert_int_equal(back.length, sizeof content);
    /* More than the limit, more or less than is there, truncated. */
    assert_false(container_read(&back, packed.bytes, packed.length, sizeof content - 1, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    for (size_t length = 0; length < packed.length; length++)
        assert_false(container_read(&back, packed.bytes, length, sizeof content, &err));
    packed.bytes[5]--; /* the announced length: 100,000 is written as 0xce and four bytes */
    assert_false(container_read(&back, packed.bytes, packed.length, 1 << 20, &err));
    packed.bytes[5] += 2;
    assert_false(container_read(&back, packed.bytes, packed.length, 1 << 20, &err));
    assert_int_equal(back.length, sizeof content);
    writer_destroy(&packed);
    writer_destroy(&back);
}

/* The message in one piece. */
static struct writer flatten(const struct flight_message *message) {
    struct writer w = {0};
    for (int32_t i = 0; i < message->segment_count; i++)
        writer_bytes(&w, message->segments[i].bytes, message->segments[i].length);
    assert_int_equal(w.length, message->length);
    return w;
}

static void flight_data_survives_and_truncations_fail(void **state) {
    (void)state;
    static const uint8_t body[300] = {7};
    struct flight_message *message = flight_message_create();
    assert_true(flight_message_append(message, body, 100) && flight_message_append(message, body + 100, 200));
    assert_true(flight_data_wrap(message, "header", 6, "meta", 4));
    struct writer w = flatten(message);
    struct flight_data data;
    struct error err = {0};
    assert_true(flight_data_read(w.bytes + GRPC_PREFIX_BYTES, w.length - GRPC_PREFIX_BYTES, &data, &err));
    assert_memory_equal(data.header.bytes, "header", 6);
    assert_memory_equal(data.app_metadata.bytes, "meta", 4);
    assert_int_equal(data.body.length, 300);
    assert_null(data.descriptor.bytes);
    int accepted = 0;
    for (size_t length = 0; length < w.length - GRPC_PREFIX_BYTES; length++)
        accepted += flight_data_read(w.bytes + GRPC_PREFIX_BYTES, length, &data, &err);
    assert_int_equal(accepted, 3); /* nothing, and the ends of the two first fields */
    writer_destroy(&w);
    flight_message_destroy(message);
}

static void flight_data_with_lying_lengths_is_refused(void **state) {
    (void)state;
    static const uint8_t lies[][12] = {
        {0x12, 0xff, 0xff, 0xff, 0xff, 0x0f}, {0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, {0x13}, {0x16}};
    struct flight_data data;
    struct error err = {0};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        assert_false(flight_data_read(lies[i], sizeof lies[i], &data, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_survive_any_cut),
        cmocka_unit_test(bad_frames_are_refused),
        cmocka_unit_test(timeouts_are_read),
        cmocka_unit_test(messages_are_percent_encoded_in_whole_escapes),
        cmocka_unit_test(binary_headers_survive),
        cmocka_unit_test(containers_survive_and_lies_are_refused),
        cmocka_unit_test(flight_data_survives_and_truncations_fail),
        cmocka_unit_test(flight_data_with_lying_lengths_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
