/* Rows from outside as the table function engine_input(): Arrow batches turned into chunks of DuckDB's, which refer
 * to the batches' memory, and handed to the one statement that reads them.
 *
 * A statement finds its input by the connection it runs on, so that no text of a statement can name another's
 * memory.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/arrow_layout.h"
#include "engine/input_check.h"
#include "engine/internal.h"

/* At most ENGINE_VECTOR_ROWS rows. */
struct part {
    duckdb_data_chunk chunk;
    int64_t first_row, row_count;
};

struct engine_input {
    struct engine_connection *connection;
    const struct ArrowSchema *schema;
    duckdb_arrow_converted_schema converted;
    struct arena arena;
    const struct engine_type **types;
    int32_t column_count;
    struct part *parts;
    int32_t part_count, part_capacity;
    struct ArrowArray *batches; /* the parts refer to their memory */
    int32_t batch_count, batch_capacity;
    int64_t row_count;
};

/* DuckDB takes an array over, but hands it to its first column alone, which may be dropped before the others: it gets a
 * copy whose release does nothing, and the batches live until the chunks are gone. */
static void release_nothing(struct ArrowArray *array) {
    array->release = NULL;
}

/* Rows of a struct array: the same buffers from `first` on. The shadow lives as long as its owner, in the arena
 * given. */
static bool shadow_rows(struct arena *arena, const struct ArrowArray *batch, int64_t first, int64_t count,
                        struct ArrowArray *out) {
    struct ArrowArray **children = arena_allocate_zeroed(arena, (size_t)batch->n_children, sizeof *children);
    struct ArrowArray *shadows = arena_allocate_zeroed(arena, (size_t)batch->n_children, sizeof *shadows);
    if (!children || !shadows)
        return false;
    *out = *batch;
    out->length = count;
    out->offset = 0;
    out->children = children;
    out->release = release_nothing;
    for (int64_t i = 0; i < batch->n_children; i++) {
        shadows[i] = *batch->children[i];
        shadows[i].offset += batch->offset + first;
        shadows[i].length = count;
        if (count != batch->length)
            shadows[i].null_count = shadows[i].null_count ? -1 : 0;
        shadows[i].release = release_nothing;
        children[i] = &shadows[i];
    }
    return true;
}

static bool convert(struct engine_connection *connection, duckdb_arrow_converted_schema converted,
                    struct ArrowArray *rows, duckdb_data_chunk *chunk, struct error *err) {
    duckdb_error_data failure = duckdb_data_chunk_from_arrow(connection->handle, rows, converted, chunk);
    if (failure && duckdb_error_data_has_error(failure))
        return engine_error_fill_data(connection, &failure, err);
    duckdb_destroy_error_data(&failure);
    return true;
}

/* An array of no rows, of any type: buffers of zeros. */
static bool make_empty(struct arena *arena, const struct ArrowSchema *schema, struct ArrowArray *out) {
    static const uint64_t zeros[8];
    char first = schema->format[0], second = first ? schema->format[1] : '\0';
    bool has_offsets = strchr("uzUZ", first) && first, is_view = first == 'v';
    bool is_list = first == '+' && (second == 'l' || second == 'L' || second == 'm');
    *out = (struct ArrowArray){.release = release_nothing, .n_children = schema->n_children};
    out->n_buffers = first == 'n' ? 0 : has_offsets || is_view ? 3 : first != '+' || is_list ? 2 : 1;
    if (first == '+' && second == 'v')
        out->n_buffers = 3;
    const void **buffers = arena_allocate_zeroed(arena, 3, sizeof *buffers);
    out->children = arena_allocate_zeroed(arena, (size_t)schema->n_children, sizeof *out->children);
    if (!buffers || !out->children)
        return false;
    for (int64_t i = 0; i < out->n_buffers; i++)
        buffers[i] = zeros;
    out->buffers = buffers;
    for (int64_t i = 0; i < schema->n_children; i++) {
        out->children[i] = arena_allocate(arena, sizeof **out->children);
        if (!out->children[i] || !make_empty(arena, schema->children[i], out->children[i]))
            return false;
    }
    return true;
}

