/* DuckDB's VARIANT as JSON.
 *
 * A row's value is a tree, stored as lists: values (a kind, and where its bytes begin), children of arrays and
 * objects (an index of the key, an index of the value), keys, and the bytes, little-endian (vector.h). Every index
 * and length is checked against what is there: the layout is the engine's own, and may change with it.
 */
#include <string.h>

#include "base/reader.h"
#include "pgtype/codec.h"

enum { DEPTH_MOST = 1000 };

/* DuckDB 1.5, VariantLogicalType. */
enum variant_kind {
    VARIANT_NULL = 0,
    VARIANT_TRUE = 1,
    VARIANT_FALSE = 2,
    VARIANT_DECIMAL = 15,
    VARIANT_OBJECT = 29,
    VARIANT_ARRAY = 30,
};

/* Kinds whose bytes are a slot of one of the engine's types; 0 bytes: a length and that many bytes. */
static const struct {
    uint8_t type;
    uint8_t bytes;
} scalar_kinds[] = {
    [3] = {ENGINE_TYPE_TINYINT, 1},       [4] = {ENGINE_TYPE_SMALLINT, 2},     [5] = {ENGINE_TYPE_INTEGER, 4},
    [6] = {ENGINE_TYPE_BIGINT, 8},        [7] = {ENGINE_TYPE_HUGEINT, 16},     [8] = {ENGINE_TYPE_UTINYINT, 1},
    [9] = {ENGINE_TYPE_USMALLINT, 2},     [10] = {ENGINE_TYPE_UINTEGER, 4},    [11] = {ENGINE_TYPE_UBIGINT, 8},
    [12] = {ENGINE_TYPE_UHUGEINT, 16},    [13] = {ENGINE_TYPE_FLOAT, 4},       [14] = {ENGINE_TYPE_DOUBLE, 8},
    [16] = {ENGINE_TYPE_VARCHAR, 0},      [17] = {ENGINE_TYPE_BLOB, 0},        [18] = {ENGINE_TYPE_UUID, 16},
    [19] = {ENGINE_TYPE_DATE, 4},         [20] = {ENGINE_TYPE_TIME, 8},        [21] = {ENGINE_TYPE_TIME_NS, 8},
    [22] = {ENGINE_TYPE_TIMESTAMP_S, 8},  [23] = {ENGINE_TYPE_TIMESTAMP_MS, 8}, [24] = {ENGINE_TYPE_TIMESTAMP, 8},
    [25] = {ENGINE_TYPE_TIMESTAMP_NS, 8}, [26] = {ENGINE_TYPE_TIME_TZ, 8},     [27] = {ENGINE_TYPE_TIMESTAMP_TZ, 8},
    [28] = {ENGINE_TYPE_INTERVAL, 16},    [31] = {ENGINE_TYPE_BIGNUM, 0},      [32] = {ENGINE_TYPE_BIT, 0},
    [33] = {ENGINE_TYPE_GEOMETRY, 0},
};

/* The row's parts. */
struct variant {
    const struct pgtype_codec *codec;
    const struct engine_vector *keys, *child_keys, *child_values, *kinds, *places;
    struct pgtype_range key_range, child_range, value_range;
    const uint8_t *data;
    size_t data_bytes;
    struct writer *w;
    struct error *err;
};

static bool fail(const struct variant *v) {
    return error_set(v->err, ERROR_INTERNAL, "a VARIANT value is not understood");
}

