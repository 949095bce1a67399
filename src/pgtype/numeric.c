#include "pgtype/numeric.h"

#include <string.h>

#include "base/memory.h"
#include "pgtype/digits.h"

enum {
    NUMERIC_POSITIVE = 0x0000, /* numeric.c: sign words of the binary form */
    NUMERIC_NEGATIVE = 0x4000,
    BASE = 10000,
    BASE_DIGITS = 4,
    GROUPS_128 = 12, /* of 39 digits, split at the point */
};

pgtype_uint128 pgtype_power_128(int32_t n) {
    static const uint64_t powers[] = {
        1,
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
    return n < 20 ? powers[n] : (pgtype_uint128)powers[19] * powers[n - 19];
}

bool pgtype_is_open_numeric(const struct engine_type *type) {
    return type->id == ENGINE_TYPE_DECIMAL && type->width == PGTYPE_DECIMAL_DIGITS && type->scale == PGTYPE_OPEN_SCALE;
}

static char *write_padded_128(char *out, pgtype_uint128 value, int32_t count) {
    if (count <= 19)
        return pgtype_write_padded(out, (uint64_t)value, count);
    pgtype_uint128 split = pgtype_power_128(19);
    out = write_padded_128(out, value / split, count - 19);
    return pgtype_write_padded(out, (uint64_t)(value % split), 19);
}

char *pgtype_write_decimal(char *out, bool negative, pgtype_uint128 magnitude, int32_t scale) {
    *out = '-';
    out += negative;
    if (!scale)
        return pgtype_write_u128(out, magnitude);
    if (magnitude <= UINT64_MAX && scale < 20) {
        uint64_t power = (uint64_t)pgtype_power_128(scale), value = (uint64_t)magnitude;
        out = pgtype_write_u64(out, value / power);
        *out++ = '.';
        return pgtype_write_padded(out, value % power, scale);
    }
    pgtype_uint128 power = pgtype_power_128(scale);
    out = pgtype_write_u128(out, magnitude / power);
    *out++ = '.';
    return write_padded_128(out, magnitude % power, scale);
}

/* Base-10000 digits, the last one first. */
struct groups {
    uint16_t digits[GROUPS_128];
    int32_t count;
};

static void push_groups(struct groups *groups, pgtype_uint128 value, int32_t count) {
    for (; count > 0 && value > UINT64_MAX; count--, value /= BASE)
        groups->digits[groups->count++] = (uint16_t)(value % BASE);
    uint64_t small = (uint64_t)value;
    for (; count > 0; count--, small /= BASE)
        groups->digits[groups->count++] = (uint16_t)(small % BASE);
}

static int32_t group_count(pgtype_uint128 value) {
    int32_t count = 0;
    for (; value > UINT64_MAX; value /= BASE)
        count++;
    for (uint64_t small = (uint64_t)value; small; small /= BASE)
        count++;
    return count;
}

/* The header and the digits from `least` on, most significant first. `weight` is that of the first. */
static void write_groups(struct writer *w, const uint16_t *digits, int32_t least, int32_t count, int32_t weight,
                         bool negative, int32_t scale) {
    writer_u16(w, (uint16_t)(count - least));
    writer_u16(w, (uint16_t)(count > least ? weight : 0));
    writer_u16(w, negative && count > least ? NUMERIC_NEGATIVE : NUMERIC_POSITIVE);
    writer_u16(w, (uint16_t)scale);
    for (int32_t i = count - 1; i >= least; i--)
        writer_u16(w, digits[i]);
}

void pgtype_write_numeric(struct writer *w, bool negative, pgtype_uint128 magnitude, int32_t scale) {
    struct groups groups = {.count = 0};
    pgtype_uint128 power = pgtype_power_128(scale), whole = magnitude, fraction = 0;
    int32_t fraction_groups = (scale + BASE_DIGITS - 1) / BASE_DIGITS;
    if (scale && magnitude <= UINT64_MAX && power <= UINT64_MAX) {
        whole = (uint64_t)magnitude / (uint64_t)power;
        fraction = (uint64_t)magnitude % (uint64_t)power;
    } else if (scale) {
        whole = magnitude / power;
        fraction = magnitude % power;
    }
    if (scale % BASE_DIGITS) { /* the last group is filled up with zeros */
        uint32_t used = (uint32_t)pgtype_power_128(scale % BASE_DIGITS);
        groups.digits[groups.count++] = (uint16_t)((uint32_t)(fraction % used) * (BASE / used));
        fraction /= used;
        push_groups(&groups, fraction, fraction_groups - 1);
    } else {
        push_groups(&groups, fraction, fraction_groups);
    }
    push_groups(&groups, whole, group_count(whole));
    int32_t least = 0;
    while (least < groups.count && !groups.digits[least])
        least++;
    while (groups.count > least && !groups.digits[groups.count - 1])
        groups.count--;
    write_groups(w, groups.digits, least, groups.count, groups.count - 1 - fraction_groups, negative, scale);
}

/* A BIGNUM in base 10^4 digits, the last one first; owned, free with memory_free. NULL when memory is out or there
 * is none. */
static uint16_t *bignum_digits(const uint8_t *bytes, size_t length, int32_t *count, bool *negative) {
    *negative = length > 0 && !(bytes[0] & 0x80);
    uint8_t flip = *negative ? 0xff : 0;
    size_t room = length * 5 / 8 + 2; /* log(256) / log(10000) is 0.602 */
    uint16_t *digits = memory_allocate_zeroed(room, sizeof *digits);
    *count = 0;
    for (size_t i = 3; digits && i < length; i++) {
        uint32_t carry = (uint8_t)(bytes[i] ^ flip);
        for (int32_t d = 0; d < *count; d++) {
            uint32_t value = digits[d] * 256u + carry;
            digits[d] = (uint16_t)(value % BASE);
            carry = value / BASE;
        }
        if (carry)
            digits[(*count)++] = (uint16_t)carry;
    }
    return digits;
}

bool pgtype_bignum_write_text(struct writer *w, const uint8_t *bytes, size_t length) {
    int32_t count;
    bool negative;
    uint16_t *digits = bignum_digits(bytes, length, &count, &negative);
    char *out = digits ? (char *)writer_place(w, (size_t)count * BASE_DIGITS + 2) : NULL, *at = out;
    if (out) {
        *at = '-';
        at += negative && count;
        at = pgtype_write_u64(at, count ? digits[count - 1] : 0);
        for (int32_t i = count - 2; i >= 0; i--)
            at = pgtype_write_padded(at, digits[i], BASE_DIGITS);
        w->length -= (size_t)count * BASE_DIGITS + 2 - (size_t)(at - out);
    }
    memory_free(digits);
    return out != NULL;
}

bool pgtype_bignum_write_binary(struct writer *w, const uint8_t *bytes, size_t length, struct error *err) {
    int32_t count, least = 0;
    bool negative, ok = false;
    uint16_t *digits = bignum_digits(bytes, length, &count, &negative);
    if (!digits) {
        error_set_no_memory(err);
    } else if (count > INT16_MAX) {
        error_set_state(err, ERROR_OUT_OF_RANGE, "22003", "value overflows numeric format");
    } else {
        while (least < count && !digits[least])
            least++;
        write_groups(w, digits, least, count, count - 1, negative, 0);
        ok = true;
    }
    memory_free(digits);
    return ok;
}
