/* Parsers of booleans, integers, bytes, bits and UUIDs, and the table of all types without children. */
#include <string.h>

#include "base/reader.h"
#include "base/writer.h"
#include "pgtype/civil.h"
#include "pgtype/datetime_text.h"
#include "pgtype/json.h"
#include "pgtype/labels.h"
#include "pgtype/parse.h"

#define PARSER(name)                                                                                                   \
    static bool name(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,                  \
                     struct pgtype_datum *out, struct error *err)
#define PUBLIC_PARSER(name)                                                                                            \
    bool name(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in, struct pgtype_datum *out,    \
              struct error *err)
#define UNUSED(x) ((void)(x))

static int shown(size_t length) {
    return length > 1024 ? 1024 : (int)length;
}

bool pgtype_fail_syntax(const struct pgtype_parser *parser, struct pgtype_bytes in, struct error *err) {
    if (!pgwire_text_check(in.bytes, in.length, err))
        return false;
    return error_set(err, ERROR_CONVERSION, "invalid input syntax for type %s: \"%.*s\"", parser->name,
                     shown(in.length), (const char *)in.bytes);
}

bool pgtype_fail_range(const struct pgtype_parser *parser, struct pgtype_bytes in, struct error *err) {
    return error_set(err, ERROR_OUT_OF_RANGE, "value \"%.*s\" is out of range for type %s", shown(in.length),
                     (const char *)in.bytes, parser->name);
}

bool pgtype_fail_binary(struct error *err) {
    return error_set_state(err, ERROR_CONVERSION, "22P03", "incorrect binary data format");
}

bool pgtype_check_length(struct pgtype_bytes in, size_t length, struct error *err) {
    if (in.length < length)
        return error_set(err, ERROR_PROTOCOL, "insufficient data left in message");
    return in.length == length || pgtype_fail_binary(err);
}

bool pgtype_is_word(struct pgtype_bytes in, const char *word) {
    size_t i = 0;
    for (; i < in.length && word[i]; i++) {
        uint8_t c = in.bytes[i];
        if ((c >= 'A' && c <= 'Z' ? c | 32 : c) != (uint8_t)word[i])
            return false;
    }
    return i == in.length && !word[i];
}

/* Any prefix of true, false, yes and no, "on", "of", "off", 1 and 0 (parse_bool). */
static bool is_prefix(struct pgtype_bytes in, const char *word, size_t least) {
    char prefix[8];
    size_t length = strlen(word);
    if (in.length < least || in.length > length)
        return false;
    memcpy(prefix, word, in.length);
    prefix[in.length] = '\0';
    return pgtype_is_word(in, prefix);
}

PARSER(parse_boolean_text) {
    UNUSED(arena);
    struct pgtype_bytes word = pgtype_trim(in);
    bool yes = is_prefix(word, "true", 1) || is_prefix(word, "yes", 1) || is_prefix(word, "on", 2) ||
               is_prefix(word, "1", 1);
    if (!yes && !is_prefix(word, "false", 1) && !is_prefix(word, "no", 1) && !is_prefix(word, "off", 2) &&
        !is_prefix(word, "0", 1))
        return pgtype_fail_syntax(parser, in, err);
    out->integer = yes;
    return true;
}

PARSER(parse_boolean_binary) {
    UNUSED(parser), UNUSED(arena);
    if (!pgtype_check_length(in, 1, err))
        return false;
    out->integer = in.bytes[0] != 0;
    return true;
}

/* The greatest magnitudes. */
struct integer_limits {
    uint64_t negative, positive;
};

static struct integer_limits limits_of(enum engine_type_id id) {
    static const struct integer_limits limits[] = {
        [ENGINE_TYPE_TINYINT] = {(uint64_t)1 << 7, INT8_MAX},    [ENGINE_TYPE_SMALLINT] = {(uint64_t)1 << 15, INT16_MAX},
        [ENGINE_TYPE_INTEGER] = {(uint64_t)1 << 31, INT32_MAX},  [ENGINE_TYPE_BIGINT] = {(uint64_t)1 << 63, INT64_MAX},
        [ENGINE_TYPE_UTINYINT] = {0, UINT8_MAX},                 [ENGINE_TYPE_USMALLINT] = {0, UINT16_MAX},
        [ENGINE_TYPE_UINTEGER] = {0, UINT32_MAX},
    };
    return limits[id];
}

