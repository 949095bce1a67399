/* A sticky writer: a growing byte buffer whose first failure (no memory, limit reached) stays.
 *
 * Bytes are appended big-endian; test once, at the end, with writer_ok(). A zeroed struct is an empty writer without a
 * limit; nothing is allocated before first use. Owned, free with writer_destroy.
 */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct writer {
    uint8_t *bytes;
    size_t length;
    size_t capacity;
    size_t limit_bytes; /* 0 means none */
    bool failed;
};

static inline bool writer_ok(const struct writer *w) {
    return !w->failed;
}

/* Makes room for `more` bytes behind the length; false when it failed, now or before. */
bool writer_grow(struct writer *w, size_t more);

/* An exact fit goes through writer_grow(), too: so nothing is ever written at a NULL that has no room for nothing. */
static inline bool writer_reserve(struct writer *w, size_t more) {
    return !w->failed && (w->capacity - w->length > more || writer_grow(w, more));
}

/* A place for `length` bytes that the caller fills at once; NULL when the writer has failed. Borrowed until the next write. */
static inline uint8_t *writer_place(struct writer *w, size_t length) {
    if (!writer_reserve(w, length))
        return NULL;
    uint8_t *place = w->bytes + w->length;
    w->length += length;
    return place;
}

static inline void writer_bytes(struct writer *w, const void *bytes, size_t length) {
    uint8_t *place = writer_place(w, length);
    if (place && length)
        memcpy(place, bytes, length);
}

static inline void writer_u8(struct writer *w, uint8_t value) {
    uint8_t *p = writer_place(w, 1);
    if (p)
        p[0] = value;
}

static inline void writer_store_u16(uint8_t *p, uint16_t value) {
    value = __builtin_bswap16(value);
    memcpy(p, &value, sizeof value);
}

static inline void writer_store_u32(uint8_t *p, uint32_t value) {
    value = __builtin_bswap32(value);
    memcpy(p, &value, sizeof value);
}

static inline void writer_store_u64(uint8_t *p, uint64_t value) {
    value = __builtin_bswap64(value);
    memcpy(p, &value, sizeof value);
}

static inline void writer_u16(struct writer *w, uint16_t value) {
    uint8_t *p = writer_place(w, 2);
    if (p)
        writer_store_u16(p, value);
}

static inline void writer_u32(struct writer *w, uint32_t value) {
    uint8_t *p = writer_place(w, 4);
    if (p)
        writer_store_u32(p, value);
}

static inline void writer_u64(struct writer *w, uint64_t value) {
    uint8_t *p = writer_place(w, 8);
    if (p)
        writer_store_u64(p, value);
}

/* The text and its NUL. */
static inline void writer_string(struct writer *w, const char *text) {
    writer_bytes(w, text, strlen(text) + 1);
}

/* The text without a NUL. */
static inline void writer_text(struct writer *w, const char *text) {
    writer_bytes(w, text, strlen(text));
}

void writer_format(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Overwrites four bytes that were written at `offset`: lengths that are known only afterwards. */
static inline void writer_patch_u32(struct writer *w, size_t offset, uint32_t value) {
    if (!w->failed && w->length >= 4 && offset <= w->length - 4)
        writer_store_u32(w->bytes + offset, value);
}

/* Empties it and clears the failure; the memory stays. */
static inline void writer_reset(struct writer *w) {
    w->length = 0;
    w->failed = false;
}

void writer_destroy(struct writer *w);

#endif
