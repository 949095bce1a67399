/* Batches made row by row or from plain C arrays. */
#include <stdlib.h>
#include <string.h>

#include "airport/array.h"
#include "airport/schema.h"
#include "base/memory.h"
#include "base/writer.h"

/* A column being built; nested ones have columns of their own. */
struct column {
    const struct ArrowSchema *type;
    struct array_format format;
    int64_t rows, nulls;
    struct writer validity; /* bits; begun at the first null */
    struct writer values;   /* bits, fixed values, or offsets */
    struct writer data;     /* of texts and blobs */
    struct column *children;
    int64_t child_count;
};

struct airport_batch_builder {
    const struct ArrowSchema *schema;
    struct ArrowSchema own_schema; /* of a builder made from fields */
    struct column *columns;
    int32_t column_count;
    struct airport_error error; /* the first failure */
};

/* ---- columns ---- */

static void destroy_column(struct column *c) {
    writer_destroy(&c->validity);
    writer_destroy(&c->values);
    writer_destroy(&c->data);
    for (int64_t i = 0; i < c->child_count; i++)
        destroy_column(&c->children[i]);
    memory_free(c->children);
}

static bool init_column(struct column *c, const struct ArrowSchema *type, struct airport_error *err) {
    *c = (struct column){.type = type, .format = array_format_of(type->format)};
    bool unsupported = type->dictionary || c->format.storage == ARRAY_UNSUPPORTED ||
                       c->format.storage == ARRAY_BYTES_VIEW ||
                       (c->format.storage == ARRAY_FIXED && c->format.width_bytes < 1);
    if (unsupported)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "the batch builder does not know the Arrow type \"%s\"%s",
                            type->format, type->dictionary ? " with a dictionary" : "");
    c->children = memory_allocate_zeroed((size_t)type->n_children, sizeof *c->children);
    if (!c->children)
        return airport_fail_no_memory(err);
    for (; c->child_count < type->n_children; c->child_count++)
        if (!init_column(&c->children[c->child_count], type->children[c->child_count], err))
            return false;
    return true;
}

static void put_bit(struct writer *w, int64_t at, bool value) {
    if (at % 8 == 0)
        writer_u8(w, 0);
    if (value && !w->failed)
        w->bytes[at / 8] |= (uint8_t)(1u << (at % 8));
}

/* The bitmap is begun late: most columns have no nulls. */
static void put_valid(struct column *c, bool valid) {
    if (valid && !c->nulls)
        return;
    if (!c->nulls)
        for (int64_t i = 0; i < c->rows; i++)
            put_bit(&c->validity, i, true);
    put_bit(&c->validity, c->rows, valid);
    c->nulls += !valid;
}

static void put_offset(struct column *c, int64_t end) {
    bool wide = c->format.storage == ARRAY_BYTES64 || c->format.storage == ARRAY_LIST64;
    int32_t narrow = (int32_t)end;
    if (!wide && narrow != end)
        c->values.failed = true;
    writer_bytes(&c->values, wide ? (void *)&end : (void *)&narrow, wide ? 8 : 4);
}

static void begin_offsets(struct column *c) {
    bool has_offsets = c->format.storage == ARRAY_BYTES32 || c->format.storage == ARRAY_BYTES64 ||
                       c->format.storage == ARRAY_LIST32 || c->format.storage == ARRAY_LIST64;
    if (has_offsets && !c->values.length)
        put_offset(c, 0);
}

static void append_null(struct column *c) {
    static const uint8_t zeros[64];
    begin_offsets(c);
    if (c->format.storage != ARRAY_NULLS)
        put_valid(c, false);
    switch (c->format.storage) {
    case ARRAY_BITS: put_bit(&c->values, c->rows, false); break;
    case ARRAY_FIXED:
        for (int32_t left = c->format.width_bytes; left > 0; left -= (int32_t)sizeof zeros)
            writer_bytes(&c->values, zeros, left < (int32_t)sizeof zeros ? (size_t)left : sizeof zeros);
        break;
    case ARRAY_BYTES32:
    case ARRAY_BYTES64: put_offset(c, (int64_t)c->data.length); break;
    case ARRAY_LIST32:
    case ARRAY_LIST64: put_offset(c, c->children->rows); break;
    case ARRAY_FIXED_LIST:
        for (int64_t i = 0; i < c->format.list_size; i++)
            append_null(c->children);
        break;
    case ARRAY_STRUCT:
        for (int64_t i = 0; i < c->child_count; i++)
            append_null(&c->children[i]);
        break;
    default: break;
    }
    c->rows++;
}

