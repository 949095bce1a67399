/* Exact numbers: numeric's text and binary forms into DECIMAL, HUGEINT, UHUGEINT, UBIGINT.
 *
 * Both forms are first brought to a row of decimal digits and the place of the point; digits beyond what any target
 * could hold or round by are counted, not kept. Rounding is half away from zero, as PostgreSQL's.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reader.h"
#include "pgtype/numeric.h"
#include "pgtype/parse.h"

enum {
    DIGITS_KEPT = 96,
    EXPONENT_MOST = 1 << 20,
    NUMERIC_NEGATIVE = 0x4000, /* numeric.c: sign words of the binary form */
    NUMERIC_NAN = 0xC000,
    NUMERIC_PLUS_INFINITY = 0xD000,
    NUMERIC_MINUS_INFINITY = 0xF000,
    DSCALE_MASK = 0x3FFF,
};

enum kind { FINITE, NOT_A_NUMBER, INFINITE };

struct digits {
    enum kind kind;
    bool negative;
    int32_t count; /* kept in `values`, without leading zeros */
    int32_t scale; /* decimals, with trailing zeros */
    int32_t point; /* digits before the point, from the first kept one on; negative: zeros behind the point */
    uint8_t values[DIGITS_KEPT];
};

static void push_digit(struct digits *d, uint8_t digit, bool before_point) {
    if (!d->count && !digit) {
        d->point -= !before_point;
        return;
    }
    if (d->count < DIGITS_KEPT)
        d->values[d->count++] = digit;
    d->point += before_point;
}

static bool read_special(struct pgtype_bytes in, struct digits *d) {
    d->negative = in.length && in.bytes[0] == '-';
    bool sign = in.length && (in.bytes[0] == '-' || in.bytes[0] == '+');
    struct pgtype_bytes word = {in.bytes + sign, in.length - sign};
    d->kind = pgtype_is_word(word, "infinity") || pgtype_is_word(word, "inf") ? INFINITE : NOT_A_NUMBER;
    return d->kind == INFINITE || (!sign && pgtype_is_word(word, "nan"));
}

/* e[+-]digits up to the end; an absurd exponent is cut, so that it still is one. */
static bool read_exponent(const uint8_t *at, const uint8_t *end, int32_t *exponent) {
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (at == end)
        return false;
    int32_t value = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        if (value < EXPONENT_MOST)
            value = value * 10 + (*at - '0');
    *exponent = negative ? -value : value;
    return at == end;
}

static bool read_text(struct pgtype_bytes in, struct digits *d) {
    in = pgtype_trim(in);
    const uint8_t *at = in.bytes, *end = in.bytes + in.length;
    *d = (struct digits){.kind = FINITE};
    if (at < end && (*at == '-' || *at == '+'))
        d->negative = *at++ == '-';
    size_t seen = 0;
    int32_t exponent = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++, seen++)
        push_digit(d, (uint8_t)(*at - '0'), true);
    if (at < end && *at == '.')
        for (at++; at < end && *at >= '0' && *at <= '9'; at++, seen++)
            push_digit(d, (uint8_t)(*at - '0'), false);
    if (!seen)
        return read_special(in, d);
    if (at < end && (*at | 32) == 'e') {
        if (!read_exponent(at + 1, end, &exponent))
            return false;
        at = end;
    }
    d->point += exponent;
    d->scale = d->count - d->point;
    return at == end;
}