/* Whole numbers: an optional sign and digits. What comes behind a digit too many is not looked at, as in PostgreSQL. */
static bool read_integer(const struct pgtype_parser *parser, struct pgtype_bytes in, struct integer_limits limits,
                         struct pgtype_datum *out, struct error *err) {
    struct pgtype_bytes text = pgtype_trim(in);
    bool negative = text.length && text.bytes[0] == '-';
    size_t at = text.length && (text.bytes[0] == '-' || text.bytes[0] == '+');
    uint64_t value = 0, most = limits.negative > limits.positive ? limits.negative : limits.positive;
    if (at == text.length)
        return pgtype_fail_syntax(parser, in, err);
    for (; at < text.length; at++) {
        uint8_t digit = (uint8_t)(text.bytes[at] - '0');
        if (digit > 9)
            return pgtype_fail_syntax(parser, in, err);
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit, &value) || value > most)
            return pgtype_fail_range(parser, in, err);
    }
    if (value > (negative ? limits.negative : limits.positive))
        return pgtype_fail_range(parser, in, err);
    out->integer = (int64_t)(negative ? -value : value);
    return true;
}

PARSER(parse_integer_text) {
    UNUSED(arena);
    return read_integer(parser, in, limits_of(parser->type->id), out, err);
}

/* Big-endian and signed, of 2, 4 or 8 bytes. */
static int64_t load_integer(const uint8_t *bytes, size_t length) {
    uint64_t value = bytes[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < length; i++)
        value = value << 8 | bytes[i];
    return (int64_t)value;
}

static size_t wire_bytes(uint32_t oid) {
    return oid == PGTYPE_INT2 ? 2 : oid == PGTYPE_INT4 ? 4 : 8;
}

/* Narrow and unsigned types are sent as wider ones. */
PARSER(parse_integer_binary) {
    UNUSED(arena);
    size_t length = wire_bytes(parser->oid);
    if (!pgtype_check_length(in, length, err))
        return false;
    int64_t value = load_integer(in.bytes, length);
    struct integer_limits limits = limits_of(parser->type->id);
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (magnitude > (value < 0 ? limits.negative : limits.positive))
        return error_set(err, ERROR_OUT_OF_RANGE, "%s out of range", parser->name);
    out->integer = value;
    return true;
}

PARSER(parse_float_binary) {
    UNUSED(parser), UNUSED(arena);
    if (!pgtype_check_length(in, 4, err))
        return false;
    uint32_t bits = (uint32_t)load_integer(in.bytes, 4);
    memcpy(&out->single, &bits, sizeof bits);
    return true;
}

PARSER(parse_double_binary) {
    UNUSED(parser), UNUSED(arena);
    if (!pgtype_check_length(in, 8, err))
        return false;
    out->integer = load_integer(in.bytes, 8);
    return true;
}

PUBLIC_PARSER(pgtype_parse_text) {
    UNUSED(parser), UNUSED(arena);
    out->bytes = in;
    return pgwire_text_check(in.bytes, in.length, err);
}

PUBLIC_PARSER(pgtype_parse_json) {
    return pgtype_parse_text(parser, arena, in, out, err) && pgtype_json_check(in, err);
}

PUBLIC_PARSER(pgtype_parse_jsonb) {
    UNUSED(parser);
    if (!pgwire_text_check(in.bytes, in.length, err))
        return false;
    const struct json_node *node = json_read(arena, (const char *)in.bytes, in.length, JSON_ORDER_JSONB, err);
    if (!node)
        return false;
    struct writer w = {0};
    json_write(node, &w);
    const char *text = writer_ok(&w) ? arena_copy_string_n(arena, (const char *)w.bytes, w.length) : NULL;
    out->bytes = (struct pgtype_bytes){(const uint8_t *)text, w.length};
    writer_destroy(&w);
    return text || error_set_no_memory(err);
}

