/* A sticky reader over borrowed bytes, big-endian as PostgreSQL, HTTP/2 and msgpack want it.
 *
 * After the first read that asks for more than is left the reader has failed: it stays at its place and every later
 * read gives zero or an empty span. So: read all fields, then test once with reader_finished() or reader_ok().
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct reader {
    const uint8_t *at;
    size_t left;
    bool failed;
};

static inline struct reader reader_over(const void *bytes, size_t length) {
    return (struct reader){.at = bytes, .left = length, .failed = false};
}

static inline bool reader_ok(const struct reader *r) {
    return !r->failed;
}

/* Nothing failed and nothing is left over. */
static inline bool reader_finished(const struct reader *r) {
    return !r->failed && r->left == 0;
}

/* The next `length` bytes, borrowed from what the reader stands over; NULL when fewer are left. */
static inline const uint8_t *reader_bytes(struct reader *r, size_t length) {
    if (r->failed || r->left < length) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *bytes = r->at;
    r->at += length;
    r->left -= length;
    return bytes;
}

static inline uint8_t reader_u8(struct reader *r) {
    const uint8_t *b = reader_bytes(r, 1);
    return b ? b[0] : 0;
}

static inline uint16_t reader_u16(struct reader *r) {
    const uint8_t *b = reader_bytes(r, 2);
    return b ? (uint16_t)((unsigned)b[0] << 8 | b[1]) : 0;
}

static inline uint32_t reader_u32(struct reader *r) {
    const uint8_t *b = reader_bytes(r, 4);
    return b ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3] : 0;
}

static inline uint64_t reader_u64(struct reader *r) {
    uint64_t high = reader_u32(r);
    return high << 32 | reader_u32(r);
}

/* A NUL-terminated string, borrowed; "" (and failed) when no NUL is left. */
static inline const char *reader_string(struct reader *r) {
    const uint8_t *nul = r->failed || !r->left ? NULL : memchr(r->at, 0, r->left);
    if (!nul) {
        r->failed = true;
        return "";
    }
    return (const char *)reader_bytes(r, (size_t)(nul - r->at) + 1);
}

#endif
