/* MessagePack (github.com/msgpack/msgpack/blob/master/spec.md): a sticky reader over borrowed bytes and writers onto
 * base/writer.h.
 *
 * The Airport client packs every string with the str family, even raw bytes, and takes both families back; so both are
 * read alike and nobody asks for UTF-8. A count is never believed: what it announces is read element by element, and
 * nesting is bounded. Any thread.
 */
#ifndef FLIGHT_MSGPACK_H
#define FLIGHT_MSGPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum msgpack_type {
    MSGPACK_NIL,
    MSGPACK_BOOLEAN,
    MSGPACK_UNSIGNED, /* any integer that is not negative */
    MSGPACK_NEGATIVE,
    MSGPACK_FLOAT,
    MSGPACK_BYTES, /* str and bin */
    MSGPACK_ARRAY,
    MSGPACK_MAP,
    MSGPACK_EXTENSION,
};

/* A head: a whole scalar, or the beginning of an array or map whose `count` elements (pairs) follow. */
struct msgpack_item {
    enum msgpack_type type;
    bool boolean;
    uint64_t unsigned_value;
    int64_t negative_value;
    double float_value;
    const uint8_t *bytes; /* borrowed from what the reader stands over */
    size_t length;
    uint32_t count;
};

/* The next item; MSGPACK_NIL once the reader has failed. */
struct msgpack_item msgpack_read(struct reader *r);
/* Skips one whole value, however nested (at most 64 levels). */
void msgpack_skip(struct reader *r);

/* Each fails the reader when the next value is something else. Nil is taken for absent: empty bytes, count 0. */
void msgpack_read_bytes(struct reader *r, const uint8_t **bytes, size_t *length);
uint64_t msgpack_read_unsigned(struct reader *r);
bool msgpack_read_boolean(struct reader *r);
uint32_t msgpack_read_array(struct reader *r);
uint32_t msgpack_read_map(struct reader *r);

void msgpack_write_nil(struct writer *w);
void msgpack_write_boolean(struct writer *w, bool value);
void msgpack_write_unsigned(struct writer *w, uint64_t value);
void msgpack_write_double(struct writer *w, double value);
void msgpack_write_string(struct writer *w, const void *bytes, size_t length);
void msgpack_write_text(struct writer *w, const char *text); /* NULL is nil */
void msgpack_write_binary(struct writer *w, const void *bytes, size_t length);
void msgpack_write_array(struct writer *w, uint32_t count);
void msgpack_write_map(struct writer *w, uint32_t count);

#endif
