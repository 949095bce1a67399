/* Exact numbers as PostgreSQL's numeric: text, and the binary form of base-10000 digits (numeric.c, numeric_send). */
#ifndef PGTYPE_NUMERIC_H
#define PGTYPE_NUMERIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/writer.h"
#include "engine/vector.h"

typedef __int128 pgtype_int128;
typedef unsigned __int128 pgtype_uint128;

enum { PGTYPE_NUMERIC_CHARS = 44, PGTYPE_DECIMAL_DIGITS = 38 };
/* The scale of what stands for numeric without a precision, in DECIMAL(38, …): such a number goes without trailing zeros. */
enum { PGTYPE_OPEN_SCALE = 10 };
bool pgtype_is_open_numeric(const struct engine_type *type);

static inline pgtype_int128 pgtype_int128_of(struct engine_hugeint value) {
    return (pgtype_int128)((pgtype_uint128)(uint64_t)value.upper << 64 | value.lower);
}

static inline struct engine_hugeint pgtype_hugeint_of(pgtype_int128 value) {
    return (struct engine_hugeint){.lower = (uint64_t)value, .upper = (int64_t)(value >> 64)};
}

/* 10^n, n from 0 to 38. */
pgtype_uint128 pgtype_power_128(int32_t n);

/* `magnitude` / 10^scale with all its decimals. `out` has room for PGTYPE_NUMERIC_CHARS; returns the end. */
char *pgtype_write_decimal(char *out, bool negative, pgtype_uint128 magnitude, int32_t scale);
/* The binary form, without a length. */
void pgtype_write_numeric(struct writer *w, bool negative, pgtype_uint128 magnitude, int32_t scale);

/* The engine's BIGNUM: three bytes of header (the sign, set when positive, and the count of bytes that follow), then
 * the magnitude, big-endian; everything is inverted in a negative number. */
bool pgtype_bignum_write_text(struct writer *w, const uint8_t *bytes, size_t length);
bool pgtype_bignum_write_binary(struct writer *w, const uint8_t *bytes, size_t length, struct error *err);

#endif
