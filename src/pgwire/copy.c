/* The COPY reader's frame: input that is split anywhere, header, counting of fields, context of errors. */
#include "pgwire/copy.h"

#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "pgwire/copy_reader.h"

enum {
    ROW_BYTES_MOST = 0x3fffffff, /* PostgreSQL's MaxAllocSize */
    SHOWN_BYTES = 100,           /* MAX_COPY_DATA_DISPLAY in copyfromparse.c */
};

struct pgwire_copy_options pgwire_copy_options_default(enum pgwire_copy_format format) {
    bool csv = format == PGWIRE_COPY_CSV;
    return (struct pgwire_copy_options){
        .format = format,
        .delimiter = csv ? ',' : '\t',
        .quote = '"',
        .escape = '"',
        .null_text = csv ? "" : "\\N",
        .null_bytes = csv ? 0 : 2,
    };
}

static bool refuse(struct error *err, const char *sqlstate, const char *message) {
    return error_set_state(err, ERROR_INVALID_ARGUMENT, sqlstate, "%s", message);
}

static bool contains(const struct pgwire_copy_options *options, char c) {
    return options->null_bytes && memchr(options->null_text, c, options->null_bytes);
}

static bool check_binary(const struct pgwire_copy_options *options, struct error *err) {
    if (options->header != PGWIRE_COPY_HEADER_NONE)
        return refuse(err, "0A000", "cannot specify HEADER in BINARY mode");
    return true;
}

static bool check_csv(const struct pgwire_copy_options *options, bool reading, struct error *err) {
    if (options->delimiter == options->quote)
        return refuse(err, "22023", "COPY delimiter and quote must be different");
    if (contains(options, options->quote))
        return refuse(err, "22023", "CSV quote character must not appear in the NULL specification");
    if (reading && options->force_quote)
        return refuse(err, "0A000", "COPY force quote only available using COPY TO");
    if (!reading && options->force_not_null)
        return refuse(err, "0A000", "COPY force not null only available using COPY FROM");
    if (!reading && options->force_null)
        return refuse(err, "0A000", "COPY force null only available using COPY FROM");
    return true;
}

static bool check_text(const struct pgwire_copy_options *options, struct error *err) {
    /* Letters and digits could be taken for escapes: \n, \123. */
    if (options->delimiter && strchr("\\.abcdefghijklmnopqrstuvwxyz0123456789", options->delimiter))
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "COPY delimiter cannot be \"%c\"",
                               options->delimiter);
    if (options->force_quote)
        return refuse(err, "0A000", "COPY force quote available only in CSV mode");
    if (options->force_not_null)
        return refuse(err, "0A000", "COPY force not null available only in CSV mode");
    if (options->force_null)
        return refuse(err, "0A000", "COPY force null available only in CSV mode");
    return true;
}

bool pgwire_copy_options_check(const struct pgwire_copy_options *options, bool reading, struct error *err) {
    if (options->format == PGWIRE_COPY_BINARY)
        return check_binary(options, err);
    if (options->delimiter == '\n' || options->delimiter == '\r')
        return refuse(err, "22023", "COPY delimiter cannot be newline or carriage return");
    if (contains(options, '\n') || contains(options, '\r'))
        return refuse(err, "22023", "COPY null representation cannot use newline or carriage return");
    if (options->header == PGWIRE_COPY_HEADER_MATCH && !reading)
        return refuse(err, "0A000", "cannot use \"match\" with HEADER in COPY TO");
    if (contains(options, options->delimiter))
        return refuse(err, "22023", "COPY delimiter must not appear in the NULL specification");
    return options->format == PGWIRE_COPY_CSV ? check_csv(options, reading, err) : check_text(options, err);
}

