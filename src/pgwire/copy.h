/* COPY data in PostgreSQL's text, csv and binary formats: rows and fields, without knowing types.
 *
 * The reader takes any split of the input. It gives each field's bytes unescaped; a NULL's length is -1. Errors carry
 * PostgreSQL 15's texts (copyfromparse.c) and SQLSTATEs, and the line as their context. One thread at a time.
 */
#ifndef PGWIRE_COPY_H
#define PGWIRE_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/writer.h"
#include "pgwire/message.h"

enum pgwire_copy_format { PGWIRE_COPY_TEXT, PGWIRE_COPY_CSV, PGWIRE_COPY_BINARY };

enum pgwire_copy_header { PGWIRE_COPY_HEADER_NONE, PGWIRE_COPY_HEADER_PRESENT, PGWIRE_COPY_HEADER_MATCH };

struct pgwire_copy_options {
    enum pgwire_copy_format format;
    enum pgwire_copy_header header;
    char delimiter;
    char quote, escape; /* csv */
    const char *null_text;
    size_t null_bytes;
    /* csv; a flag for each column, or NULL for none. */
    const bool *force_quote;    /* writing */
    const bool *force_not_null; /* reading */
    const bool *force_null;     /* reading */
};

/* What PostgreSQL uses when an option is not given. */
struct pgwire_copy_options pgwire_copy_options_default(enum pgwire_copy_format format);
/* PostgreSQL's own rules and texts for impossible combinations (0A000, 22023). */
bool pgwire_copy_options_check(const struct pgwire_copy_options *options, bool reading, struct error *err);

struct pgwire_copy_row {
    int64_t line; /* of the row's last line, from 1; the header counts; binary: the row's number */
    int32_t field_count;
    const struct pgwire_value *fields; /* borrowed until the next call on the reader */
};

enum pgwire_copy_status {
    PGWIRE_COPY_ROW,
    PGWIRE_COPY_MORE, /* the fed bytes are used up */
    PGWIRE_COPY_END,  /* the end marker, or the end of the data */
    PGWIRE_COPY_FAILED,
};

struct pgwire_copy_reader;

/* `table` and `columns` name things in errors; `column_count` fields are expected in each row. The options, with
 * what they point at, and the names are borrowed until destroy. Owned, free with pgwire_copy_reader_destroy; NULL:
 * no memory. */
struct pgwire_copy_reader *pgwire_copy_reader_create(const struct pgwire_copy_options *options, const char *table,
                                                     const char *const *columns, int32_t column_count);
/* Gives the next bytes, borrowed until pgwire_copy_reader_next() has returned PGWIRE_COPY_MORE. */
void pgwire_copy_reader_feed(struct pgwire_copy_reader *reader, const void *bytes, size_t length);
/* Says that no more bytes follow. */
void pgwire_copy_reader_finish(struct pgwire_copy_reader *reader);
/* After PGWIRE_COPY_END or PGWIRE_COPY_FAILED: not again. */
enum pgwire_copy_status pgwire_copy_reader_next(struct pgwire_copy_reader *reader, struct pgwire_copy_row *row,
                                                struct error *err);
/* Adds PostgreSQL's context to an error that arose from a field of the row read last: `COPY t, line 3, column a: "x"`;
 * `column` -1 names only the line. */
void pgwire_copy_reader_explain(const struct pgwire_copy_reader *reader, int32_t column, struct error *err);
void pgwire_copy_reader_destroy(struct pgwire_copy_reader *reader);

/* Writing. The header line as a CopyData message; nothing without one. */
void pgwire_copy_write_header(struct writer *w, const struct pgwire_copy_options *options, const char *const *columns,
                              int32_t column_count);
/* The binary format's file header, put into the CopyData message that begins at `message`, the first one: PostgreSQL sends it
 * together with the first row, or the trailer, and there are clients that look for both in one message. */
void pgwire_copy_insert_binary_header(struct writer *w, size_t message);
/* The binary format's trailer; nothing for the others. As a CopyData message. */
void pgwire_copy_write_trailer(struct writer *w, const struct pgwire_copy_options *options);
/* Escapes what was written from `start` on, a value's text, in place. */
void pgwire_copy_escape_text(struct writer *w, size_t start, char delimiter);
/* Likewise for csv: quotes where needed or forced. `only_column`: a lone \. must be quoted. */
void pgwire_copy_escape_csv(struct writer *w, size_t start, const struct pgwire_copy_options *options, bool force_quote,
                            bool only_column);

#endif
