/* COPY data: the first byte chooses format and options, the second the size of the pieces; read in pieces and whole,
 * with the same rows. What was read is written and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "pgwire/copy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"a", "b", "c"};

static struct pgwire_copy_options options_of(uint8_t choice) {
    struct pgwire_copy_options options = pgwire_copy_options_default((enum pgwire_copy_format)(choice % 3));
    options.header = (enum pgwire_copy_header)(choice / 3 % 3);
    if (options.format == PGWIRE_COPY_BINARY)
        options.header = PGWIRE_COPY_HEADER_NONE;
    if (choice / 9 % 2)
        options.escape = '\\';
    if (choice / 18 % 2)
        options.delimiter = '|';
    return options;
}

static void write_row(struct writer *out, const struct pgwire_copy_row *row, const struct pgwire_copy_options *options) {
    for (int32_t i = 0; i < row->field_count; i++) {
        const struct pgwire_value *field = &row->fields[i];
        if (i)
            writer_u8(out, (uint8_t)options->delimiter);
        size_t start = out->length;
        if (field->length == PGWIRE_NULL) {
            writer_bytes(out, options->null_text, options->null_bytes);
            continue;
        }
        writer_bytes(out, field->bytes, (size_t)field->length);
        if (options->format == PGWIRE_COPY_CSV)
            pgwire_copy_escape_csv(out, start, options, false, row->field_count == 1);
        else
            pgwire_copy_escape_text(out, start, options->delimiter);
    }
    writer_u8(out, '\n');
}

/* Rows written in the text they were read from; true at a regular end. */
static bool read_all(const struct pgwire_copy_options *options, int32_t columns, const uint8_t *data, size_t size,
                     size_t piece, struct writer *out) {
    struct pgwire_copy_reader *reader = pgwire_copy_reader_create(options, "t", names, columns);
    struct pgwire_copy_row row;
    struct error err = {0};
    enum pgwire_copy_status status = PGWIRE_COPY_MORE;
    for (size_t at = 0; status == PGWIRE_COPY_MORE; at += piece) {
        size_t count = at >= size ? 0 : size - at < piece ? size - at : piece;
        uint8_t *copy = malloc(count + 1);
        if (count) {
            memcpy(copy, data + at, count);
            pgwire_copy_reader_feed(reader, copy, count);
        } else {
            pgwire_copy_reader_finish(reader);
        }
        while ((status = pgwire_copy_reader_next(reader, &row, &err)) == PGWIRE_COPY_ROW) {
            write_row(out, &row, options);
            pgwire_copy_reader_explain(reader, columns - 1, &err);
        }
        free(copy);
    }
    pgwire_copy_reader_destroy(reader);
    return status == PGWIRE_COPY_END;
}

static void expect_same(const struct writer *a, const struct writer *b) {
    if (a->length != b->length || (a->length && memcmp(a->bytes, b->bytes, a->length) != 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    struct pgwire_copy_options options = options_of(data[0]);
    size_t piece = data[1] % 64 + 1;
    int32_t columns = 1 + data[1] / 64 % 3;
    struct writer whole = {0}, pieces = {0}, again = {0};
    data += 2;
    size -= 2;
    bool ended = read_all(&options, columns, data, size, size + 1, &whole);
    bool ended_in_pieces = read_all(&options, columns, data, size, piece, &pieces);
    /* Only what stands behind the binary end can be told apart. */
    if (options.format != PGWIRE_COPY_BINARY && ended != ended_in_pieces)
        abort();
    expect_same(&whole, &pieces);
    options.header = PGWIRE_COPY_HEADER_NONE;
    if (options.format != PGWIRE_COPY_BINARY && whole.length) {
        if (!read_all(&options, columns, whole.bytes, whole.length, whole.length, &again))
            abort();
        expect_same(&whole, &again);
    }
    writer_destroy(&whole);
    writer_destroy(&pieces);
    writer_destroy(&again);
    return 0;
}
