/* Which writer a column gets: by its alias, by its type, by its children. */
#include "pgtype/codec.h"

static bool is_integer(const struct engine_type *type) {
    return type->id >= ENGINE_TYPE_TINYINT && type->id <= ENGINE_TYPE_UBIGINT;
}

/* A registered type that stands for one of PostgreSQL's; false when its own writer does. */
static bool init_alias(struct pgtype_codec *codec) {
    const struct pgtype *alias = pgtype_find(codec->oid);
    if (!codec->type->alias || !*codec->type->alias || !alias || !alias->by_alias)
        return false;
    if (is_integer(codec->type) && alias->length == 4) {
        bool named = pgtype_is_object_type(alias->oid);
        codec->write = codec->binary ? pgtype_write_oid_binary : named ? pgtype_write_object_text : pgtype_write_oid_text;
        codec->charset = named ? PGTYPE_CHARS_ANY : PGTYPE_CHARS_PLAIN;
        return true;
    }
    if (codec->type->id != ENGINE_TYPE_VARCHAR || !codec->binary || pgtype_is_text_like(alias->oid))
        return false;
    codec->write = alias->oid == PGTYPE_JSONB ? pgtype_write_jsonb_binary : pgtype_write_no_binary;
    return true;
}

static const struct engine_type *child_type(const struct engine_type *type, int32_t index) {
    if (pgtype_is_list(type))
        return type->child;
    if (type->id == ENGINE_TYPE_MAP)
        return type->child->members[index].type;
    return type->members[type->id == ENGINE_TYPE_UNION ? index - 1 : index].type;
}

static int32_t count_children(const struct engine_type *type) {
    switch (type->id) {
    case ENGINE_TYPE_LIST:
    case ENGINE_TYPE_ARRAY:
        return 1;
    case ENGINE_TYPE_MAP:
        return 2;
    case ENGINE_TYPE_STRUCT:
        return type->member_count;
    case ENGINE_TYPE_UNION:
        return type->member_count + 1;
    default:
        return 0;
    }
}

/* Only arrays and records have binary children; what is json or text is built from texts. */
static bool init_children(struct pgtype_codec *codec, struct arena *arena, struct error *err) {
    const struct engine_type *type = codec->type;
    bool binary = codec->binary && (pgtype_is_list(type) || type->id == ENGINE_TYPE_STRUCT);
    codec->child_count = count_children(type);
    codec->children = arena_allocate_zeroed(arena, (size_t)codec->child_count, sizeof *codec->children);
    if (!codec->children)
        return error_set_no_memory(err);
    for (int32_t i = type->id == ENGINE_TYPE_UNION; i < codec->child_count; i++)
        if (!pgtype_codec_init(&codec->children[i], arena, child_type(type, i), binary, codec->settings, err))
            return false;
    return true;
}

static pgtype_write_function *list_writer(const struct pgtype_codec *codec) {
    if (codec->binary)
        return pgtype_write_list_binary;
    bool is_vector = codec->oid == PGTYPE_INT2VECTOR || codec->oid == PGTYPE_OIDVECTOR;
    return is_vector ? pgtype_write_vector_text : pgtype_write_list_text;
}

static bool init_nested(struct pgtype_codec *codec, struct arena *arena, struct error *err) {
    switch (codec->type->id) {
    case ENGINE_TYPE_LIST:
    case ENGINE_TYPE_ARRAY:
        codec->write = list_writer(codec);
        break;
    case ENGINE_TYPE_STRUCT:
        codec->write = codec->binary ? pgtype_write_record_binary : pgtype_write_record_text;
        break;
    case ENGINE_TYPE_MAP:
        codec->write = pgtype_write_json;
        break;
    case ENGINE_TYPE_UNION:
        codec->write = pgtype_write_union_text;
        break;
    case ENGINE_TYPE_VARIANT:
        codec->write = pgtype_write_variant;
        return true;
    default:
        return error_set(err, ERROR_UNSUPPORTED, "type %s cannot be sent to a PostgreSQL client",
                         engine_type_id_name(codec->type->id));
    }
    return init_children(codec, arena, err);
}

bool pgtype_codec_init(struct pgtype_codec *codec, struct arena *arena, const struct engine_type *type, bool binary,
                       const struct pgtype_settings *settings, struct error *err) {
    *codec = (struct pgtype_codec){
        .type = type,
        .settings = settings,
        .oid = pgtype_of(type, settings->resolver).oid,
        .charset = PGTYPE_CHARS_ANY,
        .binary = binary,
    };
    if (init_alias(codec))
        return true;
    const struct pgtype_scalar *scalar = pgtype_scalar_of(type->id);
    if (!scalar)
        return init_nested(codec, arena, err);
    codec->write = binary ? scalar->binary : scalar->text;
    codec->charset = scalar->charset;
    return true;
}
