#include "airport/schema.h"

#include <string.h>

#include "airport/contract.h"
#include "base/memory.h"

enum { MAX_DEPTH = 64, MAX_METADATA_KEYS = 1024 };

/* ---- nodes of our own ---- */

static void release_node(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        schema_release(schema->children[i]);
        memory_free(schema->children[i]);
    }
    memory_free(schema->children);
    if (schema->dictionary)
        schema_release(schema->dictionary);
    memory_free(schema->dictionary);
    memory_free((void *)schema->format);
    memory_free((void *)schema->name);
    memory_free((void *)schema->metadata);
    schema->release = NULL;
}

void schema_release(struct ArrowSchema *schema) {
    if (schema->release)
        schema->release(schema);
}

static bool make_children(struct ArrowSchema *schema, int64_t count) {
    if (!count)
        return true;
    schema->children = memory_allocate_zeroed((size_t)count, sizeof *schema->children);
    if (!schema->children)
        return false;
    for (; schema->n_children < count; schema->n_children++) {
        schema->children[schema->n_children] = memory_allocate_zeroed(1, sizeof **schema->children);
        if (!schema->children[schema->n_children])
            return false;
    }
    return true;
}

bool schema_make(struct ArrowSchema *out, const char *format, const char *name, int64_t flags, int64_t child_count) {
    struct ArrowSchema made = {
        .format = memory_copy_string(format), .name = memory_copy_string(name ? name : ""), .flags = flags};
    made.release = release_node;
    if (made.format && made.name && make_children(&made, child_count)) {
        *out = made;
        return true;
    }
    release_node(&made);
    return false;
}

bool schema_set_name(struct ArrowSchema *schema, const char *name) {
    char *copy = memory_copy_string(name);
    if (!copy)
        return false;
    memory_free((void *)schema->name);
    schema->name = copy;
    return true;
}

/* ---- metadata: int32 count, then for each pair int32 length and bytes of key and of value, in native order ---- */

struct metadata_pair {
    struct airport_bytes key, value;
};

static struct airport_bytes next_bytes(const char **at) {
    int32_t length;
    memcpy(&length, *at, sizeof length);
    struct airport_bytes bytes = {*at + sizeof length, (size_t)length};
    *at += sizeof length + (size_t)length;
    return bytes;
}

static int32_t metadata_count(const char *metadata) {
    int32_t count = 0;
    if (metadata)
        memcpy(&count, metadata, sizeof count);
    return count > 0 && count <= MAX_METADATA_KEYS ? count : 0;
}

static struct metadata_pair next_pair(const char **at) {
    struct airport_bytes key = next_bytes(at);
    return (struct metadata_pair){key, next_bytes(at)};
}

static bool is_key(struct airport_bytes key, const char *wanted) {
    return key.size == strlen(wanted) && memcmp(key.data, wanted, key.size) == 0;
}

struct airport_bytes airport_schema_metadata(const struct ArrowSchema *schema, const char *key) {
    const char *at = schema->metadata ? schema->metadata + sizeof(int32_t) : NULL;
    for (int32_t i = metadata_count(schema->metadata); i > 0; i--) {
        struct metadata_pair pair = next_pair(&at);
        if (is_key(pair.key, key))
            return pair.value;
    }
    return (struct airport_bytes){NULL, 0};
}

static size_t metadata_size(const char *metadata) {
    const char *at = metadata + sizeof(int32_t);
    for (int32_t i = metadata_count(metadata); i > 0; i--)
        next_pair(&at);
    return (size_t)(at - metadata);
}

static char *put_bytes(char *at, const void *bytes, size_t length) {
    int32_t size = (int32_t)length;
    memcpy(at, &size, sizeof size);
    if (length)
        memcpy(at + sizeof size, bytes, length);
    return at + sizeof size + length;
}

bool schema_set_metadata(struct ArrowSchema *schema, const char *key, const void *value, size_t length) {
    size_t old = schema->metadata ? metadata_size(schema->metadata) : sizeof(int32_t);
    char *made = memory_allocate(old + 2 * sizeof(int32_t) + strlen(key) + length);
    if (!made)
        return false;
    char *out = made + sizeof(int32_t);
    const char *at = schema->metadata ? schema->metadata + sizeof(int32_t) : NULL;
    int32_t count = 0;
    for (int32_t i = metadata_count(schema->metadata); i > 0; i--) {
        struct metadata_pair pair = next_pair(&at);
        if (is_key(pair.key, key))
            continue;
        out = put_bytes(out, pair.key.data, pair.key.size);
        out = put_bytes(out, pair.value.data, pair.value.size);
        count++;
    }
    out = put_bytes(out, key, strlen(key));
    put_bytes(out, value, length);
    count++;
    memcpy(made, &count, sizeof count);
    memory_free((void *)schema->metadata);
    schema->metadata = made;
    return true;
}

bool schema_set_metadata_text(struct ArrowSchema *schema, const char *key, const char *value) {
    return !value || schema_set_metadata(schema, key, value, strlen(value));
}