static bool convert_schema(struct engine_connection *connection, const struct ArrowSchema *schema,
                           duckdb_arrow_converted_schema *converted, struct error *err) {
    duckdb_error_data failure =
        duckdb_schema_from_arrow(connection->handle, (struct ArrowSchema *)(uintptr_t)schema, converted);
    if (failure && duckdb_error_data_has_error(failure))
        return engine_error_fill_data(connection, &failure, err);
    duckdb_destroy_error_data(&failure);
    return true;
}

/* The schema with every dictionary's values in place of its indexes: DuckDB sees the same types, but fails to
 * convert a list that holds no dictionary index at all. It borrows from `schema` and lives in the arena; NULL when
 * memory is out. */
static struct ArrowSchema *without_dictionaries(struct arena *arena, const struct ArrowSchema *schema) {
    const struct ArrowSchema *values = schema->dictionary ? schema->dictionary : schema;
    struct ArrowSchema *plain = arena_allocate(arena, sizeof *plain);
    if (!plain)
        return NULL;
    *plain = *values;
    plain->name = schema->name;
    plain->flags = schema->flags;
    plain->dictionary = NULL;
    plain->children = arena_allocate_zeroed(arena, (size_t)values->n_children, sizeof *plain->children);
    if (!plain->children)
        return NULL;
    for (int64_t i = 0; i < values->n_children; i++)
        if (!(plain->children[i] = without_dictionaries(arena, values->children[i])))
            return NULL;
    return plain;
}

/* A converted schema keeps its types to itself; a chunk of no rows tells them. */
static bool read_chunk_types(struct engine_connection *connection, duckdb_arrow_converted_schema converted,
                             const struct ArrowSchema *plain, struct arena *arena, const struct engine_type **types,
                             struct error *err) {
    struct ArrowArray empty;
    duckdb_data_chunk chunk = NULL;
    if (!make_empty(arena, plain, &empty))
        return error_set_no_memory(err);
    if (!convert(connection, converted, &empty, &chunk, err))
        return false;
    bool ok = true;
    for (int64_t i = 0; ok && i < plain->n_children; i++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, (idx_t)i);
        types[i] = engine_type_read(arena, duckdb_vector_get_column_type(vector));
        ok = types[i] || error_set_no_memory(err);
    }
    duckdb_destroy_data_chunk(&chunk);
    return ok;
}

static bool read_types(struct engine_connection *connection, const struct ArrowSchema *schema, struct arena *arena,
                       const struct engine_type ***types, struct error *err) {
    duckdb_arrow_converted_schema converted = NULL;
    struct ArrowSchema *plain = without_dictionaries(arena, schema);
    const struct engine_type **found = arena_allocate_zeroed(arena, (size_t)schema->n_children, sizeof *found);
    if (!plain || !found)
        return error_set_no_memory(err);
    bool ok = convert_schema(connection, plain, &converted, err) &&
              read_chunk_types(connection, converted, plain, arena, found, err);
    duckdb_destroy_arrow_converted_schema(&converted);
    if (ok)
        *types = found;
    return ok;
}

bool engine_arrow_read_types(struct engine_connection *connection, const struct ArrowSchema *schema,
                             struct arena *arena, const struct engine_type *const **types, struct error *err) {
    const struct engine_type **found;
    if (!read_types(connection, schema, arena, &found, err))
        return false;
    *types = (const struct engine_type *const *)found;
    return true;
}

static struct ArrowSchema *copy_with_bits(struct arena *arena, const struct ArrowSchema *schema,
                                          const struct engine_type *type);

static bool copy_children_with_bits(struct arena *arena, struct ArrowSchema *copy, const struct engine_type *type) {
    struct ArrowSchema **children = arena_allocate_zeroed(arena, (size_t)copy->n_children, sizeof *children);
    for (int64_t i = 0; children && i < copy->n_children; i++) {
        const struct engine_type *inner = type->child ? type->child : type->members[i].type;
        if (!(children[i] = copy_with_bits(arena, copy->children[i], inner)))
            return false;
    }
    copy->children = children;
    return children != NULL;
}

