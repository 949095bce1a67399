/* Writers of the types without children. Binary forms are those of PostgreSQL's send functions. */
#include <string.h>

#include "pgtype/civil.h"
#include "pgtype/codec.h"
#include "pgtype/datetime_text.h"
#include "pgtype/digits.h"
#include "pgtype/float.h"
#include "pgtype/numeric.h"

#define WRITER(name)                                                                                                   \
    static bool name(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row, struct writer *w,   \
                     struct error *err)
#define UNUSED(x) ((void)(x))
/* The slot of a fixed-width type. */
#define SLOT(type) (((const type *)vector->data)[row])

/* Writes at most `most` characters: `out` is where they go, the expression their end. */
#define WRITE_CHARS(most, expression)                                                                                  \
    do {                                                                                                               \
        UNUSED(codec), UNUSED(err);                                                                                    \
        if (!writer_reserve(w, most))                                                                                  \
            return false;                                                                                              \
        char *out = (char *)w->bytes + w->length;                                                                      \
        w->length = (size_t)((uint8_t *)(expression)-w->bytes);                                                        \
        return true;                                                                                                   \
    } while (0)

#define TEXT_WRITER(name, type, write_digits)                                                                          \
    WRITER(write_##name##_text) {                                                                                      \
        WRITE_CHARS(PGTYPE_INT64_CHARS, write_digits(out, SLOT(type)));                                                \
    }

#define BINARY_WRITER(name, type, bits)                                                                                \
    WRITER(write_##name##_binary) {                                                                                    \
        UNUSED(codec), UNUSED(err);                                                                                    \
        writer_u##bits(w, (uint##bits##_t)SLOT(type));                                                                 \
        return true;                                                                                                   \
    }

TEXT_WRITER(int8, int8_t, pgtype_write_i64)
TEXT_WRITER(int16, int16_t, pgtype_write_i64)
TEXT_WRITER(int32, int32_t, pgtype_write_i64)
TEXT_WRITER(int64, int64_t, pgtype_write_i64)
TEXT_WRITER(uint8, uint8_t, pgtype_write_u64)
TEXT_WRITER(uint16, uint16_t, pgtype_write_u64)
TEXT_WRITER(uint32, uint32_t, pgtype_write_u64)
TEXT_WRITER(uint64, uint64_t, pgtype_write_u64)
BINARY_WRITER(int8, int8_t, 16)
BINARY_WRITER(int16, int16_t, 16)
BINARY_WRITER(int32, int32_t, 32)
BINARY_WRITER(int64, int64_t, 64)
BINARY_WRITER(uint8, uint8_t, 16)
BINARY_WRITER(uint16, uint16_t, 32)
BINARY_WRITER(uint32, uint32_t, 64)

WRITER(write_boolean_text) {
    UNUSED(codec), UNUSED(err);
    writer_u8(w, SLOT(uint8_t) ? 't' : 'f');
    return true;
}

WRITER(write_boolean_binary) {
    UNUSED(codec), UNUSED(err);
    writer_u8(w, SLOT(uint8_t) != 0);
    return true;
}

WRITER(write_float_text) {
    int32_t extra = codec->settings->extra_float_digits;
    WRITE_CHARS(PGTYPE_FLOAT_CHARS, extra > 0 ? pgtype_write_float(out, SLOT(float))
                                              : pgtype_write_rounded(out, (double)SLOT(float), 6 + extra));
}

WRITER(write_double_text) {
    int32_t extra = codec->settings->extra_float_digits;
    WRITE_CHARS(PGTYPE_FLOAT_CHARS, extra > 0 ? pgtype_write_double(out, SLOT(double))
                                              : pgtype_write_rounded(out, SLOT(double), 15 + extra));
}

BINARY_WRITER(float, uint32_t, 32)
BINARY_WRITER(double, uint64_t, 64)

/* Exact numbers that are numeric in PostgreSQL. */
struct exact {
    bool negative;
    pgtype_uint128 magnitude;
    int32_t scale;
};

static struct exact exact_of(pgtype_int128 value) {
    return (struct exact){value < 0, value < 0 ? -(pgtype_uint128)value : (pgtype_uint128)value, 0};
}

static struct exact read_integer(const struct engine_vector *vector, int64_t row) {
    switch (vector->type->id) {
    case ENGINE_TYPE_UBIGINT:
        return (struct exact){false, SLOT(uint64_t), 0};
    case ENGINE_TYPE_UHUGEINT:
        return (struct exact){false, (pgtype_uint128)pgtype_int128_of(SLOT(struct engine_hugeint)), 0};
    default:
        break;
    }
    switch (vector->type->value_bytes) {
    case 2:
        return exact_of(SLOT(int16_t));
    case 4:
        return exact_of(SLOT(int32_t));
    case 8:
        return exact_of(SLOT(int64_t));
    default:
        return exact_of(pgtype_int128_of(SLOT(struct engine_hugeint)));
    }
}