static bool copy_metadata(const struct ArrowSchema *from, struct ArrowSchema *to) {
    if (!from->metadata)
        return true;
    size_t size = metadata_size(from->metadata);
    char *copy = memory_allocate(size);
    if (!copy)
        return false;
    memcpy(copy, from->metadata, size);
    to->metadata = copy;
    return true;
}

/* ---- copies ---- */

static bool copy_node(const struct ArrowSchema *schema, struct ArrowSchema *out, int depth) {
    if (depth > MAX_DEPTH || !schema_make(out, schema->format, schema->name, schema->flags, schema->n_children))
        return false;
    if (!copy_metadata(schema, out))
        return false;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (!copy_node(schema->children[i], out->children[i], depth + 1))
            return false;
    if (!schema->dictionary)
        return true;
    out->dictionary = memory_allocate_zeroed(1, sizeof *out->dictionary);
    return out->dictionary && copy_node(schema->dictionary, out->dictionary, depth + 1);
}

bool schema_copy(const struct ArrowSchema *schema, struct ArrowSchema *out) {
    struct ArrowSchema copy = {.release = NULL};
    if (copy_node(schema, &copy, 0)) {
        *out = copy;
        return true;
    }
    schema_release(&copy);
    return false;
}

static bool is_well_formed(const struct ArrowSchema *schema, int depth) {
    if (!schema || !schema->release || !schema->format || schema->n_children < 0 || depth > MAX_DEPTH)
        return false;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (!schema->children || !is_well_formed(schema->children[i], depth + 1))
            return false;
    return !schema->dictionary || is_well_formed(schema->dictionary, depth + 1);
}

bool schema_is_well_formed(const struct ArrowSchema *schema) {
    return is_well_formed(schema, 0);
}

/* The one place where a user's schema is copied: what is wrong with it is told here. */
bool airport_schema_copy(const struct ArrowSchema *schema, struct ArrowSchema *out, struct airport_error *err) {
    if (!schema_is_well_formed(schema))
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "an Arrow schema is incomplete");
    return schema_copy(schema, out) || airport_fail_no_memory(err);
}

/* ---- looking ---- */

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length) { /* FNV-1a */
    const uint8_t *at = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return (hash ^ 0xff) * 0x100000001b3u; /* so that "ab","c" is not "a","bc" */
}

static uint64_t hash_schema(uint64_t hash, const struct ArrowSchema *schema) {
    static const char *const keys[] = {"ARROW:extension:name", "is_rowid"};
    const char *name = schema->name ? schema->name : "";
    hash = hash_bytes(hash, schema->format, strlen(schema->format));
    hash = hash_bytes(hash, name, strlen(name));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct airport_bytes value = airport_schema_metadata(schema, keys[i]);
        hash = hash_bytes(hash, value.data, value.size);
    }
    for (int64_t i = 0; i < schema->n_children; i++)
        hash = hash_schema(hash, schema->children[i]);
    return schema->dictionary ? hash_schema(hash, schema->dictionary) : hash;
}

uint64_t schema_fingerprint(const struct ArrowSchema *schema) {
    return hash_schema(0xcbf29ce484222325u, schema);
}

int32_t airport_schema_find(const struct ArrowSchema *schema, const char *name) {
    for (int64_t i = 0; i < schema->n_children; i++)
        if (schema->children[i]->name && strcmp(schema->children[i]->name, name) == 0)
            return (int32_t)i;
    return -1;
}

int32_t airport_find_rowid_column(const struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++)
        if (airport_schema_metadata(schema->children[i], "is_rowid").size)
            return (int32_t)i;
    return airport_schema_find(schema, "rowid");
}

static bool is_equal(const struct ArrowSchema *a, const struct ArrowSchema *b, bool names) {
    const char *a_name = a->name ? a->name : "", *b_name = b->name ? b->name : "";
    if (strcmp(a->format, b->format) != 0 || (names && strcmp(a_name, b_name) != 0) || a->n_children != b->n_children ||
        !a->dictionary != !b->dictionary)
        return false;
    /* The names of a list's element and a map's entries carry no meaning; those of a struct's members do. */
    bool child_names = strcmp(a->format, "+s") == 0 || strncmp(a->format, "+u", 2) == 0;
    for (int64_t i = 0; i < a->n_children; i++)
        if (!is_equal(a->children[i], b->children[i], child_names))
            return false;
    return !a->dictionary || is_equal(a->dictionary, b->dictionary, false);
}

bool airport_schema_equal(const struct ArrowSchema *a, const struct ArrowSchema *b) {
    return is_equal(a, b, true);
}

bool airport_schema_project(const struct ArrowSchema *schema, const char *const *columns, int32_t column_count,
                            struct ArrowSchema *out, struct airport_error *err) {
    struct ArrowSchema made = {.release = NULL};
    bool ok = (schema_make(&made, "+s", schema->name, schema->flags, column_count) && copy_metadata(schema, &made)) ||
              airport_fail_no_memory(err);
    for (int32_t i = 0; ok && i < column_count; i++) {
        int32_t at = airport_schema_find(schema, columns[i]);
        if (at < 0)
            ok = airport_fail(err, AIRPORT_NOT_FOUND, "there is no column \"%s\"", columns[i]);
        else
            ok = airport_schema_copy(schema->children[at], made.children[i], err);
    }
    if (ok)
        *out = made;
    else
        schema_release(&made);
    return ok;
}

