/* Frames and messages: whole ones, every truncation of them, lying lengths and counts, text that is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/writer.h"
#include "pgwire/message.h"

enum { LIMIT = 1 << 20 };

/* A message built by hand: a tag, a length to come, a body. */
static struct writer message_of(char tag, const void *body, size_t length) {
    struct writer w = {0};
    writer_u8(&w, (uint8_t)tag);
    writer_u32(&w, (uint32_t)length + 4);
    writer_bytes(&w, body, length);
    return w;
}

static bool parse(const struct writer *w, struct arena *arena, struct pgwire_message *message, struct error *err) {
    struct pgwire_frame frame;
    size_t wanted;
    error_clear(err);
    if (pgwire_frame_read(w->bytes, w->length, LIMIT, &frame, &wanted, err) != PGWIRE_FRAME_COMPLETE)
        return false;
    assert_int_equal(w->length, frame.frame_bytes);
    return pgwire_message_parse(&frame, arena, message, err);
}

static void expect_failure(char tag, const void *body, size_t length, const char *sqlstate, const char *text) {
    struct arena arena = {0};
    struct pgwire_message message;
    struct error err;
    struct writer w = message_of(tag, body, length);
    assert_false(parse(&w, &arena, &message, &err));
    assert_string_equal(sqlstate, error_sqlstate(&err));
    assert_string_equal(text, err.message);
    writer_destroy(&w);
    arena_destroy(&arena);
}

#define EXPECT_FAILURE(tag, body, sqlstate, text) expect_failure(tag, body, sizeof(body) - 1, sqlstate, text)

static const char bind_body[] = "p\0s\0" "\0\1\0\1" "\0\2" "\0\0\0\1x" "\xff\xff\xff\xff" "\0\2\0\0\0\1";

static void bind_is_read(void **state) {
    (void)state;
    struct arena arena = {0};
    struct pgwire_message message;
    struct error err;
    struct writer w = message_of('B', bind_body, sizeof bind_body - 1);
    assert_true(parse(&w, &arena, &message, &err));
    assert_int_equal(PGWIRE_BIND, message.id);
    assert_string_equal("p", message.bind.portal);
    assert_string_equal("s", message.bind.statement);
    assert_int_equal(1, message.bind.parameter_format_count);
    assert_int_equal(2, message.bind.parameter_count);
    assert_int_equal(1, message.bind.parameters[0].length);
    assert_int_equal('x', *message.bind.parameters[0].bytes);
    assert_int_equal(PGWIRE_NULL, message.bind.parameters[1].length);
    assert_int_equal(PGWIRE_BINARY, pgwire_format_at(message.bind.parameter_formats, 1, 1));
    assert_int_equal(PGWIRE_TEXT, pgwire_format_at(message.bind.result_formats, 2, 0));
    assert_int_equal(PGWIRE_BINARY, pgwire_format_at(message.bind.result_formats, 2, 1));
    writer_destroy(&w);
    arena_destroy(&arena);
}

struct sample {
    char tag;
    const char *body;
    size_t length;
};

#define SAMPLE(tag, body) {tag, body, sizeof(body) - 1}

static const struct sample samples[] = {
    SAMPLE('Q', "select 1\0"),
    SAMPLE('P', "s\0select $1\0\0\2\0\0\0\x17\0\0\0\0"),
    {'B', bind_body, sizeof bind_body - 1},
    SAMPLE('D', "Ss\0"),
    SAMPLE('C', "Pp\0"),
    SAMPLE('E', "p\0\0\0\0\5"),
    SAMPLE('F', "\0\0\1\0\0\1\0\0\0\1\0\0\0\4abcd\0\0"),
    SAMPLE('f', "reason\0"),
};

/* Copies of exact size, so that a sanitizer sees a read past any of them. */
static void every_cut_body_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        for (size_t length = 0; length < samples[i].length; length++) {
            struct arena arena = {0};
            struct pgwire_message message;
            struct error err = {0};
            uint8_t *copy = test_malloc(length + 1);
            memcpy(copy, samples[i].body, length);
            struct pgwire_frame frame = {.body = copy, .body_bytes = length};
            struct writer w = message_of(samples[i].tag, "", 0);
            size_t wanted;
            struct pgwire_frame head;
            pgwire_frame_read(w.bytes, w.length, LIMIT, &head, &wanted, &err);
            frame.id = head.id;
            assert_false(pgwire_message_parse(&frame, &arena, &message, &err));
            assert_int_equal(ERROR_PROTOCOL, err.kind);
            test_free(copy);
            writer_destroy(&w);
            arena_destroy(&arena);
        }
    }
}

static void a_byte_too_many_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct arena arena = {0};
        struct pgwire_message message;
        struct error err;
        struct writer body = {0};
        writer_bytes(&body, samples[i].body, samples[i].length);
        writer_u8(&body, 0);
        struct writer w = message_of(samples[i].tag, body.bytes, body.length);
        assert_false(parse(&w, &arena, &message, &err));
        assert_string_equal("invalid message format", err.message);
        writer_destroy(&w);
        writer_destroy(&body);
        arena_destroy(&arena);
    }
}

