/* Record batches gathered from chunks: DuckDB's vectors written into Arrow buffers.
 *
 * A column is a tree like its type. Each node appends a range of rows of a vector; lists append the ranges of their
 * child that their rows name, joined where they lie one behind the other, as they nearly always do. Validity buffers
 * exist from the first null on. Layouts: arrow.apache.org/docs/format/Columnar.html; little-endian, as the wire and
 * DuckDB are.
 */
#include <limits.h>
#include <string.h>

#include "base/memory.h"
#include "engine/arrow_layout.h"
#include "engine/spare.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "vectors are copied as they are");

/* Text of one append: beyond it a chunk is taken in parts, so that a batch of long texts stays of reasonable size. */
enum { APPEND_TEXT_BYTES = 8 << 20, BUFFER_SLACK_BYTES = 16 };

struct buffer {
    uint8_t *bytes;
    size_t length, capacity;
    size_t last_length; /* in the batch before */
    struct spare_list *spares;
};

enum { VALIDITY, OFFSETS, DATA, BUFFER_COUNT };

struct column {
    const struct engine_type *type;
    const struct engine_arrow_row *row;
    int64_t length, null_count;
    struct buffer buffers[BUFFER_COUNT];
    int32_t child_count;
    struct column *children;
};

struct engine_arrow_batch {
    struct arena arena; /* the trees */
    struct spare_list *spares;
    struct column *columns;
    int32_t column_count;
    int64_t row_count;
};

