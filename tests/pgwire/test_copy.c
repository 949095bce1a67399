/* COPY data read whole and in every split, its errors, and writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/writer.h"
#include "pgwire/copy.h"

static const char *const names[] = {"a", "b", "c"};

/* Rows as text: fields in brackets, NULL as <null>, a row a line; then how it ended. */
static void show_row(const struct pgwire_copy_row *row, struct writer *out) {
    for (int32_t i = 0; i < row->field_count; i++) {
        if (row->fields[i].length == PGWIRE_NULL)
            writer_text(out, "<null>");
        else
            writer_format(out, "[%.*s]", (int)row->fields[i].length, (const char *)row->fields[i].bytes);
    }
    writer_text(out, "\n");
}

static void show_end(enum pgwire_copy_status status, const struct error *err, struct writer *out) {
    if (status == PGWIRE_COPY_FAILED)
        writer_format(out, "%s %s | %s", error_sqlstate(err), err->message, err->context);
    else
        writer_text(out, "end");
    writer_u8(out, 0);
}

/* Feeds pieces of `piece` bytes, each in a copy of its own that is gone afterwards. */
static void read_in_pieces(const struct pgwire_copy_options *options, int32_t columns, const char *data, size_t length,
                           size_t piece, struct writer *out) {
    struct pgwire_copy_reader *reader = pgwire_copy_reader_create(options, "t", names, columns);
    struct pgwire_copy_row row;
    struct error err = {0};
    enum pgwire_copy_status status = PGWIRE_COPY_MORE;
    for (size_t at = 0; status == PGWIRE_COPY_MORE; at += piece) {
        size_t count = at >= length ? 0 : length - at < piece ? length - at : piece;
        char *copy = test_malloc(count + 1);
        memcpy(copy, data + (at < length ? at : length), count);
        if (count)
            pgwire_copy_reader_feed(reader, copy, count);
        else
            pgwire_copy_reader_finish(reader);
        while ((status = pgwire_copy_reader_next(reader, &row, &err)) == PGWIRE_COPY_ROW)
            show_row(&row, out);
        test_free(copy);
    }
    show_end(status, &err, out);
    pgwire_copy_reader_destroy(reader);
}

static void expect(const struct pgwire_copy_options *options, int32_t columns, const char *data, size_t length,
                   const char *expected) {
    for (size_t piece = length + 1; piece > 0; piece--) {
        struct writer out = {0};
        read_in_pieces(options, columns, data, length, piece, &out);
        assert_string_equal(expected, (const char *)out.bytes);
        writer_destroy(&out);
    }
}

#define EXPECT(options, columns, data, expected) expect(options, columns, data, sizeof(data) - 1, expected)

static void text_is_read(void **state) {
    (void)state;
    struct pgwire_copy_options o = pgwire_copy_options_default(PGWIRE_COPY_TEXT);
    EXPECT(&o, 2, "1\tx\n2\ty\n", "[1][x]\n[2][y]\nend");
    EXPECT(&o, 2, "1\tx", "[1][x]\nend");
    EXPECT(&o, 2, "1\tx\r\n2\ty\r\n", "[1][x]\n[2][y]\nend");
    EXPECT(&o, 2, "1\tx\r2\ty\r", "[1][x]\n[2][y]\nend");
    EXPECT(&o, 2, "\\N\t\n", "<null>[]\nend");
    EXPECT(&o, 1, "\n\n", "[]\n[]\nend");
    EXPECT(&o, 1, "", "end");
    EXPECT(&o, 1, "a\n\\.\nb\n", "[a]\nend");
    EXPECT(&o, 1, "a\\.\n", "[a]\nend");
    EXPECT(&o, 1, "\\.\n", "end");
    EXPECT(&o, 1, "\\b\\f\\n\\r\\t\\v\\\\\\x41\\101\\q\\x\n", "[\b\f\n\r\t\v\\AAqx]\nend");
    EXPECT(&o, 2, "a\\\tb\tc\\\nd\n", "[a\tb][c\nd]\nend");
    EXPECT(&o, 1, "\\\\N\n", "[\\N]\nend");
    EXPECT(&o, 1, "abcdefghijklmnopqrstuvwxyz0123456789\n", "[abcdefghijklmnopqrstuvwxyz0123456789]\nend");
    o.delimiter = '|';
    o.null_text = "";
    o.null_bytes = 0;
    EXPECT(&o, 3, "1||x\n", "[1]<null>[x]\nend");
}

