/* Logical types: read from DuckDB, compared, printed as SQL, made into DuckDB's again. */
#include "engine/type.h"

#include <string.h>

#include "base/memory.h"
#include "base/writer.h"
#include "engine/internal.h"

struct type_row {
    enum engine_type_id id;
    uint8_t bytes;
    const char *sql;
};

static const struct type_row type_rows[] = {
#define ENGINE_TYPE(id, number, bytes, sql) [number] = {ENGINE_TYPE_##id, bytes, sql},
#include "engine_types.def"
#undef ENGINE_TYPE
};

enum { TYPE_ROW_COUNT = sizeof type_rows / sizeof type_rows[0] };

/* The simple types, so that they need no arena. */
static const struct engine_type simple_types[] = {
#define ENGINE_TYPE(type_id, number, bytes, sql) [number] = {.id = ENGINE_TYPE_##type_id, .value_bytes = bytes, .alias = ""},
#include "engine_types.def"
#undef ENGINE_TYPE
};

const struct engine_type *engine_type_simple(enum engine_type_id id) {
    return &simple_types[(int)id < TYPE_ROW_COUNT ? id : ENGINE_TYPE_INVALID];
}

const char *engine_type_id_name(enum engine_type_id id) {
    const char *name = (int)id < TYPE_ROW_COUNT ? type_rows[id].sql : NULL;
    return name ? name : "INVALID";
}

static uint8_t integer_bytes(duckdb_type physical) {
    return type_rows[physical].bytes;
}

/* DuckDB hands names out as allocated strings. */
static const char *take_string(struct arena *arena, char *text) {
    const char *copy = arena_copy_string(arena, text ? text : "");
    duckdb_free(text);
    return copy;
}

static bool read_members(struct arena *arena, struct engine_type *type, duckdb_logical_type handle, idx_t count,
                         char *(*name_of)(duckdb_logical_type, idx_t),
                         duckdb_logical_type (*type_of)(duckdb_logical_type, idx_t)) {
    struct engine_member *members = arena_allocate_zeroed(arena, count, sizeof *members);
    if (!members)
        return false;
    for (idx_t i = 0; i < count; i++) {
        members[i].name = take_string(arena, name_of(handle, i));
        if (!members[i].name)
            return false;
        members[i].name_bytes = strlen(members[i].name);
        if (type_of && !(members[i].type = engine_type_read(arena, type_of(handle, i))))
            return false;
    }
    type->members = members;
    type->member_count = (int32_t)count;
    return true;
}

/* A MAP's child is the STRUCT(key, value) that its vector's child really is. */
static const struct engine_type *read_map_entry(struct arena *arena, duckdb_logical_type handle) {
    struct engine_type *entry = arena_allocate_zeroed(arena, 1, sizeof *entry);
    struct engine_member *members = arena_allocate_zeroed(arena, 2, sizeof *members);
    if (!entry || !members)
        return NULL;
    members[0] = (struct engine_member){"key", 3, engine_type_read(arena, duckdb_map_type_key_type(handle))};
    members[1] = (struct engine_member){"value", 5, engine_type_read(arena, duckdb_map_type_value_type(handle))};
    *entry = (struct engine_type){.id = ENGINE_TYPE_STRUCT, .alias = "", .member_count = 2, .members = members};
    return members[0].type && members[1].type ? entry : NULL;
}

