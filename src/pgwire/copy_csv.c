/* The csv format (CopyReadLineText and CopyReadAttributesCSV in copyfromparse.c): quotes may begin and end anywhere
 * in a field, and line ends within them are data. */
#include <string.h>

#include "pgwire/copy_reader.h"
#include "pgwire/scan.h"

/* Drops quotes and escapes; follows the same rules as the scan below. */
static struct pgwire_value unquote(struct writer *scratch, const uint8_t *at, size_t length, uint8_t quote,
                                   uint8_t escape) {
    const uint8_t *end = at + length;
    uint8_t *start = scratch->bytes + scratch->length, *out = start;
    bool in_quotes = false;
    while (at < end) {
        uint8_t c = *at++;
        if (in_quotes && c == escape && at < end && (*at == quote || *at == escape))
            *out++ = *at++;
        else if (c == quote)
            in_quotes = !in_quotes;
        else
            *out++ = c;
    }
    scratch->length = (size_t)(out - scratch->bytes);
    return (struct pgwire_value){start, (int32_t)(out - start)};
}

static bool is_null_text(const struct pgwire_copy_options *options, const uint8_t *bytes, size_t length) {
    return length == options->null_bytes && memcmp(bytes, options->null_text, length) == 0;
}

/* An unquoted null text is NULL; the force options turn it round. */
static struct pgwire_value give_field(struct pgwire_copy_reader *reader, int32_t column) {
    const struct pgwire_copy_options *options = reader->options;
    const struct pgwire_copy_span *span = &reader->spans[column];
    const uint8_t *bytes = reader->line_bytes + span->offset;
    struct pgwire_value field = {bytes, (int32_t)span->length};
    if (span->escaped)
        field = unquote(&reader->unescaped, bytes, span->length, (uint8_t)options->quote, (uint8_t)options->escape);
    else if (span->quoted)
        field = (struct pgwire_value){bytes + 1, (int32_t)span->length - 2};
    bool in_rows = reader->state != PGWIRE_COPY_AT_HEADER;
    bool force_null = in_rows && options->force_null && options->force_null[column];
    bool force_not_null = in_rows && options->force_not_null && options->force_not_null[column];
    bool is_null = is_null_text(options, field.bytes, (size_t)field.length) &&
                   (span->quoted ? force_null : !force_not_null);
    return is_null ? (struct pgwire_value){NULL, PGWIRE_NULL} : field;
}

static enum pgwire_copy_status fail_unterminated(struct pgwire_copy_reader *reader, struct error *err) {
    error_set_state(err, ERROR_CONVERSION, "22P04", "unterminated CSV quoted field");
    pgwire_copy_reader_explain(reader, -1, err);
    return PGWIRE_COPY_FAILED;
}

/* Quotes only around the field need no copy. */
static void end_field(struct pgwire_copy_reader *reader, const uint8_t *end, const uint8_t *next) {
    const uint8_t *start = reader->at + reader->field_start;
    uint8_t quote = (uint8_t)reader->options->quote;
    if (reader->field_quoted && !(end - start >= 2 && *start == quote && end[-1] == quote))
        reader->field_escaped = true;
    pgwire_copy_end_field(reader, end, next);
}

static enum pgwire_copy_status end_row(struct pgwire_copy_reader *reader, const uint8_t *end, const uint8_t *next,
                                       struct error *err) {
    bool unterminated = reader->in_quotes;
    reader->in_quotes = false;
    end_field(reader, end, next);
    if (!pgwire_copy_end_line(reader, end, next, err))
        return PGWIRE_COPY_FAILED;
    if (unterminated)
        return fail_unterminated(reader, err);
    for (int32_t i = 0; i < reader->span_count && i < reader->column_count; i++)
        reader->fields[i] = give_field(reader, i);
    return PGWIRE_COPY_ROW;
}