static void errors_are_postgresqls(void **state) {
    (void)state;
    EXPECT_FAILURE('Q', "select 1", "08P01", "invalid string in message");
    EXPECT_FAILURE('Q', "select '\xff'\0", "22021", "invalid byte sequence for encoding \"UTF8\": 0xff");
    EXPECT_FAILURE('Q', "\xe2\x28\xa1\0", "22021", "invalid byte sequence for encoding \"UTF8\": 0xe2 0x28 0xa1");
    EXPECT_FAILURE('Q', "\xc3\0", "22021", "invalid byte sequence for encoding \"UTF8\": 0xc3");
    EXPECT_FAILURE('B', "\0\0\0\2\0\0\0\0\0\3", "08P01", "bind message has 2 parameter formats but 3 parameters");
    EXPECT_FAILURE('B', "\0\0\0\0\0\3", "08P01", "insufficient data left in message");
    EXPECT_FAILURE('B', "\0\0\0\2\0\0\0\0\0\1\0\0\0\0\0\0", "08P01",
                   "bind message has 2 parameter formats but 1 parameters");
    EXPECT_FAILURE('B', "\0\0\0\1\0\2\0\1\0\0\0\0\0\0", "22023", "unsupported format code: 2");
    EXPECT_FAILURE('B', "\0\0\0\0\0\1\xff\xff\xff\xfe\0\0", "08P01", "insufficient data left in message");
    EXPECT_FAILURE('B', "\0\0\0\0\0\1\x7f\xff\xff\xff\0\0", "08P01", "insufficient data left in message");
    EXPECT_FAILURE('D', "Xs\0", "08P01", "invalid DESCRIBE message subtype 88");
    EXPECT_FAILURE('C', "Xs\0", "08P01", "invalid CLOSE message subtype 88");
    EXPECT_FAILURE('S', "x", "08P01", "invalid message format");
    EXPECT_FAILURE('F', "\0\0\0\1\0\2\0\0\0\0\0\1\0\0\0\0\0\0", "08P01",
                   "function call message contains 2 argument formats but 1 arguments");
}

static void result_formats_are_checked(void **state) {
    (void)state;
    static const int16_t formats[] = {0, 1};
    struct error err;
    assert_true(pgwire_formats_check(formats, 2, 2, "result", &err));
    assert_true(pgwire_formats_check(formats, 1, 7, "result", &err));
    assert_false(pgwire_formats_check(formats, 2, 3, "result", &err));
    assert_string_equal("bind message has 2 result formats but query has 3 columns", err.message);
}

static void frames_tell_what_they_want(void **state) {
    (void)state;
    struct pgwire_frame frame;
    struct error err = {0};
    size_t wanted;
    struct writer w = message_of('Q', "select 1", 9);
    for (size_t length = 0; length < w.length; length++) {
        assert_int_equal(PGWIRE_FRAME_PARTIAL, pgwire_frame_read(w.bytes, length, LIMIT, &frame, &wanted, &err));
        assert_int_equal(length < 5 ? 5 - length : w.length - length, wanted);
    }
    assert_int_equal(PGWIRE_FRAME_COMPLETE, pgwire_frame_read(w.bytes, w.length, LIMIT, &frame, &wanted, &err));
    writer_destroy(&w);
}

static void bad_frames_are_told_at_once(void **state) {
    (void)state;
    static const uint8_t unknown[] = {'?'}, short_length[] = {'Q', 0, 0, 0, 3}, huge[] = {'Q', 0x80, 0, 0, 0};
    static const uint8_t long_sync[] = {'S', 0, 0, 0x27, 0x11}; /* 10,001 */
    struct pgwire_frame frame;
    struct error err = {0};
    size_t wanted;
    assert_int_equal(PGWIRE_FRAME_INVALID, pgwire_frame_read(unknown, 1, LIMIT, &frame, &wanted, &err));
    assert_string_equal("invalid frontend message type 63", err.message);
    assert_int_equal(PGWIRE_FRAME_INVALID, pgwire_frame_read(short_length, 5, LIMIT, &frame, &wanted, &err));
    assert_string_equal("invalid message length", err.message);
    assert_int_equal(PGWIRE_FRAME_INVALID, pgwire_frame_read(huge, 5, LIMIT, &frame, &wanted, &err));
    assert_int_equal(PGWIRE_FRAME_INVALID, pgwire_frame_read(long_sync, 5, LIMIT, &frame, &wanted, &err));
    assert_string_equal("08P01", error_sqlstate(&err));
}