PUBLIC_PARSER(pgtype_parse_jsonb_binary) {
    if (!in.length)
        return error_set(err, ERROR_PROTOCOL, "no data left in message");
    if (in.bytes[0] != 1)
        return error_set(err, ERROR_INTERNAL, "unsupported jsonb version number %d", in.bytes[0]);
    return pgtype_parse_jsonb(parser, arena, (struct pgtype_bytes){in.bytes + 1, in.length - 1}, out, err);
}

PUBLIC_PARSER(pgtype_parse_no_binary) {
    UNUSED(arena), UNUSED(in), UNUSED(out);
    return error_set_state(err, ERROR_UNSUPPORTED, "42883", "no binary input function available for type %s",
                           parser->name);
}

static int hex_value(uint8_t c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool fail_hex_digit(const uint8_t *at, struct error *err) {
    return error_set(err, ERROR_INVALID_ARGUMENT, "invalid hexadecimal digit: \"%c\"", *at < 0x80 ? *at : '?');
}

/* Pairs of digits, with white space between them. */
static bool read_hex(struct pgtype_bytes in, uint8_t *to, size_t *length, struct error *err) {
    const uint8_t *at = in.bytes, *end = in.bytes + in.length;
    uint8_t *start = to;
    while (at < end) {
        if (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') {
            at++;
            continue;
        }
        int high = hex_value(at[0]);
        if (high < 0)
            return fail_hex_digit(at, err);
        if (end - at < 2)
            return error_set(err, ERROR_INVALID_ARGUMENT, "invalid hexadecimal data: odd number of digits");
        int low = hex_value(at[1]);
        if (low < 0)
            return fail_hex_digit(at + 1, err);
        *to++ = (uint8_t)(high << 4 | low);
        at += 2;
    }
    *length = (size_t)(to - start);
    return true;
}

/* \\ and \ooo stand for bytes; every other byte is itself. */
static bool read_escaped(struct pgtype_bytes in, uint8_t *to, size_t *length, struct error *err) {
    const uint8_t *at = in.bytes, *end = in.bytes + in.length;
    uint8_t *start = to;
    while (at < end) {
        if (*at != '\\') {
            *to++ = *at++;
        } else if (end - at >= 2 && at[1] == '\\') {
            *to++ = '\\';
            at += 2;
        } else if (end - at >= 4 && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' && at[2] <= '7' && at[3] >= '0' &&
                   at[3] <= '7') {
            *to++ = (uint8_t)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
            at += 4;
        } else {
            return error_set(err, ERROR_CONVERSION, "invalid input syntax for type bytea");
        }
    }
    *length = (size_t)(to - start);
    return true;
}

PARSER(parse_bytea_text) {
    UNUSED(parser);
    uint8_t *bytes = arena_allocate(arena, in.length + 1);
    if (!bytes)
        return error_set_no_memory(err);
    out->bytes.bytes = bytes;
    if (in.length >= 2 && in.bytes[0] == '\\' && in.bytes[1] == 'x')
        return read_hex((struct pgtype_bytes){in.bytes + 2, in.length - 2}, bytes, &out->bytes.length, err);
    return read_escaped(in, bytes, &out->bytes.length, err);
}

PARSER(parse_bytea_binary) {
    UNUSED(parser), UNUSED(arena), UNUSED(err);
    out->bytes = in;
    return true;
}

/* The engine's bits: a byte that counts the padding, then the padding (ones) and the bits. Owned by the arena, all
 * bits 0. */
static uint8_t *allocate_bits(struct arena *arena, size_t count, struct pgtype_datum *out, struct error *err) {
    if (!count) {
        error_set(err, ERROR_INVALID_ARGUMENT, "a bit string must not be empty");
        return NULL;
    }
    size_t bytes = (count + 7) / 8, padding = bytes * 8 - count;
    uint8_t *bits = arena_allocate_zeroed(arena, bytes + 1, 1);
    if (!bits) {
        error_set_no_memory(err);
        return NULL;
    }
    bits[0] = (uint8_t)padding;
    bits[1] = (uint8_t)(0xff00u >> padding);
    out->bytes = (struct pgtype_bytes){bits, bytes + 1};
    return bits;
}

static void set_bit(uint8_t *bits, size_t index) {
    size_t at = index + bits[0];
    bits[1 + at / 8] |= (uint8_t)(0x80 >> at % 8);
}

static bool fail_bit_digit(uint8_t c, const char *kind, struct error *err) {
    return error_set(err, ERROR_CONVERSION, "\"%c\" is not a valid %s digit", c < 0x80 ? c : '?', kind);
}

PARSER(parse_bit_text) {
    UNUSED(parser);
    bool hex = in.length && (in.bytes[0] | 32) == 'x', prefixed = hex || (in.length && (in.bytes[0] | 32) == 'b');
    size_t digits = in.length - prefixed, digit_bits = hex ? 4 : 1;
    if (digits > INT32_MAX / 4)
        return error_set(err, ERROR_LIMIT, "bit string length exceeds the maximum allowed (%d)", INT32_MAX / 4);
    uint8_t *bits = allocate_bits(arena, digits * digit_bits, out, err);
    if (!bits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        uint8_t c = in.bytes[prefixed + i];
        int value = hex ? hex_value(c) : c == '0' || c == '1' ? c - '0' : -1;
        if (value < 0)
            return fail_bit_digit(c, hex ? "hexadecimal" : "binary", err);
        for (size_t bit = 0; bit < digit_bits; bit++)
            if (value >> (digit_bits - 1 - bit) & 1)
                set_bit(bits, i * digit_bits + bit);
    }
    return true;
}

PARSER(parse_bit_binary) {
    UNUSED(parser);
    struct reader r = reader_over(in.bytes, in.length);
    uint32_t count = reader_u32(&r);
    if (!reader_ok(&r) || count > INT32_MAX)
        return error_set_state(err, ERROR_CONVERSION, "22P03", "invalid length in external bit string");
    if (!pgtype_check_length((struct pgtype_bytes){r.at, r.left}, (count + 7) / 8, err))
        return false;
    uint8_t *bits = allocate_bits(arena, count, out, err);
    for (size_t i = 0; bits && i < count; i++)
        if (r.at[i / 8] >> (7 - i % 8) & 1)
            set_bit(bits, i);
    return bits != NULL;
}

static struct engine_hugeint load_uuid(const uint8_t bytes[16]) {
    return (struct engine_hugeint){
        .upper = (int64_t)((uint64_t)load_integer(bytes, 8) ^ (uint64_t)1 << 63),
        .lower = (uint64_t)load_integer(bytes + 8, 8),
    };
}

/* 32 digits, a hyphen allowed after each fourth, braces allowed around them all. */
PARSER(parse_uuid_text) {
    UNUSED(arena);
    uint8_t bytes[16];
    struct pgtype_bytes body = in;
    if (in.length >= 2 && in.bytes[0] == '{' && in.bytes[in.length - 1] == '}')
        body = (struct pgtype_bytes){in.bytes + 1, in.length - 2};
    size_t at = 0;
    for (int i = 0; i < 16; i++) {
        int high = at < body.length ? hex_value(body.bytes[at++]) : -1;
        int low = at < body.length ? hex_value(body.bytes[at++]) : -1;
        if (high < 0 || low < 0)
            return pgtype_fail_syntax(parser, in, err);
        bytes[i] = (uint8_t)(high << 4 | low);
        if (i % 2 && i < 15 && at < body.length && body.bytes[at] == '-')
            at++;
    }
    out->huge = load_uuid(bytes);
    return at == body.length || pgtype_fail_syntax(parser, in, err);
}

PARSER(parse_uuid_binary) {
    UNUSED(parser), UNUSED(arena);
    if (!pgtype_check_length(in, 16, err))
        return false;
    out->huge = load_uuid(in.bytes);
    return true;
}

PARSER(parse_date_binary) {
    UNUSED(parser), UNUSED(arena);
    if (!pgtype_check_length(in, 4, err))
        return false;
    int64_t days = load_integer(in.bytes, 4);
    if (days == INT32_MAX)
        out->integer = PGTYPE_DATE_INFINITY;
    else if (days == INT32_MIN)
        out->integer = -PGTYPE_DATE_INFINITY;
    else if (days + PGTYPE_EPOCH_DAYS >= PGTYPE_DATE_INFINITY)
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "date out of range");
    else
        out->integer = days + PGTYPE_EPOCH_DAYS;
    return true;
}