struct pgwire_copy_reader *pgwire_copy_reader_create(const struct pgwire_copy_options *options, const char *table,
                                                     const char *const *columns, int32_t column_count) {
    struct pgwire_copy_reader *reader = memory_allocate_zeroed(1, sizeof *reader);
    if (!reader)
        return NULL;
    reader->options = options;
    reader->table = table;
    reader->columns = columns;
    reader->column_count = column_count;
    reader->at = reader->end = (const uint8_t *)"";
    reader->carry.limit_bytes = ROW_BYTES_MOST;
    reader->unescaped.limit_bytes = ROW_BYTES_MOST;
    reader->spans = memory_allocate_zeroed((size_t)column_count + 1, sizeof *reader->spans);
    reader->fields = memory_allocate_zeroed((size_t)column_count + 1, sizeof *reader->fields);
    bool has_header = options->format == PGWIRE_COPY_BINARY || options->header != PGWIRE_COPY_HEADER_NONE;
    reader->state = has_header ? PGWIRE_COPY_AT_HEADER : PGWIRE_COPY_IN_ROWS;
    if (reader->spans && reader->fields)
        return reader;
    pgwire_copy_reader_destroy(reader);
    return NULL;
}

void pgwire_copy_reader_destroy(struct pgwire_copy_reader *reader) {
    if (!reader)
        return;
    memory_free(reader->spans);
    memory_free(reader->fields);
    writer_destroy(&reader->carry);
    writer_destroy(&reader->unescaped);
    memory_free(reader);
}

void pgwire_copy_reader_feed(struct pgwire_copy_reader *reader, const void *bytes, size_t length) {
    if (!reader->carry.length) {
        reader->at = bytes;
        reader->end = reader->at + length;
        return;
    }
    writer_bytes(&reader->carry, bytes, length);
    reader->at = reader->carry.bytes;
    reader->end = reader->at + reader->carry.length;
}

void pgwire_copy_reader_finish(struct pgwire_copy_reader *reader) {
    reader->finished = true;
}

/* Keeps the row's first bytes, which belong to the caller, for the next feed. */
static enum pgwire_copy_status keep_rest(struct pgwire_copy_reader *reader, struct error *err) {
    size_t length = (size_t)(reader->end - reader->at);
    if (reader->carry.length) {
        memmove(reader->carry.bytes, reader->at, length);
        reader->carry.length = length;
    } else if (length) {
        writer_bytes(&reader->carry, reader->at, length);
    }
    if (!writer_ok(&reader->carry)) {
        error_set(err, ERROR_LIMIT, "out of memory");
        return PGWIRE_COPY_FAILED;
    }
    reader->at = length ? reader->carry.bytes : (const uint8_t *)"";
    reader->end = reader->at + length;
    return PGWIRE_COPY_MORE;
}

static enum pgwire_copy_status read_row(struct pgwire_copy_reader *reader, struct error *err) {
    switch (reader->options->format) {
    case PGWIRE_COPY_TEXT:
        return pgwire_copy_read_text(reader, err);
    case PGWIRE_COPY_CSV:
        return pgwire_copy_read_csv(reader, err);
    case PGWIRE_COPY_BINARY:
        return pgwire_copy_read_binary(reader, err);
    }
    return PGWIRE_COPY_END;
}

static enum pgwire_copy_status fail_line(struct pgwire_copy_reader *reader, struct error *err) {
    pgwire_copy_reader_explain(reader, -1, err);
    return PGWIRE_COPY_FAILED;
}

/* The header line must name the columns. */
static enum pgwire_copy_status check_header(struct pgwire_copy_reader *reader, struct error *err) {
    if (reader->options->header != PGWIRE_COPY_HEADER_MATCH)
        return PGWIRE_COPY_ROW;
    if (reader->span_count != reader->column_count) {
        error_set_state(err, ERROR_CONVERSION, "22P04",
                        "wrong number of fields in header line: field count is %d, expected %d", reader->span_count,
                        reader->column_count);
        return fail_line(reader, err);
    }
    for (int32_t i = 0; i < reader->column_count; i++) {
        struct pgwire_value field = reader->fields[i];
        const char *expected = reader->columns[i];
        if (field.length == PGWIRE_NULL)
            error_set_state(err, ERROR_CONVERSION, "22P04",
                            "column name mismatch in header line field %d: got null value (\"%s\"), expected \"%s\"",
                            i + 1, reader->options->null_text, expected);
        else if ((size_t)field.length != strlen(expected) || memcmp(field.bytes, expected, (size_t)field.length) != 0)
            error_set_state(err, ERROR_CONVERSION, "22P04",
                            "column name mismatch in header line field %d: got \"%.*s\", expected \"%s\"", i + 1,
                            (int)field.length, (const char *)field.bytes, expected);
        else
            continue;
        return fail_line(reader, err);
    }
    return PGWIRE_COPY_ROW;
}

