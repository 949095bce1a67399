/* One value for every parser: the first byte chooses the type, the second format and settings. What is read must be
 * written again by the encoder of the same type, in both formats. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pgtype/codec.h"
#include "pgtype/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LABELS = 3 };

static const struct engine_member labels[LABELS] = {{"a", 1, NULL}, {"b c", 3, NULL}, {"\xc3\xbc", 2, NULL}};

#define SIMPLE(type, bytes) {.id = ENGINE_TYPE_##type, .value_bytes = bytes, .alias = ""}

static const struct engine_type varchar = SIMPLE(VARCHAR, 16), integer = SIMPLE(INTEGER, 4);
static const struct engine_type integers = {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &integer};
static const struct engine_member fields[] = {{"a", 1, &integer}, {"b", 1, &varchar}, {"c", 1, &integers}};
static const struct engine_type record = {
    .id = ENGINE_TYPE_STRUCT, .alias = "", .member_count = 3, .members = fields};

static const struct engine_type types[] = {
    SIMPLE(BOOLEAN, 1),
    SIMPLE(TINYINT, 1),
    SIMPLE(SMALLINT, 2),
    SIMPLE(INTEGER, 4),
    SIMPLE(BIGINT, 8),
    SIMPLE(UTINYINT, 1),
    SIMPLE(USMALLINT, 2),
    SIMPLE(UINTEGER, 4),
    SIMPLE(UBIGINT, 8),
    SIMPLE(HUGEINT, 16),
    SIMPLE(UHUGEINT, 16),
    SIMPLE(FLOAT, 4),
    SIMPLE(DOUBLE, 8),
    SIMPLE(DATE, 4),
    SIMPLE(TIME, 8),
    SIMPLE(TIME_NS, 8),
    SIMPLE(TIME_TZ, 8),
    SIMPLE(TIMESTAMP, 8),
    SIMPLE(TIMESTAMP_S, 8),
    SIMPLE(TIMESTAMP_MS, 8),
    SIMPLE(TIMESTAMP_NS, 8),
    SIMPLE(TIMESTAMP_TZ, 8),
    SIMPLE(INTERVAL, 16),
    SIMPLE(VARCHAR, 16),
    SIMPLE(BLOB, 16),
    SIMPLE(BIT, 16),
    SIMPLE(UUID, 16),
    {.id = ENGINE_TYPE_DECIMAL, .value_bytes = 2, .width = 4, .scale = 2, .alias = ""},
    {.id = ENGINE_TYPE_DECIMAL, .value_bytes = 8, .width = 18, .scale = 3, .alias = ""},
    {.id = ENGINE_TYPE_DECIMAL, .value_bytes = 16, .width = 38, .scale = 38, .alias = ""},
    {.id = ENGINE_TYPE_ENUM, .value_bytes = 1, .alias = "", .member_count = LABELS, .members = labels},
    {.id = ENGINE_TYPE_VARCHAR, .value_bytes = 16, .alias = "JSON"},
    {.id = ENGINE_TYPE_VARCHAR, .value_bytes = 16, .alias = "jsonb"},
    {.id = ENGINE_TYPE_UINTEGER, .value_bytes = 4, .alias = "regclass"},
    {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &varchar},
    {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &integers},
    {.id = ENGINE_TYPE_ARRAY, .array_size = 2, .alias = "", .child = &integer},
    {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &record},
    {.id = ENGINE_TYPE_STRUCT, .alias = "", .member_count = 3, .members = fields},
};

/* A vector of one value, as the engine would hold it. */
static void write_back(const struct engine_type *type, const struct pgtype_datum *datum, struct arena *arena,
                       const struct pgtype_settings *settings) {
    struct engine_string string = {0};
    struct engine_vector vector = {.type = type, .data = (void *)&datum->integer};
    if (datum->is_null || !pgtype_scalar_of(type->id))
        return;
    if (type->id == ENGINE_TYPE_VARCHAR || type->id == ENGINE_TYPE_BLOB || type->id == ENGINE_TYPE_BIT) {
        string.length = (uint32_t)datum->bytes.length;
        if (string.length <= ENGINE_STRING_INLINE_BYTES) {
            if (string.length)
                memcpy((char *)&string + 4, datum->bytes.bytes, string.length);
        } else {
            const char *bytes = (const char *)datum->bytes.bytes;
            memcpy((char *)&string + 8, &bytes, sizeof bytes);
        }
        vector.data = &string;
    }
    for (int binary = 0; binary < 2; binary++) {
        struct pgtype_codec codec;
        struct writer w = {0};
        struct error err;
        if (!pgtype_codec_init(&codec, arena, type, binary, settings, &err))
            abort();
        codec.write(&codec, &vector, 0, &w, &err);
        writer_destroy(&w);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = {0};
    struct pgtype_settings settings = pgtype_settings_default();
    struct pgtype_parser parser;
    struct pgtype_datum datum;
    struct error err;
    if (size < 2)
        return 0;
    const struct engine_type *type = &types[data[0] % (sizeof types / sizeof *types)];
    bool binary = data[1] & 1;
    settings.interval_style = (enum pgtype_interval_style)(data[1] >> 1 & 3);
    settings.date_order = (enum pgtype_date_order)((data[1] >> 3 & 3) % 3);
    settings.extra_float_digits = data[1] & 64 ? 1 : 0;
    uint32_t oid = pgtype_of(type, NULL).oid;
    struct pgwire_value value = {data + 2, (int32_t)(size - 2)};
    if (!pgtype_parser_init(&parser, &arena, type, oid, binary, &settings, &err))
        abort();
    if (pgtype_parse(&parser, &arena, value, &datum, &err))
        write_back(type, &datum, &arena, &settings);
    arena_destroy(&arena);
    return 0;
}