static struct exact read_exact(const struct engine_vector *vector, int64_t row) {
    struct exact value = read_integer(vector, row);
    value.scale = vector->type->scale;
    if (pgtype_is_open_numeric(vector->type))
        for (; value.scale && value.magnitude % 10 == 0; value.scale--)
            value.magnitude /= 10;
    return value;
}

WRITER(write_exact_text) {
    struct exact value = read_exact(vector, row);
    WRITE_CHARS(PGTYPE_NUMERIC_CHARS, pgtype_write_decimal(out, value.negative, value.magnitude, value.scale));
}

WRITER(write_exact_binary) {
    UNUSED(codec), UNUSED(err);
    struct exact value = read_exact(vector, row);
    pgtype_write_numeric(w, value.negative, value.magnitude, value.scale);
    return true;
}

static const uint8_t *string_of(const struct engine_vector *vector, int64_t row, size_t *length) {
    const struct engine_string *string = (const struct engine_string *)vector->data + row;
    *length = string->length;
    return (const uint8_t *)engine_string_bytes(string);
}

WRITER(write_bignum_text) {
    UNUSED(codec);
    size_t length;
    const uint8_t *bytes = string_of(vector, row, &length);
    return pgtype_bignum_write_text(w, bytes, length) || error_set_no_memory(err);
}

WRITER(write_bignum_binary) {
    UNUSED(codec);
    size_t length;
    const uint8_t *bytes = string_of(vector, row, &length);
    return pgtype_bignum_write_binary(w, bytes, length, err);
}

/* VARCHAR in both formats, bytea in binary. */
WRITER(write_bytes) {
    UNUSED(codec), UNUSED(err);
    size_t length;
    const uint8_t *bytes = string_of(vector, row, &length);
    writer_bytes(w, bytes, length);
    return true;
}

static void write_hex(uint8_t *out, const uint8_t *bytes, size_t length, const char digits[16]) {
    for (size_t i = 0; i < length; i++) {
        out[2 * i] = (uint8_t)digits[bytes[i] >> 4];
        out[2 * i + 1] = (uint8_t)digits[bytes[i] & 15];
    }
}

/* Printable ASCII stays; a backslash is doubled, the rest becomes \ooo (byteaout). */
static void write_escaped(struct writer *w, const uint8_t *bytes, size_t length) {
    if (length > SIZE_MAX / 4 || !writer_reserve(w, 4 * length))
        return;
    uint8_t *out = w->bytes + w->length;
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = bytes[i];
        if (byte == '\\') {
            *out++ = '\\';
            *out++ = '\\';
        } else if (byte >= 0x20 && byte <= 0x7e) {
            *out++ = byte;
        } else {
            *out++ = '\\';
            *out++ = (uint8_t)('0' + (byte >> 6));
            *out++ = (uint8_t)('0' + (byte >> 3 & 7));
            *out++ = (uint8_t)('0' + (byte & 7));
        }
    }
    w->length = (size_t)(out - w->bytes);
}

WRITER(write_bytea_text) {
    UNUSED(err);
    size_t length;
    const uint8_t *bytes = string_of(vector, row, &length);
    if (codec->settings->bytea_output == PGTYPE_BYTEA_ESCAPE) {
        write_escaped(w, bytes, length);
        return true;
    }
    uint8_t *out = writer_place(w, 2 + 2 * length);
    if (!out)
        return false;
    out[0] = '\\';
    out[1] = 'x';
    write_hex(out + 2, bytes, length, "0123456789abcdef");
    return true;
}

/* WKB in capital hexadecimal digits, as PostGIS prints it. */
WRITER(write_geometry) {
    UNUSED(codec), UNUSED(err);
    size_t length;
    const uint8_t *bytes = string_of(vector, row, &length);
    uint8_t *out = writer_place(w, 2 * length);
    if (out)
        write_hex(out, bytes, length, "0123456789ABCDEF");
    return out != NULL;
}

/* The engine puts padding before the first bit: byte 0 tells how many, and they stand at the top of byte 1. */
struct bits {
    const uint8_t *bytes;
    uint32_t padding;
    size_t count;
};

static struct bits read_bits(const struct engine_vector *vector, int64_t row) {
    size_t length;
    const uint8_t *bytes = string_of(vector, row, &length);
    if (length < 2 || bytes[0] > 7)
        return (struct bits){bytes, 0, 0};
    return (struct bits){bytes + 1, bytes[0], (length - 1) * 8 - bytes[0]};
}