/* The first time as large as the batch before was, for batches are alike. */
static bool grow(struct buffer *buffer, size_t more) {
    size_t capacity = buffer->capacity ? 2 * buffer->capacity : buffer->last_length;
    if (capacity < 4096)
        capacity = 4096;
    while (capacity - buffer->length < more + BUFFER_SLACK_BYTES)
        capacity *= 2;
    uint8_t *bytes = spare_list_take(buffer->spares, &capacity);
    if (!bytes)
        return false;
    if (buffer->length)
        memcpy(bytes, buffer->bytes, buffer->length);
    spare_list_give(buffer->spares, buffer->bytes, buffer->capacity);
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

/* Room for `more` bytes and a little slack behind them, so that short texts can be copied in one width. */
static bool reserve(struct buffer *buffer, size_t more) {
    size_t room = buffer->bytes ? buffer->capacity - buffer->length : 0;
    return (room >= BUFFER_SLACK_BYTES && room - BUFFER_SLACK_BYTES >= more) || grow(buffer, more);
}

/* Makes the buffer, of bits, hold `bits` of them; new ones are 0. */
static bool extend_bits(struct buffer *buffer, int64_t bits) {
    size_t bytes = (size_t)((bits + 63) / 64 * 8), more = bytes > buffer->length ? bytes - buffer->length : 0;
    if (!reserve(buffer, more))
        return false;
    memset(buffer->bytes + buffer->length, 0, more);
    buffer->length += more;
    return true;
}

/* Up to 64 bits from bit `from` on; `source` NULL stands for ones. */
static uint64_t load_bits(const uint64_t *source, int64_t from, int64_t count) {
    uint64_t mask = count < 64 ? ((uint64_t)1 << count) - 1 : UINT64_MAX;
    if (!source)
        return mask;
    int64_t shift = from % 64;
    uint64_t word = source[from / 64] >> shift;
    if (shift && count > 64 - shift)
        word |= source[from / 64 + 1] << (64 - shift);
    return word & mask;
}

/* Up to 64 bits to where zeros stand now. */
static void store_bits(struct buffer *buffer, int64_t at, uint64_t word, int64_t count) {
    uint64_t *target = (uint64_t *)buffer->bytes + at / 64;
    int64_t shift = at % 64;
    target[0] |= word << shift;
    if (shift && count > 64 - shift)
        target[1] |= word >> (64 - shift);
}

static void copy_bits(struct buffer *buffer, int64_t at, const uint64_t *source, int64_t from, int64_t count) {
    for (int64_t done = 0; done < count; done += 64) {
        int64_t step = count - done < 64 ? count - done : 64;
        store_bits(buffer, at + done, load_bits(source, from + done, step), step);
    }
}

static int64_t count_nulls(const uint64_t *validity, int64_t from, int64_t count) {
    int64_t valid = 0;
    for (int64_t done = 0; done < count; done += 64) {
        int64_t step = count - done < 64 ? count - done : 64;
        valid += __builtin_popcountll(load_bits(validity, from + done, step));
    }
    return count - valid;
}

static bool append_validity(struct column *column, const uint64_t *validity, int64_t start, int64_t count) {
    struct buffer *bits = &column->buffers[VALIDITY];
    int64_t nulls = validity ? count_nulls(validity, start, count) : 0;
    if (!nulls && !column->null_count)
        return true;
    bool is_first = !column->null_count;
    if (!extend_bits(bits, column->length + count))
        return false;
    if (is_first)
        copy_bits(bits, 0, NULL, 0, column->length);
    copy_bits(bits, column->length, nulls ? validity : NULL, start, count);
    column->null_count += nulls;
    return true;
}

static bool append_column(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count,
                          struct error *err);

static bool append_fixed(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count) {
    struct buffer *data = &column->buffers[DATA];
    size_t width = column->row->bytes, bytes = (size_t)count * width;
    if (!reserve(data, bytes))
        return false;
    memcpy(data->bytes + data->length, (const uint8_t *)vector->data + (size_t)start * width, bytes);
    data->length += bytes;
    return true;
}

static bool append_nulls(struct column *column, int64_t count) {
    struct buffer *data = &column->buffers[DATA], *bits = &column->buffers[VALIDITY];
    size_t bytes = (size_t)count * column->row->bytes;
    if (!reserve(data, bytes) || !extend_bits(bits, column->length + count))
        return false;
    memset(data->bytes + data->length, 0, bytes);
    data->length += bytes;
    column->null_count += count;
    return true;
}

static bool append_bools(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count) {
    struct buffer *data = &column->buffers[DATA];
    const uint8_t *values = (const uint8_t *)vector->data + start;
    if (!extend_bits(data, column->length + count))
        return false;
    for (int64_t done = 0; done < count; done += 64) {
        int64_t step = count - done < 64 ? count - done : 64;
        uint64_t word = 0;
        for (int64_t i = 0; i < step; i++)
            word |= (uint64_t)(values[done + i] != 0) << i;
        store_bits(data, column->length + done, word, step);
    }
    return true;
}

/* The offsets of `count` more rows, behind the 0 with which they begin; NULL when memory is out. */
static int32_t *place_offsets(struct column *column, int64_t count) {
    struct buffer *offsets = &column->buffers[OFFSETS];
    if (!reserve(offsets, (size_t)(count + 1) * sizeof(int32_t)))
        return NULL;
    if (!offsets->length) {
        memset(offsets->bytes, 0, sizeof(int32_t));
        offsets->length = sizeof(int32_t);
    }
    int32_t *place = (int32_t *)(offsets->bytes + offsets->length);
    offsets->length += (size_t)count * sizeof(int32_t);
    return place;
}

/* The bytes of text in the rows; a null's length is not to be read. */
static size_t measure_strings(const struct engine_vector *vector, int64_t start, int64_t count) {
    const struct engine_string *strings = (const struct engine_string *)vector->data + start;
    size_t bytes = 0;
    if (!vector->validity)
        for (int64_t i = 0; i < count; i++)
            bytes += strings[i].length;
    else
        for (int64_t i = 0; i < count; i++)
            bytes += engine_vector_is_null(vector, start + i) ? 0 : strings[i].length;
    return bytes;
}

static bool too_long(struct error *err) {
    return error_set(err, ERROR_OBJECT_SIZE, "a value or a list is too long for an Arrow batch (2 GiB)");
}

static bool append_strings(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count,
                           struct error *err) {
    struct buffer *data = &column->buffers[DATA];
    const struct engine_string *strings = (const struct engine_string *)vector->data + start;
    size_t bytes = measure_strings(vector, start, count);
    if (bytes > (size_t)INT32_MAX - data->length)
        return too_long(err);
    int32_t *offsets = place_offsets(column, count);
    if (!offsets || !reserve(data, bytes))
        return error_set_no_memory(err);
    uint8_t *at = data->bytes + data->length;
    for (int64_t i = 0; i < count; i++) {
        if (!engine_vector_is_null(vector, start + i)) {
            uint32_t length = strings[i].length;
            if (length <= ENGINE_STRING_INLINE_BYTES)
                memcpy(at, strings[i].inlined, ENGINE_STRING_INLINE_BYTES); /* the slack takes the rest */
            else
                memcpy(at, strings[i].pointed.bytes, length);
            at += length;
        }
        offsets[i] = (int32_t)(at - data->bytes);
    }
    data->length = (size_t)(at - data->bytes);
    return true;
}

static uint32_t enum_index(const struct engine_vector *vector, int64_t row) {
    switch (vector->type->value_bytes) {
    case 1:
        return ((const uint8_t *)vector->data)[row];
    case 2:
        return ((const uint16_t *)vector->data)[row];
    default:
        return ((const uint32_t *)vector->data)[row];
    }
}

static bool append_enums(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count,
                         struct error *err) {
    struct buffer *data = &column->buffers[DATA];
    int32_t *offsets = place_offsets(column, count);
    if (!offsets)
        return error_set_no_memory(err);
    for (int64_t i = 0; i < count; i++) {
        uint32_t index = engine_vector_is_null(vector, start + i) ? UINT32_MAX : enum_index(vector, start + i);
        if (index < (uint32_t)column->type->member_count) {
            const struct engine_member *member = &column->type->members[index];
            if (member->name_bytes > (size_t)INT32_MAX - data->length)
                return too_long(err);
            if (!reserve(data, member->name_bytes))
                return error_set_no_memory(err);
            memcpy(data->bytes + data->length, member->name, member->name_bytes);
            data->length += member->name_bytes;
        }
        offsets[i] = (int32_t)data->length;
    }
    return true;
}

static bool append_uuids(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count) {
    struct buffer *data = &column->buffers[DATA];
    const struct engine_hugeint *values = (const struct engine_hugeint *)vector->data + start;
    if (!reserve(data, (size_t)count * 16))
        return false;
    uint64_t *out = (uint64_t *)(data->bytes + data->length);
    for (int64_t i = 0; i < count; i++) {
        out[2 * i] = __builtin_bswap64((uint64_t)values[i].upper ^ (uint64_t)1 << 63);
        out[2 * i + 1] = __builtin_bswap64(values[i].lower);
    }
    data->length += (size_t)count * 16;
    return true;
}

static int64_t decimal_value(const struct engine_vector *vector, int64_t row) {
    switch (vector->type->value_bytes) {
    case 2:
        return ((const int16_t *)vector->data)[row];
    case 4:
        return ((const int32_t *)vector->data)[row];
    default:
        return ((const int64_t *)vector->data)[row];
    }
}

static bool append_decimals(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count) {
    if (column->type->value_bytes == 16)
        return append_fixed(column, vector, start, count);
    struct buffer *data = &column->buffers[DATA];
    if (!reserve(data, (size_t)count * 16))
        return false;
    int64_t *out = (int64_t *)(data->bytes + data->length);
    for (int64_t i = 0; i < count; i++) {
        out[2 * i] = decimal_value(vector, start + i);
        out[2 * i + 1] = out[2 * i] >> 63;
    }
    data->length += (size_t)count * 16;
    return true;
}

struct arrow_interval {
    int32_t months, days;
    int64_t nanos;
};

static bool append_intervals(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count,
                             struct error *err) {
    struct buffer *data = &column->buffers[DATA];
    const struct engine_interval *values = (const struct engine_interval *)vector->data + start;
    if (!reserve(data, (size_t)count * sizeof(struct arrow_interval)))
        return error_set_no_memory(err);
    struct arrow_interval *out = (struct arrow_interval *)(data->bytes + data->length);
    for (int64_t i = 0; i < count; i++) {
        out[i] = (struct arrow_interval){0, 0, 0};
        if (engine_vector_is_null(vector, start + i))
            continue;
        out[i].months = values[i].months;
        out[i].days = values[i].days;
        if (__builtin_mul_overflow(values[i].micros, 1000, &out[i].nanos))
            return error_set(err, ERROR_OUT_OF_RANGE, "an INTERVAL is too long for Arrow's nanoseconds");
    }
    data->length += (size_t)count * sizeof *out;
    return true;
}

static bool append_lists(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count,
                         struct error *err) {
    const struct engine_list *lists = vector->data;
    struct column *child = &column->children[0];
    int64_t from = 0, length = 0, total = child->length;
    int32_t *offsets = place_offsets(column, count);
    if (!offsets)
        return error_set_no_memory(err);
    for (int64_t i = 0; i < count; i++) {
        const struct engine_list *list = &lists[start + i];
        if (!engine_vector_is_null(vector, start + i) && list->length) {
            if ((int64_t)list->offset != from + length) {
                if (!append_column(child, &vector->children[0], from, length, err))
                    return false;
                from = (int64_t)list->offset;
                length = 0;
            }
            length += (int64_t)list->length;
            total += (int64_t)list->length;
            if (total > INT32_MAX)
                return too_long(err);
        }
        offsets[i] = (int32_t)total;
    }
    return append_column(child, &vector->children[0], from, length, err);
}

static bool append_structs(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count,
                           struct error *err) {
    for (int32_t i = 0; i < column->child_count; i++)
        if (!append_column(&column->children[i], &vector->children[i], start, count, err))
            return false;
    return true;
}

/* Arrow's unions have no nulls of their own: a null is one of the first member. */
static bool append_unions(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count,
                          struct error *err) {
    struct buffer *data = &column->buffers[DATA];
    const struct engine_vector *tags = &vector->children[0];
    if (!reserve(data, (size_t)count))
        return error_set_no_memory(err);
    for (int64_t i = start; i < start + count; i++) {
        bool is_null = engine_vector_is_null(vector, i) || engine_vector_is_null(tags, i);
        data->bytes[data->length++] = is_null ? 0 : ((const uint8_t *)tags->data)[i];
    }
    for (int32_t i = 0; i < column->child_count; i++)
        if (!append_column(&column->children[i], &vector->children[i + 1], start, count, err))
            return false;
    return true;
}

static bool append_values(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count,
                          struct error *err) {
    int64_t size = column->type->array_size;
    switch (column->row->layout) {
    case ENGINE_ARROW_FIXED:
        return append_fixed(column, vector, start, count) || error_set_no_memory(err);
    case ENGINE_ARROW_BITS:
        return append_bools(column, vector, start, count) || error_set_no_memory(err);
    case ENGINE_ARROW_UUID:
        return append_uuids(column, vector, start, count) || error_set_no_memory(err);
    case ENGINE_ARROW_DECIMAL:
        return append_decimals(column, vector, start, count) || error_set_no_memory(err);
    case ENGINE_ARROW_NULLS:
        return append_nulls(column, count) || error_set_no_memory(err);
    case ENGINE_ARROW_BYTES:
        return append_strings(column, vector, start, count, err);
    case ENGINE_ARROW_ENUM:
        return append_enums(column, vector, start, count, err);
    case ENGINE_ARROW_INTERVAL:
        return append_intervals(column, vector, start, count, err);
    case ENGINE_ARROW_LIST:
        return append_lists(column, vector, start, count, err);
    case ENGINE_ARROW_ARRAY:
        return append_column(&column->children[0], &vector->children[0], start * size, count * size, err);
    case ENGINE_ARROW_STRUCT:
        return append_structs(column, vector, start, count, err);
    case ENGINE_ARROW_UNION:
        return append_unions(column, vector, start, count, err);
    }
    return false;
}

static bool append_column(struct column *column, const struct engine_vector *vector, int64_t start, int64_t count,
                          struct error *err) {
    if (!count)
        return true;
    bool has_validity = column->row->layout != ENGINE_ARROW_UNION && column->row->layout != ENGINE_ARROW_NULLS;
    if (has_validity && !append_validity(column, vector->validity, start, count))
        return error_set_no_memory(err);
    if (!append_values(column, vector, start, count, err))
        return false;
    column->length += count;
    return true;
}

static size_t measure_vector(const struct engine_vector *vector, int64_t start, int64_t count) {
    size_t bytes = 0;
    const struct engine_arrow_row *row = engine_arrow_row(vector->type);
    if (row->layout == ENGINE_ARROW_BYTES)
        return measure_strings(vector, start, count);
    if (row->layout == ENGINE_ARROW_LIST) {
        const struct engine_list *lists = vector->data;
        for (int64_t i = start; i < start + count; i++)
            if (!engine_vector_is_null(vector, i))
                bytes += lists[i].length * 8 + measure_vector(&vector->children[0], (int64_t)lists[i].offset,
                                                              (int64_t)lists[i].length);
        return bytes;
    }
    int64_t step = row->layout == ENGINE_ARROW_ARRAY ? vector->type->array_size : 1;
    int32_t first = row->layout == ENGINE_ARROW_UNION ? 1 : 0;
    for (int32_t i = first; i < vector->child_count; i++)
        bytes += measure_vector(&vector->children[i], start * step, count * step);
    return bytes;
}

static int64_t fitting_rows(const struct engine_arrow_batch *batch, const struct engine_chunk *chunk, int64_t start) {
    int64_t count = chunk->row_count - start;
    for (;; count /= 2) {
        size_t bytes = 0;
        for (int32_t i = 0; i < batch->column_count; i++)
            bytes += measure_vector(&chunk->columns[i], start, count);
        if (bytes <= APPEND_TEXT_BYTES || count <= 1)
            return count;
    }
}

int64_t engine_arrow_batch_append(struct engine_arrow_batch *batch, const struct engine_chunk *chunk, int64_t first_row,
                                  struct error *err) {
    int64_t count = fitting_rows(batch, chunk, first_row);
    for (int32_t i = 0; i < batch->column_count; i++)
        if (!append_column(&batch->columns[i], &chunk->columns[i], first_row, count, err))
            return -1;
    batch->row_count += count;
    return count;
}

static bool build(struct engine_arrow_batch *batch, struct column *column, const struct engine_type *type) {
    bool is_union = type->id == ENGINE_TYPE_UNION;
    *column = (struct column){.type = type, .row = engine_arrow_row(type)};
    for (int i = 0; i < BUFFER_COUNT; i++)
        column->buffers[i].spares = batch->spares;
    column->child_count = type->id == ENGINE_TYPE_STRUCT || is_union ? type->member_count : type->child ? 1 : 0;
    column->children = arena_allocate_zeroed(&batch->arena, (size_t)column->child_count, sizeof *column->children);
    for (int32_t i = 0; column->children && i < column->child_count; i++)
        if (!build(batch, &column->children[i], type->child ? type->child : type->members[i].type))
            return false;
    return column->children != NULL;
}

struct engine_arrow_batch *engine_arrow_batch_create(const struct engine_type *const *types, int32_t count,
                                                     struct error *err) {
    struct engine_arrow_batch *batch = memory_allocate_zeroed(1, sizeof *batch);
    bool ok = batch != NULL;
    if (ok) {
        batch->columns = arena_allocate_zeroed(&batch->arena, (size_t)count, sizeof *batch->columns);
        batch->spares = spare_list_create();
        ok = batch->columns && batch->spares;
        batch->column_count = ok ? count : 0;
    }
    for (int32_t i = 0; ok && i < count; i++)
        ok = build(batch, &batch->columns[i], types[i]);
    if (ok)
        return batch;
    engine_arrow_batch_destroy(batch);
    error_set_no_memory(err);
    return NULL;
}

static void free_column(struct column *column) {
    for (int i = 0; i < BUFFER_COUNT; i++)
        memory_free(column->buffers[i].bytes);
    for (int32_t i = 0; i < column->child_count; i++)
        free_column(&column->children[i]);
}

void engine_arrow_batch_destroy(struct engine_arrow_batch *batch) {
    if (!batch)
        return;
    for (int32_t i = 0; i < batch->column_count; i++)
        free_column(&batch->columns[i]);
    spare_list_release(batch->spares);
    arena_destroy(&batch->arena);
    memory_free(batch);
}

int64_t engine_arrow_batch_row_count(const struct engine_arrow_batch *batch) {
    return batch->row_count;
}

static size_t column_bytes(const struct column *column) {
    size_t bytes = 0;
    for (int i = 0; i < BUFFER_COUNT; i++)
        bytes += column->buffers[i].length;
    for (int32_t i = 0; i < column->child_count; i++)
        bytes += column_bytes(&column->children[i]);
    return bytes;
}

size_t engine_arrow_batch_bytes(const struct engine_arrow_batch *batch) {
    size_t bytes = 0;
    for (int32_t i = 0; i < batch->column_count; i++)
        bytes += column_bytes(&batch->columns[i]);
    return bytes;
}

/* What an array that was handed out owns. */
struct exported {
    const void *pointers[BUFFER_COUNT];
    uint8_t *owned[BUFFER_COUNT];
    size_t capacities[BUFFER_COUNT];
    struct spare_list *spares; /* NULL: it owns no buffers */
};

static void release_array(struct ArrowArray *array) {
    struct exported *exported = array->private_data;
    for (int64_t i = 0; array->children && i < array->n_children; i++) {
        if (array->children[i] && array->children[i]->release)
            array->children[i]->release(array->children[i]);
        memory_free(array->children[i]);
    }
    memory_free(array->children);
    for (int i = 0; exported && exported->spares && i < BUFFER_COUNT; i++)
        spare_list_give(exported->spares, exported->owned[i], exported->capacities[i]);
    spare_list_release(exported ? exported->spares : NULL);
    memory_free(exported);
    array->release = NULL;
}

static bool open_array(struct ArrowArray *out, int64_t length, int32_t child_count) {
    *out = (struct ArrowArray){.length = length, .release = release_array};
    struct exported *exported = out->private_data = memory_allocate_zeroed(1, sizeof *exported);
    if (!exported)
        return false;
    out->buffers = exported->pointers;
    out->children = child_count ? memory_allocate_zeroed((size_t)child_count, sizeof *out->children) : NULL;
    if (child_count && !out->children)
        return false;
    out->n_children = child_count;
    for (int32_t i = 0; i < child_count; i++)
        if (!(out->children[i] = memory_allocate_zeroed(1, sizeof(struct ArrowArray))))
            return false;
    return true;
}

/* Which of a column's buffers stand in the array, in their order. */
static int32_t list_buffers(enum engine_arrow_layout layout, int8_t list[BUFFER_COUNT]) {
    int32_t count = 0;
    if (layout != ENGINE_ARROW_UNION)
        list[count++] = VALIDITY;
    if (layout == ENGINE_ARROW_BYTES || layout == ENGINE_ARROW_ENUM || layout == ENGINE_ARROW_LIST)
        list[count++] = OFFSETS;
    if (layout != ENGINE_ARROW_LIST && layout != ENGINE_ARROW_ARRAY && layout != ENGINE_ARROW_STRUCT)
        list[count++] = DATA;
    return count;
}

/* Offsets and values must not be NULL, even of no rows. */
static bool complete_buffers(struct column *column) {
    enum engine_arrow_layout layout = column->row->layout;
    bool has_offsets = layout == ENGINE_ARROW_BYTES || layout == ENGINE_ARROW_ENUM || layout == ENGINE_ARROW_LIST;
    return (!has_offsets || place_offsets(column, 0)) && reserve(&column->buffers[DATA], 0);
}

static bool export_column(struct column *column, struct ArrowArray *out) {
    if (!complete_buffers(column) || !open_array(out, column->length, column->child_count))
        return false;
    struct exported *exported = out->private_data;
    int8_t list[BUFFER_COUNT];
    out->null_count = column->null_count;
    out->n_buffers = list_buffers(column->row->layout, list);
    for (int64_t i = 0; i < out->n_buffers; i++)
        exported->pointers[i] = list[i] == VALIDITY && !column->null_count ? NULL : column->buffers[list[i]].bytes;
    for (int32_t i = 0; i < column->child_count; i++)
        if (!export_column(&column->children[i], out->children[i]))
            return false;
    exported->spares = spare_list_retain(column->buffers[DATA].spares);
    for (int i = 0; i < BUFFER_COUNT; i++) {
        struct buffer *buffer = &column->buffers[i];
        exported->owned[i] = buffer->bytes;
        exported->capacities[i] = buffer->capacity;
        *buffer = (struct buffer){.last_length = buffer->length, .spares = buffer->spares};
    }
    column->length = column->null_count = 0;
    return true;
}

bool engine_arrow_batch_finish(struct engine_arrow_batch *batch, struct ArrowArray *out, struct error *err) {
    struct ArrowArray array;
    bool ok = open_array(&array, batch->row_count, batch->column_count);
    array.n_buffers = 1;
    for (int32_t i = 0; ok && i < batch->column_count; i++)
        ok = export_column(&batch->columns[i], array.children[i]);
    if (!ok) {
        release_array(&array);
        return error_set_no_memory(err);
    }
    batch->row_count = 0;
    *out = array;
    return true;
}
