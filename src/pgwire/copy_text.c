/* The text format, and what csv shares with it: lines, their ends, the end-of-data marker (CopyReadLineText and
 * CopyReadAttributesText in copyfromparse.c). */
#include <string.h>

#include "pgwire/copy_reader.h"
#include "pgwire/scan.h"

void pgwire_copy_end_field(struct pgwire_copy_reader *reader, const uint8_t *end, const uint8_t *next) {
    if (reader->span_count <= reader->column_count)
        reader->spans[reader->span_count] = (struct pgwire_copy_span){
            .offset = reader->field_start,
            .length = (size_t)(end - reader->at) - reader->field_start,
            .escaped = reader->field_escaped,
            .quoted = reader->field_quoted,
        };
    reader->span_count++;
    reader->field_start = reader->scanned = (size_t)(next - reader->at);
    reader->field_escaped = reader->field_quoted = false;
}

bool pgwire_copy_end_line(struct pgwire_copy_reader *reader, const uint8_t *end, const uint8_t *next,
                          struct error *err) {
    reader->line_bytes = reader->at;
    reader->line_length = (size_t)(end - reader->at);
    reader->line++;
    /* A table without columns has empty lines; an empty line is one empty field otherwise. */
    if (reader->column_count == 0 && reader->line_length == 0)
        reader->span_count = 0;
    reader->at = next;
    reader->scanned = reader->field_start = 0;
    /* Unescaping never makes a line longer. */
    return writer_reserve(&reader->unescaped, reader->line_length + 1) || error_set(err, ERROR_LIMIT, "out of memory");
}

static enum pgwire_copy_line_end fail_newline(struct pgwire_copy_reader *reader, char c, struct error *err) {
    bool csv = reader->options->format == PGWIRE_COPY_CSV;
    const char *name = c == '\r' ? "carriage return" : "newline";
    error_set_state(err, ERROR_CONVERSION, "22P04", "%s %s found in data", csv ? "unquoted" : "literal", name);
    if (csv)
        error_set_hint(err, "Use quoted CSV field to represent %s.", name);
    else
        error_set_hint(err, "Use \"\\%c\" to represent %s.", c == '\r' ? 'r' : 'n', name);
    reader->line++;
    reader->line_bytes = NULL;
    pgwire_copy_reader_explain(reader, -1, err);
    return PGWIRE_LINE_FAILED;
}

enum pgwire_copy_line_end pgwire_copy_judge_newline(struct pgwire_copy_reader *reader, const uint8_t *at, size_t *bytes,
                                                    struct error *err) {
    *bytes = 1;
    if (*at == '\n') {
        if (reader->newline == PGWIRE_NEWLINE_CR || reader->newline == PGWIRE_NEWLINE_CRLF)
            return fail_newline(reader, '\n', err);
        reader->newline = PGWIRE_NEWLINE_LF;
        return PGWIRE_LINE_ENDS;
    }
    if (reader->newline == PGWIRE_NEWLINE_LF)
        return fail_newline(reader, '\r', err);
    if (reader->newline == PGWIRE_NEWLINE_CR)
        return PGWIRE_LINE_ENDS;
    bool last = reader->end - at < 2;
    if (last && !reader->finished)
        return PGWIRE_LINE_MORE;
    if (!last && at[1] == '\n') {
        reader->newline = PGWIRE_NEWLINE_CRLF;
        *bytes = 2;
        return PGWIRE_LINE_ENDS;
    }
    if (reader->newline == PGWIRE_NEWLINE_CRLF)
        return fail_newline(reader, '\r', err);
    reader->newline = PGWIRE_NEWLINE_CR;
    return PGWIRE_LINE_ENDS;
}

static enum pgwire_copy_marker fail_marker(struct pgwire_copy_reader *reader, const char *message, struct error *err) {
    error_set_state(err, ERROR_CONVERSION, "22P04", "%s", message);
    reader->line++;
    reader->line_bytes = NULL;
    pgwire_copy_reader_explain(reader, -1, err);
    return PGWIRE_MARKER_FAILED;
}

/* What is no marker after all: data in csv, an error in text. */
static enum pgwire_copy_marker deny_marker(struct pgwire_copy_reader *reader, const char *message, struct error *err) {
    return reader->options->format == PGWIRE_COPY_CSV ? PGWIRE_MARKER_NONE : fail_marker(reader, message, err);
}

enum pgwire_copy_marker pgwire_copy_judge_marker(struct pgwire_copy_reader *reader, const uint8_t *at,
                                                 struct error *err) {
    static const char mismatch[] = "end-of-copy marker does not match previous newline style";
    static const char corrupt[] = "end-of-copy marker corrupt";
    size_t left = (size_t)(reader->end - at), newline = 2;
    if (left < 2)
        return reader->finished ? PGWIRE_MARKER_NONE : PGWIRE_MARKER_MORE;
    if (at[1] != '.')
        return PGWIRE_MARKER_NONE;
    if (reader->newline == PGWIRE_NEWLINE_CRLF && left > 2) {
        if (at[2] != '\r')
            return deny_marker(reader, at[2] == '\n' ? mismatch : corrupt, err);
        newline = 3;
    }
    if (left <= newline)
        return reader->finished ? deny_marker(reader, corrupt, err) : PGWIRE_MARKER_MORE;
    uint8_t last = at[newline];
    if (last != '\n' && last != '\r')
        return deny_marker(reader, corrupt, err);
    bool is_cr = reader->newline == PGWIRE_NEWLINE_CR;
    if (reader->newline != PGWIRE_NEWLINE_UNKNOWN && is_cr != (last == '\r'))
        return fail_marker(reader, mismatch, err);
    return PGWIRE_MARKER_FOUND;
}

