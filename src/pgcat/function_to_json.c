/* Values of every type into JSON, as to_json() and its kin write them (PostgreSQL 15, utils/adt/json.c): numbers and
 * booleans bare, timestamps with a T, rows as objects, lists as arrays, everything else as its text between quotes. The spaces are PostgreSQL's, too: each of its functions has its own. */
#include <string.h>
#include <strings.h>

#include "pgcat/value_function.h"
#include "pgtype/encode.h"

static bool write_value(const struct pgcat_value_call *call, const struct engine_vector *vector, int64_t row, struct error *err);

/* The value's text as the wire has it, in the arena. */
static bool text_of(const struct pgcat_value_call *call, const struct engine_vector *vector, int64_t row, struct json_text *text,
                    struct error *err) {
    struct writer w = {0};
    const struct pgtype_encoder *encoder = pgtype_encoder_compile(call->arena, &vector->type, 1, NULL, 0, call->settings, err);
    bool ok = encoder && pgtype_encode_text(encoder, 0, vector, row, &w, err);
    if (ok) {
        text->length = w.length;
        text->bytes = arena_copy_string_n(call->arena, w.length ? (const char *)w.bytes : "", w.length);
        ok = (writer_ok(&w) && text->bytes) || error_set_no_memory(err);
    }
    writer_destroy(&w);
    return ok;
}

static bool is_json(const struct engine_type *type) {
    return strcasecmp(type->alias, "json") == 0 || strcmp(type->alias, "jsonb") == 0;
}

static bool is_number(const struct engine_type *type) {
    switch (type->id) {
    case ENGINE_TYPE_TINYINT:
    case ENGINE_TYPE_SMALLINT:
    case ENGINE_TYPE_INTEGER:
    case ENGINE_TYPE_BIGINT:
    case ENGINE_TYPE_UTINYINT:
    case ENGINE_TYPE_USMALLINT:
    case ENGINE_TYPE_UINTEGER:
    case ENGINE_TYPE_UBIGINT:
    case ENGINE_TYPE_HUGEINT:
    case ENGINE_TYPE_UHUGEINT:
    case ENGINE_TYPE_DECIMAL:
    case ENGINE_TYPE_FLOAT:
    case ENGINE_TYPE_DOUBLE:
        return !*type->alias;
    default:
        return false;
    }
}

/* ISO 8601 puts a T where SQL has a space. */
static void put_time_mark(const struct engine_type *type, struct json_text text, char *bytes) {
    bool is_timestamp = type->id == ENGINE_TYPE_TIMESTAMP || type->id == ENGINE_TYPE_TIMESTAMP_TZ;
    char *space = is_timestamp ? memchr(bytes, ' ', text.length) : NULL;
    if (space && space > bytes && space[-1] >= '0' && space[-1] <= '9')
        *space = 'T';
}

static bool write_scalar(const struct pgcat_value_call *call, const struct engine_vector *vector, int64_t row, struct error *err) {
    const struct engine_type *type = vector->type;
    struct json_text text;
    if (type->id == ENGINE_TYPE_BOOLEAN) {
        bool value = ((const bool *)vector->data)[row];
        writer_bytes(call->text, value ? "true" : "false", value ? 4 : 5);
        return true;
    }
    if (!text_of(call, vector, row, &text, err))
        return false;
    bool is_finite = text.length && text.bytes[text.length - 1] >= '0' && text.bytes[text.length - 1] <= '9';
    if (is_json(type) || (is_number(type) && is_finite)) {
        writer_bytes(call->text, text.bytes, text.length);
    } else {
        put_time_mark(type, text, (char *)text.bytes);
        json_write_string(text, call->text);
    }
    return true;
}

static bool write_list(const struct pgcat_value_call *call, const struct engine_vector *vector, int64_t row, const char *comma,
                       struct error *err) {
    bool is_array = vector->type->id == ENGINE_TYPE_ARRAY;
    struct engine_list list = is_array ? (struct engine_list){(uint64_t)(row * vector->type->array_size), (uint64_t)vector->type->array_size}
                                       : ((const struct engine_list *)vector->data)[row];
    writer_u8(call->text, '[');
    for (uint64_t i = 0; i < list.length; i++) {
        if (i)
            writer_bytes(call->text, comma, strlen(comma));
        if (!write_value(call, &vector->children[0], (int64_t)(list.offset + i), err))
            return false;
    }
    writer_u8(call->text, ']');
    return true;
}

static bool write_struct(const struct pgcat_value_call *call, const struct engine_vector *vector, int64_t row, struct error *err) {
    writer_u8(call->text, '{');
    for (int32_t i = 0; i < vector->type->member_count; i++) {
        const struct engine_member *member = &vector->type->members[i];
        const char *number = arena_format(call->arena, "f%d", i + 1); /* ROW(…) has no names */
        struct json_text name = {member->name, member->name_bytes};
        if (!number)
            return error_set_no_memory(err);
        if (i)
            writer_u8(call->text, ',');
        json_write_string(name.length ? name : (struct json_text){number, strlen(number)}, call->text);
        writer_u8(call->text, ':');
        if (!write_value(call, &vector->children[i], row, err))
            return false;
    }
    writer_u8(call->text, '}');
    return true;
}