/* The schema of values for a column of this type (NULL: any): clients that do not keep types send BIT as a binary of the same
 * bytes. It lives in the arena, and borrows from `schema` all but the formats, which the decoder of batches writes anew; NULL
 * when memory is out. */
static struct ArrowSchema *copy_with_bits(struct arena *arena, const struct ArrowSchema *schema,
                                          const struct engine_type *type) {
    struct ArrowSchema *copy = arena_allocate(arena, sizeof *copy);
    const char *format = arena_copy_string(arena, schema->format);
    if (!copy || !format)
        return NULL;
    *copy = *schema;
    copy->format = format;
    bool is_plain_binary = (format[0] == 'z' || format[0] == 'Z' || strcmp(format, "vz") == 0) && !schema->metadata;
    if (type && type->id == ENGINE_TYPE_BIT && is_plain_binary)
        return (copy->metadata = engine_arrow_metadata(arena, type)) ? copy : NULL;
    bool is_nested = type && (type->child || type->id == ENGINE_TYPE_STRUCT || type->id == ENGINE_TYPE_UNION);
    bool is_alike = is_nested && schema->n_children == (type->child ? 1 : type->member_count);
    return !is_alike || copy_children_with_bits(arena, copy, type) ? copy : NULL;
}

/* The schema of all columns. */
static const struct ArrowSchema *wanted_schema(struct arena *arena, const struct ArrowSchema *schema,
                                               const struct engine_type *const *wanted) {
    struct ArrowSchema *copy = arena_allocate(arena, sizeof *copy);
    struct ArrowSchema **children = arena_allocate_zeroed(arena, (size_t)schema->n_children, sizeof *children);
    if (!copy || !children)
        return NULL;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (!(children[i] = copy_with_bits(arena, schema->children[i], wanted[i])))
            return NULL;
    *copy = *schema;
    copy->children = children;
    return copy;
}

struct engine_input *engine_input_create(struct engine_connection *connection, const struct ArrowSchema *schema,
                                         const struct engine_type *const *wanted, struct error *err) {
    struct engine_input *input = memory_allocate_zeroed(1, sizeof *input);
    if (!input) {
        error_set_no_memory(err);
        return NULL;
    }
    input->connection = connection;
    input->schema = wanted ? wanted_schema(&input->arena, schema, wanted) : schema;
    input->column_count = (int32_t)schema->n_children;
    if ((input->schema || error_set_no_memory(err)) &&
        convert_schema(connection, input->schema, &input->converted, err) &&
        read_types(connection, input->schema, &input->arena, &input->types, err)) {
        connection->input = input;
        return input;
    }
    engine_input_destroy(input);
    return NULL;
}

void engine_input_destroy(struct engine_input *input) {
    if (!input)
        return;
    if (input->connection->input == input)
        input->connection->input = NULL;
    engine_input_clear(input);
    duckdb_destroy_arrow_converted_schema(&input->converted);
    memory_free(input->parts);
    memory_free(input->batches);
    arena_destroy(&input->arena);
    memory_free(input);
}

int32_t engine_input_column_count(const struct engine_input *input) {
    return input->column_count;
}

const struct engine_type *engine_input_column_type(const struct engine_input *input, int32_t column) {
    return input->types[column];
}

int64_t engine_input_row_count(const struct engine_input *input) {
    return input->row_count;
}

void engine_input_clear(struct engine_input *input) {
    for (int32_t i = 0; i < input->part_count; i++)
        duckdb_destroy_data_chunk(&input->parts[i].chunk);
    for (int32_t i = 0; i < input->batch_count; i++)
        if (input->batches[i].release)
            input->batches[i].release(&input->batches[i]);
    input->part_count = input->batch_count = 0;
    input->row_count = 0;
}

static bool make_room(void **items, int32_t count, int32_t *capacity, size_t bytes) {
    if (count < *capacity)
        return true;
    int32_t grown = *capacity ? 2 * *capacity : 8;
    void *memory = memory_resize(*items, (size_t)grown * bytes);
    if (!memory)
        return false;
    *items = memory;
    *capacity = grown;
    return true;
}