/* numeric_recv: a count of base-10000 digits, the first one's weight, the sign, the display scale, the digits. */
static bool read_binary(struct pgtype_bytes in, struct digits *d, struct error *err) {
    struct reader r = reader_over(in.bytes, in.length);
    uint16_t count = reader_u16(&r);
    int16_t weight = (int16_t)reader_u16(&r);
    uint16_t sign = reader_u16(&r), scale = reader_u16(&r);
    *d = (struct digits){.kind = FINITE, .negative = sign == NUMERIC_NEGATIVE, .scale = scale};
    if (!reader_ok(&r) || r.left / 2 < count)
        return error_set(err, ERROR_PROTOCOL, "insufficient data left in message");
    if (sign == NUMERIC_NAN || sign == NUMERIC_PLUS_INFINITY || sign == NUMERIC_MINUS_INFINITY) {
        d->kind = sign == NUMERIC_NAN ? NOT_A_NUMBER : INFINITE;
        d->negative = sign == NUMERIC_MINUS_INFINITY;
    } else if (sign && sign != NUMERIC_NEGATIVE) {
        return error_set_state(err, ERROR_CONVERSION, "22P03", "invalid sign in external \"numeric\" value");
    }
    if (scale & ~DSCALE_MASK)
        return error_set_state(err, ERROR_CONVERSION, "22P03", "invalid scale in external \"numeric\" value");
    for (int32_t i = 0; i < count; i++) {
        uint16_t group = reader_u16(&r);
        if (group > 9999)
            return error_set_state(err, ERROR_CONVERSION, "22P03", "invalid digit in external \"numeric\" value");
        for (uint32_t unit = 1000; unit; unit /= 10)
            push_digit(d, (uint8_t)(group / unit % 10), true);
    }
    /* All digits were counted as standing before the point; the weight says where it is. */
    d->point += 4 * (weight + 1 - count);
    return reader_finished(&r) || pgtype_fail_binary(err);
}

static bool is_zero(const struct digits *d) {
    return d->count == 0;
}

/* The value times 10^scale, rounded; false when it has more than 38 digits. */
static bool scale_digits(const struct digits *d, int32_t scale, pgtype_uint128 *magnitude) {
    int64_t wanted = (int64_t)d->point + scale;
    *magnitude = 0;
    if (is_zero(d) || wanted < 0)
        return true;
    if (wanted > PGTYPE_DECIMAL_DIGITS + 1)
        return false;
    pgtype_uint128 value = 0;
    for (int64_t i = 0; i < wanted; i++)
        if (__builtin_mul_overflow(value, (pgtype_uint128)10, &value) ||
            __builtin_add_overflow(value, (pgtype_uint128)(i < d->count ? d->values[i] : 0), &value))
            return false;
    if (wanted < d->count && d->values[wanted] >= 5 && __builtin_add_overflow(value, (pgtype_uint128)1, &value))
        return false;
    *magnitude = value;
    return true;
}

static bool fail_decimal(const struct engine_type *type, bool infinite, struct error *err) {
    error_set(err, ERROR_DECIMAL, "numeric field overflow");
    if (infinite)
        error_set_detail(err, "A field with precision %d, scale %d cannot hold an infinite value.", type->width,
                         type->scale);
    else
        error_set_detail(err, "A field with precision %d, scale %d must round to an absolute value less than %s%d.",
                         type->width, type->scale, type->width == type->scale ? "" : "10^",
                         type->width == type->scale ? 1 : type->width - type->scale);
    return false;
}

static void store(const struct engine_type *type, bool negative, pgtype_uint128 magnitude, struct pgtype_datum *out) {
    pgtype_int128 value = (pgtype_int128)(negative ? -magnitude : magnitude);
    if (type->value_bytes == 16)
        out->huge = pgtype_hugeint_of(value);
    else
        out->integer = (int64_t)value;
}

static bool store_decimal(const struct engine_type *type, const struct digits *d, struct pgtype_datum *out,
                          struct error *err) {
    pgtype_uint128 magnitude;
    if (d->kind == NOT_A_NUMBER)
        return error_set(err, ERROR_DECIMAL, "a column of type DECIMAL(%d,%d) cannot hold NaN", type->width,
                         type->scale);
    if (d->kind == INFINITE)
        return fail_decimal(type, true, err);
    if (!scale_digits(d, type->scale, &magnitude) || magnitude >= pgtype_power_128(type->width))
        return fail_decimal(type, false, err);
    store(type, d->negative, magnitude, out);
    return true;
}

static bool store_integer(const struct pgtype_parser *parser, const struct digits *d, struct pgtype_datum *out,
                          struct error *err) {
    const struct engine_type *type = parser->type;
    pgtype_uint128 magnitude, most = UINT64_MAX;
    if (type->id == ENGINE_TYPE_HUGEINT)
        most = ((pgtype_uint128)1 << 127) - !d->negative;
    else if (type->id == ENGINE_TYPE_UHUGEINT)
        most = ~(pgtype_uint128)0;
    bool fits = d->kind == FINITE && scale_digits(d, 0, &magnitude) && magnitude <= most &&
                (!d->negative || !magnitude || type->id == ENGINE_TYPE_HUGEINT);
    if (!fits)
        return error_set(err, ERROR_OUT_OF_RANGE, "%s out of range", parser->name);
    store(type, d->negative, magnitude, out);
    return true;
}

