/* Arrow schemas of our types, and which types have one. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/writer.h"
#include "engine/arrow_layout.h"

static const struct engine_arrow_row rows[] = {
#define ENGINE_ARROW(id, layout, bytes, format, ...) \
    [ENGINE_TYPE_##id] = {ENGINE_ARROW_##layout, bytes, format, __VA_ARGS__},
#include "engine_arrow.def"
#undef ENGINE_ARROW
};

const struct engine_arrow_row *engine_arrow_row(const struct engine_type *type) {
    size_t id = (size_t)type->id;
    return id < sizeof rows / sizeof rows[0] && rows[id].format ? &rows[id] : NULL;
}

bool engine_arrow_supports(const struct engine_type *type) {
    if (!engine_arrow_row(type) || (type->child && !engine_arrow_supports(type->child)))
        return false;
    for (int32_t i = 0; i < type->member_count; i++)
        if (type->members[i].type && !engine_arrow_supports(type->members[i].type))
            return false;
    return true;
}

bool engine_arrow_changes(const struct engine_type *type) {
    if (type->id == ENGINE_TYPE_ENUM || type->id == ENGINE_TYPE_SQLNULL ||
        (type->child && engine_arrow_changes(type->child)))
        return true;
    for (int32_t i = 0; i < type->member_count; i++)
        if (type->members[i].type && engine_arrow_changes(type->members[i].type))
            return true;
    return false;
}

const struct engine_type *engine_arrow_seen_type(struct arena *arena, const struct engine_type *type) {
    if (!engine_arrow_changes(type))
        return type;
    if (type->id == ENGINE_TYPE_ENUM)
        return engine_type_simple(ENGINE_TYPE_VARCHAR);
    if (type->id == ENGINE_TYPE_SQLNULL)
        return engine_type_simple(ENGINE_TYPE_INTEGER);
    struct engine_type *seen = arena_allocate(arena, sizeof *seen);
    struct engine_member *members = arena_allocate_zeroed(arena, (size_t)type->member_count, sizeof *members);
    if (!seen || !members)
        return NULL;
    *seen = *type;
    seen->alias = "";
    seen->members = members;
    if (type->child && !(seen->child = engine_arrow_seen_type(arena, type->child)))
        return NULL;
    for (int32_t i = 0; i < type->member_count; i++) {
        members[i] = type->members[i];
        if (!(members[i].type = engine_arrow_seen_type(arena, type->members[i].type)))
            return NULL;
    }
    return seen;
}

/* Every text and child is the node's own, so that a consumer may move children out of it. */
static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; schema->children && i < schema->n_children; i++) {
        if (schema->children[i] && schema->children[i]->release)
            schema->children[i]->release(schema->children[i]);
        memory_free(schema->children[i]);
    }
    memory_free(schema->children);
    memory_free((void *)(uintptr_t)schema->format);
    memory_free((void *)(uintptr_t)schema->name);
    memory_free((void *)(uintptr_t)schema->metadata);
    schema->release = NULL;
}

static void metadata_text(struct writer *w, const char *text) {
    int32_t length = (int32_t)strlen(text);
    writer_bytes(w, &length, sizeof length);
    writer_text(w, text);
}

static void write_metadata(struct writer *w, const char *extension, const char *metadata) {
    const int32_t pairs = 2;
    writer_bytes(w, &pairs, sizeof pairs);
    metadata_text(w, "ARROW:extension:name");
    metadata_text(w, extension);
    metadata_text(w, "ARROW:extension:metadata");
    metadata_text(w, metadata);
}

static char *make_metadata(const char *extension, const char *metadata) {
    struct writer w = {0};
    write_metadata(&w, extension, metadata);
    char *copy = writer_ok(&w) ? memory_allocate(w.length) : NULL;
    if (copy)
        memcpy(copy, w.bytes, w.length);
    writer_destroy(&w);
    return copy;
}

