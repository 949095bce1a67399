/* Reading floats: numbers of up to 19 digits by D. Lemire's method (a 128-bit product with a power of ten decides
 * the rounding, as a rule), the rest by the C library. Accepts what PostgreSQL's float8in accepts, hexadecimal
 * floats included. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pgtype/float.h"
#include "pgtype/parse.h"
#include "pgtype/powers.h"

/* Decimal digits and a power of ten. */
struct number {
    bool negative;
    uint64_t digits;
    int64_t exponent;
};

/* False when it is not of this plain form, or has too many digits. */
static bool read_number(const uint8_t *at, const uint8_t *end, struct number *number) {
    *number = (struct number){0};
    if (at < end && (*at == '-' || *at == '+'))
        number->negative = *at++ == '-';
    const uint8_t *start = at;
    int32_t significant = 0, seen = 0;
    bool point = false;
    for (; at < end; at++) {
        uint8_t digit = (uint8_t)(*at - '0');
        if (digit <= 9) {
            number->digits = number->digits * 10 + digit;
            significant += number->digits != 0;
            number->exponent -= point;
            seen++;
        } else if (*at == '.' && !point) {
            point = true;
        } else {
            break;
        }
        if (significant > 19)
            return false;
    }
    if (!seen || at == start)
        return false;
    if (at == end)
        return true;
    if ((*at | 32) != 'e' || ++at == end)
        return false;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    int32_t exponent = 0;
    if (at == end || end - at > 5)
        return false;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9')
            return false;
        exponent = exponent * 10 + (*at - '0');
    }
    number->exponent += negative ? -exponent : exponent;
    return true;
}

static double make_double(uint64_t significand, int32_t exponent, bool negative) {
    uint64_t bits = (significand & ~((uint64_t)1 << 52)) | (uint64_t)exponent << 52 | (uint64_t)negative << 63;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Lemire, "Number parsing at a gigabyte per second", section 5; only normal doubles. False: undecided. The table's
 * powers are rounded up; the exact method wants them rounded down. */
static bool decide(const struct number *number, double *value) {
    if (!number->digits) {
        *value = number->negative ? -0.0 : 0.0;
        return true;
    }
    if (number->exponent < PGTYPE_POWER_LEAST || number->exponent > 308)
        return false;
    int32_t power = (int32_t)number->exponent;
    int32_t zeros = __builtin_clzll(number->digits);
    uint64_t w = number->digits << zeros;
    struct pgtype_power g = pgtype_power_of_ten(power);
    bool exact = power >= 0 && power <= 55;
    if (!exact && g.low-- == 0)
        g.high--;
    unsigned __int128 product = (unsigned __int128)w * g.high;
    uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
    if ((high & 0x1ff) == 0x1ff) { /* the cut-off part could carry */
        uint64_t second = (uint64_t)(((unsigned __int128)w * g.low) >> 64);
        low += second;
        high += low < second;
        if (low == UINT64_MAX && !exact)
            return false;
    }
    uint32_t top = (uint32_t)(high >> 63);
    uint64_t significand = high >> (top + 9);
    int32_t exponent = pgtype_floor_log2_power(power) + 64 - zeros + (int32_t)top + 1022;
    if (exponent < 1 || exponent > 2045)
        return false;
    if (low <= 1 && power >= -4 && power <= 23 && (significand & 3) == 1 && significand << (top + 9) == high)
        return false; /* perhaps exactly between two numbers */
    significand += significand & 1;
    significand >>= 1;
    if (significand >> 53) {
        significand >>= 1;
        exponent++;
    }
    *value = make_double(significand, exponent, number->negative);
    return true;
}

enum { COPY_BYTES = 400 };

/* The C library wants a NUL. What is longer than any sensible number is not taken for one. */
static bool copy_text(struct pgtype_bytes in, char copy[COPY_BYTES]) {
    if (!in.length || in.length >= COPY_BYTES || memchr(in.bytes, 0, in.length))
        return false;
    memcpy(copy, in.bytes, in.length);
    copy[in.length] = '\0';
    return true;
}

enum pgtype_float_status pgtype_read_double(const char *text, size_t length, double *value) {
    struct pgtype_bytes in = pgtype_trim((struct pgtype_bytes){(const uint8_t *)text, length});
    struct number number;
    char copy[COPY_BYTES], *end;
    if (read_number(in.bytes, in.bytes + in.length, &number) && decide(&number, value))
        return PGTYPE_FLOAT_OK;
    if (!copy_text(in, copy) || pgtype_is_space((uint8_t)copy[0]))
        return PGTYPE_FLOAT_INVALID;
    errno = 0;
    double read = strtod(copy, &end);
    if (errno == ERANGE && (read == 0 || isinf(read)))
        return PGTYPE_FLOAT_OUT_OF_RANGE;
    if (end == copy || *end)
        return PGTYPE_FLOAT_INVALID;
    *value = read;
    return PGTYPE_FLOAT_OK;
}

enum pgtype_float_status pgtype_read_float(const char *text, size_t length, float *value) {
    struct pgtype_bytes in = pgtype_trim((struct pgtype_bytes){(const uint8_t *)text, length});
    char copy[COPY_BYTES], *end;
    if (!copy_text(in, copy))
        return PGTYPE_FLOAT_INVALID;
    errno = 0;
    float read = strtof(copy, &end);
    if (errno == ERANGE && (read == 0 || isinf(read)))
        return PGTYPE_FLOAT_OUT_OF_RANGE;
    if (end == copy || *end)
        return PGTYPE_FLOAT_INVALID;
    *value = read;
    return PGTYPE_FLOAT_OK;
}

static bool tell(const struct pgtype_parser *parser, enum pgtype_float_status status, struct pgtype_bytes in,
                 struct error *err) {
    if (status == PGTYPE_FLOAT_OK)
        return true;
    if (status == PGTYPE_FLOAT_INVALID)
        return pgtype_fail_syntax(parser, in, err);
    int shown = in.length < COPY_BYTES ? (int)in.length : COPY_BYTES;
    return error_set(err, ERROR_OUT_OF_RANGE, "\"%.*s\" is out of range for type %s", shown, (const char *)in.bytes,
                     parser->name);
}

bool pgtype_parse_double_text(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                              struct pgtype_datum *out, struct error *err) {
    (void)arena;
    return tell(parser, pgtype_read_double((const char *)in.bytes, in.length, &out->number), in, err);
}

bool pgtype_parse_float_text(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                             struct pgtype_datum *out, struct error *err) {
    (void)arena;
    return tell(parser, pgtype_read_float((const char *)in.bytes, in.length, &out->single), in, err);
}