static void text_errors_name_the_line(void **state) {
    (void)state;
    struct pgwire_copy_options o = pgwire_copy_options_default(PGWIRE_COPY_TEXT);
    EXPECT(&o, 2, "1\tx\n2\n", "[1][x]\n22P04 missing data for column \"b\" | COPY t, line 2: \"2\"");
    EXPECT(&o, 2, "1\t2\t3\n", "22P04 extra data after last expected column | COPY t, line 1: \"1\t2\t3\"");
    EXPECT(&o, 1, "a\nb\r\n", "[a]\n22P04 literal carriage return found in data | COPY t, line 2");
    EXPECT(&o, 1, "a\r\nb\n", "[a]\n22P04 literal newline found in data | COPY t, line 2");
    EXPECT(&o, 1, "a\r\nb\rc\r\n", "[a]\n22P04 literal carriage return found in data | COPY t, line 2");
    EXPECT(&o, 1, "a\n\\.x\n", "[a]\n22P04 end-of-copy marker corrupt | COPY t, line 2");
    EXPECT(&o, 1, "\\.", "22P04 end-of-copy marker corrupt | COPY t, line 1");
    EXPECT(&o, 1, "a\n\\.\r\n", "[a]\n22P04 end-of-copy marker does not match previous newline style | COPY t, line 2");
    EXPECT(&o, 0, "x\n", "22P04 extra data after last expected column | COPY t, line 1: \"x\"");
    EXPECT(&o, 0, "\n\n", "\n\nend");
}

static void csv_is_read(void **state) {
    (void)state;
    static const bool second[] = {false, true};
    struct pgwire_copy_options o = pgwire_copy_options_default(PGWIRE_COPY_CSV);
    EXPECT(&o, 2, "1,x\n2,\"y\"\n", "[1][x]\n[2][y]\nend");
    EXPECT(&o, 2, ",\"\"\n", "<null>[]\nend");
    EXPECT(&o, 2, "\"a,b\",\"c\"\"d\"\n", "[a,b][c\"d]\nend");
    EXPECT(&o, 2, "\"a\nb\",\"c\r\nd\"\n1,2\n", "[a\nb][c\r\nd]\n[1][2]\nend");
    EXPECT(&o, 2, "a\"b,c\"d,e\n", "[ab,cd][e]\nend");
    EXPECT(&o, 1, "\\.\nx\n", "end");
    EXPECT(&o, 1, "\"\\.\"\n", "[\\.]\nend");
    EXPECT(&o, 1, "x\\.\n\\.x\n", "[x\\.]\n[\\.x]\nend");
    EXPECT(&o, 1, "\"abc\n", "22P04 unterminated CSV quoted field | COPY t, line 1: \"\"abc\n\"");
    EXPECT(&o, 1, "a\nb\r\n", "[a]\n22P04 unquoted carriage return found in data | COPY t, line 2");
    EXPECT(&o, 2, "1\n", "22P04 missing data for column \"b\" | COPY t, line 1: \"1\"");
    EXPECT(&o, 2, "\"a\"\"\",\"\"\"\"\n", "[a\"][\"]\nend");
    o.escape = '\\';
    EXPECT(&o, 1, "\"a\\\"b\\\\c\\d\"\n", "[a\"b\\c\\d]\nend");
    o.escape = '"';
    o.force_null = second;
    EXPECT(&o, 2, "\"\",\"\"\n", "[]<null>\nend");
    o.force_null = NULL;
    o.force_not_null = second;
    EXPECT(&o, 2, ",\n", "<null>[]\nend");
}

