/* The binary format: a signature, flags and an extension, then rows of counted fields, then a count of -1
 * (PostgreSQL 15 documentation, COPY, "Binary Format"). */
#include <string.h>

#include "base/reader.h"
#include "pgwire/copy_reader.h"

static const uint8_t signature[11] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n', 0};

enum { HAS_OIDS = 1 << 16, HEADER_BYTES = sizeof signature + 8 };

static enum pgwire_copy_status fail(struct pgwire_copy_reader *reader, const char *message, struct error *err) {
    error_set_state(err, ERROR_CONVERSION, "22P04", "%s", message);
    reader->line_bytes = NULL;
    if (reader->state != PGWIRE_COPY_AT_HEADER)
        pgwire_copy_reader_explain(reader, -1, err);
    return PGWIRE_COPY_FAILED;
}

/* The input ends inside of something. */
static enum pgwire_copy_status more(struct pgwire_copy_reader *reader, const char *message, struct error *err) {
    return reader->finished ? fail(reader, message, err) : PGWIRE_COPY_MORE;
}

/* The file header; PGWIRE_COPY_ROW when it was read. */
static enum pgwire_copy_status read_header(struct pgwire_copy_reader *reader, struct error *err) {
    struct reader r = reader_over(reader->at, (size_t)(reader->end - reader->at));
    size_t there = r.left < sizeof signature ? r.left : sizeof signature;
    if (memcmp(r.at, signature, there) != 0)
        return fail(reader, "COPY file signature not recognized", err);
    if (r.left < sizeof signature)
        return more(reader, "COPY file signature not recognized", err);
    reader_bytes(&r, sizeof signature);
    uint32_t flags = reader_u32(&r);
    if (!reader_ok(&r))
        return more(reader, "invalid COPY file header (missing flags)", err);
    if (flags & HAS_OIDS)
        return fail(reader, "invalid COPY file header (WITH OIDS)", err);
    if (flags >> 16)
        return fail(reader, "unrecognized critical flags in COPY file header", err);
    uint32_t extension = reader_u32(&r);
    if (!reader_ok(&r))
        return more(reader, "invalid COPY file header (missing length)", err);
    if (extension > INT32_MAX)
        return fail(reader, "invalid COPY file header (missing length)", err);
    if (!reader_bytes(&r, extension))
        return more(reader, "invalid COPY file header (wrong length)", err);
    reader->at = r.at;
    reader->state = PGWIRE_COPY_IN_ROWS;
    return PGWIRE_COPY_ROW;
}

/* The fields behind a row's count. */
static enum pgwire_copy_status read_fields(struct pgwire_copy_reader *reader, struct reader *r, struct error *err) {
    for (int32_t i = 0; i < reader->column_count; i++) {
        int32_t length = (int32_t)reader_u32(r);
        if (!reader_ok(r))
            return more(reader, "unexpected EOF in COPY data", err);
        if (length < PGWIRE_NULL)
            return fail(reader, "invalid field size", err);
        reader->fields[i] = (struct pgwire_value){NULL, length};
        if (length == PGWIRE_NULL)
            continue;
        reader->fields[i].bytes = reader_bytes(r, (size_t)length);
        if (!reader_ok(r))
            return more(reader, "unexpected EOF in COPY data", err);
    }
    reader->span_count = reader->column_count;
    reader->at = r->at;
    return PGWIRE_COPY_ROW;
}

enum pgwire_copy_status pgwire_copy_read_binary(struct pgwire_copy_reader *reader, struct error *err) {
    if (reader->state == PGWIRE_COPY_AT_HEADER) {
        enum pgwire_copy_status status = read_header(reader, err);
        if (status != PGWIRE_COPY_ROW)
            return status;
    }
    struct reader r = reader_over(reader->at, (size_t)(reader->end - reader->at));
    int16_t count = (int16_t)reader_u16(&r);
    if (!reader_ok(&r) && reader->finished) { /* PostgreSQL takes data without a trailer, too */
        reader->state = PGWIRE_COPY_ENDED;
        return PGWIRE_COPY_END;
    }
    if (!reader_ok(&r))
        return PGWIRE_COPY_MORE;
    if (count == -1) {
        if (r.left)
            return fail(reader, "received copy data after EOF marker", err);
        reader->state = PGWIRE_COPY_ENDED;
        return PGWIRE_COPY_END;
    }
    reader->line_bytes = NULL;
    reader->line++;
    if (count != reader->column_count) {
        error_set_state(err, ERROR_CONVERSION, "22P04", "row field count is %d, expected %d", count,
                        reader->column_count);
        pgwire_copy_reader_explain(reader, -1, err);
        return PGWIRE_COPY_FAILED;
    }
    enum pgwire_copy_status status = read_fields(reader, &r, err);
    reader->line -= status == PGWIRE_COPY_MORE;
    return status;
}