/* ---- fields ---- */

static bool field_at(const struct airport_field *fields, int32_t index, struct airport_field *out, struct airport_error *err) {
    return copy_element(out, sizeof *out, fields, (size_t)index, "airport_field", err);
}

/* The metadata keys that the client reads (the extension's airport_schema_utils.cpp and its function sets). */
static bool add_properties(struct ArrowSchema *schema, const struct airport_field *field) {
    if (field->flags & (AIRPORT_FIELD_NOT_NULL | AIRPORT_FIELD_ROW_ID))
        schema->flags &= ~(int64_t)ARROW_FLAG_NULLABLE;
    return (!(field->flags & AIRPORT_FIELD_ROW_ID) || schema_set_metadata_text(schema, "is_rowid", "1")) &&
           (!(field->flags & AIRPORT_FIELD_ANY) || schema_set_metadata_text(schema, "is_any_type", "1")) &&
           (!(field->flags & AIRPORT_FIELD_NAMED) || schema_set_metadata_text(schema, "is_named_parameter", "1")) &&
           (!(field->flags & AIRPORT_FIELD_TABLE) || schema_set_metadata_text(schema, "is_table_type", "1")) &&
           schema_set_metadata_text(schema, "default", field->default_expression) &&
           schema_set_metadata_text(schema, "comment", field->comment) &&
           schema_set_metadata_text(schema, "ARROW:extension:name", field->extension_name) &&
           schema_set_metadata_text(schema, "ARROW:extension:metadata", field->extension_metadata);
}

static bool make_field(const struct airport_field *field, struct ArrowSchema *out, int depth, struct airport_error *err);

static bool make_fields(const struct airport_field *fields, int32_t count, struct ArrowSchema *parent, int depth,
                        struct airport_error *err) {
    for (int32_t i = 0; i < count; i++) {
        struct airport_field field;
        if (!field_at(fields, i, &field, err) || !make_field(&field, parent->children[i], depth + 1, err))
            return false;
    }
    return true;
}

/* A map's child is one struct of key and value, neither of which is nullable as a whole. */
static bool make_map(const struct airport_field *field, struct ArrowSchema *out, int depth, struct airport_error *err) {
    if (field->child_count != 2)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "map \"%s\" needs a key and a value", field->name);
    if (!schema_make(out, "+m", field->name, ARROW_FLAG_NULLABLE, 1) || !schema_make(out->children[0], "+s", "entries", 0, 2))
        return airport_fail_no_memory(err);
    if (!make_fields(field->children, 2, out->children[0], depth, err))
        return false;
    out->children[0]->children[0]->flags &= ~(int64_t)ARROW_FLAG_NULLABLE;
    return true;
}

static bool make_field(const struct airport_field *field, struct ArrowSchema *out, int depth, struct airport_error *err) {
    /* The types of ANY and TABLE parameters mean nothing: the client asks for one, though. */
    const char *format = field->format;
    if (!format && field->flags & (AIRPORT_FIELD_ANY | AIRPORT_FIELD_TABLE))
        format = "n";
    if (!format || depth > MAX_DEPTH)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "field \"%s\" has no Arrow format", field->name);
    bool ok;
    if (strcmp(format, "+m") == 0)
        ok = make_map(field, out, depth, err);
    else
        ok = (schema_make(out, format, field->name, ARROW_FLAG_NULLABLE, field->child_count) ||
              airport_fail_no_memory(err)) &&
             make_fields(field->children, field->child_count, out, depth, err);
    return ok && (add_properties(out, field) || airport_fail_no_memory(err));
}

bool airport_schema_from_fields(const struct airport_field *fields, int32_t field_count, struct ArrowSchema *out,
                                struct airport_error *err) {
    struct ArrowSchema made = {.release = NULL};
    bool ok = (schema_make(&made, "+s", "", 0, field_count) || airport_fail_no_memory(err)) &&
              make_fields(fields, field_count, &made, 0, err);
    if (ok)
        *out = made;
    else
        schema_release(&made);
    return ok;
}

bool airport_schema_annotate(const struct ArrowSchema *schema, const struct airport_field *fields, int32_t field_count,
                             struct ArrowSchema *out, struct airport_error *err) {
    struct ArrowSchema made = {.release = NULL};
    bool ok = airport_schema_copy(schema, &made, err);
    for (int32_t i = 0; ok && i < field_count; i++) {
        struct airport_field field;
        ok = field_at(fields, i, &field, err);
        int32_t at = ok ? airport_schema_find(&made, field.name) : -1;
        if (ok && at < 0)
            ok = airport_fail(err, AIRPORT_NOT_FOUND, "there is no column \"%s\"", field.name);
        else if (ok)
            ok = add_properties(made.children[at], &field) || airport_fail_no_memory(err);
    }
    if (ok)
        *out = made;
    else
        schema_release(&made);
    return ok;
}