const char *engine_arrow_metadata(struct arena *arena, const struct engine_type *type) {
    const struct engine_arrow_row *row = engine_arrow_row(type);
    struct writer w = {0};
    write_metadata(&w, row->extension, row->extension_metadata);
    char *copy = writer_ok(&w) ? arena_allocate(arena, w.length) : NULL;
    if (copy)
        memcpy(copy, w.bytes, w.length);
    writer_destroy(&w);
    return copy;
}

static char *make_format(const struct engine_type *type, const char *fixed) {
    struct writer w = {0};
    if (type->id == ENGINE_TYPE_DECIMAL)
        writer_format(&w, "d:%d,%d", type->width, type->scale);
    else if (type->id == ENGINE_TYPE_ARRAY)
        writer_format(&w, "+w:%lld", (long long)type->array_size);
    else if (type->id == ENGINE_TYPE_UNION)
        for (int32_t i = 0; i < type->member_count; i++)
            writer_format(&w, i ? ",%d" : "+us:%d", i);
    else
        writer_text(&w, fixed);
    writer_u8(&w, 0);
    char *format = writer_ok(&w) ? memory_copy_string((const char *)w.bytes) : NULL;
    writer_destroy(&w);
    return format;
}

static bool make_schema(const struct engine_type *type, const char *name, struct ArrowSchema *out);

static bool make_child(struct ArrowSchema *parent, int64_t index, const struct engine_type *type, const char *name) {
    parent->children[index] = memory_allocate_zeroed(1, sizeof(struct ArrowSchema));
    return parent->children[index] && make_schema(type, name, parent->children[index]);
}

static bool make_children(struct ArrowSchema *out, int64_t count) {
    out->children = memory_allocate_zeroed((size_t)count, sizeof *out->children);
    out->n_children = out->children ? count : 0;
    return out->children != NULL;
}

/* `out` is zeroed; on failure it holds what was made so far. */
static bool make_schema(const struct engine_type *type, const char *name, struct ArrowSchema *out) {
    const struct engine_arrow_row *row = engine_arrow_row(type);
    bool is_json = type->id == ENGINE_TYPE_VARCHAR && strcmp(type->alias, "JSON") == 0;
    const char *extension = is_json ? "arrow.json" : row->extension;
    out->release = release_schema;
    out->flags = ARROW_FLAG_NULLABLE;
    out->format = make_format(type, row->format);
    out->name = memory_copy_string(name);
    if (!out->format || !out->name ||
        (extension && !(out->metadata = make_metadata(extension, is_json ? "" : row->extension_metadata))))
        return false;
    if (type->child) {
        bool is_map = type->id == ENGINE_TYPE_MAP;
        if (!make_children(out, 1) || !make_child(out, 0, type->child, is_map ? "entries" : "l"))
            return false;
        if (is_map) /* neither entries nor keys are null in Arrow */
            out->children[0]->flags = out->children[0]->children[0]->flags = 0;
        return true;
    }
    if (type->id == ENGINE_TYPE_ENUM || !type->member_count)
        return true;
    if (!make_children(out, type->member_count))
        return false;
    for (int32_t i = 0; i < type->member_count; i++)
        if (!make_child(out, i, type->members[i].type, type->members[i].name))
            return false;
    return true;
}

bool engine_arrow_schema(const struct engine_type *const *types, const char *const *names, int32_t count,
                         struct ArrowSchema *out, struct error *err) {
    struct ArrowSchema schema = {.release = release_schema};
    for (int32_t i = 0; i < count; i++)
        if (!engine_arrow_supports(types[i]))
            return error_set(err, ERROR_NOT_IMPLEMENTED, "column \"%s\": %s has no form in Arrow", names[i],
                             engine_type_id_name(types[i]->id));
    bool ok = (schema.format = memory_copy_string("+s")) && (schema.name = memory_copy_string("")) &&
              make_children(&schema, count);
    for (int32_t i = 0; ok && i < count; i++)
        ok = make_child(&schema, i, types[i], names[i]);
    if (!ok) {
        release_schema(&schema);
        return error_set_no_memory(err);
    }
    *out = schema;
    return true;
}