static bool check_time(int64_t micros, struct error *err) {
    return (micros >= 0 && micros <= PGTYPE_MICROS_PER_DAY) ||
           error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "time out of range");
}

PARSER(parse_time_binary) {
    UNUSED(arena);
    if (!pgtype_check_length(in, 8, err))
        return false;
    int64_t micros = load_integer(in.bytes, 8);
    out->integer = parser->type->id == ENGINE_TYPE_TIME_NS ? (int64_t)((uint64_t)micros * 1000) : micros;
    return check_time(micros, err);
}

PARSER(parse_time_tz_binary) {
    UNUSED(parser), UNUSED(arena);
    if (!pgtype_check_length(in, 12, err))
        return false;
    int64_t micros = load_integer(in.bytes, 8), west = load_integer(in.bytes + 8, 4);
    if (west <= -57600 || west >= 57600)
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22009", "time zone displacement out of range");
    out->integer = (int64_t)((uint64_t)micros << 24 | (uint64_t)(57599 + west));
    return check_time(micros, err);
}

/* Microseconds since 1970 in the unit of the engine's type. */
static bool scale_timestamp(enum engine_type_id id, int64_t micros, int64_t *value) {
    *value = micros;
    switch (id) {
    case ENGINE_TYPE_TIMESTAMP_S:
        *value = pgtype_floor_divide(micros, 1000000);
        return true;
    case ENGINE_TYPE_TIMESTAMP_MS:
        *value = pgtype_floor_divide(micros, 1000);
        return true;
    case ENGINE_TYPE_TIMESTAMP_NS:
        return !__builtin_mul_overflow(micros, 1000, value);
    default:
        return true;
    }
}

