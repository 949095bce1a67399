/* Values from outside that DuckDB takes on trust: texts must be UTF-8, times within a day, decimals within their width, and BIT
 * and BIGNUM, whose bytes it copies as they come, in its own form. Reading others back would fail, or read and write what is
 * not theirs.
 *
 * The forms are those of DuckDB's common/types/bit.hpp, bignum.hpp and datetime.hpp. That offsets and views lie within their
 * buffers has been checked before.
 */
#include "engine/input_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* ---- values of bytes ---- */

typedef bool (*bytes_check)(const uint8_t *bytes, size_t length);

static bool is_text(const uint8_t *bytes, size_t length) {
    return utf8_valid_bytes((const char *)bytes, length) == length;
}

/* The number of padding bits, which are ones; then them and the bits. */
static bool is_bit(const uint8_t *bytes, size_t length) {
    if (length < 2 || bytes[0] > 7)
        return false;
    uint8_t padding = (uint8_t)(0xFF00 >> bytes[0]);
    return (bytes[1] & padding) == padding;
}

/* Three bytes with the length of the rest, whose first bit is the sign; then the absolute value without leading zeros. Of
 * negative numbers all bits are inverted. */
static bool is_bignum(const uint8_t *bytes, size_t length) {
    enum { HEAD_BYTES = 3 };
    if (length <= HEAD_BYTES)
        return false;
    bool is_negative = !(bytes[0] & 0x80);
    uint8_t flip = is_negative ? 0xFF : 0;
    size_t told = (size_t)((bytes[0] ^ flip) & 0x7F) << 16 | (size_t)(uint8_t)(bytes[1] ^ flip) << 8 | (uint8_t)(bytes[2] ^ flip);
    bool leads_with_zero = bytes[HEAD_BYTES] == flip;
    bool is_zero = length == HEAD_BYTES + 1 && leads_with_zero;
    return told == length - HEAD_BYTES && (is_zero ? !is_negative : !leads_with_zero);
}

struct value_kind {
    enum engine_type_id id;
    bytes_check check;
    const char *name;
};

static const struct value_kind value_kinds[] = {
    {ENGINE_TYPE_BIT, is_bit, "bit string"},
    {ENGINE_TYPE_BIGNUM, is_bignum, "BIGNUM"},
};

/* The kind of an array of bytes; NULL when any will do. */
static const struct value_kind *find_kind(const struct engine_type *type, const struct ArrowSchema *schema) {
    static const struct value_kind text = {ENGINE_TYPE_VARCHAR, is_text, "text"};
    const char *format = schema->format;
    if (strcmp(format, "u") == 0 || strcmp(format, "U") == 0 || strcmp(format, "vu") == 0)
        return &text;
    bool is_binary = strcmp(format, "z") == 0 || strcmp(format, "Z") == 0 || strcmp(format, "vz") == 0;
    for (size_t i = 0; is_binary && type && i < sizeof value_kinds / sizeof value_kinds[0]; i++)
        if (value_kinds[i].id == type->id)
            return &value_kinds[i];
    return NULL;
}

static bool is_null(const struct ArrowArray *array, int64_t row) {
    const uint8_t *validity = array->buffers[0];
    return validity && !(validity[row / 8] >> (row % 8) & 1);
}

/* Offsets of 32 or 64 bits. */
static bool check_bytes(const struct ArrowArray *array, bool is_large, bytes_check check, int64_t start, int64_t count) {
    static const uint8_t nothing[1];
    const uint8_t *data = array->buffers[2] ? array->buffers[2] : nothing;
    const int64_t *large = array->buffers[1];
    const int32_t *small = array->buffers[1];
    for (int64_t i = start; i < start + count; i++) {
        int64_t from = is_large ? large[i] : small[i], to = is_large ? large[i + 1] : small[i + 1];
        if (!is_null(array, i) && !check(data + from, (size_t)(to - from)))
            return false;
    }
    return true;
}

/* "Variable-size Binary View Layout" of the columnar format. */
struct bytes_view {
    int32_t length;
    union {
        uint8_t inlined[12];
        struct {
            uint8_t prefix[4];
            int32_t buffer, offset;
        } elsewhere;
    } at;
};

static bool check_views(const struct ArrowArray *array, bytes_check check, int64_t start, int64_t count) {
    const struct bytes_view *views = array->buffers[1];
    for (int64_t i = start; i < start + count; i++) {
        if (is_null(array, i))
            continue;
        size_t length = (size_t)views[i].length;
        const uint8_t *bytes =
            length <= sizeof views[i].at.inlined
                ? views[i].at.inlined
                : (const uint8_t *)array->buffers[2 + views[i].at.elsewhere.buffer] + views[i].at.elsewhere.offset;
        if (!check(bytes, length))
            return false;
    }
    return true;
}

/* ---- values of a fixed width ---- */

/* Arrow's units of a time: "tts", "ttm" … */
static bool check_times(char unit, const struct ArrowArray *array, int64_t start, int64_t count) {
    enum { SECONDS_A_DAY = 86400 };
    const int32_t *small = array->buffers[1];
    const int64_t *large = array->buffers[1];
    bool is_small = unit == 's' || unit == 'm';
    int64_t per_second = unit == 's' ? 1 : unit == 'm' ? 1000 : unit == 'u' ? 1000000 : 1000000000;
    for (int64_t i = start; i < start + count; i++) {
        int64_t value = is_small ? small[i] : large[i];
        if (!is_null(array, i) && (value < 0 || value > SECONDS_A_DAY * per_second))
            return false;
    }
    return true;
}

