/* Data into values to bind and into vectors to append. */
#include "pgtype/decode.h"

#include <string.h>

#include "base/memory.h"
#include "base/reader.h"
#include "pgtype/numeric.h"
#include "pgtype/parse.h"

enum { DIMENSIONS_MOST = 6 };

static struct engine_value *value_of(const struct engine_type *type, const struct pgtype_datum *datum);

static struct engine_value *list_value(const struct engine_type *type, const struct pgtype_datum *datum) {
    int64_t count = datum->children.count;
    struct engine_value **values = memory_allocate_zeroed((size_t)count + 1, sizeof *values), *list = NULL;
    bool ok = values != NULL;
    for (int64_t i = 0; ok && i < count; i++) {
        values[i] = value_of(type->id == ENGINE_TYPE_STRUCT ? type->members[i].type : type->child,
                             &datum->children.items[i]);
        ok = values[i] != NULL;
    }
    if (ok)
        list = type->id == ENGINE_TYPE_STRUCT ? engine_value_struct(type, values)
                                              : engine_value_list(type->child, values, count);
    for (int64_t i = 0; values && i < count; i++)
        engine_value_destroy(values[i]);
    memory_free(values);
    return list;
}

/* Owned; NULL when memory is out. */
static struct engine_value *value_of(const struct engine_type *type, const struct pgtype_datum *datum) {
    if (datum->is_null)
        return engine_value_null();
    switch (type->id) {
    case ENGINE_TYPE_BOOLEAN:
        return engine_value_boolean(datum->integer != 0);
    case ENGINE_TYPE_FLOAT:
        return engine_value_float(datum->single);
    case ENGINE_TYPE_DOUBLE:
        return engine_value_double(datum->number);
    case ENGINE_TYPE_INTERVAL:
        return engine_value_interval(datum->interval);
    case ENGINE_TYPE_DECIMAL:
        return engine_value_decimal(type->width, type->scale, datum->huge);
    case ENGINE_TYPE_HUGEINT:
    case ENGINE_TYPE_UHUGEINT:
    case ENGINE_TYPE_UUID:
        return engine_value_hugeint(type->id, datum->huge);
    case ENGINE_TYPE_VARCHAR:
    case ENGINE_TYPE_BLOB:
    case ENGINE_TYPE_BIT:
        return engine_value_bytes(type->id, datum->bytes.bytes, datum->bytes.length);
    case ENGINE_TYPE_LIST:
    case ENGINE_TYPE_ARRAY:
    case ENGINE_TYPE_STRUCT:
        return list_value(type, datum);
    default:
        return engine_value_int64(type->id, datum->integer);
    }
}

/* How deep the array is: its opening braces, or its dimensions; 1 for an empty one. */
static int32_t array_depth(struct pgtype_bytes in, bool binary) {
    int32_t depth = 0;
    if (binary) {
        struct reader r = reader_over(in.bytes, in.length);
        depth = (int32_t)reader_u32(&r);
    } else {
        const uint8_t *bounds = in.length ? memchr(in.bytes, '=', in.length) : NULL;
        size_t at = in.length && pgtype_trim(in).bytes[0] == '[' && bounds ? (size_t)(bounds - in.bytes) + 1 : 0;
        for (; at < in.length && (in.bytes[at] == '{' || pgtype_is_space(in.bytes[at])); at++)
            depth += in.bytes[at] == '{';
    }
    return depth < 1 ? 1 : depth > DIMENSIONS_MOST ? DIMENSIONS_MOST : depth;
}

/* The most decimals of any number in the text of an array, or of any element's display scale. */
static uint8_t array_scale(struct pgtype_bytes in, bool binary) {
    uint32_t most = 0;
    if (!binary) {
        for (size_t at = 0, run = 0, counting = 0; at < in.length; at++) {
            bool digit = in.bytes[at] >= '0' && in.bytes[at] <= '9';
            counting = in.bytes[at] == '.' || (counting && digit);
            run = counting && digit ? run + 1 : 0;
            most = run > most ? (uint32_t)run : most;
        }
        return (uint8_t)(most > 28 ? 28 : most);
    }
    struct reader r = reader_over(in.bytes, in.length);
    uint32_t dimensions = reader_u32(&r);
    reader_bytes(&r, 8);
    reader_bytes(&r, dimensions <= DIMENSIONS_MOST ? dimensions * 8 : 0);
    while (reader_ok(&r) && r.left) {
        uint32_t length = reader_u32(&r);
        const uint8_t *element = length == UINT32_MAX ? NULL : reader_bytes(&r, length);
        uint32_t scale = element && length >= 8 ? (uint32_t)element[6] << 8 | element[7] : 0;
        most = scale > most ? scale : most;
    }
    return (uint8_t)(most > 28 ? 28 : most);
}

