/* The bytes of the backend's messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pgwire/backend.h"

static void expect_bytes(struct writer *w, const void *bytes, size_t length) {
    assert_true(writer_ok(w));
    assert_int_equal(length, w->length);
    assert_memory_equal(bytes, w->bytes, length);
    writer_reset(w);
}

#define EXPECT(w, bytes) expect_bytes(w, bytes, sizeof(bytes) - 1)

static void messages_have_their_bytes(void **state) {
    (void)state;
    struct writer w = {0};
    pgwire_write_authentication_ok(&w);
    EXPECT(&w, "R\0\0\0\x08\0\0\0\0");
    pgwire_write_authentication_sasl(&w, true);
    EXPECT(&w, "R\0\0\0\x2a\0\0\0\x0aSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
    pgwire_write_parameter_status(&w, "a", "bc");
    EXPECT(&w, "S\0\0\0\x09" "a\0bc\0");
    pgwire_write_ready_for_query(&w, PGWIRE_FAILED_TRANSACTION);
    EXPECT(&w, "Z\0\0\0\5E");
    pgwire_write_backend_key_data(&w, 258, (const uint8_t *)"\1\2\3\4", 4);
    EXPECT(&w, "K\0\0\0\x0c\0\0\1\2\1\2\3\4");
    pgwire_write_command_complete(&w, "SELECT 1");
    EXPECT(&w, "C\0\0\0\x0dSELECT 1\0");
    pgwire_write_copy_out_response(&w, 1, 2);
    EXPECT(&w, "H\0\0\0\x0b\1\0\2\0\1\0\1");
    pgwire_write_notification_response(&w, 7, "c", "");
    EXPECT(&w, "A\0\0\0\x0b\0\0\0\7c\0\0");
    pgwire_write_data_row(&w, (const char *const[]){"x", NULL}, 2);
    EXPECT(&w, "D\0\0\0\x0f\0\2\0\0\0\1x\xff\xff\xff\xff");
    struct pgwire_field field = {.name = "n", .type = 23, .length = 4, .modifier = -1, .format = 1};
    pgwire_write_row_description(&w, &field, 1);
    EXPECT(&w, "T\0\0\0\x1a\0\1n\0\0\0\0\0\0\0\0\0\0\x17\0\4\xff\xff\xff\xff\0\1");
    const char *options[] = {"_pq_.x"};
    pgwire_write_negotiate_protocol_version(&w, 0, options, 1);
    EXPECT(&w, "v\0\0\0\x13\0\3\0\0\0\0\0\1_pq_.x\0");
    pgwire_write_copy_data(&w, "ab", 2);
    EXPECT(&w, "d\0\0\0\6ab");
    pgwire_write_portal_suspended(&w);
    EXPECT(&w, "s\0\0\0\4");
    writer_destroy(&w);
}

static void errors_tell_all_they_know(void **state) {
    (void)state;
    struct writer w = {0};
    struct error err;
    error_set_state(&err, ERROR_CONSTRAINT, "23505", "no");
    error_set_detail(&err, "d");
    error_set_hint(&err, "h");
    error_set_context(&err, "w");
    err.position = 12;
    strcpy(err.schema, "s");
    strcpy(err.table, "t");
    strcpy(err.column, "c");
    strcpy(err.data_type, "y");
    strcpy(err.constraint, "n");
    pgwire_write_error(&w, PGWIRE_FATAL, &err);
    EXPECT(&w, "E\0\0\0\x3aSFATAL\0VFATAL\0C23505\0Mno\0Dd\0Hh\0P12\0Ww\0ss\0tt\0cc\0dy\0nn\0\0");
    pgwire_write_notice(&w, PGWIRE_WARNING, "25P01", "there is no %s", "transaction");
    EXPECT(&w, "N\0\0\0\x37SWARNING\0VWARNING\0C25P01\0Mthere is no transaction\0\0");
    writer_destroy(&w);
}

static void a_full_writer_fails_quietly(void **state) {
    (void)state;
    struct writer w = {.limit_bytes = 10};
    pgwire_write_parameter_status(&w, "name", "a long value");
    assert_false(writer_ok(&w));
    pgwire_write_ready_for_query(&w, PGWIRE_IDLE);
    assert_false(writer_ok(&w));
    writer_destroy(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_have_their_bytes),
        cmocka_unit_test(errors_tell_all_they_know),
        cmocka_unit_test(a_full_writer_fails_quietly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