static bool read_details(struct arena *arena, struct engine_type *type, duckdb_logical_type handle) {
    switch (type->id) {
    case ENGINE_TYPE_DECIMAL:
        type->width = duckdb_decimal_width(handle);
        type->scale = duckdb_decimal_scale(handle);
        type->value_bytes = integer_bytes(duckdb_decimal_internal_type(handle));
        return true;
    case ENGINE_TYPE_ENUM:
        type->value_bytes = integer_bytes(duckdb_enum_internal_type(handle));
        return read_members(arena, type, handle, duckdb_enum_dictionary_size(handle), duckdb_enum_dictionary_value,
                            NULL);
    case ENGINE_TYPE_STRUCT:
        return read_members(arena, type, handle, duckdb_struct_type_child_count(handle), duckdb_struct_type_child_name,
                            duckdb_struct_type_child_type);
    case ENGINE_TYPE_UNION:
        return read_members(arena, type, handle, duckdb_union_type_member_count(handle), duckdb_union_type_member_name,
                            duckdb_union_type_member_type);
    case ENGINE_TYPE_MAP:
        return (type->child = read_map_entry(arena, handle)) != NULL;
    case ENGINE_TYPE_LIST:
        return (type->child = engine_type_read(arena, duckdb_list_type_child_type(handle))) != NULL;
    case ENGINE_TYPE_ARRAY:
        type->array_size = (int64_t)duckdb_array_type_array_size(handle);
        return (type->child = engine_type_read(arena, duckdb_array_type_child_type(handle))) != NULL;
    default:
        return true;
    }
}

const struct engine_type *engine_type_read(struct arena *arena, duckdb_logical_type handle) {
    if (!handle)
        return NULL;
    struct engine_type *type = arena_allocate_zeroed(arena, 1, sizeof *type);
    duckdb_type number = duckdb_get_type_id(handle);
    bool ok = type != NULL;
    if (ok) {
        *type = *engine_type_simple((enum engine_type_id)number);
        char *alias = duckdb_logical_type_get_alias(handle);
        type->alias = alias ? take_string(arena, alias) : "";
        ok = type->alias && read_details(arena, type, handle);
    }
    duckdb_destroy_logical_type(&handle);
    return ok ? type : NULL;
}