PARSER(parse_timestamp_binary) {
    UNUSED(arena);
    if (!pgtype_check_length(in, 8, err))
        return false;
    int64_t micros = load_integer(in.bytes, 8);
    if (micros == INT64_MAX)
        out->integer = PGTYPE_TIMESTAMP_INFINITY;
    else if (micros == INT64_MIN)
        out->integer = -PGTYPE_TIMESTAMP_INFINITY;
    else if (__builtin_add_overflow(micros, PGTYPE_EPOCH_DAYS * PGTYPE_MICROS_PER_DAY, &micros) ||
             !scale_timestamp(parser->type->id, micros, &out->integer))
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "timestamp out of range");
    return true;
}

PARSER(parse_timestamp_text) {
    if (!pgtype_parse_timestamp(parser, arena, in, out, err))
        return false;
    int64_t micros = out->integer;
    if (micros == PGTYPE_TIMESTAMP_INFINITY || micros == -PGTYPE_TIMESTAMP_INFINITY ||
        scale_timestamp(parser->type->id, micros, &out->integer))
        return true;
    return error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "timestamp out of range: \"%.*s\"", shown(in.length),
                           (const char *)in.bytes);
}

PARSER(parse_interval_binary) {
    UNUSED(parser), UNUSED(arena);
    if (!pgtype_check_length(in, 16, err))
        return false;
    out->interval = (struct engine_interval){
        .micros = load_integer(in.bytes, 8),
        .days = (int32_t)load_integer(in.bytes + 8, 4),
        .months = (int32_t)load_integer(in.bytes + 12, 4),
    };
    return true;
}

PARSER(parse_enum) {
    UNUSED(arena);
    if (!pgwire_text_check(in.bytes, in.length, err))
        return false;
    out->integer = pgtype_labels_find(parser->labels, (const char *)in.bytes, in.length);
    return out->integer >= 0 || error_set(err, ERROR_CONVERSION, "invalid input value for enum %s: \"%.*s\"",
                                          parser->name, shown(in.length), (const char *)in.bytes);
}

/* PostgreSQL takes negative numbers for the OIDs they are in 32 bits. */
PUBLIC_PARSER(pgtype_parse_oid_text) {
    UNUSED(arena);
    struct integer_limits limits = {(uint64_t)1 << 31, UINT32_MAX};
    if (!read_integer(parser, in, limits, out, err))
        return false;
    out->integer = (uint32_t)out->integer;
    return true;
}

