/* Integers as decimal digits, written at a place that has room. Each function returns the end of what it wrote. */
#ifndef PGTYPE_DIGITS_H
#define PGTYPE_DIGITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { PGTYPE_INT64_CHARS = 20, PGTYPE_INT128_CHARS = 40 };

extern const char pgtype_digit_pairs[201]; /* "00" "01" … "99" */

static inline int32_t pgtype_digit_count(uint64_t value) {
    /* log10 by log2; the table says where the guess is one too high. */
    static const uint64_t powers[20] = {
        0,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        10000000000,
        100000000000,
        1000000000000,
        10000000000000,
        100000000000000,
        1000000000000000,
        10000000000000000,
        100000000000000000,
        1000000000000000000,
        10000000000000000000u,
    };
    int32_t guess = (64 - __builtin_clzll(value | 1)) * 1233 >> 12;
    return guess + (value >= powers[guess]);
}

/* Exactly `count` digits, with leading zeros. */
static inline char *pgtype_write_padded(char *out, uint64_t value, int32_t count) {
    int32_t at = count;
    while (at >= 2) {
        at -= 2;
        memcpy(out + at, pgtype_digit_pairs + 2 * (value % 100), 2);
        value /= 100;
    }
    if (at)
        out[0] = (char)('0' + value % 10);
    return out + count;
}

static inline char *pgtype_write_u64(char *out, uint64_t value) {
    if (value < 10) {
        *out = (char)('0' + value);
        return out + 1;
    }
    return pgtype_write_padded(out, value, pgtype_digit_count(value));
}

static inline char *pgtype_write_i64(char *out, int64_t value) {
    *out = '-';
    return pgtype_write_u64(out + (value < 0), value < 0 ? -(uint64_t)value : (uint64_t)value);
}

/* Two digits: hours, minutes, months … */
static inline char *pgtype_write_pair(char *out, uint32_t value) {
    memcpy(out, pgtype_digit_pairs + 2 * value, 2);
    return out + 2;
}

/* A fraction of `places` digits behind a point, without its trailing zeros; nothing when it is 0. */
char *pgtype_write_fraction(char *out, uint64_t fraction, int32_t places);

char *pgtype_write_u128(char *out, unsigned __int128 value);

#endif