/* LEB128. */
static uint32_t take_varint(struct reader *r) {
    uint32_t value = 0;
    for (uint32_t shift = 0; shift < 32; shift += 7) {
        uint8_t byte = reader_u8(r);
        value |= (uint32_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    r->failed = true;
    return 0;
}

static uint32_t index_at(const struct engine_vector *vector, int64_t row) {
    return ((const uint32_t *)vector->data)[row];
}

/* One value of an engine's type, from a slot's bytes. */
static bool write_slot(const struct variant *v, const struct engine_type *type, void *slot) {
    struct engine_vector vector = {.type = type, .data = slot};
    struct pgtype_codec codec;
    struct arena unused = {0};
    return pgtype_codec_init(&codec, &unused, type, false, v->codec->settings, v->err) &&
           pgtype_write_json(&codec, &vector, 0, v->w, v->err);
}

static bool write_bytes(const struct variant *v, const struct engine_type *type, struct reader *r) {
    struct engine_string string = {.length = take_varint(r)};
    const char *bytes = (const char *)reader_bytes(r, string.length);
    if (!reader_ok(r))
        return fail(v);
    if (string.length <= ENGINE_STRING_INLINE_BYTES)
        memcpy(string.inlined, bytes, string.length);
    else
        string.pointed.bytes = bytes;
    return write_slot(v, type, &string);
}

static bool write_fixed(const struct variant *v, const struct engine_type *type, size_t length, struct reader *r) {
    struct engine_interval slot; /* the widest, and aligned for all */
    const uint8_t *bytes = reader_bytes(r, length);
    if (!bytes)
        return fail(v);
    memcpy(&slot, bytes, length);
    return write_slot(v, type, &slot);
}

static bool write_decimal(const struct variant *v, struct reader *r) {
    uint32_t width = take_varint(r), scale = take_varint(r);
    if (!reader_ok(r) || width > 38 || scale > width)
        return fail(v);
    struct engine_type type = {.id = ENGINE_TYPE_DECIMAL, .width = (uint8_t)width, .scale = (uint8_t)scale, .alias = ""};
    type.value_bytes = width <= 4 ? 2 : width <= 9 ? 4 : width <= 18 ? 8 : 16;
    return write_fixed(v, &type, type.value_bytes, r);
}

static bool write_scalar(const struct variant *v, uint32_t kind, struct reader *r) {
    if (kind == VARIANT_DECIMAL)
        return write_decimal(v, r);
    if (kind >= sizeof scalar_kinds / sizeof *scalar_kinds || !scalar_kinds[kind].type)
        return fail(v);
    struct engine_type type = {.id = (enum engine_type_id)scalar_kinds[kind].type,
                               .value_bytes = scalar_kinds[kind].bytes ? scalar_kinds[kind].bytes : 16,
                               .alias = ""};
    return scalar_kinds[kind].bytes ? write_fixed(v, &type, scalar_kinds[kind].bytes, r) : write_bytes(v, &type, r);
}

static bool write_value(const struct variant *v, uint32_t index, int32_t depth);

static bool write_key(const struct variant *v, int64_t child) {
    uint32_t key = index_at(v->child_keys, child);
    if (engine_vector_is_null(v->child_keys, child) || key >= v->key_range.count)
        return fail(v);
    const struct engine_string *text = (const struct engine_string *)v->keys->data + v->key_range.first + key;
    const struct engine_type type = {.id = ENGINE_TYPE_VARCHAR, .value_bytes = 16, .alias = ""};
    struct engine_string copy = *text;
    bool ok = write_slot(v, &type, &copy);
    writer_u8(v->w, ':');
    return ok;
}

static bool write_children(const struct variant *v, bool object, struct reader *r, int32_t depth) {
    uint32_t count = take_varint(r), first = count ? take_varint(r) : 0;
    if (!reader_ok(r) || first > v->child_range.count || count > v->child_range.count - first || depth == DEPTH_MOST)
        return fail(v);
    writer_u8(v->w, object ? '{' : '[');
    for (uint32_t i = 0; i < count; i++) {
        int64_t child = v->child_range.first + first + i;
        if (i)
            writer_u8(v->w, ',');
        if ((object && !write_key(v, child)) || !write_value(v, index_at(v->child_values, child), depth + 1))
            return false;
    }
    writer_u8(v->w, object ? '}' : ']');
    return true;
}

static bool write_value(const struct variant *v, uint32_t index, int32_t depth) {
    if (index >= v->value_range.count)
        return fail(v);
    int64_t row = v->value_range.first + index;
    uint32_t kind = ((const uint8_t *)v->kinds->data)[row], place = index_at(v->places, row);
    if (place > v->data_bytes)
        return fail(v);
    struct reader r = reader_over(v->data + place, v->data_bytes - place);
    switch (kind) {
    case VARIANT_NULL:
        writer_text(v->w, "null");
        return true;
    case VARIANT_TRUE:
    case VARIANT_FALSE:
        writer_text(v->w, kind == VARIANT_TRUE ? "true" : "false");
        return true;
    case VARIANT_OBJECT:
    case VARIANT_ARRAY:
        return write_children(v, kind == VARIANT_OBJECT, &r, depth);
    default:
        return write_scalar(v, kind, &r);
    }
}

bool pgtype_write_variant(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                          struct writer *w, struct error *err) {
    const struct engine_vector *children = vector->children;
    const struct engine_string *data = (const struct engine_string *)children[3].data + row;
    const struct variant variant = {
        .codec = codec,
        .keys = &children[0].children[0],
        .child_keys = &children[1].children[0].children[0],
        .child_values = &children[1].children[0].children[1],
        .kinds = &children[2].children[0].children[0],
        .places = &children[2].children[0].children[1],
        .key_range = pgtype_list_range(&children[0], row),
        .child_range = pgtype_list_range(&children[1], row),
        .value_range = pgtype_list_range(&children[2], row),
        .data = (const uint8_t *)engine_string_bytes(data),
        .data_bytes = data->length,
        .w = w,
        .err = err,
    };
    return write_value(&variant, 0, 0);
}
