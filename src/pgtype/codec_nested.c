/* Writers of lists, structs, unions and maps: arrays, records, text and json. */
#include <string.h>

#include "pgtype/codec.h"

#define UNUSED(x) ((void)(x))

static bool is_space(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The characters that array_out and record_out put into quotes. */
static bool needs_quotes(const uint8_t *text, size_t length, const char *specials) {
    for (size_t i = 0; i < length; i++)
        if (is_space(text[i]) || (text[i] && strchr(specials, text[i])))
            return true;
    return length == 0;
}

static bool is_null_word(const uint8_t *text, size_t length) {
    return length == 4 && (text[0] | 32) == 'n' && (text[1] | 32) == 'u' && (text[2] | 32) == 'l' && (text[3] | 32) == 'l';
}

/* Puts what was written from `start` on into double quotes; `doubled` characters get what `escape` says before them:
 * themselves (0) or a backslash. Works from the end, so that nothing is moved twice. */
static bool quote(struct writer *w, size_t start, bool by_doubling) {
    size_t length = w->length - start, extra = 2;
    for (size_t i = start; i < w->length; i++)
        extra += w->bytes[i] == '"' || w->bytes[i] == '\\';
    if (!writer_place(w, extra))
        return false;
    const uint8_t *from = w->bytes + start + length;
    uint8_t *to = w->bytes + w->length;
    *--to = '"';
    while (length--) {
        uint8_t c = *--from;
        *--to = c;
        if (c == '"' || c == '\\')
            *--to = by_doubling ? c : '\\';
    }
    *--to = '"';
    return true;
}

static void trim_separator(struct writer *w, char close) {
    if (writer_ok(w))
        w->bytes[w->length - 1] = (uint8_t)close;
}

/* One element, quoted if need be, and a comma. */
static bool write_element(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                          struct writer *w, struct error *err) {
    if (engine_vector_is_null(vector, row)) {
        writer_text(w, "NULL,");
        return true;
    }
    size_t start = w->length;
    if (!codec->write(codec, vector, row, w, err) || !writer_ok(w))
        return false;
    const uint8_t *text = w->bytes + start;
    size_t length = w->length - start;
    if (codec->charset != PGTYPE_CHARS_PLAIN && !pgtype_is_list(codec->type) &&
        (needs_quotes(text, length, "\"\\{},") || is_null_word(text, length)) && !quote(w, start, false))
        return false;
    writer_u8(w, ',');
    return true;
}

/* Whether lists below hold anything: PostgreSQL has one empty array, {}, of no dimension. */
static bool has_leaves(const struct engine_vector *vector, int64_t row) {
    if (engine_vector_is_null(vector, row))
        return true;
    struct pgtype_range range = pgtype_list_range(vector, row);
    if (!pgtype_is_list(vector->type->child))
        return range.count > 0;
    for (int64_t i = 0; i < range.count; i++)
        if (has_leaves(&vector->children[0], range.first + i))
            return true;
    return false;
}

static bool write_braces(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                         struct writer *w, struct error *err);

bool pgtype_write_list_text(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                            struct writer *w, struct error *err) {
    if (!has_leaves(vector, row)) {
        writer_text(w, "{}");
        return true;
    }
    return write_braces(codec, vector, row, w, err);
}

static bool write_braces(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                         struct writer *w, struct error *err) {
    const struct pgtype_codec *child = &codec->children[0];
    struct pgtype_range range = pgtype_list_range(vector, row);
    writer_u8(w, '{');
    for (int64_t i = 0; i < range.count; i++)
        if (!write_element(child, &vector->children[0], range.first + i, w, err))
            return false;
    if (range.count)
        trim_separator(w, '}');
    else
        writer_u8(w, '}');
    return true;
}

/* int2vector and oidvector: numbers and spaces. */
bool pgtype_write_vector_text(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                              struct writer *w, struct error *err) {
    const struct pgtype_scalar *scalar = pgtype_scalar_of(codec->type->child->id);
    struct pgtype_range range = pgtype_list_range(vector, row);
    for (int64_t i = 0; i < range.count; i++) {
        if (i)
            writer_u8(w, ' ');
        if (engine_vector_is_null(&vector->children[0], range.first + i))
            writer_u8(w, '0');
        else if (!scalar->text(&codec->children[0], &vector->children[0], range.first + i, w, err))
            return false;
    }
    return true;
}

/* The binary form of arrays (array_send): dimensions, whether there are NULLs, the element's OID, each dimension's
 * length and first index, then the elements. */
enum { DIMENSIONS_MOST = 6 }; /* PostgreSQL's MAXDIM */

struct shape {
    int32_t dimensions;
    int32_t lengths[DIMENSIONS_MOST];
};

static bool fail_ragged(struct error *err) {
    return error_set_state(err, ERROR_UNSUPPORTED, "2202E",
                           "a list whose lists differ in length cannot be sent as a binary array");
}

/* Follows the first elements down. */
static bool measure(const struct engine_vector *vector, int64_t row, struct shape *shape, struct error *err) {
    for (;;) {
        if (shape->dimensions == DIMENSIONS_MOST)
            return error_set_state(err, ERROR_LIMIT, "54000",
                                   "number of array dimensions exceeds the maximum allowed (%d)", DIMENSIONS_MOST);
        if (engine_vector_is_null(vector, row))
            return fail_ragged(err);
        struct pgtype_range range = pgtype_list_range(vector, row);
        shape->lengths[shape->dimensions++] = (int32_t)range.count;
        if (!pgtype_is_list(vector->type->child) || !range.count)
            return true;
        vector = &vector->children[0];
        row = range.first;
    }
}

static bool write_sized(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                        struct writer *w, struct error *err) {
    if (engine_vector_is_null(vector, row)) {
        writer_u32(w, UINT32_MAX);
        return true;
    }
    size_t start = w->length;
    writer_u32(w, 0);
    if (!codec->write(codec, vector, row, w, err))
        return false;
    writer_patch_u32(w, start, (uint32_t)(w->length - start - 4));
    return true;
}

/* The elements below one list, all of which must have the shape. */
static bool write_level(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                        const struct shape *shape, int32_t level, bool *has_nulls, struct writer *w,
                        struct error *err) {
    if (engine_vector_is_null(vector, row))
        return fail_ragged(err);
    struct pgtype_range range = pgtype_list_range(vector, row);
    const struct engine_vector *child = &vector->children[0];
    if (range.count != shape->lengths[level])
        return fail_ragged(err);
    for (int64_t i = range.first; i < range.first + range.count; i++) {
        if (pgtype_is_list(codec->children[0].type)) {
            if (!write_level(&codec->children[0], child, i, shape, level + 1, has_nulls, w, err))
                return false;
            continue;
        }
        *has_nulls |= engine_vector_is_null(child, i);
        if (!write_sized(&codec->children[0], child, i, w, err))
            return false;
    }
    return true;
}

static const struct pgtype_codec *leaf_of(const struct pgtype_codec *codec) {
    while (pgtype_is_list(codec->type))
        codec = &codec->children[0];
    return codec;
}

/* What the array's elements are called: int2vector is made of int2. */
static uint32_t element_oid(const struct pgtype_codec *codec) {
    const struct pgtype *vector = codec->oid == PGTYPE_INT2VECTOR || codec->oid == PGTYPE_OIDVECTOR
                                      ? pgtype_find(codec->oid) : NULL;
    return vector ? vector->element : leaf_of(codec)->oid;
}

bool pgtype_write_list_binary(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                              struct writer *w, struct error *err) {
    struct shape shape = {0};
    bool is_vector = codec->oid == PGTYPE_INT2VECTOR || codec->oid == PGTYPE_OIDVECTOR, has_nulls = false;
    bool empty = !is_vector && !has_leaves(vector, row);
    if (!empty && !measure(vector, row, &shape, err))
        return false;
    writer_u32(w, (uint32_t)shape.dimensions);
    size_t flags = w->length;
    writer_u32(w, 0);
    writer_u32(w, element_oid(codec));
    for (int32_t i = 0; i < shape.dimensions; i++) {
        writer_u32(w, (uint32_t)shape.lengths[i]);
        writer_u32(w, !is_vector);
    }
    if (!empty && !write_level(codec, vector, row, &shape, 0, &has_nulls, w, err))
        return false;
    writer_patch_u32(w, flags, has_nulls);
    return true;
}

bool pgtype_write_record_text(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                              struct writer *w, struct error *err) {
    writer_u8(w, '(');
    for (int32_t i = 0; i < codec->child_count; i++) {
        const struct pgtype_codec *child = &codec->children[i];
        size_t start = w->length;
        if (!engine_vector_is_null(&vector->children[i], row)) {
            if (!child->write(child, &vector->children[i], row, w, err) || !writer_ok(w))
                return false;
            if (child->charset != PGTYPE_CHARS_PLAIN &&
                needs_quotes(w->bytes + start, w->length - start, "\"\\(),") && !quote(w, start, true))
                return false;
        }
        writer_u8(w, ',');
    }
    if (codec->child_count)
        trim_separator(w, ')');
    else
        writer_u8(w, ')');
    return true;
}

bool pgtype_write_record_binary(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                                struct writer *w, struct error *err) {
    writer_u32(w, (uint32_t)codec->child_count);
    for (int32_t i = 0; i < codec->child_count; i++) {
        writer_u32(w, codec->children[i].oid);
        if (!write_sized(&codec->children[i], &vector->children[i], row, w, err))
            return false;
    }
    return true;
}

/* The member that a union's tag chooses; NULL when it holds NULL. */
static const struct pgtype_codec *chosen(const struct pgtype_codec *codec, const struct engine_vector *vector,
                                         int64_t row, const struct engine_vector **member) {
    int32_t index = ((const uint8_t *)vector->children[0].data)[row] + 1;
    if (index >= codec->child_count || engine_vector_is_null(&vector->children[index], row))
        return NULL;
    *member = &vector->children[index];
    return &codec->children[index];
}

bool pgtype_write_union_text(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                             struct writer *w, struct error *err) {
    const struct engine_vector *member;
    const struct pgtype_codec *choice = chosen(codec, vector, row, &member);
    return !choice || choice->write(choice, member, row, w, err);
}

/* JSON. Strings are escaped from the end, as quote() does. */
static size_t json_escape_bytes(uint8_t c) {
    if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f')
        return 1;
    return c < 0x20 ? 5 : 0;
}

static uint8_t *escape_backwards(uint8_t *to, uint8_t c) {
    static const char short_escapes[] = "\bb\ff\nn\rr\tt", digits[] = "0123456789abcdef";
    if (json_escape_bytes(c) == 5) {
        *--to = (uint8_t)digits[c & 15];
        *--to = (uint8_t)digits[c >> 4];
        to -= 4;
        memcpy(to, "\\u00", 4);
        return to;
    }
    const char *found = c < 0x20 ? strchr(short_escapes, c) : NULL;
    *--to = found ? (uint8_t)found[1] : c;
    *--to = '\\';
    return to;
}

static bool quote_json(struct writer *w, size_t start) {
    size_t length = w->length - start, extra = 2;
    for (size_t i = start; i < w->length; i++)
        extra += json_escape_bytes(w->bytes[i]);
    if (!writer_place(w, extra))
        return false;
    const uint8_t *from = w->bytes + start + length;
    uint8_t *to = w->bytes + w->length;
    *--to = '"';
    while (length--) {
        uint8_t c = *--from;
        if (json_escape_bytes(c))
            to = escape_backwards(to, c);
        else
            *--to = c;
    }
    *--to = '"';
    return true;
}

/* Numbers stand bare, unless they are none: "NaN", "Infinity". */
static bool is_json_number(const struct pgtype_codec *codec, const uint8_t *text, size_t length) {
    bool numeric = codec->oid == PGTYPE_INT2 || codec->oid == PGTYPE_INT4 || codec->oid == PGTYPE_INT8 ||
                   codec->oid == PGTYPE_FLOAT4 || codec->oid == PGTYPE_FLOAT8 || codec->oid == PGTYPE_NUMERIC;
    return numeric && length && text[length - 1] >= '0' && text[length - 1] <= '9';
}

static bool write_json_value(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                             struct writer *w, struct error *err);

static bool write_json_scalar(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                              struct writer *w, struct error *err) {
    if (codec->type->id == ENGINE_TYPE_BOOLEAN) {
        writer_text(w, ((const uint8_t *)vector->data)[row] ? "true" : "false");
        return true;
    }
    size_t start = w->length;
    if (!codec->write(codec, vector, row, w, err) || !writer_ok(w))
        return false;
    if (codec->oid == PGTYPE_JSON || codec->oid == PGTYPE_JSONB ||
        is_json_number(codec, w->bytes + start, w->length - start))
        return true;
    return quote_json(w, start);
}

static bool write_json_array(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                             struct writer *w, struct error *err) {
    struct pgtype_range range = pgtype_list_range(vector, row);
    writer_u8(w, '[');
    for (int64_t i = range.first; i < range.first + range.count; i++) {
        if (!write_json_value(&codec->children[0], &vector->children[0], i, w, err))
            return false;
        writer_u8(w, ',');
    }
    if (range.count)
        trim_separator(w, ']');
    else
        writer_u8(w, ']');
    return true;
}

static bool write_json_struct(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                              struct writer *w, struct error *err) {
    writer_u8(w, '{');
    for (int32_t i = 0; i < codec->child_count; i++) {
        const struct engine_member *member = &codec->type->members[i];
        size_t start = w->length;
        writer_bytes(w, member->name, member->name_bytes);
        if (!writer_ok(w) || !quote_json(w, start))
            return false;
        writer_u8(w, ':');
        if (!write_json_value(&codec->children[i], &vector->children[i], row, w, err))
            return false;
        writer_u8(w, ',');
    }
    if (codec->child_count)
        trim_separator(w, '}');
    else
        writer_u8(w, '}');
    return true;
}

/* A map's keys are strings in JSON, whatever their type. */
static bool write_json_map(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                           struct writer *w, struct error *err) {
    struct pgtype_range range = pgtype_list_range(vector, row);
    const struct engine_vector *keys = &vector->children[0].children[0], *values = &vector->children[0].children[1];
    writer_u8(w, '{');
    for (int64_t i = range.first; i < range.first + range.count; i++) {
        size_t start = w->length;
        if (!codec->children[0].write(&codec->children[0], keys, i, w, err) || !writer_ok(w) || !quote_json(w, start))
            return false;
        writer_u8(w, ':');
        if (!write_json_value(&codec->children[1], values, i, w, err))
            return false;
        writer_u8(w, ',');
    }
    if (range.count)
        trim_separator(w, '}');
    else
        writer_u8(w, '}');
    return true;
}

static bool write_json_value(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                             struct writer *w, struct error *err) {
    if (engine_vector_is_null(vector, row)) {
        writer_text(w, "null");
        return true;
    }
    switch (codec->type->id) {
    case ENGINE_TYPE_LIST:
    case ENGINE_TYPE_ARRAY:
        return write_json_array(codec, vector, row, w, err);
    case ENGINE_TYPE_STRUCT:
        return write_json_struct(codec, vector, row, w, err);
    case ENGINE_TYPE_MAP:
        return write_json_map(codec, vector, row, w, err);
    case ENGINE_TYPE_UNION: {
        const struct engine_vector *member = NULL;
        const struct pgtype_codec *choice = chosen(codec, vector, row, &member);
        if (choice)
            return write_json_value(choice, member, row, w, err);
        writer_text(w, "null");
        return true;
    }
    default:
        return write_json_scalar(codec, vector, row, w, err);
    }
}

bool pgtype_write_json(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                       struct writer *w, struct error *err) {
    return write_json_value(codec, vector, row, w, err);
}