const struct engine_type *engine_type_copy(struct arena *arena, const struct engine_type *type) {
    struct engine_type *copy = arena_allocate(arena, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *type;
    copy->alias = type->alias[0] ? arena_copy_string(arena, type->alias) : "";
    if (!copy->alias || (type->child && !(copy->child = engine_type_copy(arena, type->child))))
        return NULL;
    struct engine_member *members = arena_allocate(arena, (size_t)type->member_count * sizeof *members);
    if (!members)
        return NULL;
    for (int32_t i = 0; i < type->member_count; i++) {
        members[i] = type->members[i];
        members[i].name = arena_copy_string_n(arena, type->members[i].name, type->members[i].name_bytes);
        if (members[i].type)
            members[i].type = engine_type_copy(arena, members[i].type);
        if (!members[i].name || !members[i].type != !type->members[i].type)
            return NULL;
    }
    copy->members = members;
    return copy;
}

bool engine_type_equal(const struct engine_type *a, const struct engine_type *b) {
    if (a == b)
        return true;
    if (!a || !b || a->id != b->id || a->width != b->width || a->scale != b->scale || a->array_size != b->array_size ||
        a->member_count != b->member_count || strcmp(a->alias, b->alias) != 0 || !engine_type_equal(a->child, b->child))
        return false;
    for (int32_t i = 0; i < a->member_count; i++)
        if (strcmp(a->members[i].name, b->members[i].name) != 0 ||
            !engine_type_equal(a->members[i].type, b->members[i].type))
            return false;
    return true;
}

static void write_quoted(struct writer *w, const char *text, char quote) {
    writer_u8(w, (uint8_t)quote);
    for (const char *c = text; *c; c++) {
        if (*c == quote)
            writer_u8(w, (uint8_t)quote);
        writer_u8(w, (uint8_t)*c);
    }
    writer_u8(w, (uint8_t)quote);
}

static void write_type(struct writer *w, const struct engine_type *type) {
    switch (type->id) {
    case ENGINE_TYPE_DECIMAL:
        writer_format(w, "DECIMAL(%d,%d)", type->width, type->scale);
        return;
    case ENGINE_TYPE_LIST:
        write_type(w, type->child);
        writer_text(w, "[]");
        return;
    case ENGINE_TYPE_ARRAY:
        write_type(w, type->child);
        writer_format(w, "[%lld]", (long long)type->array_size);
        return;
    case ENGINE_TYPE_MAP:
        writer_text(w, "MAP(");
        write_type(w, type->child->members[0].type);
        writer_text(w, ", ");
        write_type(w, type->child->members[1].type);
        writer_text(w, ")");
        return;
    case ENGINE_TYPE_ENUM:
    case ENGINE_TYPE_STRUCT:
    case ENGINE_TYPE_UNION:
        writer_format(w, "%s(", engine_type_id_name(type->id));
        for (int32_t i = 0; i < type->member_count; i++) {
            writer_text(w, i ? ", " : "");
            write_quoted(w, type->members[i].name, type->id == ENGINE_TYPE_ENUM ? '\'' : '"');
            if (!type->members[i].type)
                continue;
            writer_u8(w, ' ');
            write_type(w, type->members[i].type);
        }
        writer_u8(w, ')');
        return;
    default:
        if (type->alias[0])
            write_quoted(w, type->alias, '"');
        else
            writer_text(w, engine_type_id_name(type->id));
    }
}

const char *engine_type_to_sql(struct arena *arena, const struct engine_type *type) {
    struct writer w = {0};
    write_type(&w, type);
    const char *sql = writer_ok(&w) ? arena_copy_string_n(arena, (const char *)w.bytes, w.length) : NULL;
    writer_destroy(&w);
    return sql;
}

static duckdb_logical_type make_members(const struct engine_type *type) {
    size_t count = (size_t)type->member_count;
    const char **names = memory_allocate_zeroed(count, sizeof *names);
    duckdb_logical_type *types = memory_allocate_zeroed(count, sizeof *types);
    duckdb_logical_type handle = NULL;
    if (!names || !types)
        goto done;
    for (size_t i = 0; i < count; i++) {
        names[i] = type->members[i].name;
        if (type->members[i].type && !(types[i] = engine_type_handle(type->members[i].type)))
            goto done;
    }
    handle = type->id == ENGINE_TYPE_ENUM     ? duckdb_create_enum_type(names, count)
             : type->id == ENGINE_TYPE_STRUCT ? duckdb_create_struct_type(types, names, count)
                                              : duckdb_create_union_type(types, names, count);
done:
    for (size_t i = 0; types && i < count; i++)
        duckdb_destroy_logical_type(&types[i]);
    memory_free(types);
    memory_free(names);
    return handle;
}

static duckdb_logical_type make_nested(const struct engine_type *type) {
    if (type->id == ENGINE_TYPE_MAP) {
        duckdb_logical_type key = engine_type_handle(type->child->members[0].type);
        duckdb_logical_type value = engine_type_handle(type->child->members[1].type);
        duckdb_logical_type map = key && value ? duckdb_create_map_type(key, value) : NULL;
        duckdb_destroy_logical_type(&key);
        duckdb_destroy_logical_type(&value);
        return map;
    }
    duckdb_logical_type child = engine_type_handle(type->child);
    if (!child)
        return NULL;
    duckdb_logical_type handle = type->id == ENGINE_TYPE_LIST
                                     ? duckdb_create_list_type(child)
                                     : duckdb_create_array_type(child, (idx_t)type->array_size);
    duckdb_destroy_logical_type(&child);
    return handle;
}

duckdb_logical_type engine_type_handle(const struct engine_type *type) {
    duckdb_logical_type handle;
    if (type->id == ENGINE_TYPE_DECIMAL)
        handle = duckdb_create_decimal_type(type->width, type->scale);
    else if (type->child)
        handle = make_nested(type);
    else if (type->member_count)
        handle = make_members(type);
    else
        handle = duckdb_create_logical_type((duckdb_type)type->id);
    if (handle && type->alias[0])
        duckdb_logical_type_set_alias(handle, type->alias);
    return handle;
}