/* The list type of an array parameter, which PostgreSQL's type does not tell alone. */
static const struct engine_type *array_type(struct arena *arena, uint32_t element, struct pgtype_bytes in, bool binary,
                                            const struct pgtype_resolver *resolver) {
    int32_t depth = array_depth(in, binary);
    const struct engine_type *type = pgtype_engine_type(element, resolver);
    struct engine_type *made = arena_allocate_zeroed(arena, (size_t)depth + 1, sizeof *made);
    if (!made || !type)
        return NULL;
    if (element == PGTYPE_NUMERIC) {
        made[depth] = *type;
        made[depth].scale = array_scale(in, binary);
        type = &made[depth];
    }
    for (int32_t i = 0; i < depth; i++) {
        made[i] = (struct engine_type){.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = type};
        type = &made[i];
    }
    return type;
}

static const struct engine_type *parameter_type(struct arena *arena, uint32_t oid, struct pgtype_bytes in, bool binary,
                                                const struct pgtype_resolver *resolver) {
    const struct pgtype *known = pgtype_find(oid);
    if (oid == PGTYPE_NUMERIC)
        return pgtype_numeric_type(arena, in, binary);
    if (known && known->element)
        return array_type(arena, known->element, in, binary, resolver);
    const struct engine_type *type = pgtype_engine_type(oid, resolver);
    /* The engine takes labels for an ENUM's values. */
    return type->id == ENGINE_TYPE_ENUM ? engine_type_simple(ENGINE_TYPE_VARCHAR) : type;
}

/* PostgreSQL's words for a value of the wrong length name the parameter. */
static void explain(int32_t parameter, enum pgwire_format format, struct error *err) {
    if (!err)
        return;
    if (strcmp(err->message, "incorrect binary data format") == 0)
        error_set_state(err, ERROR_CONVERSION, "22P03", "incorrect binary data format in bind parameter %d", parameter);
    bool is_text = strcmp(error_sqlstate(err), "22021") != 0; /* what is no text is not shown as one */
    pgwire_explain_parameter("", parameter, format == PGWIRE_TEXT && is_text, err);
}

struct engine_value *pgtype_decode_parameter(struct arena *arena, const struct pgtype_settings *settings, uint32_t oid,
                                             enum pgwire_format format, struct pgwire_value value, int32_t parameter,
                                             struct error *err) {
    struct pgtype_parser parser;
    struct pgtype_datum datum;
    struct engine_value *decoded = NULL;
    bool binary = format == PGWIRE_BINARY;
    if (value.length == PGWIRE_NULL) {
        decoded = engine_value_null();
        if (!decoded)
            error_set_no_memory(err);
        return decoded;
    }
    struct pgtype_bytes in = {value.bytes, (size_t)value.length};
    const struct engine_type *type = parameter_type(arena, oid, in, binary, settings->resolver);
    if (!type) {
        error_set_no_memory(err);
        return NULL;
    }
    if (!pgtype_parser_init(&parser, arena, type, oid, binary, settings, err))
        return NULL;
    if (!pgtype_parse(&parser, arena, value, &datum, err)) {
        explain(parameter, format, err);
        return NULL;
    }
    decoded = value_of(type, &datum);
    if (!decoded)
        error_set_no_memory(err);
    return decoded;
}

struct pgtype_decoder {
    struct arena scratch; /* of one row */
    int32_t column_count;
    struct pgtype_parser columns[];
};

struct pgtype_decoder *pgtype_decoder_compile(struct arena *arena, const struct engine_type *const *types, int32_t count,
                                              enum pgwire_format format, const struct pgtype_settings *settings,
                                              struct error *err) {
    struct pgtype_decoder *decoder =
        arena_allocate_zeroed(arena, 1, sizeof *decoder + (size_t)count * sizeof decoder->columns[0]);
    if (!decoder) {
        error_set_no_memory(err);
        return NULL;
    }
    decoder->column_count = count;
    for (int32_t i = 0; i < count; i++) {
        uint32_t oid = pgtype_of(types[i], settings->resolver).oid;
        if (!pgtype_parser_init(&decoder->columns[i], arena, types[i], oid, format == PGWIRE_BINARY, settings, err))
            return NULL;
    }
    return decoder;
}