/* Microseconds, then in 24 bits how much the offset is below the largest. */
static bool check_zoned_times(const struct ArrowArray *array, int64_t start, int64_t count) {
    enum { OFFSET_BITS = 24, LARGEST_OFFSET_S = 16 * 60 * 60 - 1 };
    const uint64_t *values = array->buffers[1];
    for (int64_t i = start; i < start + count; i++) {
        uint64_t offset = values[i] & ((1 << OFFSET_BITS) - 1);
        if (!is_null(array, i) && (values[i] >> OFFSET_BITS > 86400000000 || offset > 2 * LARGEST_OFFSET_S))
            return false;
    }
    return true;
}

/* Of 128 bits, which DuckDB cuts to what the width needs. With the largest width it cuts nothing, and clients send HUGEINT. */
static bool check_decimals(int width, const struct ArrowArray *array, int64_t start, int64_t count) {
    const uint8_t *values = array->buffers[1]; /* aligned to 8 */
    __int128 limit = 1, value;
    for (int i = 0; i < width; i++)
        limit *= 10;
    for (int64_t i = start; i < start + count; i++) {
        memcpy(&value, values + i * (int64_t)sizeof value, sizeof value);
        if (!is_null(array, i) && (value >= limit || value <= -limit))
            return false;
    }
    return true;
}

static bool check_fixed(const struct engine_type *type, const char *format, const struct ArrowArray *array, int64_t start,
                        int64_t count) {
    enum { LARGEST_WIDTH = 38 };
    if (format[0] == 't' && format[1] == 't')
        return check_times(format[2], array, start, count);
    if (type && type->id == ENGINE_TYPE_TIME_TZ && strcmp(format, "w:8") == 0)
        return check_zoned_times(array, start, count);
    bool is_wide = strncmp(format, "d:", 2) == 0 && strchr(format, ',') == strrchr(format, ',');
    return !is_wide || !type || type->width >= LARGEST_WIDTH || check_decimals(type->width, array, start, count);
}

/* ---- nested values ---- */

/* Which rows of the children stand for these; all of a child for dense unions, run ends and list views. */
struct rows {
    bool all;
    int64_t start, count;
};

static struct rows rows_inside(const char *format, const struct ArrowArray *array, int64_t start, int64_t count) {
    switch (format[1]) {
    case 's':
        return (struct rows){.start = start, .count = count};
    case 'l':
    case 'm': {
        const int32_t *offsets = array->buffers[1];
        return (struct rows){.start = offsets[start], .count = offsets[start + count] - offsets[start]};
    }
    case 'L': {
        const int64_t *offsets = array->buffers[1];
        return (struct rows){.start = offsets[start], .count = offsets[start + count] - offsets[start]};
    }
    case 'w': {
        int64_t size = strtoll(format + 3, NULL, 10);
        return (struct rows){.start = start * size, .count = count * size};
    }
    default:
        return (struct rows){.all = true};
    }
}

/* What DuckDB makes of a child; NULL for run ends. */
static const struct engine_type *type_inside(const struct engine_type *type, const char *format, int64_t index) {
    if (format[1] == 'r')
        return index == 1 ? type : NULL;
    if (!type || type->child)
        return type ? type->child : NULL;
    return index < type->member_count ? type->members[index].type : NULL;
}

static bool check_inside(const struct engine_type *type, const struct ArrowSchema *schema, const struct ArrowArray *array,
                         int64_t start, int64_t count, struct error *err) {
    struct rows rows = rows_inside(schema->format, array, start, count);
    for (int64_t i = 0; i < schema->n_children; i++) {
        const struct ArrowArray *child = array->children[i];
        if (!engine_input_check(type_inside(type, schema->format, i), schema->children[i], child, rows.start,
                                rows.all ? child->length : rows.count, err))
            return false;
    }
    return true;
}

bool engine_input_check(const struct engine_type *type, const struct ArrowSchema *schema, const struct ArrowArray *array,
                        int64_t start, int64_t count, struct error *err) {
    if (schema->dictionary)
        return engine_input_check(type, schema->dictionary, array->dictionary, 0, array->dictionary->length, err);
    if (!count)
        return true;
    start += array->offset;
    if (schema->format[0] == '+')
        return check_inside(type, schema, array, start, count, err);
    const struct value_kind *kind = find_kind(type, schema);
    if (!kind)
        return check_fixed(type, schema->format, array, start, count) ||
               error_set(err, ERROR_OUT_OF_RANGE, "a value is out of the range of %s",
                         type ? engine_type_id_name(type->id) : "a time");
    bool is_large = schema->format[0] == 'U' || schema->format[0] == 'Z';
    bool ok = schema->format[0] == 'v' ? check_views(array, kind->check, start, count)
                                       : check_bytes(array, is_large, kind->check, start, count);
    return ok || error_set(err, ERROR_INVALID_ARGUMENT, "a %s is not valid", kind->name);
}