PUBLIC_PARSER(pgtype_parse_oid_binary) {
    UNUSED(parser), UNUSED(arena);
    if (!pgtype_check_length(in, 4, err))
        return false;
    out->integer = (uint32_t)load_integer(in.bytes, 4);
    return true;
}

/* regclass and its kin are bound as text: the number's digits when they come in binary. */
PUBLIC_PARSER(pgtype_parse_oid_as_text) {
    if (!pgtype_parse_oid_binary(parser, arena, in, out, err))
        return false;
    const char *digits = arena_format(arena, "%u", (uint32_t)out->integer);
    if (!digits)
        return error_set_no_memory(err);
    out->bytes = (struct pgtype_bytes){(const uint8_t *)digits, strlen(digits)};
    return true;
}

PUBLIC_PARSER(pgtype_parse_xid8_binary) {
    UNUSED(parser), UNUSED(arena);
    if (!pgtype_check_length(in, 8, err))
        return false;
    out->integer = load_integer(in.bytes, 8);
    return true;
}

PARSER(parse_nothing) {
    UNUSED(parser), UNUSED(arena), UNUSED(in), UNUSED(err);
    out->is_null = true;
    return true;
}

#define PAIR(id, text, binary) [ENGINE_TYPE_##id] = {text, binary}

static const struct pgtype_parse_pair pairs[] = {
    PAIR(BOOLEAN, parse_boolean_text, parse_boolean_binary),
    PAIR(TINYINT, parse_integer_text, parse_integer_binary),
    PAIR(SMALLINT, parse_integer_text, parse_integer_binary),
    PAIR(INTEGER, parse_integer_text, parse_integer_binary),
    PAIR(BIGINT, parse_integer_text, parse_integer_binary),
    PAIR(UTINYINT, parse_integer_text, parse_integer_binary),
    PAIR(USMALLINT, parse_integer_text, parse_integer_binary),
    PAIR(UINTEGER, parse_integer_text, parse_integer_binary),
    PAIR(UBIGINT, pgtype_parse_numeric_text, pgtype_parse_numeric_binary),
    PAIR(FLOAT, pgtype_parse_float_text, parse_float_binary),
    PAIR(DOUBLE, pgtype_parse_double_text, parse_double_binary),
    PAIR(TIMESTAMP, parse_timestamp_text, parse_timestamp_binary),
    PAIR(DATE, pgtype_parse_date, parse_date_binary),
    PAIR(TIME, pgtype_parse_time, parse_time_binary),
    PAIR(INTERVAL, pgtype_parse_interval, parse_interval_binary),
    PAIR(HUGEINT, pgtype_parse_numeric_text, pgtype_parse_numeric_binary),
    PAIR(VARCHAR, pgtype_parse_text, pgtype_parse_text),
    PAIR(BLOB, parse_bytea_text, parse_bytea_binary),
    PAIR(DECIMAL, pgtype_parse_numeric_text, pgtype_parse_numeric_binary),
    PAIR(TIMESTAMP_S, parse_timestamp_text, parse_timestamp_binary),
    PAIR(TIMESTAMP_MS, parse_timestamp_text, parse_timestamp_binary),
    PAIR(TIMESTAMP_NS, parse_timestamp_text, parse_timestamp_binary),
    PAIR(ENUM, parse_enum, parse_enum),
    PAIR(UUID, parse_uuid_text, parse_uuid_binary),
    PAIR(BIT, parse_bit_text, parse_bit_binary),
    PAIR(TIME_TZ, pgtype_parse_time_tz, parse_time_tz_binary),
    PAIR(TIMESTAMP_TZ, parse_timestamp_text, parse_timestamp_binary),
    PAIR(UHUGEINT, pgtype_parse_numeric_text, pgtype_parse_numeric_binary),
    PAIR(SQLNULL, parse_nothing, parse_nothing),
    PAIR(TIME_NS, pgtype_parse_time, parse_time_binary),
};

const struct pgtype_parse_pair *pgtype_parse_pair_of(enum engine_type_id id) {
    return id < sizeof pairs / sizeof pairs[0] && pairs[id].text ? &pairs[id] : NULL;
}