void pgtype_decoder_destroy(struct pgtype_decoder *decoder) {
    if (decoder)
        arena_destroy(&decoder->scratch);
}

static bool store(struct engine_vector *vector, int64_t row, const struct pgtype_datum *datum, struct error *err);

/* Where the children of this row begin: behind those of the rows before it. */
static uint64_t list_offset(const struct engine_vector *vector, int64_t row) {
    const struct engine_list *before = (const struct engine_list *)vector->data + row - 1;
    return row ? before->offset + before->length : 0;
}

static bool store_list(struct engine_vector *vector, int64_t row, const struct pgtype_datum *datum, struct error *err) {
    struct engine_list list = {list_offset(vector, row), datum->is_null ? 0 : (uint64_t)datum->children.count};
    if (list.length && !engine_vector_resize_child(vector, (int64_t)(list.offset + list.length), err))
        return false;
    ((struct engine_list *)vector->data)[row] = list;
    for (uint64_t i = 0; i < list.length; i++)
        if (!store(&vector->children[0], (int64_t)(list.offset + i), &datum->children.items[i], err))
            return false;
    return true;
}

static bool store_children(struct engine_vector *vector, int64_t row, const struct pgtype_datum *datum,
                           struct error *err) {
    bool is_array = vector->type->id == ENGINE_TYPE_ARRAY;
    for (int64_t i = 0; i < datum->children.count; i++) {
        struct engine_vector *child = &vector->children[is_array ? 0 : i];
        int64_t at = is_array ? row * vector->type->array_size + i : row;
        if (!store(child, at, &datum->children.items[i], err))
            return false;
    }
    return true;
}

static inline void store_integer(struct engine_vector *vector, int64_t row, int64_t value) {
    switch (vector->type->value_bytes) {
    case 1:
        ((int8_t *)vector->data)[row] = (int8_t)value;
        break;
    case 2:
        ((int16_t *)vector->data)[row] = (int16_t)value;
        break;
    case 4:
        ((int32_t *)vector->data)[row] = (int32_t)value;
        break;
    default:
        ((int64_t *)vector->data)[row] = value;
        break;
    }
}

static bool store(struct engine_vector *vector, int64_t row, const struct pgtype_datum *datum, struct error *err) {
    if (datum->is_null)
        engine_vector_set_null(vector, row);
    switch (vector->type->id) {
    case ENGINE_TYPE_LIST:
        return store_list(vector, row, datum, err);
    case ENGINE_TYPE_ARRAY:
    case ENGINE_TYPE_STRUCT:
        return datum->is_null || store_children(vector, row, datum, err);
    default:
        break;
    }
    if (datum->is_null)
        return true;
    switch (vector->type->id) {
    case ENGINE_TYPE_VARCHAR:
    case ENGINE_TYPE_BLOB:
    case ENGINE_TYPE_BIT:
        engine_vector_set_bytes(vector, row, datum->bytes.bytes, datum->bytes.length);
        return true;
    case ENGINE_TYPE_FLOAT:
        ((float *)vector->data)[row] = datum->single;
        return true;
    case ENGINE_TYPE_INTERVAL:
        ((struct engine_interval *)vector->data)[row] = datum->interval;
        return true;
    default:
        break;
    }
    if (vector->type->value_bytes == sizeof datum->huge)
        ((struct engine_hugeint *)vector->data)[row] = datum->huge;
    else if (vector->type->value_bytes) /* a DOUBLE's bits, too */
        store_integer(vector, row, datum->integer);
    return true;
}

bool pgtype_decode_row(struct pgtype_decoder *decoder, const struct pgwire_value *fields, struct engine_chunk *chunk,
                       int64_t row, int32_t *failed_column, struct error *err) {
    if (decoder->scratch.blocks)
        arena_reset(&decoder->scratch);
    for (int32_t i = 0; i < decoder->column_count; i++) {
        struct pgtype_datum datum;
        if (!pgtype_parse(&decoder->columns[i], &decoder->scratch, fields[i], &datum, err) ||
            !store(&chunk->columns[i], row, &datum, err)) {
            *failed_column = i;
            return false;
        }
    }
    return true;
}
