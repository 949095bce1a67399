/* Printing floats: R. Giulietti's Schubfach algorithm, with PostgreSQL's choice of interval: a decimal that lies
 * exactly on a rounding boundary is not taken, because it would rely on how the reader breaks ties.
 *
 * A finite value is c * 2^q. The decimals that round to it lie between its boundaries; all three are scaled by 4 *
 * 10^-k into integers, rounded to odd, so that comparisons stay exact. Then the candidates with one digit less, and
 * those at full length, are compared with the boundaries.
 */
#include "pgtype/float.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pgtype/digits.h"
#include "pgtype/powers.h"

struct decimal {
    uint64_t digits;
    int32_t exponent; /* value = digits * 10^exponent */
};

/* What differs between the two widths. */
struct layout {
    int32_t significand_bits; /* stored ones */
    int32_t exponent_bias;    /* of the significand as an integer */
    int32_t fixed_exponents;  /* decimal exponents below this one are printed in fixed notation: DBL_DIG, FLT_DIG */
};

static const struct layout double_layout = {52, 1075, 15};
static const struct layout float_layout = {23, 150, 6};

/* floor(g * c / 2^128), with its last bit set when something was cut off. */
static uint64_t multiply_round_to_odd(struct pgtype_power g, uint64_t c) {
    unsigned __int128 low = (unsigned __int128)g.low * c;
    unsigned __int128 sum = (unsigned __int128)g.high * c + (uint64_t)(low >> 64);
    return (uint64_t)(sum >> 64) | ((uint64_t)sum > 1);
}

static bool is_multiple_of_power_of_two(uint64_t value, int32_t power) {
    return (value & (((uint64_t)1 << power) - 1)) == 0;
}

/* The candidates around vb, everything scaled by 4; `lower` and `upper` are the first and last that round to the
 * value. */
static struct decimal choose(uint64_t lower, uint64_t vb, uint64_t upper, int32_t k) {
    uint64_t s = vb / 4;
    if (s >= 10) {
        uint64_t shorter = s / 10;
        bool down = lower <= 40 * shorter, up = 40 * shorter + 40 <= upper;
        if (down != up)
            return (struct decimal){shorter + up, k + 1};
    }
    bool down = lower <= 4 * s, up = 4 * s + 4 <= upper;
    if (down != up)
        return (struct decimal){s + up, k};
    uint64_t middle = 4 * s + 2;
    bool round_up = vb > middle || (vb == middle && (s & 1));
    return (struct decimal){s + round_up, k};
}

static struct decimal shortest(uint64_t significand, int32_t exponent, const struct layout *layout) {
    uint64_t c = significand;
    int32_t q = 1 - layout->exponent_bias;
    if (exponent) {
        c |= (uint64_t)1 << layout->significand_bits;
        q = exponent - layout->exponent_bias;
        if (q <= 0 && -q <= layout->significand_bits && is_multiple_of_power_of_two(c, -q))
            return (struct decimal){c >> -q, 0};
    }
    /* Below a power of two the numbers stand twice as close. */
    bool closer_below = significand == 0 && exponent > 1;
    int32_t k = (q * 1262611 - (closer_below ? 524031 : 0)) >> 22; /* floor(log10(2^q)), or of 3/4 of it */
    int32_t h = q + pgtype_floor_log2_power(-k) + 1;
    struct pgtype_power g = pgtype_power_of_ten(-k);
    uint64_t lower = multiply_round_to_odd(g, (4 * c - 2 + closer_below) << h);
    uint64_t vb = multiply_round_to_odd(g, (4 * c) << h);
    uint64_t upper = multiply_round_to_odd(g, (4 * c + 2) << h);
    return choose(lower + 1, vb, upper - 1, k);
}

/* d.ddde+XX from digits already at `out + 1`. */
static char *write_exponential(char *out, int32_t count, int32_t exponent) {
    out[0] = out[1];
    char *end = out + 1;
    if (count > 1) {
        out[1] = '.';
        end = out + count + 1;
    }
    *end++ = 'e';
    *end++ = exponent < 0 ? '-' : '+';
    uint32_t magnitude = (uint32_t)(exponent < 0 ? -exponent : exponent);
    return magnitude < 100 ? pgtype_write_pair(end, magnitude) : pgtype_write_padded(end, magnitude, 3);
}

static char *write_decimal(char *out, struct decimal d, const struct layout *layout) {
    int32_t count = pgtype_digit_count(d.digits);
    int32_t exponent = d.exponent + count - 1; /* of the first digit */
    bool fixed = exponent >= -4 && exponent < layout->fixed_exponents;
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
        count--;
    }
    if (!fixed) {
        pgtype_write_padded(out + 1, d.digits, count);
        return write_exponential(out, count, exponent);
    }
    if (d.exponent >= 0) {
        out = pgtype_write_padded(out, d.digits, count);
        memset(out, '0', 16);
        return out + d.exponent;
    }
    if (exponent < 0) { /* 0.000ddd */
        memcpy(out, "0.0000", 6);
        return pgtype_write_padded(out + 1 - exponent, d.digits, count);
    }
    char *end = pgtype_write_padded(out + 1, d.digits, count);
    memmove(out, out + 1, (size_t)exponent + 1);
    out[exponent + 1] = '.';
    return end;
}

static char *write_special(char *out, bool negative, bool is_nan) {
    const char *text = is_nan ? "NaN" : negative ? "-Infinity" : "Infinity";
    size_t length = strlen(text);
    memcpy(out, text, length);
    return out + length;
}

static char *write_bits(char *out, uint64_t bits, int32_t exponent_bits, const struct layout *layout) {
    uint64_t significand = bits & (((uint64_t)1 << layout->significand_bits) - 1);
    int32_t exponent_most = (1 << exponent_bits) - 1;
    int32_t exponent = (int32_t)(bits >> layout->significand_bits) & exponent_most;
    bool negative = bits >> (layout->significand_bits + exponent_bits) & 1;
    if (exponent == exponent_most)
        return write_special(out, negative, significand != 0);
    *out = '-';
    out += negative;
    if (!significand && !exponent) {
        *out = '0';
        return out + 1;
    }
    return write_decimal(out, shortest(significand, exponent, layout), layout);
}

char *pgtype_write_double(char *out, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return write_bits(out, bits, 11, &double_layout);
}

char *pgtype_write_float(char *out, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return write_bits(out, bits, 8, &float_layout);
}

char *pgtype_write_rounded(char *out, double value, int32_t digits) {
    if (!isfinite(value))
        return write_special(out, signbit(value), isnan(value));
    return out + snprintf(out, PGTYPE_FLOAT_CHARS, "%.*g", digits < 1 ? 1 : digits, value);
}