static void headers_are_skipped_or_matched(void **state) {
    (void)state;
    struct pgwire_copy_options o = pgwire_copy_options_default(PGWIRE_COPY_CSV);
    o.header = PGWIRE_COPY_HEADER_PRESENT;
    EXPECT(&o, 2, "what,ever,it,is\n1,2\n", "[1][2]\nend");
    EXPECT(&o, 2, "a,b", "end");
    EXPECT(&o, 2, "", "end");
    EXPECT(&o, 2, "a,b\n1\n", "22P04 missing data for column \"b\" | COPY t, line 2: \"1\"");
    o.header = PGWIRE_COPY_HEADER_MATCH;
    EXPECT(&o, 2, "a,b\n1,2\n", "[1][2]\nend");
    EXPECT(&o, 2, "a,c\n", "22P04 column name mismatch in header line field 2: got \"c\", expected \"b\" | "
                           "COPY t, line 1: \"a,c\"");
    EXPECT(&o, 2, "a\n", "22P04 wrong number of fields in header line: field count is 1, expected 2 | "
                         "COPY t, line 1: \"a\"");
    EXPECT(&o, 2, "a,\n", "22P04 column name mismatch in header line field 2: got null value (\"\"), expected \"b\" | "
                          "COPY t, line 1: \"a,\"");
}

#define SIGNATURE "PGCOPY\n\377\r\n\0"

static void binary_is_read(void **state) {
    (void)state;
    struct pgwire_copy_options o = pgwire_copy_options_default(PGWIRE_COPY_BINARY);
    EXPECT(&o, 2, SIGNATURE "\0\0\0\0\0\0\0\0" "\0\2\0\0\0\1x\377\377\377\377" "\377\377", "[x]<null>\nend");
    EXPECT(&o, 1, SIGNATURE "\0\0\0\0\0\0\0\3abc" "\377\377", "end");
    EXPECT(&o, 1, SIGNATURE "\0\0\0\0\0\0\0\0" "\0\1\0\0\0\0", "[]\nend");
    EXPECT(&o, 1, "PGCOPY\n\377\r\nx", "22P04 COPY file signature not recognized | ");
    EXPECT(&o, 1, "PG", "22P04 COPY file signature not recognized | ");
    EXPECT(&o, 1, SIGNATURE "\0\1\0\0", "22P04 invalid COPY file header (WITH OIDS) | ");
    EXPECT(&o, 1, SIGNATURE "\0\2\0\0", "22P04 unrecognized critical flags in COPY file header | ");
    EXPECT(&o, 1, SIGNATURE "\0\0", "22P04 invalid COPY file header (missing flags) | ");
    EXPECT(&o, 1, SIGNATURE "\0\0\0\0\0\0\0\5ab", "22P04 invalid COPY file header (wrong length) | ");
    EXPECT(&o, 2, SIGNATURE "\0\0\0\0\0\0\0\0" "\0\1", "22P04 row field count is 1, expected 2 | COPY t, line 1");
    EXPECT(&o, 1, SIGNATURE "\0\0\0\0\0\0\0\0" "\0\1\377\377\377\376", "22P04 invalid field size | COPY t, line 1");
    EXPECT(&o, 1, SIGNATURE "\0\0\0\0\0\0\0\0" "\0\1\0\0\0\5ab", "22P04 unexpected EOF in COPY data | COPY t, line 1");
}

static void data_behind_the_binary_end_is_refused(void **state) {
    (void)state;
    struct pgwire_copy_options o = pgwire_copy_options_default(PGWIRE_COPY_BINARY);
    static const char data[] = SIGNATURE "\0\0\0\0\0\0\0\0" "\377\377x";
    struct writer out = {0};
    read_in_pieces(&o, 1, data, sizeof data - 1, sizeof data, &out);
    assert_string_equal("22P04 received copy data after EOF marker | COPY t, line 0", (const char *)out.bytes);
    writer_destroy(&out);
}