static bool fits(int64_t value, const struct array_format *f) {
    if (f->width_bytes >= 8)
        return true;
    int bits = 8 * f->width_bytes;
    if (f->kind == 'u')
        return value >= 0 && value < (int64_t)1 << bits;
    return value >= -((int64_t)1 << (bits - 1)) && value < (int64_t)1 << (bits - 1);
}

static bool append_int64(struct column *c, int64_t value) {
    if (c->format.storage == ARRAY_BITS) {
        put_valid(c, true);
        put_bit(&c->values, c->rows, value != 0);
    } else if (c->format.storage == ARRAY_FIXED && (c->format.kind == 'i' || c->format.kind == 'u') &&
               fits(value, &c->format)) {
        put_valid(c, true);
        writer_bytes(&c->values, &value, (size_t)c->format.width_bytes); /* little-endian, as all of Arrow here */
    } else {
        return false;
    }
    c->rows++;
    return true;
}

static bool append_double(struct column *c, double value) {
    float narrow = (float)value;
    if (c->format.storage != ARRAY_FIXED || c->format.kind != 'f')
        return false;
    put_valid(c, true);
    writer_bytes(&c->values, c->format.width_bytes == 8 ? (void *)&value : (void *)&narrow, (size_t)c->format.width_bytes);
    c->rows++;
    return true;
}

static bool append_bytes(struct column *c, const void *data, size_t size) {
    if (c->format.storage == ARRAY_BYTES32 || c->format.storage == ARRAY_BYTES64) {
        begin_offsets(c);
        writer_bytes(&c->data, data, size);
        put_valid(c, true);
        put_offset(c, (int64_t)c->data.length);
    } else if (c->format.storage == ARRAY_FIXED && (size_t)c->format.width_bytes == size) {
        put_valid(c, true);
        writer_bytes(&c->values, data, size);
    } else {
        return false;
    }
    c->rows++;
    return true;
}

/* ---- copying from other arrays ---- */

static bool append_from(struct column *c, const struct ArrowArray *source, int64_t row);

static bool append_range(struct column *c, const struct ArrowArray *source, int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        if (!append_from(c, source, first + i))
            return false;
    return true;
}

static bool append_list(struct column *c, const struct ArrowArray *elements, int64_t first, int64_t count) {
    if (c->format.storage != ARRAY_LIST32 && c->format.storage != ARRAY_LIST64)
        return false;
    begin_offsets(c);
    put_valid(c, true);
    if (!append_range(c->children, elements, first, count))
        return false;
    put_offset(c, c->children->rows);
    c->rows++;
    return true;
}

static bool append_list_from(struct column *c, const struct ArrowArray *source, int64_t at) {
    int64_t first, last;
    if (c->format.storage == ARRAY_LIST32) {
        first = ((const int32_t *)source->buffers[1])[at];
        last = ((const int32_t *)source->buffers[1])[at + 1];
    } else {
        first = ((const int64_t *)source->buffers[1])[at];
        last = ((const int64_t *)source->buffers[1])[at + 1];
    }
    return append_list(c, source->children[0], first, last - first);
}

static bool append_nested_from(struct column *c, const struct ArrowArray *source, int64_t at) {
    put_valid(c, true);
    if (c->format.storage == ARRAY_FIXED_LIST) {
        if (!append_range(c->children, source->children[0], at * c->format.list_size, c->format.list_size))
            return false;
    } else {
        for (int64_t i = 0; i < c->child_count; i++)
            if (!append_from(&c->children[i], source->children[i], at))
                return false;
    }
    c->rows++;
    return true;
}

static bool append_from(struct column *c, const struct ArrowArray *source, int64_t row) {
    if (source->n_children != c->child_count)
        return false;
    if (airport_array_is_null(c->type, source, row)) {
        append_null(c);
        return true;
    }
    switch (c->format.storage) {
    case ARRAY_BITS: return append_int64(c, airport_array_int64(c->type, source, row));
    case ARRAY_FIXED:
    case ARRAY_BYTES32:
    case ARRAY_BYTES64: {
        struct airport_bytes bytes = airport_array_bytes(c->type, source, row);
        return append_bytes(c, bytes.data, bytes.size);
    }
    case ARRAY_LIST32:
    case ARRAY_LIST64: return append_list_from(c, source, row + source->offset);
    default: return append_nested_from(c, source, row + source->offset);
    }
}

/* ---- finishing ---- */

/* Moves a writer's memory into a buffer; arrays want some memory even for no bytes. */
static bool move_buffer(struct writer *w, const void **out) {
    if (!w->bytes && !writer_reserve(w, 8))
        return false;
    if (!writer_ok(w))
        return false;
    *out = w->bytes;
    *w = (struct writer){0};
    return true;
}