static bool store_digits(const struct pgtype_parser *parser, const struct digits *d, struct pgtype_datum *out,
                         struct error *err) {
    return parser->type->id == ENGINE_TYPE_DECIMAL ? store_decimal(parser->type, d, out, err)
                                                   : store_integer(parser, d, out, err);
}

/* Up to 18 digits, a point among them, nothing else: what most numbers look like. False: look closer. */
static bool read_short(struct pgtype_bytes in, const struct engine_type *type, struct pgtype_datum *out) {
    if (in.length > 18 || type->id != ENGINE_TYPE_DECIMAL)
        return false;
    bool negative = in.length && in.bytes[0] == '-', point = false;
    uint64_t value = 0;
    int32_t decimals = 0, digits = 0;
    for (size_t i = negative; i < in.length; i++) {
        uint8_t digit = (uint8_t)(in.bytes[i] - '0');
        if (digit <= 9) {
            value = value * 10 + digit;
            decimals += point;
            digits++;
        } else if (in.bytes[i] == '.' && !point) {
            point = true;
        } else {
            return false;
        }
    }
    if (!digits || decimals > type->scale || type->scale - decimals + digits > 18)
        return false;
    value *= (uint64_t)pgtype_power_128(type->scale - decimals);
    if (value >= pgtype_power_128(type->width))
        return false;
    store(type, negative, value, out);
    return true;
}

bool pgtype_parse_numeric_text(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                               struct pgtype_datum *out, struct error *err) {
    (void)arena;
    struct digits d;
    if (read_short(in, parser->type, out))
        return true;
    if (!read_text(in, &d))
        return pgtype_fail_syntax(parser, in, err);
    return store_digits(parser, &d, out, err);
}

bool pgtype_parse_numeric_binary(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                                 struct pgtype_datum *out, struct error *err) {
    (void)arena;
    struct digits d;
    return read_binary(in, &d, err) && store_digits(parser, &d, out, err);
}

/* Decimals are cut where there is no room for them. */
static const struct engine_type *type_for(const struct digits *d, struct arena *arena) {
    if (d->kind != FINITE || d->point > PGTYPE_DECIMAL_DIGITS)
        return engine_type_simple(ENGINE_TYPE_DOUBLE);
    struct engine_type *type = arena_allocate_zeroed(arena, 1, sizeof *type);
    if (!type)
        return NULL;
    int32_t whole = d->point > 0 ? d->point : 0, scale = d->scale;
    if (scale > PGTYPE_DECIMAL_DIGITS - whole)
        scale = PGTYPE_DECIMAL_DIGITS - whole;
    *type = (struct engine_type){.id = ENGINE_TYPE_DECIMAL,
                                 .value_bytes = 16,
                                 .width = PGTYPE_DECIMAL_DIGITS,
                                 .scale = (uint8_t)(scale > 0 ? scale : 0),
                                 .alias = ""};
    return type;
}

const struct engine_type *pgtype_numeric_type(struct arena *arena, struct pgtype_bytes in, bool binary) {
    struct digits d;
    if (binary ? !read_binary(in, &d, NULL) : !read_text(in, &d))
        d = (struct digits){.kind = FINITE}; /* its parser will tell what is wrong */
    return type_for(&d, arena);
}

static double to_double(const struct digits *d) {
    if (d->kind == NOT_A_NUMBER)
        return (double)NAN;
    if (d->kind == INFINITE)
        return d->negative ? -(double)INFINITY : (double)INFINITY;
    char text[DIGITS_KEPT + 32];
    size_t length = 0;
    text[length++] = d->negative ? '-' : '+';
    for (int32_t i = 0; i < d->count; i++)
        text[length++] = (char)('0' + d->values[i]);
    length += (size_t)snprintf(text + length, 24, "%se%d", d->count ? "" : "0", d->point - d->count);
    return strtod(text, NULL);
}

/* numeric bytes where DOUBLE is wanted. */
bool pgtype_parse_numeric_double(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                                 struct pgtype_datum *out, struct error *err) {
    (void)arena;
    struct digits d;
    if (parser->binary ? !read_binary(in, &d, err) : !read_text(in, &d))
        return parser->binary ? false : pgtype_fail_syntax(parser, in, err);
    out->number = to_double(&d);
    return true;
}