static void errors_of_fields_are_explained(void **state) {
    (void)state;
    struct pgwire_copy_options o = pgwire_copy_options_default(PGWIRE_COPY_TEXT);
    struct pgwire_copy_reader *reader = pgwire_copy_reader_create(&o, "t", names, 2);
    struct pgwire_copy_row row;
    struct error err = {0};
    char data[300];
    memset(data, 'x', sizeof data);
    memcpy(data, "\\N\t", 3);
    data[sizeof data - 1] = '\n';
    pgwire_copy_reader_feed(reader, data, sizeof data);
    assert_int_equal(PGWIRE_COPY_ROW, pgwire_copy_reader_next(reader, &row, &err));
    pgwire_copy_reader_explain(reader, 0, &err);
    assert_string_equal("COPY t, line 1, column a: null input", err.context);
    pgwire_copy_reader_explain(reader, 1, &err);
    assert_int_equal(strlen("COPY t, line 1, column b: \"") + 100 + strlen("...\""), strlen(err.context));
    pgwire_copy_reader_destroy(reader);
}

static void expect_escaped(const char *value, const char *text, const char *csv) {
    struct pgwire_copy_options o = pgwire_copy_options_default(PGWIRE_COPY_CSV);
    struct writer w = {0};
    writer_text(&w, "|");
    writer_text(&w, value);
    pgwire_copy_escape_text(&w, 1, '\t');
    writer_u8(&w, 0);
    assert_string_equal(text, (const char *)w.bytes + 1);
    writer_reset(&w);
    writer_text(&w, value);
    pgwire_copy_escape_csv(&w, 0, &o, false, true);
    writer_u8(&w, 0);
    assert_string_equal(csv, (const char *)w.bytes);
    writer_destroy(&w);
}

static void values_are_escaped(void **state) {
    (void)state;
    expect_escaped("plain", "plain", "plain");
    expect_escaped("a\tb\nc\\d\re\bf\fg\vh\x01", "a\\tb\\nc\\\\d\\re\\bf\\fg\\vh\x01", "\"a\tb\nc\\d\re\bf\fg\vh\x01\"");
    expect_escaped("", "", "\"\"");
    expect_escaped("\\.", "\\\\.", "\"\\.\"");
    expect_escaped("a,\"b\"", "a,\"b\"", "\"a,\"\"b\"\"\"");
    expect_escaped("0123456789abcdef0123456789abcdef\n", "0123456789abcdef0123456789abcdef\\n",
                   "\"0123456789abcdef0123456789abcdef\n\"");
}

static void options_are_checked(void **state) {
    (void)state;
    struct error err;
    struct pgwire_copy_options o = pgwire_copy_options_default(PGWIRE_COPY_TEXT);
    assert_true(pgwire_copy_options_check(&o, true, &err));
    o.delimiter = 'a';
    assert_false(pgwire_copy_options_check(&o, true, &err));
    assert_string_equal("COPY delimiter cannot be \"a\"", err.message);
    o = pgwire_copy_options_default(PGWIRE_COPY_CSV);
    assert_true(pgwire_copy_options_check(&o, true, &err));
    o.quote = ',';
    assert_false(pgwire_copy_options_check(&o, true, &err));
    assert_string_equal("COPY delimiter and quote must be different", err.message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_read),
        cmocka_unit_test(text_errors_name_the_line),
        cmocka_unit_test(csv_is_read),
        cmocka_unit_test(headers_are_skipped_or_matched),
        cmocka_unit_test(binary_is_read),
        cmocka_unit_test(data_behind_the_binary_end_is_refused),
        cmocka_unit_test(errors_of_fields_are_explained),
        cmocka_unit_test(values_are_escaped),
        cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