/* Too few or too many fields; binary rows have their own count. */
static enum pgwire_copy_status check_count(struct pgwire_copy_reader *reader, struct error *err) {
    if (reader->span_count == reader->column_count || reader->options->format == PGWIRE_COPY_BINARY)
        return PGWIRE_COPY_ROW;
    if (reader->span_count > reader->column_count)
        error_set_state(err, ERROR_CONVERSION, "22P04", "extra data after last expected column");
    else
        error_set_state(err, ERROR_CONVERSION, "22P04", "missing data for column \"%s\"",
                        reader->columns[reader->span_count]);
    return fail_line(reader, err);
}

enum pgwire_copy_status pgwire_copy_reader_next(struct pgwire_copy_reader *reader, struct pgwire_copy_row *row,
                                                struct error *err) {
    enum pgwire_copy_status status = PGWIRE_COPY_END;
    reader->unescaped.length = 0;
    if (!writer_ok(&reader->carry)) {
        error_set(err, ERROR_LIMIT, "out of memory");
        return PGWIRE_COPY_FAILED;
    }
    if (reader->state == PGWIRE_COPY_AT_HEADER && reader->options->format != PGWIRE_COPY_BINARY) {
        status = read_row(reader, err);
        if (status == PGWIRE_COPY_ROW)
            status = check_header(reader, err);
        if (status == PGWIRE_COPY_ROW && reader->state == PGWIRE_COPY_AT_HEADER)
            reader->state = PGWIRE_COPY_IN_ROWS;
        if (status != PGWIRE_COPY_ROW)
            return status == PGWIRE_COPY_MORE ? keep_rest(reader, err) : status;
    }
    if (reader->state == PGWIRE_COPY_LAST_ROW)
        reader->state = PGWIRE_COPY_ENDED;
    if (reader->state == PGWIRE_COPY_ENDED)
        return PGWIRE_COPY_END;
    status = read_row(reader, err);
    if (status == PGWIRE_COPY_MORE)
        return keep_rest(reader, err);
    if (status == PGWIRE_COPY_ROW)
        status = check_count(reader, err);
    if (status == PGWIRE_COPY_ROW)
        *row = (struct pgwire_copy_row){reader->line, reader->column_count, reader->fields};
    return status;
}

/* At most SHOWN_BYTES of it, in whole characters, up to the first that is none. */
static int shown_bytes(const uint8_t *bytes, size_t length, const char **more) {
    size_t valid = utf8_valid_bytes(bytes, length < SHOWN_BYTES ? length : SHOWN_BYTES);
    *more = valid < length ? "..." : "";
    return (int)valid;
}

void pgwire_copy_reader_explain(const struct pgwire_copy_reader *reader, int32_t column, struct error *err) {
    long long line = (long long)reader->line;
    const char *more;
    if (column < 0 && reader->line_bytes) {
        int shown = shown_bytes(reader->line_bytes, reader->line_length, &more);
        error_set_context(err, "COPY %s, line %lld: \"%.*s%s\"", reader->table, line, shown,
                          (const char *)reader->line_bytes, more);
    } else if (column < 0) {
        error_set_context(err, "COPY %s, line %lld", reader->table, line);
    } else if (reader->options->format == PGWIRE_COPY_BINARY) {
        error_set_context(err, "COPY %s, line %lld, column %s", reader->table, line, reader->columns[column]);
    } else if (reader->fields[column].length == PGWIRE_NULL) {
        error_set_context(err, "COPY %s, line %lld, column %s: null input", reader->table, line,
                          reader->columns[column]);
    } else {
        struct pgwire_value field = reader->fields[column];
        int shown = shown_bytes(field.bytes, (size_t)field.length, &more);
        error_set_context(err, "COPY %s, line %lld, column %s: \"%.*s%s\"", reader->table, line,
                          reader->columns[column], shown, (const char *)field.bytes, more);
    }
}