static bool is_octal(uint8_t c) {
    return c >= '0' && c <= '7';
}

static int hex_value(uint8_t c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What stands behind a backslash; moves `*at` past it. */
static uint8_t unescape_one(const uint8_t **at, const uint8_t *end) {
    static const char letters[] = "bfnrtv", meanings[] = "\b\f\n\r\t\v";
    uint8_t c = *(*at)++;
    if (is_octal(c)) {
        unsigned value = c - '0';
        for (int i = 0; i < 2 && *at < end && is_octal(**at); i++)
            value = value * 8 + (*(*at)++ - (unsigned)'0');
        return (uint8_t)value;
    }
    if (c == 'x' && *at < end && hex_value(**at) >= 0) {
        unsigned value = (unsigned)hex_value(*(*at)++);
        if (*at < end && hex_value(**at) >= 0)
            value = value * 16 + (unsigned)hex_value(*(*at)++);
        return (uint8_t)value;
    }
    const char *letter = c ? strchr(letters, c) : NULL;
    return letter ? (uint8_t)meanings[letter - letters] : c;
}

static struct pgwire_value unescape(struct writer *scratch, const uint8_t *at, size_t length) {
    const uint8_t *end = at + length;
    uint8_t *start = scratch->bytes + scratch->length, *out = start;
    while (at < end) {
        uint8_t c = *at++;
        if (c != '\\')
            *out++ = c;
        else if (at < end)
            *out++ = unescape_one(&at, end);
    }
    scratch->length = (size_t)(out - scratch->bytes);
    return (struct pgwire_value){start, (int32_t)(out - start)};
}

/* The null text is looked for before backslashes mean anything. */
static void give_fields(struct pgwire_copy_reader *reader) {
    const struct pgwire_copy_options *options = reader->options;
    int32_t count = reader->span_count < reader->column_count ? reader->span_count : reader->column_count;
    for (int32_t i = 0; i < count; i++) {
        struct pgwire_copy_span span = reader->spans[i];
        const uint8_t *bytes = reader->line_bytes + span.offset;
        if (span.length == options->null_bytes && memcmp(bytes, options->null_text, span.length) == 0)
            reader->fields[i] = (struct pgwire_value){NULL, PGWIRE_NULL};
        else if (span.escaped)
            reader->fields[i] = unescape(&reader->unescaped, bytes, span.length);
        else
            reader->fields[i] = (struct pgwire_value){bytes, (int32_t)span.length};
    }
}

static enum pgwire_copy_status end_row(struct pgwire_copy_reader *reader, const uint8_t *end, const uint8_t *next,
                                       struct error *err) {
    pgwire_copy_end_field(reader, end, next);
    if (!pgwire_copy_end_line(reader, end, next, err))
        return PGWIRE_COPY_FAILED;
    give_fields(reader);
    return PGWIRE_COPY_ROW;
}

/* The data ends here, by itself or by the marker; what stands before on the line is a row. */
static enum pgwire_copy_status end_data(struct pgwire_copy_reader *reader, const uint8_t *end, struct error *err) {
    bool empty = end == reader->at;
    reader->state = empty ? PGWIRE_COPY_ENDED : PGWIRE_COPY_LAST_ROW;
    return empty ? PGWIRE_COPY_END : end_row(reader, end, reader->end, err);
}

enum pgwire_copy_status pgwire_copy_read_text(struct pgwire_copy_reader *reader, struct error *err) {
    const uint8_t delimiter = (uint8_t)reader->options->delimiter;
    const struct pgwire_scan_set set = {{delimiter, '\n', '\r', '\\'}};
    size_t newline_bytes;
    if (reader->scanned == 0)
        reader->span_count = 0;
    for (;;) {
        const uint8_t *hit = pgwire_scan(reader->at + reader->scanned, reader->end, set);
        reader->scanned = (size_t)(hit - reader->at);
        if (hit == reader->end)
            return reader->finished ? end_data(reader, hit, err) : PGWIRE_COPY_MORE;
        if (*hit == delimiter) {
            pgwire_copy_end_field(reader, hit, hit + 1);
        } else if (*hit == '\\') {
            enum pgwire_copy_marker marker = pgwire_copy_judge_marker(reader, hit, err);
            if (marker == PGWIRE_MARKER_FOUND)
                return end_data(reader, hit, err);
            if (marker != PGWIRE_MARKER_NONE)
                return marker == PGWIRE_MARKER_MORE ? PGWIRE_COPY_MORE : PGWIRE_COPY_FAILED;
            reader->field_escaped = true;
            reader->scanned += reader->end - hit < 2 ? 1 : 2;
        } else {
            enum pgwire_copy_line_end line_end = pgwire_copy_judge_newline(reader, hit, &newline_bytes, err);
            if (line_end == PGWIRE_LINE_ENDS)
                return end_row(reader, hit, hit + newline_bytes, err);
            return line_end == PGWIRE_LINE_MORE ? PGWIRE_COPY_MORE : PGWIRE_COPY_FAILED;
        }
    }
}
