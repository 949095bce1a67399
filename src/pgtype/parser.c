/* Which parser a value gets: by its type on the wire, by the engine's type it becomes. */
#include <string.h>

#include "pgtype/labels.h"
#include "pgtype/parse.h"

/* How errors call a type: format_type()'s names where they differ from typname. */
static const struct {
    uint32_t oid;
    const char *name;
} wire_names[] = {
    {PGTYPE_BOOL, "boolean"},
    {PGTYPE_INT2, "smallint"},
    {PGTYPE_INT4, "integer"},
    {PGTYPE_INT8, "bigint"},
    {PGTYPE_FLOAT4, "real"},
    {PGTYPE_FLOAT8, "double precision"},
    {PGTYPE_TIMETZ, "time with time zone"},
    {PGTYPE_TIMESTAMPTZ, "timestamp with time zone"},
    {PGTYPE_VARBIT, "bit varying"},
    {PGTYPE_VARCHAR, "character varying"},
};

/* The engine's types that PostgreSQL has not, and which are narrower than what stands on the wire. */
static const struct {
    enum engine_type_id id;
    const char *name;
} engine_names[] = {
    {ENGINE_TYPE_TINYINT, "tinyint"},   {ENGINE_TYPE_UTINYINT, "utinyint"}, {ENGINE_TYPE_USMALLINT, "usmallint"},
    {ENGINE_TYPE_UINTEGER, "uinteger"}, {ENGINE_TYPE_UBIGINT, "ubigint"},   {ENGINE_TYPE_HUGEINT, "hugeint"},
    {ENGINE_TYPE_UHUGEINT, "uhugeint"},
};

static const char *name_of(const struct engine_type *type, uint32_t oid) {
    const struct pgtype *known = pgtype_find(oid);
    if (type->alias && *type->alias)
        return type->alias;
    for (size_t i = 0; i < sizeof engine_names / sizeof engine_names[0]; i++)
        if (engine_names[i].id == type->id)
            return engine_names[i].name;
    for (size_t i = 0; i < sizeof wire_names / sizeof wire_names[0]; i++)
        if (wire_names[i].oid == oid)
            return wire_names[i].name;
    return known ? known->name : "enum";
}

/* Types on the wire that are read otherwise than the engine's type alone would say; NULL: as that says. */
static pgtype_parse_function *wire_function(const struct pgtype_parser *parser) {
    bool binary = parser->binary, is_varchar = parser->type->id == ENGINE_TYPE_VARCHAR;
    switch (parser->oid) {
    case PGTYPE_OID:
    case PGTYPE_XID:
    case PGTYPE_CID:
        return binary ? pgtype_parse_oid_binary : pgtype_parse_oid_text;
    case PGTYPE_XID8:
        return binary ? pgtype_parse_xid8_binary : NULL;
    case PGTYPE_JSON:
        return is_varchar ? pgtype_parse_json : NULL;
    case PGTYPE_JSONB:
        return binary ? pgtype_parse_jsonb_binary : pgtype_parse_jsonb;
    case PGTYPE_NUMERIC:
        return parser->type->id == ENGINE_TYPE_DOUBLE ? pgtype_parse_numeric_double : NULL;
    default:
        break;
    }
    if (pgtype_is_object_type(parser->oid) && !is_varchar)
        return binary ? pgtype_parse_oid_binary : pgtype_parse_oid_text;
    if (pgtype_is_object_type(parser->oid) && binary)
        return pgtype_parse_oid_as_text;
    if (binary && is_varchar && pgtype_find(parser->oid) && !pgtype_is_text_like(parser->oid))
        return pgtype_parse_no_binary;
    return NULL;
}

/* What stands on the wire for a child: an array's type tells its elements', which the engine's type may stand for
 * among others. */
static uint32_t child_oid(const struct pgtype_parser *parser, const struct engine_type *child) {
    const struct pgtype *array = parser->type->id == ENGINE_TYPE_STRUCT ? NULL : pgtype_find(parser->oid);
    if (!array || !array->element)
        return pgtype_of(child, parser->settings->resolver).oid;
    return child->id == ENGINE_TYPE_LIST || child->id == ENGINE_TYPE_ARRAY ? parser->oid : array->element;
}

static bool init_children(struct pgtype_parser *parser, struct arena *arena, struct error *err) {
    const struct engine_type *type = parser->type;
    bool is_struct = type->id == ENGINE_TYPE_STRUCT;
    parser->child_count = is_struct ? type->member_count : 1;
    parser->children = arena_allocate_zeroed(arena, (size_t)parser->child_count, sizeof *parser->children);
    if (!parser->children)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < parser->child_count; i++) {
        const struct engine_type *child = is_struct ? type->members[i].type : type->child;
        uint32_t oid = child_oid(parser, child);
        if (!pgtype_parser_init(&parser->children[i], arena, child, oid, parser->binary, parser->settings, err))
            return false;
    }
    return true;
}

static bool init_nested(struct pgtype_parser *parser, struct arena *arena, struct error *err) {
    bool is_vector = parser->oid == PGTYPE_INT2VECTOR || parser->oid == PGTYPE_OIDVECTOR;
    switch (parser->type->id) {
    case ENGINE_TYPE_LIST:
    case ENGINE_TYPE_ARRAY:
        parser->parse = parser->binary ? pgtype_parse_array_binary
                        : is_vector    ? pgtype_parse_vector_text
                                       : pgtype_parse_array_text;
        break;
    case ENGINE_TYPE_STRUCT:
        parser->parse = parser->binary ? pgtype_parse_record_binary : pgtype_parse_record_text;
        break;
    default:
        return error_set(err, ERROR_UNSUPPORTED, "values of type %s cannot be read from a PostgreSQL client",
                         engine_type_id_name(parser->type->id));
    }
    return init_children(parser, arena, err);
}

bool pgtype_parser_init(struct pgtype_parser *parser, struct arena *arena, const struct engine_type *type, uint32_t oid,
                        bool binary, const struct pgtype_settings *settings, struct error *err) {
    *parser = (struct pgtype_parser){
        .type = type, .settings = settings, .oid = oid, .name = name_of(type, oid), .binary = binary};
    const struct pgtype_parse_pair *pair = pgtype_parse_pair_of(type->id);
    parser->parse = wire_function(parser);
    if (!parser->parse && !pair)
        return init_nested(parser, arena, err);
    if (!parser->parse)
        parser->parse = binary ? pair->binary : pair->text;
    if (type->id == ENGINE_TYPE_ENUM) {
        parser->labels = pgtype_labels_create(arena, type);
        return parser->labels || error_set_no_memory(err);
    }
    return true;
}

bool pgtype_parse(const struct pgtype_parser *parser, struct arena *arena, struct pgwire_value value,
                  struct pgtype_datum *out, struct error *err) {
    if (value.length == PGWIRE_NULL) {
        out->is_null = true;
        return true;
    }
    out->is_null = false;
    return parser->parse(parser, arena, (struct pgtype_bytes){value.bytes, (size_t)value.length}, out, err);
}