static enum pgwire_copy_status end_data(struct pgwire_copy_reader *reader, const uint8_t *end, struct error *err) {
    bool empty = end == reader->at;
    reader->state = empty ? PGWIRE_COPY_ENDED : PGWIRE_COPY_LAST_ROW;
    return empty ? PGWIRE_COPY_END : end_row(reader, end, reader->end, err);
}

/* PostgreSQL counts the lines within quotes by the style of line end it has seen, or by carriage returns. */
static void count_line(struct pgwire_copy_reader *reader, uint8_t c) {
    reader->line += c == (reader->newline == PGWIRE_NEWLINE_LF ? '\n' : '\r');
}

/* A quote, escape or line end within quotes. False: the next byte is needed to tell. */
static bool step_in_quotes(struct pgwire_copy_reader *reader, const uint8_t *hit) {
    uint8_t quote = (uint8_t)reader->options->quote, escape = (uint8_t)reader->options->escape;
    bool last = reader->end - hit < 2;
    size_t step = 1;
    if (*hit == escape && last && !reader->finished)
        return false;
    if (*hit == escape && !last && (hit[1] == quote || hit[1] == escape)) {
        reader->field_escaped = true;
        step = 2;
    } else if (*hit == quote) {
        reader->in_quotes = false;
    } else if (*hit == '\n' || *hit == '\r') {
        count_line(reader, *hit);
    }
    reader->scanned += step;
    return true;
}

static void open_quotes(struct pgwire_copy_reader *reader, const uint8_t *hit) {
    if (reader->field_quoted || hit != reader->at + reader->field_start)
        reader->field_escaped = true;
    reader->field_quoted = reader->in_quotes = true;
    reader->scanned++;
}

/* A backslash at the start of a line may begin the marker. */
static enum pgwire_copy_marker marker_at_start(struct pgwire_copy_reader *reader, struct error *err) {
    if (reader->scanned != 0 || reader->at == reader->end || *reader->at != '\\')
        return PGWIRE_MARKER_NONE;
    return pgwire_copy_judge_marker(reader, reader->at, err);
}

enum pgwire_copy_status pgwire_copy_read_csv(struct pgwire_copy_reader *reader, struct error *err) {
    const struct pgwire_copy_options *options = reader->options;
    const uint8_t delimiter = (uint8_t)options->delimiter, quote = (uint8_t)options->quote;
    const struct pgwire_scan_set outside = {{delimiter, '\n', '\r', quote}};
    const struct pgwire_scan_set inside = {{quote, (uint8_t)options->escape, '\n', '\r'}};
    size_t newline_bytes;
    if (reader->scanned == 0)
        reader->span_count = 0;
    enum pgwire_copy_marker marker = marker_at_start(reader, err);
    if (marker == PGWIRE_MARKER_FOUND)
        return end_data(reader, reader->at, err);
    if (marker != PGWIRE_MARKER_NONE)
        return marker == PGWIRE_MARKER_MORE ? PGWIRE_COPY_MORE : PGWIRE_COPY_FAILED;
    for (;;) {
        const uint8_t *hit =
            pgwire_scan(reader->at + reader->scanned, reader->end, reader->in_quotes ? inside : outside);
        reader->scanned = (size_t)(hit - reader->at);
        if (hit == reader->end)
            return reader->finished ? end_data(reader, hit, err) : PGWIRE_COPY_MORE;
        if (reader->in_quotes) {
            if (!step_in_quotes(reader, hit))
                return PGWIRE_COPY_MORE;
        } else if (*hit == delimiter) {
            end_field(reader, hit, hit + 1);
        } else if (*hit == quote) {
            open_quotes(reader, hit);
        } else {
            enum pgwire_copy_line_end line_end = pgwire_copy_judge_newline(reader, hit, &newline_bytes, err);
            if (line_end == PGWIRE_LINE_ENDS)
                return end_row(reader, hit, hit + newline_bytes, err);
            return line_end == PGWIRE_LINE_MORE ? PGWIRE_COPY_MORE : PGWIRE_COPY_FAILED;
        }
    }
}