static int buffer_count_of(const struct column *c) {
    switch (c->format.storage) {
    case ARRAY_NULLS: return 0;
    case ARRAY_BYTES32:
    case ARRAY_BYTES64: return 3;
    case ARRAY_STRUCT:
    case ARRAY_FIXED_LIST: return 1;
    default: return 2;
    }
}

static bool finish_column(struct column *c, struct ArrowArray *out) {
    struct ArrowArray made;
    int buffers = buffer_count_of(c);
    begin_offsets(c);
    if (!array_make(&made, c->rows, buffers, c->child_count))
        return false;
    made.null_count = c->format.storage == ARRAY_NULLS ? c->rows : c->nulls;
    bool ok = (!c->nulls || c->format.storage == ARRAY_NULLS || move_buffer(&c->validity, &made.buffers[0])) &&
              (buffers < 2 || move_buffer(&c->values, &made.buffers[1])) &&
              (buffers < 3 || move_buffer(&c->data, &made.buffers[2]));
    for (int64_t i = 0; ok && i < c->child_count; i++)
        ok = finish_column(&c->children[i], made.children[i]);
    c->rows = c->nulls = 0;
    if (ok)
        *out = made;
    else
        array_release(&made);
    return ok;
}

/* ---- the public builder ---- */

struct airport_batch_builder *airport_batch_builder_create(const struct ArrowSchema *schema, struct airport_error *err) {
    struct airport_batch_builder *b = memory_allocate_zeroed(1, sizeof *b);
    if (b)
        b->columns = memory_allocate_zeroed((size_t)schema->n_children, sizeof *b->columns);
    if (!b || !b->columns) {
        memory_free(b);
        airport_fail_no_memory(err);
        return NULL;
    }
    b->schema = schema;
    for (; b->column_count < schema->n_children; b->column_count++) {
        if (!init_column(&b->columns[b->column_count], schema->children[b->column_count], err)) {
            b->column_count++;
            airport_batch_builder_destroy(b);
            return NULL;
        }
    }
    return b;
}

struct airport_batch_builder *airport_batch_builder_from_fields(const struct airport_field *fields, int32_t field_count,
                                                                struct airport_error *err) {
    struct ArrowSchema schema;
    if (!airport_schema_from_fields(fields, field_count, &schema, err))
        return NULL;
    struct airport_batch_builder *b = airport_batch_builder_create(&schema, err);
    if (!b) {
        schema_release(&schema);
        return NULL;
    }
    b->own_schema = schema;
    b->schema = &b->own_schema;
    return b;
}

void airport_batch_builder_destroy(struct airport_batch_builder *builder) {
    if (!builder)
        return;
    schema_release(&builder->own_schema);
    for (int32_t i = 0; i < builder->column_count; i++)
        destroy_column(&builder->columns[i]);
    memory_free(builder->columns);
    memory_free(builder);
}

/* The column, or NULL after a failure. */
static struct column *column_of(struct airport_batch_builder *b, int32_t column) {
    if (b->error.kind != AIRPORT_OK)
        return NULL;
    if (column < 0 || column >= b->column_count) {
        airport_fail(&b->error, AIRPORT_INVALID_ARGUMENT, "there is no column number %d", column);
        return NULL;
    }
    return &b->columns[column];
}

static void check(struct airport_batch_builder *b, const struct column *c, bool ok) {
    if (!ok)
        airport_fail(&b->error, AIRPORT_INVALID_ARGUMENT, "a value does not fit column \"%s\" of Arrow type \"%s\"",
                     c->type->name, c->type->format);
}

void airport_batch_append_null(struct airport_batch_builder *builder, int32_t column) {
    struct column *c = column_of(builder, column);
    if (c)
        append_null(c);
}

void airport_batch_append_int64(struct airport_batch_builder *builder, int32_t column, int64_t value) {
    struct column *c = column_of(builder, column);
    if (c)
        check(builder, c, append_int64(c, value));
}

void airport_batch_append_double(struct airport_batch_builder *builder, int32_t column, double value) {
    struct column *c = column_of(builder, column);
    if (c)
        check(builder, c, append_double(c, value));
}

void airport_batch_append_bytes(struct airport_batch_builder *builder, int32_t column, const void *data, size_t size) {
    struct column *c = column_of(builder, column);
    if (c)
        check(builder, c, append_bytes(c, data, size));
}

void airport_batch_append_text(struct airport_batch_builder *builder, int32_t column, const char *text) {
    if (text)
        airport_batch_append_bytes(builder, column, text, strlen(text));
    else
        airport_batch_append_null(builder, column);
}