static bool parse_startup(const void *body, size_t length, struct arena *arena, struct pgwire_startup *startup,
                          struct error *err) {
    struct writer w = {0};
    struct pgwire_frame frame;
    size_t wanted;
    writer_u32(&w, (uint32_t)length + 4);
    writer_bytes(&w, body, length);
    for (size_t cut = 0; cut < w.length; cut++)
        assert_int_equal(PGWIRE_FRAME_PARTIAL, pgwire_frame_read_startup(w.bytes, cut, &frame, &wanted, err));
    assert_int_equal(PGWIRE_FRAME_COMPLETE, pgwire_frame_read_startup(w.bytes, w.length, &frame, &wanted, err));
    /* The arena outlives the writer, so that what the start-up borrows stays. */
    uint8_t *copy = arena_allocate(arena, frame.body_bytes);
    memcpy(copy, frame.body, frame.body_bytes);
    frame.body = copy;
    writer_destroy(&w);
    error_clear(err);
    return pgwire_startup_parse(&frame, arena, startup, err);
}

#define PARSE_STARTUP(body) parse_startup(body, sizeof(body) - 1, &arena, &startup, &err)

static void startup_packets_are_read(void **state) {
    (void)state;
    struct arena arena = {0};
    struct pgwire_startup startup;
    struct error err;
    assert_true(PARSE_STARTUP("\0\3\0\2user\0me\0database\0d\0_pq_.x\0" "1\0\0"));
    assert_int_equal(PGWIRE_STARTUP, startup.kind);
    assert_int_equal(2, startup.minor);
    assert_string_equal("me", pgwire_startup_parameter(&startup, "user"));
    assert_string_equal("d", pgwire_startup_parameter(&startup, "database"));
    assert_null(pgwire_startup_parameter(&startup, "options"));
    assert_int_equal(1, startup.unknown_option_count);
    assert_string_equal("_pq_.x", startup.unknown_options[0]);
    assert_true(PARSE_STARTUP("\4\xd2\x16\x2f"));
    assert_int_equal(PGWIRE_SSL_REQUEST, startup.kind);
    assert_true(PARSE_STARTUP("\4\xd2\x16\x30"));
    assert_int_equal(PGWIRE_GSSENC_REQUEST, startup.kind);
    assert_true(PARSE_STARTUP("\4\xd2\x16\x2e\0\0\0\7\1\2\3\4"));
    assert_int_equal(PGWIRE_CANCEL_REQUEST, startup.kind);
    assert_int_equal(7, startup.cancel_pid);
    assert_int_equal(4, startup.cancel_key_bytes);
    arena_destroy(&arena);
}

static void bad_startup_packets_are_refused(void **state) {
    (void)state;
    struct arena arena = {0};
    struct pgwire_startup startup;
    struct error err;
    assert_false(PARSE_STARTUP("\0\2\0\0"));
    assert_string_equal("unsupported frontend protocol 2.0: server supports 3.0 to 3.0", err.message);
    assert_string_equal("0A000", error_sqlstate(&err));
    assert_false(PARSE_STARTUP("\0\3\0\0user\0me\0"));
    assert_string_equal("invalid startup packet layout: expected terminator as last byte", err.message);
    assert_false(PARSE_STARTUP("\0\3\0\0user\0me\0\0\0"));
    assert_false(PARSE_STARTUP("\0\3\0\0user\0me"));
    assert_false(PARSE_STARTUP("\0\3\0\0database\0d\0\0"));
    assert_string_equal("28000", error_sqlstate(&err));
    assert_false(PARSE_STARTUP("\4\xd2\x16\x2e\0\0\0\7"));
    assert_false(PARSE_STARTUP("\0\3\0\0user\0\xff\0\0"));
    assert_string_equal("22021", error_sqlstate(&err));
    arena_destroy(&arena);
}

static void phases_decide(void **state) {
    (void)state;
    struct error err;
    assert_int_equal(PGWIRE_TAKE, pgwire_message_verdict(PGWIRE_SYNC, PGWIRE_PHASE_SKIP));
    assert_int_equal(PGWIRE_DROP, pgwire_message_verdict(PGWIRE_BIND, PGWIRE_PHASE_SKIP));
    assert_int_equal(PGWIRE_DROP, pgwire_message_verdict(PGWIRE_COPY_DATA, PGWIRE_PHASE_READY));
    assert_int_equal(PGWIRE_FAIL, pgwire_message_verdict(PGWIRE_QUERY, PGWIRE_PHASE_COPY_IN));
    assert_false(pgwire_message_refuse(PGWIRE_QUERY, PGWIRE_PHASE_COPY_IN, &err));
    assert_string_equal("unexpected message type 0x51 during COPY from stdin", err.message);
    assert_false(pgwire_message_refuse(PGWIRE_QUERY, PGWIRE_PHASE_AUTHENTICATION, &err));
    assert_string_equal("expected password response, got message type 81", err.message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bind_is_read),
        cmocka_unit_test(every_cut_body_is_refused),
        cmocka_unit_test(a_byte_too_many_is_refused),
        cmocka_unit_test(errors_are_postgresqls),
        cmocka_unit_test(result_formats_are_checked),
        cmocka_unit_test(frames_tell_what_they_want),
        cmocka_unit_test(bad_frames_are_told_at_once),
        cmocka_unit_test(startup_packets_are_read),
        cmocka_unit_test(bad_startup_packets_are_refused),
        cmocka_unit_test(phases_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
