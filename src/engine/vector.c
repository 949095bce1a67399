/* Views of vectors and chunks, and writing into those that were made for it. */
#include "engine/vector.h"

#include "engine/internal.h"

#define SIMPLE(type, bytes) {.id = ENGINE_TYPE_##type, .value_bytes = bytes, .alias = ""}

/* What a VARIANT is inside, in DuckDB 1.5: keys of objects; for each child its key and value; for each value its kind and place in the
 * data; the data. */
static const struct engine_type varchar = SIMPLE(VARCHAR, 16), utinyint = SIMPLE(UTINYINT, 1);
static const struct engine_type uinteger = SIMPLE(UINTEGER, 4);
static const struct engine_member child_members[] = {{"keys_index", 10, &uinteger}, {"values_index", 12, &uinteger}};
static const struct engine_member value_members[] = {{"type_id", 7, &utinyint}, {"byte_offset", 11, &uinteger}};
static const struct engine_type child_type_of_variant = {
    .id = ENGINE_TYPE_STRUCT, .alias = "", .member_count = 2, .members = child_members};
static const struct engine_type value_type_of_variant = {
    .id = ENGINE_TYPE_STRUCT, .alias = "", .member_count = 2, .members = value_members};
static const struct engine_type variant_children[] = {
    {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &varchar},
    {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &child_type_of_variant},
    {.id = ENGINE_TYPE_LIST, .value_bytes = 16, .alias = "", .child = &value_type_of_variant},
    SIMPLE(BLOB, 16),
};

static int32_t child_count(const struct engine_type *type) {
    if (type->id == ENGINE_TYPE_VARIANT)
        return (int32_t)(sizeof variant_children / sizeof *variant_children);
    if (type->id == ENGINE_TYPE_STRUCT)
        return type->member_count;
    if (type->id == ENGINE_TYPE_UNION)
        return type->member_count + 1;
    return type->child ? 1 : 0;
}

static const struct engine_type *child_type(const struct engine_type *type, int32_t child) {
    if (type->id == ENGINE_TYPE_VARIANT)
        return &variant_children[child];
    if (type->id == ENGINE_TYPE_UNION)
        return child ? type->members[child - 1].type : engine_type_simple(ENGINE_TYPE_UTINYINT);
    return type->id == ENGINE_TYPE_STRUCT ? type->members[child].type : type->child;
}

static bool build(struct arena *arena, struct engine_vector *vector, const struct engine_type *type) {
    *vector = (struct engine_vector){.type = type, .child_count = child_count(type)};
    if (!vector->child_count)
        return true;
    vector->children = arena_allocate_zeroed(arena, (size_t)vector->child_count, sizeof *vector->children);
    for (int32_t i = 0; vector->children && i < vector->child_count; i++)
        if (!build(arena, &vector->children[i], child_type(type, i)))
            return false;
    return vector->children != NULL;
}

struct engine_vector *engine_vector_tree(struct arena *arena, const struct engine_type *const *types, int32_t count) {
    struct engine_vector *vectors = arena_allocate_zeroed(arena, (size_t)count, sizeof *vectors);
    for (int32_t i = 0; vectors && i < count; i++)
        if (!build(arena, &vectors[i], types[i]))
            return NULL;
    return vectors;
}

void engine_vector_point(struct engine_vector *vector, duckdb_vector handle) {
    vector->handle = handle;
    vector->data = vector->type->value_bytes ? duckdb_vector_get_data(handle) : NULL;
    vector->validity = duckdb_vector_get_validity(handle);
    for (int32_t i = 0; i < vector->child_count; i++) {
        duckdb_vector child;
        if (vector->type->id == ENGINE_TYPE_STRUCT || vector->type->id == ENGINE_TYPE_UNION ||
            vector->type->id == ENGINE_TYPE_VARIANT)
            child = duckdb_struct_vector_get_child(handle, (idx_t)i);
        else if (vector->type->id == ENGINE_TYPE_ARRAY)
            child = duckdb_array_vector_get_child(handle);
        else
            child = duckdb_list_vector_get_child(handle);
        engine_vector_point(&vector->children[i], child);
    }
}

void engine_chunk_point(struct engine_chunk *view, duckdb_data_chunk chunk) {
    view->handle = chunk;
    view->row_count = (int64_t)duckdb_data_chunk_get_size(chunk);
    for (int32_t i = 0; i < view->column_count; i++)
        engine_vector_point(&view->columns[i], duckdb_data_chunk_get_vector(chunk, (idx_t)i));
}

void engine_vector_set_null(struct engine_vector *vector, int64_t row) {
    if (!vector->validity) {
        duckdb_vector_ensure_validity_writable(vector->handle);
        vector->validity = duckdb_vector_get_validity(vector->handle);
    }
    vector->validity[row / 64] &= ~((uint64_t)1 << (row % 64));
    /* A STRUCT's NULL is a NULL in every field too, or DuckDB reads what happens to stand there. */
    if (vector->type->id == ENGINE_TYPE_STRUCT || vector->type->id == ENGINE_TYPE_UNION)
        for (int32_t i = 0; i < vector->child_count; i++)
            engine_vector_set_null(&vector->children[i], row);
}

void engine_vector_set_bytes(struct engine_vector *vector, int64_t row, const void *bytes, size_t length) {
    if (length <= ENGINE_STRING_INLINE_BYTES) {
        struct engine_string *slot = (struct engine_string *)vector->data + row;
        memset(slot, 0, sizeof *slot);
        slot->length = (uint32_t)length;
        if (length)
            memcpy(slot->inlined, bytes, length);
        return;
    }
    duckdb_unsafe_vector_assign_string_element_len(vector->handle, (idx_t)row, bytes, length);
}

bool engine_vector_resize_child(struct engine_vector *vector, int64_t child_rows, struct error *err) {
    if (duckdb_list_vector_reserve(vector->handle, (idx_t)child_rows) == DuckDBError ||
        duckdb_list_vector_set_size(vector->handle, (idx_t)child_rows) == DuckDBError)
        return error_set_no_memory(err);
    engine_vector_point(&vector->children[0], duckdb_list_vector_get_child(vector->handle));
    return true;
}