void airport_batch_append_from(struct airport_batch_builder *builder, int32_t column, const struct ArrowArray *source,
                               int64_t row) {
    struct column *c = column_of(builder, column);
    if (c)
        check(builder, c, append_from(c, source, row));
}

void airport_batch_append_list(struct airport_batch_builder *builder, int32_t column, const struct ArrowArray *elements,
                               int64_t first, int64_t count) {
    struct column *c = column_of(builder, column);
    if (c)
        check(builder, c, append_list(c, elements, first, count));
}

int64_t airport_batch_row_count(const struct airport_batch_builder *builder) {
    return builder->column_count ? builder->columns->rows : 0;
}

static bool check_rows(struct airport_batch_builder *b, int64_t rows) {
    for (int32_t i = 0; i < b->column_count && b->error.kind == AIRPORT_OK; i++)
        if (b->columns[i].rows != rows)
            airport_fail(&b->error, AIRPORT_INVALID_ARGUMENT, "column \"%s\" has %lld rows, column \"%s\" has %lld",
                         b->columns[i].type->name, (long long)b->columns[i].rows, b->columns->type->name, (long long)rows);
    return b->error.kind == AIRPORT_OK;
}

bool airport_batch_finish(struct airport_batch_builder *builder, struct ArrowArray *out, struct airport_error *err) {
    struct airport_batch_builder *b = builder;
    struct ArrowArray made;
    int64_t rows = airport_batch_row_count(b);
    bool ok = check_rows(b, rows);
    if (!ok && err)
        *err = b->error;
    b->error = (struct airport_error){AIRPORT_OK, ""};
    if (!ok)
        return false;
    if (!array_make(&made, rows, 1, b->column_count))
        return airport_fail_no_memory(err);
    for (int32_t i = 0; ok && i < b->column_count; i++)
        ok = finish_column(&b->columns[i], made.children[i]);
    if (ok)
        *out = made;
    else
        array_release(&made);
    return ok || airport_fail_no_memory(err);
}

bool airport_stream_from_builder(struct airport_batch_builder *builder, struct ArrowArrayStream *out,
                                 struct airport_error *err) {
    struct ArrowSchema schema = {.release = NULL};
    struct ArrowArray batch = {.release = NULL};
    bool ok = builder && airport_schema_copy(builder->schema, &schema, err) && airport_batch_finish(builder, &batch, err);
    airport_batch_builder_destroy(builder);
    if (!ok) {
        schema_release(&schema);
        return false;
    }
    return airport_stream_from_batches(&schema, &batch, 1, out, err);
}

bool airport_array_from_builder(struct airport_batch_builder *builder, struct ArrowArray *out,
                                struct airport_error *err) {
    struct ArrowArray batch = {.release = NULL};
    bool ok = builder && (builder->column_count == 1 ||
                          airport_fail(err, AIRPORT_INVALID_ARGUMENT, "an array is made of one column, there are %d",
                                       builder->column_count)) &&
              airport_batch_finish(builder, &batch, err);
    airport_batch_builder_destroy(builder);
    if (!ok)
        return false;
    *out = *batch.children[0];
    batch.children[0]->release = NULL;
    array_release(&batch);
    return true;
}

/* ---- plain C arrays ---- */

static void append_plain(struct column *c, const struct airport_column_data *data, int64_t row) {
    if ((data->valid && !data->valid[row]) || (data->texts && !data->texts[row])) {
        append_null(c);
    } else if (data->texts) {
        append_bytes(c, data->texts[row], strlen(data->texts[row]));
    } else if (c->format.storage == ARRAY_BITS) {
        append_int64(c, ((const bool *)data->values)[row]);
    } else if (c->format.storage == ARRAY_FIXED) {
        append_bytes(c, (const char *)data->values + row * c->format.width_bytes, (size_t)c->format.width_bytes);
    } else {
        const struct airport_bytes *bytes = (const struct airport_bytes *)data->values + row;
        append_bytes(c, bytes->data, bytes->size);
    }
}

bool airport_batch_from_columns(const struct ArrowSchema *schema, const struct airport_column_data *columns,
                                int64_t row_count, struct ArrowArray *out, struct airport_error *err) {
    struct airport_batch_builder *b = airport_batch_builder_create(schema, err);
    bool ok = b != NULL;
    for (int32_t i = 0; ok && i < b->column_count; i++) {
        struct column *c = &b->columns[i];
        if (c->child_count || c->format.storage == ARRAY_NULLS)
            ok = airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "column \"%s\" is nested: use the batch builder", c->type->name);
        for (int64_t row = 0; ok && row < row_count; row++)
            append_plain(c, &columns[i], row);
    }
    ok = ok && airport_batch_finish(b, out, err);
    airport_batch_builder_destroy(b);
    return ok;
}