static uint32_t bit_at(const struct bits *bits, size_t index) {
    size_t at = index + bits->padding;
    return bits->bytes[at / 8] >> (7 - at % 8) & 1u;
}

WRITER(write_bit_text) {
    UNUSED(codec), UNUSED(err);
    struct bits bits = read_bits(vector, row);
    uint8_t *out = writer_place(w, bits.count);
    for (size_t i = 0; out && i < bits.count; i++)
        out[i] = (uint8_t)('0' + bit_at(&bits, i));
    return out != NULL;
}

/* A count, then the bits with the padding at the end. */
WRITER(write_bit_binary) {
    UNUSED(codec), UNUSED(err);
    struct bits bits = read_bits(vector, row);
    size_t length = (bits.count + 7) / 8;
    writer_u32(w, (uint32_t)bits.count);
    uint8_t *out = writer_place(w, length);
    for (size_t i = 0; out && i < length; i++) {
        uint32_t next = bits.padding && i + 1 < length ? bits.bytes[i + 1] : 0;
        out[i] = (uint8_t)((uint32_t)bits.bytes[i] << bits.padding | next >> (8 - bits.padding));
    }
    return out != NULL;
}

static void store_uuid(uint8_t out[16], struct engine_hugeint value) {
    writer_store_u64(out, (uint64_t)value.upper ^ (uint64_t)1 << 63);
    writer_store_u64(out + 8, value.lower);
}

static char *write_uuid(char *out, struct engine_hugeint value) {
    static const uint8_t group_bytes[] = {4, 2, 2, 2, 6};
    uint8_t bytes[16], *at = bytes;
    store_uuid(bytes, value);
    for (int group = 0; group < 5; group++) {
        if (group)
            *out++ = '-';
        write_hex((uint8_t *)out, at, group_bytes[group], "0123456789abcdef");
        out += 2 * group_bytes[group];
        at += group_bytes[group];
    }
    return out;
}

WRITER(write_uuid_text) {
    WRITE_CHARS(36, write_uuid(out, SLOT(struct engine_hugeint)));
}

WRITER(write_uuid_binary) {
    UNUSED(codec), UNUSED(err);
    uint8_t *out = writer_place(w, 16);
    if (out)
        store_uuid(out, SLOT(struct engine_hugeint));
    return out != NULL;
}

WRITER(write_date_text) {
    WRITE_CHARS(PGTYPE_DATETIME_CHARS, pgtype_write_date(out, SLOT(int32_t)));
}

WRITER(write_date_binary) {
    UNUSED(codec);
    int32_t days = SLOT(int32_t), since_2000;
    if (days == PGTYPE_DATE_INFINITY)
        since_2000 = INT32_MAX;
    else if (days == -PGTYPE_DATE_INFINITY)
        since_2000 = INT32_MIN;
    else if (__builtin_sub_overflow(days, PGTYPE_EPOCH_DAYS, &since_2000))
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "date out of range");
    writer_u32(w, (uint32_t)since_2000);
    return true;
}

/* The engine takes a file's times as they come. */
static bool check_time(int64_t micros, struct error *err) {
    return (micros >= 0 && micros <= PGTYPE_MICROS_PER_DAY) ||
           error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "time out of range");
}

static bool write_time_of_day(const struct pgtype_codec *codec, int64_t micros, struct writer *w, struct error *err) {
    if (!check_time(micros, err))
        return false;
    WRITE_CHARS(PGTYPE_DATETIME_CHARS, pgtype_write_time(out, micros));
}

WRITER(write_time_text) {
    return write_time_of_day(codec, SLOT(int64_t), w, err);
}

WRITER(write_time_binary) {
    UNUSED(codec);
    writer_u64(w, (uint64_t)SLOT(int64_t));
    return check_time(SLOT(int64_t), err);
}

WRITER(write_time_ns_text) {
    return write_time_of_day(codec, pgtype_floor_divide(SLOT(int64_t), 1000), w, err);
}

WRITER(write_time_ns_binary) {
    UNUSED(codec);
    int64_t micros = pgtype_floor_divide(SLOT(int64_t), 1000);
    writer_u64(w, (uint64_t)micros);
    return check_time(micros, err);
}

/* data/engine_types.def: microseconds << 24 | (57599 - offset). */
static int64_t time_tz_micros(uint64_t bits) {
    return (int64_t)(bits >> 24);
}

static int32_t time_tz_offset(uint64_t bits) {
    return 57599 - (int32_t)(bits & 0xffffff);
}

