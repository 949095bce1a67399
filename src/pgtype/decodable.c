/* Types that are read as others, which the engine then converts. */
#include "pgtype/decode.h"
#include "pgtype/parse.h"

static const struct engine_type json = {.id = ENGINE_TYPE_VARCHAR, .value_bytes = 16, .alias = "JSON"};

static const struct engine_type *decodable_list(struct arena *arena, const struct engine_type *type,
                                                enum pgwire_format format) {
    const struct engine_type *child = pgtype_decodable(arena, type->child, format);
    struct engine_type *made = child ? arena_allocate(arena, sizeof *made) : NULL;
    if (!made)
        return NULL;
    *made = *type;
    made->child = child;
    return made;
}

static const struct engine_type *decodable_struct(struct arena *arena, const struct engine_type *type,
                                                  enum pgwire_format format) {
    struct engine_type *made = arena_allocate(arena, sizeof *made);
    struct engine_member *members = arena_allocate(arena, (size_t)type->member_count * sizeof *members);
    if (!made || !members)
        return NULL;
    for (int32_t i = 0; i < type->member_count; i++) {
        members[i] = type->members[i];
        members[i].type = pgtype_decodable(arena, type->members[i].type, format);
        if (!members[i].type)
            return NULL;
    }
    *made = *type;
    made->members = members;
    return made;
}

const struct engine_type *pgtype_decodable(struct arena *arena, const struct engine_type *type,
                                           enum pgwire_format format) {
    switch (type->id) {
    case ENGINE_TYPE_LIST:
    case ENGINE_TYPE_ARRAY:
        return decodable_list(arena, type, format);
    case ENGINE_TYPE_STRUCT:
        return decodable_struct(arena, type, format);
    case ENGINE_TYPE_MAP:
    case ENGINE_TYPE_VARIANT:
        return &json;
    case ENGINE_TYPE_BIGNUM:
        return engine_type_simple(format == PGWIRE_BINARY ? ENGINE_TYPE_HUGEINT : ENGINE_TYPE_VARCHAR);
    default:
        return pgtype_parse_pair_of(type->id) ? type : engine_type_simple(ENGINE_TYPE_VARCHAR);
    }
}