static bool add_part(struct engine_input *input, const struct ArrowArray *batch, int64_t first, int64_t count,
                     struct error *err) {
    struct arena arena = {0};
    struct ArrowArray shadow;
    struct part part = {.first_row = input->row_count, .row_count = count};
    bool ok = (make_room((void **)&input->parts, input->part_count, &input->part_capacity, sizeof part) &&
               shadow_rows(&arena, batch, first, count, &shadow)) ||
              error_set_no_memory(err);
    ok = ok && convert(input->connection, input->converted, &shadow, &part.chunk, err);
    arena_destroy(&arena);
    if (!ok)
        return false;
    input->parts[input->part_count++] = part;
    input->row_count += count;
    return true;
}

bool engine_input_add(struct engine_input *input, struct ArrowArray *batch, struct error *err) {
    struct ArrowArray owned = *batch;
    batch->release = NULL;
    bool ok = make_room((void **)&input->batches, input->batch_count, &input->batch_capacity, sizeof owned) ||
              error_set_no_memory(err);
    if (!ok) {
        owned.release(&owned);
        return false;
    }
    input->batches[input->batch_count++] = owned;
    const struct ArrowArray *kept = &input->batches[input->batch_count - 1];
    for (int32_t i = 0; i < input->column_count; i++)
        if (!engine_input_check(input->types[i], input->schema->children[i], kept->children[i], kept->offset, kept->length,
                                err))
            return false;
    for (int64_t first = 0; first < kept->length; first += ENGINE_VECTOR_ROWS) {
        int64_t left = kept->length - first;
        if (!add_part(input, kept, first, left < ENGINE_VECTOR_ROWS ? left : ENGINE_VECTOR_ROWS, err))
            return false;
    }
    return true;
}

struct scan {
    _Atomic int32_t next; /* part */
};

static void add_column(duckdb_bind_info info, const char *name, const struct engine_type *type) {
    duckdb_logical_type handle = engine_type_handle(type);
    duckdb_bind_add_result_column(info, name, handle);
    duckdb_destroy_logical_type(&handle);
}

static void bind_input(duckdb_bind_info info) {
    struct engine_connection *connection = engine_bind_connection(info);
    struct engine_input *input = connection ? connection->input : NULL;
    if (!input) {
        duckdb_bind_set_error(info, "engine_input() is for the server's own statements");
        return;
    }
    for (int32_t i = 0; i < input->column_count; i++) {
        char name[24];
        snprintf(name, sizeof name, "c%d", i);
        add_column(info, name, input->types[i]);
    }
    add_column(info, "position", engine_type_simple(ENGINE_TYPE_BIGINT));
    duckdb_bind_set_cardinality(info, ENGINE_VECTOR_ROWS, false);
    duckdb_bind_set_bind_data(info, input, NULL);
}

static void init_input(duckdb_init_info info) {
    struct scan *scan = memory_allocate_zeroed(1, sizeof *scan);
    if (!scan) {
        duckdb_init_set_error(info, "out of memory");
        return;
    }
    duckdb_init_set_init_data(info, scan, memory_free);
    duckdb_init_set_max_threads(info, 1);
}

static void run_input(duckdb_function_info info, duckdb_data_chunk output) {
    struct engine_input *input = duckdb_function_get_bind_data(info);
    struct scan *scan = duckdb_function_get_init_data(info);
    int32_t index = atomic_fetch_add(&scan->next, 1);
    if (index >= input->part_count) {
        duckdb_data_chunk_set_size(output, 0);
        return;
    }
    const struct part *part = &input->parts[index];
    for (int32_t i = 0; i < input->column_count; i++)
        duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, (idx_t)i),
                                       duckdb_data_chunk_get_vector(part->chunk, (idx_t)i));
    int64_t *positions = duckdb_vector_get_data(duckdb_data_chunk_get_vector(output, (idx_t)input->column_count));
    for (int64_t i = 0; i < part->row_count; i++)
        positions[i] = part->first_row + i;
    duckdb_data_chunk_set_size(output, (idx_t)part->row_count);
}

bool engine_register_input(struct engine_connection *connection, struct error *err) {
    return engine_register_reader(connection, "engine_input", bind_input, init_input, run_input, err);
}