WRITER(write_time_tz_text) {
    uint64_t bits = SLOT(uint64_t);
    if (!check_time(time_tz_micros(bits), err))
        return false;
    WRITE_CHARS(PGTYPE_DATETIME_CHARS, pgtype_write_time_tz(out, time_tz_micros(bits), time_tz_offset(bits)));
}

/* The zone of the binary form counts to the west. */
WRITER(write_time_tz_binary) {
    UNUSED(codec);
    uint64_t bits = SLOT(uint64_t);
    writer_u64(w, (uint64_t)time_tz_micros(bits));
    writer_u32(w, (uint32_t)-time_tz_offset(bits));
    return check_time(time_tz_micros(bits), err);
}

/* Any timestamp in microseconds; infinities stay what they are. */
static bool read_timestamp(const struct engine_vector *vector, int64_t row, int64_t *micros, struct error *err) {
    int64_t value = SLOT(int64_t), unit = 1;
    *micros = value;
    if (value == PGTYPE_TIMESTAMP_INFINITY || value == -PGTYPE_TIMESTAMP_INFINITY)
        return true;
    if (vector->type->id == ENGINE_TYPE_TIMESTAMP_NS)
        *micros = pgtype_floor_divide(value, 1000);
    else if (vector->type->id == ENGINE_TYPE_TIMESTAMP_S)
        unit = 1000000;
    else if (vector->type->id == ENGINE_TYPE_TIMESTAMP_MS)
        unit = 1000;
    if (unit > 1 && __builtin_mul_overflow(value, unit, micros))
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "timestamp out of range");
    return true;
}

WRITER(write_timestamp_text) {
    int64_t micros;
    if (!read_timestamp(vector, row, &micros, err))
        return false;
    WRITE_CHARS(PGTYPE_DATETIME_CHARS, pgtype_write_timestamp(out, micros));
}

WRITER(write_timestamp_tz_text) {
    int64_t micros = SLOT(int64_t);
    WRITE_CHARS(PGTYPE_DATETIME_CHARS, pgtype_write_timestamp_tz(out, micros, codec->settings->zone));
}

WRITER(write_timestamp_binary) {
    UNUSED(codec);
    int64_t micros, since_2000;
    if (!read_timestamp(vector, row, &micros, err))
        return false;
    if (micros == PGTYPE_TIMESTAMP_INFINITY)
        since_2000 = INT64_MAX;
    else if (micros == -PGTYPE_TIMESTAMP_INFINITY)
        since_2000 = INT64_MIN;
    else if (__builtin_sub_overflow(micros, PGTYPE_EPOCH_DAYS * PGTYPE_MICROS_PER_DAY, &since_2000))
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "timestamp out of range");
    writer_u64(w, (uint64_t)since_2000);
    return true;
}

WRITER(write_interval_text) {
    WRITE_CHARS(PGTYPE_DATETIME_CHARS,
                pgtype_write_interval(out, SLOT(struct engine_interval), codec->settings->interval_style));
}

WRITER(write_interval_binary) {
    UNUSED(codec), UNUSED(err);
    struct engine_interval value = SLOT(struct engine_interval);
    writer_u64(w, (uint64_t)value.micros);
    writer_u32(w, (uint32_t)value.days);
    writer_u32(w, (uint32_t)value.months);
    return true;
}

static uint32_t read_unsigned(const struct engine_vector *vector, int64_t row) {
    switch (vector->type->value_bytes) {
    case 1:
        return SLOT(uint8_t);
    case 2:
        return SLOT(uint16_t);
    default:
        return SLOT(uint32_t);
    }
}

WRITER(write_enum) {
    UNUSED(codec);
    uint32_t index = read_unsigned(vector, row);
    if (index >= (uint32_t)vector->type->member_count)
        return error_set(err, ERROR_INTERNAL, "enum value %u has no label", index);
    const struct engine_member *member = &vector->type->members[index];
    writer_bytes(w, member->name, member->name_bytes);
    return true;
}

/* A column of type NULL has no values. */
WRITER(write_nothing) {
    UNUSED(codec), UNUSED(vector), UNUSED(row), UNUSED(w), UNUSED(err);
    return true;
}

#define SCALAR(id, text, binary, charset) [ENGINE_TYPE_##id] = {text, binary, PGTYPE_CHARS_##charset}

