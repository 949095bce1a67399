/* Inside of the COPY reader: what its three formats share. */
#ifndef PGWIRE_COPY_READER_H
#define PGWIRE_COPY_READER_H

#include "base/writer.h"
#include "pgwire/copy.h"

/* A field of the row under way, by its place in the row. */
struct pgwire_copy_span {
    size_t offset;
    size_t length;
    bool escaped; /* text: holds backslashes; csv: holds quotes that are not just around it */
    bool quoted;  /* csv */
};

/* How lines end, found out from the first one. */
enum pgwire_copy_newline { PGWIRE_NEWLINE_UNKNOWN, PGWIRE_NEWLINE_LF, PGWIRE_NEWLINE_CR, PGWIRE_NEWLINE_CRLF };

/* What comes next in the data. */
enum pgwire_copy_state {
    PGWIRE_COPY_AT_HEADER, /* the header line, or the binary file header */
    PGWIRE_COPY_IN_ROWS,
    PGWIRE_COPY_LAST_ROW, /* nothing: the row under way ends the data */
    PGWIRE_COPY_ENDED,
};

struct pgwire_copy_reader {
    const struct pgwire_copy_options *options;
    const char *table;
    const char *const *columns;
    int32_t column_count;
    enum pgwire_copy_state state;
    bool finished; /* no more bytes follow */
    enum pgwire_copy_newline newline;
    int64_t line; /* that is being read, from 1 */

    /* The input: what was fed, or `carry` when a row began in an earlier feed. */
    const uint8_t *at; /* the row's first byte */
    const uint8_t *end;
    struct writer carry;

    /* The row under way; offsets from `at`. */
    size_t scanned;     /* what lies before was looked at */
    size_t field_start;
    bool field_escaped, field_quoted, in_quotes;
    int32_t span_count; /* counts on beyond the room in spans */
    struct pgwire_copy_span *spans; /* column_count + 1 */

    /* The row given last. */
    struct pgwire_value *fields;
    struct writer unescaped;
    const uint8_t *line_bytes; /* its raw text; NULL when there is none to show */
    size_t line_length;
};

/* One row of its format, PGWIRE_COPY_MORE when the input ends inside of it. The row's fields are reader->fields. */
enum pgwire_copy_status pgwire_copy_read_text(struct pgwire_copy_reader *reader, struct error *err);
enum pgwire_copy_status pgwire_copy_read_csv(struct pgwire_copy_reader *reader, struct error *err);
enum pgwire_copy_status pgwire_copy_read_binary(struct pgwire_copy_reader *reader, struct error *err);

/* Shared by text and csv. */

/* The field that ends before `end` joins the row; the next one begins at `next`. */
void pgwire_copy_end_field(struct pgwire_copy_reader *reader, const uint8_t *end, const uint8_t *next);
/* The row's raw text ends before `end`, and the input goes on at `next`. Gives room for unescaping. */
bool pgwire_copy_end_line(struct pgwire_copy_reader *reader, const uint8_t *end, const uint8_t *next, struct error *err);

enum pgwire_copy_line_end {
    PGWIRE_LINE_ENDS,   /* `*bytes` long */
    PGWIRE_LINE_FAILED, /* a line end of another style than before */
    PGWIRE_LINE_MORE,   /* the input ends before that can be told */
};

/* Judges the carriage return or line feed at `at`. */
enum pgwire_copy_line_end pgwire_copy_judge_newline(struct pgwire_copy_reader *reader, const uint8_t *at, size_t *bytes,
                                                    struct error *err);

enum pgwire_copy_marker { PGWIRE_MARKER_NONE, PGWIRE_MARKER_FOUND, PGWIRE_MARKER_FAILED, PGWIRE_MARKER_MORE };

/* Judges the backslash at `at`: whether it begins the end-of-data marker, a backslash and a point before a line end. */
enum pgwire_copy_marker pgwire_copy_judge_marker(struct pgwire_copy_reader *reader, const uint8_t *at,
                                                 struct error *err);

#endif