static bool write_value(const struct pgcat_value_call *call, const struct engine_vector *vector, int64_t row, struct error *err) {
    if (engine_vector_is_null(vector, row) || vector->type->id == ENGINE_TYPE_SQLNULL) {
        writer_bytes(call->text, "null", 4);
        return true;
    }
    switch (vector->type->id) {
    case ENGINE_TYPE_LIST:
    case ENGINE_TYPE_ARRAY:
        return write_list(call, vector, row, ",", err);
    case ENGINE_TYPE_STRUCT:
        return write_struct(call, vector, row, err);
    default:
        return write_scalar(call, vector, row, err);
    }
}

/* What was written, for json as it is, for jsonb in its own form. */
static bool give_document(const struct pgcat_value_call *call, struct error *err) {
    if (!writer_ok(call->text))
        return error_set_no_memory(err);
    if (strcmp(call->result->type->alias, "jsonb") != 0)
        return pgcat_give_written(call, err);
    const struct json_node *node = json_read(call->arena, (const char *)call->text->bytes, call->text->length, JSON_ORDER_JSONB, err);
    if (!node)
        return false;
    writer_reset(call->text);
    json_write(node, call->text);
    return pgcat_give_written(call, err);
}

bool pgcat_to_json(const struct pgcat_value_call *call, struct error *err) {
    const struct engine_vector *vector = &call->arguments->columns[0];
    if (engine_vector_is_null(vector, call->row) || vector->type->id == ENGINE_TYPE_SQLNULL)
        return pgcat_give_null(call);
    return write_value(call, vector, call->row, err) && give_document(call, err);
}

/* A key, which may be of any scalar type. */
static bool write_key(const struct pgcat_value_call *call, const struct engine_vector *vector, int64_t row, const char *fault,
                      struct error *err) {
    struct json_text text;
    if (engine_vector_is_null(vector, row) || vector->type->id == ENGINE_TYPE_SQLNULL)
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "%s", fault);
    if (!text_of(call, vector, row, &text, err))
        return false;
    json_write_string(text, call->text);
    return true;
}

bool pgcat_json_build_object(const struct pgcat_value_call *call, struct error *err) {
    const struct engine_chunk *arguments = call->arguments;
    if (arguments->column_count % 2)
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "argument list must have even number of elements");
    writer_u8(call->text, '{');
    for (int32_t i = 0; i < arguments->column_count; i += 2) {
        if (i)
            writer_bytes(call->text, ", ", 2);
        if (!write_key(call, &arguments->columns[i], call->row, "null value not allowed for object key", err))
            return false;
        writer_bytes(call->text, " : ", 3);
        if (!write_value(call, &arguments->columns[i + 1], call->row, err))
            return false;
    }
    writer_u8(call->text, '}');
    return give_document(call, err);
}

bool pgcat_json_build_array(const struct pgcat_value_call *call, struct error *err) {
    writer_u8(call->text, '[');
    for (int32_t i = 0; i < call->arguments->column_count; i++) {
        if (i)
            writer_bytes(call->text, ", ", 2);
        if (!write_value(call, &call->arguments->columns[i], call->row, err))
            return false;
    }
    writer_u8(call->text, ']');
    return give_document(call, err);
}

/* json_agg(x): over the list of all x. Rows and arrays get a line each. */
bool pgcat_json_agg(const struct pgcat_value_call *call, struct error *err) {
    const struct engine_vector *list = &call->arguments->columns[0];
    if (engine_vector_is_null(list, call->row) || list->type->id != ENGINE_TYPE_LIST)
        return pgcat_give_null(call);
    enum engine_type_id element = list->type->child->id;
    bool breaks = element == ENGINE_TYPE_STRUCT || element == ENGINE_TYPE_LIST;
    return write_list(call, list, call->row, breaks ? ", \n " : ", ", err) && give_document(call, err);
}

/* json_object_agg(k, v): over the list of all {k, v}. */
bool pgcat_json_object_agg(const struct pgcat_value_call *call, struct error *err) {
    const struct engine_vector *pairs = &call->arguments->columns[0];
    if (engine_vector_is_null(pairs, call->row) || pairs->type->id != ENGINE_TYPE_LIST)
        return pgcat_give_null(call);
    struct engine_list list = pgcat_list_argument(call, 0);
    const struct engine_vector *sides = pairs->children[0].children;
    writer_u8(call->text, '{');
    writer_u8(call->text, ' ');
    for (uint64_t i = 0; i < list.length; i++) {
        int64_t row = (int64_t)(list.offset + i);
        if (i)
            writer_bytes(call->text, ", ", 2);
        if (!write_key(call, &sides[0], row, "field name must not be null", err))
            return false;
        writer_bytes(call->text, " : ", 3);
        if (!write_value(call, &sides[1], row, err))
            return false;
    }
    writer_u8(call->text, ' ');
    writer_u8(call->text, '}');
    return give_document(call, err);
}