static const struct pgtype_scalar scalars[] = {
    SCALAR(BOOLEAN, write_boolean_text, write_boolean_binary, PLAIN),
    SCALAR(TINYINT, write_int8_text, write_int8_binary, PLAIN),
    SCALAR(SMALLINT, write_int16_text, write_int16_binary, PLAIN),
    SCALAR(INTEGER, write_int32_text, write_int32_binary, PLAIN),
    SCALAR(BIGINT, write_int64_text, write_int64_binary, PLAIN),
    SCALAR(UTINYINT, write_uint8_text, write_uint8_binary, PLAIN),
    SCALAR(USMALLINT, write_uint16_text, write_uint16_binary, PLAIN),
    SCALAR(UINTEGER, write_uint32_text, write_uint32_binary, PLAIN),
    SCALAR(UBIGINT, write_uint64_text, write_exact_binary, PLAIN),
    SCALAR(FLOAT, write_float_text, write_float_binary, PLAIN),
    SCALAR(DOUBLE, write_double_text, write_double_binary, PLAIN),
    SCALAR(TIMESTAMP, write_timestamp_text, write_timestamp_binary, SPACED),
    SCALAR(DATE, write_date_text, write_date_binary, SPACED), /* a space before BC */
    SCALAR(TIME, write_time_text, write_time_binary, PLAIN),
    SCALAR(INTERVAL, write_interval_text, write_interval_binary, SPACED),
    SCALAR(HUGEINT, write_exact_text, write_exact_binary, PLAIN),
    SCALAR(VARCHAR, write_bytes, write_bytes, ANY),
    SCALAR(BLOB, write_bytea_text, write_bytes, ANY),
    SCALAR(DECIMAL, write_exact_text, write_exact_binary, PLAIN),
    SCALAR(TIMESTAMP_S, write_timestamp_text, write_timestamp_binary, SPACED),
    SCALAR(TIMESTAMP_MS, write_timestamp_text, write_timestamp_binary, SPACED),
    SCALAR(TIMESTAMP_NS, write_timestamp_text, write_timestamp_binary, SPACED),
    SCALAR(ENUM, write_enum, write_enum, ANY),
    SCALAR(UUID, write_uuid_text, write_uuid_binary, PLAIN),
    SCALAR(BIT, write_bit_text, write_bit_binary, ANY), /* may be empty */
    SCALAR(TIME_TZ, write_time_tz_text, write_time_tz_binary, PLAIN),
    SCALAR(TIMESTAMP_TZ, write_timestamp_tz_text, write_timestamp_binary, SPACED),
    SCALAR(UHUGEINT, write_exact_text, write_exact_binary, PLAIN),
    SCALAR(BIGNUM, write_bignum_text, write_bignum_binary, PLAIN),
    SCALAR(SQLNULL, write_nothing, write_nothing, PLAIN),
    SCALAR(TIME_NS, write_time_ns_text, write_time_ns_binary, PLAIN),
    SCALAR(GEOMETRY, write_geometry, write_geometry, ANY),
};

const struct pgtype_scalar *pgtype_scalar_of(enum engine_type_id id) {
    return id < sizeof scalars / sizeof scalars[0] && scalars[id].text ? &scalars[id] : NULL;
}

/* Aliased types: OIDs and what is one inside. */
static uint32_t read_oid(const struct engine_vector *vector, int64_t row) {
    return vector->type->value_bytes == 8 ? (uint32_t)SLOT(uint64_t) : read_unsigned(vector, row);
}

bool pgtype_write_oid_text(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                           struct writer *w, struct error *err) {
    WRITE_CHARS(PGTYPE_INT64_CHARS, pgtype_write_u64(out, read_oid(vector, row)));
}

bool pgtype_write_oid_binary(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                             struct writer *w, struct error *err) {
    UNUSED(codec), UNUSED(err);
    writer_u32(w, read_oid(vector, row));
    return true;
}

/* regclass and its kin print names; 0 prints "-", and what no longer exists its number. */
bool pgtype_write_object_text(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                              struct writer *w, struct error *err) {
    const struct pgtype_resolver *resolver = codec->settings->resolver;
    uint32_t oid = read_oid(vector, row);
    if (!oid) {
        writer_u8(w, '-');
        return true;
    }
    if (resolver && resolver->write_object_name && resolver->write_object_name(resolver->self, codec->oid, oid, w))
        return true;
    return pgtype_write_oid_text(codec, vector, row, w, err);
}

bool pgtype_write_jsonb_binary(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                               struct writer *w, struct error *err) {
    writer_u8(w, 1); /* jsonb_send: the version of the format */
    return write_bytes(codec, vector, row, w, err);
}

bool pgtype_write_no_binary(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                            struct writer *w, struct error *err) {
    UNUSED(vector), UNUSED(row), UNUSED(w);
    return error_set_state(err, ERROR_UNSUPPORTED, "42883", "no binary output function available for type %s",
                           pgtype_find(codec->oid)->name);
}
