/* Record batches and dictionary batches on their way out.
 *
 * A column arrives as parts, each a run of rows of one array. With one part the buffers are borrowed where their alignment
 * allows; with several they are put together in memory of the message.
 */
#include <string.h>

#include "base/memory.h"
#include "flight/flight_data.h"
#include "flight/grpc.h"
#include "flight/ipc.h"
#include "flight/ipc_metadata.h"

/* A run of rows of one array; `start` counts in the array's buffers. */
struct run {
    const struct ArrowArray *array;
    int64_t start, length;
};

struct body {
    struct flight_message *message;
    struct writer nodes, buffers;
    struct error *err;
};

static bool no_memory(struct body *b) {
    return error_set_no_memory(b->err);
}

/* Appends a buffer to the body, padded. */
static bool add_buffer(struct body *b, const void *bytes, size_t length) {
    struct ipc_buffer buffer = {(int64_t)b->message->length, (int64_t)length};
    writer_bytes(&b->buffers, &buffer, sizeof buffer);
    return (flight_message_append(b->message, bytes, length) && flight_message_pad(b->message, length)) || no_memory(b);
}

static uint8_t *new_bytes(struct body *b, size_t length) {
    uint8_t *bytes = flight_message_allocate(b->message, length + 8);
    if (!bytes)
        no_memory(b);
    return bytes;
}

static int64_t total_length(const struct run *runs, int32_t count) {
    int64_t total = 0;
    for (int32_t i = 0; i < count; i++)
        total += runs[i].length;
    return total;
}

static const uint8_t *buffer_of(const struct run *run, int index) {
    return run->array->buffers[index];
}

/* Copies bits between any two bit positions; both are least significant bit first. `to` has been zeroed. */
static void copy_bits(uint8_t *to, int64_t to_bit, const uint8_t *from, int64_t from_bit, int64_t count) {
    if (to_bit % 8 == 0 && from_bit % 8 == 0) {
        memcpy(to + to_bit / 8, from + from_bit / 8, (size_t)(count + 7) / 8);
        if (count % 8)
            to[(to_bit + count) / 8] &= (uint8_t)((1u << (count % 8)) - 1);
        return;
    }
    for (int64_t i = 0; i < count; i++)
        if (from[(from_bit + i) / 8] >> ((from_bit + i) % 8) & 1)
            to[(to_bit + i) / 8] |= (uint8_t)(1u << ((to_bit + i) % 8));
}

static void set_bits(uint8_t *to, int64_t to_bit, int64_t count) {
    for (; count && to_bit % 8; to_bit++, count--)
        to[to_bit / 8] |= (uint8_t)(1u << (to_bit % 8));
    memset(to + to_bit / 8, 0xff, (size_t)count / 8);
    for (int64_t i = count - count % 8; i < count; i++)
        to[(to_bit + i) / 8] |= (uint8_t)(1u << ((to_bit + i) % 8));
}

static int64_t count_bits(const uint8_t *bits, int64_t count) {
    int64_t ones = 0, i = 0;
    for (; count - i >= 64; i += 64) {
        uint64_t word;
        memcpy(&word, bits + i / 8, sizeof word);
        ones += __builtin_popcountll(word);
    }
    for (; i < count; i++)
        ones += bits[i / 8] >> (i % 8) & 1;
    return ones;
}

/* A bitmap of all runs, from buffer `index`; runs without one (or without nulls, for validity) are all ones. */
static uint8_t *gather_bits(struct body *b, const struct run *runs, int32_t count, int index, bool is_validity,
                            int64_t total) {
    uint8_t *bits = new_bytes(b, (size_t)(total + 7) / 8);
    if (!bits)
        return NULL;
    memset(bits, 0, (size_t)(total + 7) / 8 + 8);
    int64_t at = 0;
    for (int32_t i = 0; i < count; i++) {
        const uint8_t *from = buffer_of(&runs[i], index);
        if (!from || (is_validity && runs[i].array->null_count == 0))
            set_bits(bits, at, runs[i].length);
        else
            copy_bits(bits, at, from, runs[i].start, runs[i].length);
        at += runs[i].length;
    }
    return bits;
}

/* The field node and the validity buffer. */
static bool add_node(struct body *b, const struct run *runs, int32_t count, bool has_validity) {
    int64_t total = total_length(runs, count);
    struct ipc_node node = {total, 0};
    bool nulls = false;
    for (int32_t i = 0; i < count; i++)
        nulls = nulls || (has_validity && runs[i].array->null_count != 0 && buffer_of(&runs[i], 0));
    uint8_t *bits = NULL;
    if (nulls) {
        bits = gather_bits(b, runs, count, 0, true, total);
        if (!bits)
            return false;
        node.null_count = total - count_bits(bits, total);
    }
    writer_bytes(&b->nodes, &node, sizeof node);
    if (!has_validity)
        return true;
    return node.null_count ? add_buffer(b, bits, (size_t)(total + 7) / 8) : add_buffer(b, NULL, 0);
}

static bool add_fixed(struct body *b, int index, int32_t width_bits, const struct run *runs, int32_t count) {
    int64_t total = total_length(runs, count);
    if (width_bits == 1) {
        uint8_t *bits = gather_bits(b, runs, count, index, false, total);
        return bits && add_buffer(b, bits, (size_t)(total + 7) / 8);
    }
    size_t width = (size_t)width_bits / 8;
    if (count == 1)
        return add_buffer(b, total ? buffer_of(runs, index) + (size_t)runs->start * width : NULL, (size_t)total * width);
    uint8_t *bytes = new_bytes(b, (size_t)total * width);
    if (!bytes)
        return false;
    size_t at = 0;
    for (int32_t i = 0; i < count; i++) {
        size_t length = (size_t)runs[i].length * width;
        if (length)
            memcpy(bytes + at, buffer_of(&runs[i], index) + (size_t)runs[i].start * width, length);
        at += length;
    }
    return add_buffer(b, bytes, at);
}

static int64_t offset_at(const struct run *run, int32_t width_bits, int64_t row) {
    if (!run->array->length)
        return 0; /* an empty array may have no offsets at all */
    const uint8_t *offsets = buffer_of(run, 1);
    int32_t narrow;
    int64_t wide;
    if (width_bits == 64) {
        memcpy(&wide, offsets + row * 8, sizeof wide);
        return wide;
    }
    memcpy(&narrow, offsets + row * 4, sizeof narrow);
    return narrow;
}

/* What the offsets of a run span in its data or child; refuses offsets that run backwards. */
static bool span_of(struct body *b, const struct run *run, int32_t width_bits, int64_t *first, int64_t *length) {
    *first = offset_at(run, width_bits, run->start);
    *length = offset_at(run, width_bits, run->start + run->length) - *first;
    if (*first < 0 || *length < 0)
        return error_set(b->err, ERROR_INVALID_INPUT, "the offsets of an Arrow array run backwards");
    return true;
}

static bool append_offsets(struct body *b, const struct run *run, int32_t width_bits, int64_t base, uint8_t *out) {
    int64_t first = offset_at(run, width_bits, run->start);
    for (int64_t i = 0; i < run->length; i++) {
        int64_t wide = offset_at(run, width_bits, run->start + i + 1) - first + base;
        int32_t narrow = (int32_t)wide;
        if (width_bits == 32 && wide != narrow)
            return error_set(b->err, ERROR_LIMIT, "a batch of text or lists exceeds 2 GiB");
        memcpy(out + i * (width_bits / 8), width_bits == 64 ? (void *)&wide : (void *)&narrow, (size_t)width_bits / 8);
    }
    return true;
}

static bool add_offsets(struct body *b, int32_t width_bits, const struct run *runs, int32_t count) {
    int64_t total = total_length(runs, count), first, length, base = 0;
    size_t width = (size_t)width_bits / 8;
    if (count == 1 && runs->array->length && offset_at(runs, width_bits, runs->start) == 0)
        return add_buffer(b, buffer_of(runs, 1) + (size_t)runs->start * width, (size_t)(total + 1) * width);
    uint8_t *out = new_bytes(b, (size_t)(total + 1) * width);
    if (!out)
        return false;
    memset(out, 0, width);
    size_t at = width;
    for (int32_t i = 0; i < count; i++) {
        if (!span_of(b, &runs[i], width_bits, &first, &length) || !append_offsets(b, &runs[i], width_bits, base, out + at))
            return false;
        at += (size_t)runs[i].length * width;
        base += length;
    }
    return add_buffer(b, out, at);
}

static bool add_bytes(struct body *b, const struct ipc_field *field, const struct run *runs, int32_t count) {
    int64_t first, length;
    size_t total = 0, at = 0;
    for (int32_t i = 0; i < count; i++) {
        if (!span_of(b, &runs[i], field->width_bits, &first, &length))
            return false;
        total += (size_t)length;
    }
    if (!add_offsets(b, field->width_bits, runs, count))
        return false;
    if (count == 1)
        return add_buffer(b, total ? buffer_of(runs, 2) + offset_at(runs, field->width_bits, runs->start) : NULL, total);
    uint8_t *bytes = new_bytes(b, total);
    if (!bytes)
        return false;
    for (int32_t i = 0; i < count; i++) {
        span_of(b, &runs[i], field->width_bits, &first, &length);
        if (length)
            memcpy(bytes + at, buffer_of(&runs[i], 2) + first, (size_t)length);
        at += (size_t)length;
    }
    return add_buffer(b, bytes, at);
}

static bool add_field(struct body *b, const struct ipc_field *field, const struct run *runs, int32_t count);

/* The runs of child `index`: rows `factor` times those of the parent. */
static bool add_child(struct body *b, const struct ipc_field *field, int32_t index, int64_t factor,
                      const struct run *runs, int32_t count) {
    struct run *children = arena_allocate(&b->message->arena, (size_t)count * sizeof *children);
    if (!children)
        return no_memory(b);
    for (int32_t i = 0; i < count; i++) {
        const struct ArrowArray *child = runs[i].array->children[index];
        children[i] = (struct run){child, runs[i].start * factor + child->offset, runs[i].length * factor};
    }
    return add_field(b, &field->children[index], children, count);
}

static bool add_list(struct body *b, const struct ipc_field *field, const struct run *runs, int32_t count) {
    struct run *children = arena_allocate(&b->message->arena, (size_t)count * sizeof *children);
    if (!children)
        return no_memory(b);
    for (int32_t i = 0; i < count; i++) {
        int64_t first, length;
        if (!span_of(b, &runs[i], field->width_bits, &first, &length))
            return false;
        const struct ArrowArray *child = runs[i].array->children[0];
        children[i] = (struct run){child, first + child->offset, length};
    }
    return add_offsets(b, field->width_bits, runs, count) && add_field(b, field->children, children, count);
}

/* Type ids, then offsets into children that are sent whole, one behind the other. */
static bool add_dense_union(struct body *b, const struct ipc_field *field, const struct run *runs, int32_t count) {
    int64_t total = total_length(runs, count), at = 0;
    int32_t *offsets = (int32_t *)(void *)new_bytes(b, (size_t)total * sizeof *offsets);
    int64_t *bases = arena_allocate_zeroed(&b->message->arena, 128, sizeof *bases);
    struct run *children = arena_allocate(&b->message->arena, (size_t)count * sizeof *children);
    if (!offsets || !bases || !children)
        return no_memory(b);
    for (int32_t i = 0; i < count; i++) {
        const uint8_t *types = buffer_of(&runs[i], 0), *from = buffer_of(&runs[i], 1);
        for (int64_t row = runs[i].start; row < runs[i].start + runs[i].length; row++, at++) {
            int32_t offset;
            memcpy(&offset, from + row * 4, sizeof offset);
            offsets[at] = (int32_t)(offset + bases[types[row] & 127]);
        }
        for (int32_t k = 0; k < field->child_count && k < 128; k++)
            bases[k] += runs[i].array->children[k]->length;
    }
    if (!add_fixed(b, 0, 8, runs, count) || !add_buffer(b, offsets, (size_t)total * sizeof *offsets))
        return false;
    for (int32_t k = 0; k < field->child_count; k++) {
        for (int32_t i = 0; i < count; i++) {
            const struct ArrowArray *child = runs[i].array->children[k];
            children[i] = (struct run){child, child->offset, child->length};
        }
        if (!add_field(b, &field->children[k], children, count))
            return false;
    }
    return true;
}

static bool add_children(struct body *b, const struct ipc_field *field, const struct run *runs, int32_t count) {
    for (int32_t i = 0; i < field->child_count; i++)
        if (!add_child(b, field, i, 1, runs, count))
            return false;
    return true;
}

static int buffer_count_of(const struct ipc_field *field) {
    static const int counts[] = {[IPC_NULL] = 0,   [IPC_FIXED] = 2,        [IPC_BYTES] = 3,       [IPC_LIST] = 2,
                                 [IPC_STRUCT] = 1, [IPC_FIXED_LIST] = 1, [IPC_SPARSE_UNION] = 1, [IPC_DENSE_UNION] = 2};
    return counts[field->layout];
}

/* Nulls and unions have had other buffers in older versions of the format. */
static bool has_buffers(const struct ipc_field *field, const struct ArrowArray *a) {
    bool is_exact = field->layout == IPC_FIXED || field->layout == IPC_BYTES || field->layout == IPC_LIST;
    return is_exact ? a->n_buffers == buffer_count_of(field) : a->n_buffers >= buffer_count_of(field);
}

/* Whether an array has the buffers and children of its field, and the run's rows. */
static bool check_run(struct body *b, const struct ipc_field *field, const struct run *run) {
    const struct ArrowArray *a = run->array;
    bool ok = a && a->length >= 0 && a->offset >= 0 && has_buffers(field, a) &&
              a->n_children == field->child_count && (!field->dictionary || a->dictionary) && run->start >= a->offset &&
              run->length >= 0 && run->length <= a->length && run->start - a->offset <= a->length - run->length;
    for (int i = 1; ok && run->length && i < buffer_count_of(field) - (field->layout == IPC_BYTES); i++)
        ok = a->buffers[i] != NULL;
    return ok || error_set(b->err, ERROR_INVALID_INPUT, "the Arrow array of column \"%s\" does not fit its schema",
                           field->name);
}

static bool add_field(struct body *b, const struct ipc_field *field, const struct run *runs, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if (!check_run(b, field, &runs[i]))
            return false;
    bool has_validity = field->layout != IPC_NULL && field->layout != IPC_SPARSE_UNION && field->layout != IPC_DENSE_UNION;
    if (!add_node(b, runs, count, has_validity))
        return false;
    switch (field->layout) {
    case IPC_NULL: return true;
    case IPC_FIXED: return add_fixed(b, 1, field->width_bits, runs, count);
    case IPC_BYTES: return add_bytes(b, field, runs, count);
    case IPC_LIST: return add_list(b, field, runs, count);
    case IPC_FIXED_LIST: return add_child(b, field, 0, field->list_size, runs, count);
    case IPC_STRUCT: return add_children(b, field, runs, count);
    case IPC_SPARSE_UNION: return add_fixed(b, 0, 8, runs, count) && add_children(b, field, runs, count);
    case IPC_DENSE_UNION: return add_dense_union(b, field, runs, count);
    }
    return false;
}

/* An absent column: nulls. Its validity is the region of zeros at the body's beginning, shared by all absent columns, its
 * other buffers are empty: readers never look behind a null. */
static void add_absent(struct body *b, const struct ipc_field *field, int64_t rows) {
    bool has_validity = field->layout != IPC_NULL && field->layout != IPC_SPARSE_UNION && field->layout != IPC_DENSE_UNION;
    struct ipc_node node = {rows, has_validity || field->layout == IPC_NULL ? rows : 0};
    struct ipc_buffer zeros = {0, (rows + 7) / 8}, none = {0, 0};
    writer_bytes(&b->nodes, &node, sizeof node);
    for (int i = 0; i < buffer_count_of(field); i++) {
        const struct ipc_buffer *buffer = i == 0 && has_validity ? &zeros : &none;
        writer_bytes(&b->buffers, buffer, sizeof *buffer);
    }
    for (int32_t i = 0; i < field->child_count; i++)
        add_absent(b, &field->children[i], field->layout == IPC_STRUCT       ? rows
                                           : field->layout == IPC_FIXED_LIST ? rows * field->list_size
                                                                             : 0);
}

/* The metadata of the body; a dictionary batch if `dictionary_id` is not negative. NULL when memory is out. */
static uint8_t *make_metadata(struct body *b, int64_t rows, int64_t dictionary_id, size_t *length) {
    return ipc_make_metadata(&b->message->arena, rows, dictionary_id, (int64_t)b->message->length, &b->nodes, &b->buffers, length);
}

static bool body_init(struct body *b, struct error *err) {
    *b = (struct body){.message = flight_message_create(), .err = err};
    return b->message || error_set_no_memory(err);
}

static void body_destroy(struct body *b) {
    flight_message_destroy(b->message);
    writer_destroy(&b->nodes);
    writer_destroy(&b->buffers);
}

static void append_message(struct ipc_message_list *list, struct body *b) {
    *list->last = b->message;
    list->last = &b->message->next;
    b->message = NULL;
}

/* ---- dictionaries ---- */

void ipc_encoder_init(struct ipc_encoder *encoder, const struct ipc_schema *schema) {
    *encoder = (struct ipc_encoder){.schema = schema};
}

void ipc_encoder_destroy(struct ipc_encoder *encoder) {
    for (int32_t i = 0; i < encoder->dictionary_count; i++)
        writer_destroy(&encoder->dictionaries[i]);
    memory_free(encoder->dictionaries);
    slab_pool_release(encoder->slabs);
    *encoder = (struct ipc_encoder){0};
}

/* The bytes last sent for a dictionary; NULL when memory is out. */
static struct writer *sent_dictionary(struct ipc_encoder *encoder, int64_t id) {
    if (id >= encoder->dictionary_count) {
        int32_t count = (int32_t)id + 1;
        struct writer *grown = memory_resize(encoder->dictionaries, (size_t)count * sizeof *grown);
        if (!grown)
            return NULL;
        memset(grown + encoder->dictionary_count, 0, (size_t)(count - encoder->dictionary_count) * sizeof *grown);
        encoder->dictionaries = grown;
        encoder->dictionary_count = count;
    }
    return &encoder->dictionaries[id];
}

/* Whether the message holds what was sent last; remembers it if not. */
static bool is_repeated(const struct flight_message *message, struct writer *sent, bool *repeated) {
    struct writer now = {0};
    for (int32_t i = 0; i < message->segment_count; i++)
        writer_bytes(&now, message->segments[i].bytes, message->segments[i].length);
    bool ok = writer_ok(&now);
    *repeated = ok && now.length == sent->length && memcmp(now.bytes, sent->bytes, now.length) == 0;
    if (*repeated || !ok) {
        writer_destroy(&now);
    } else {
        writer_destroy(sent);
        *sent = now;
    }
    return ok;
}

static bool send_dictionary(struct ipc_encoder *encoder, const struct ipc_field *field, const struct ArrowArray *array,
                            struct ipc_message_list *out, struct error *err) {
    struct body b;
    if (!body_init(&b, err))
        return false;
    size_t length;
    bool repeated = false;
    struct run run = {array, array->offset, array->length};
    struct writer *sent = sent_dictionary(encoder, field->dictionary_id);
    bool ok = (sent || no_memory(&b)) && add_field(&b, field->dictionary, &run, 1);
    uint8_t *metadata = ok ? make_metadata(&b, array->length, field->dictionary_id, &length) : NULL;
    ok = ok && ((metadata && flight_data_wrap(b.message, metadata, length, NULL, 0) &&
                 is_repeated(b.message, sent, &repeated)) ||
                no_memory(&b));
    /* The array may be gone before the message is sent: what was just remembered is the copy to send. */
    if (ok && !repeated) {
        struct flight_message *copy =
            flight_message_from_bytes(sent->bytes + GRPC_PREFIX_BYTES, sent->length - GRPC_PREFIX_BYTES);
        flight_message_destroy(b.message);
        b.message = copy;
        ok = copy || no_memory(&b);
        if (ok)
            append_message(out, &b);
    }
    body_destroy(&b);
    return ok;
}

static bool send_dictionaries(struct ipc_encoder *encoder, const struct ipc_field *field,
                              const struct ArrowArray *array, struct ipc_message_list *out, struct error *err) {
    if (!array || array->n_children != field->child_count || (field->dictionary && !array->dictionary))
        return true; /* absent, or told of when the batch is made */
    if (field->dictionary && (!send_dictionaries(encoder, field->dictionary, array->dictionary, out, err) ||
                              !send_dictionary(encoder, field, array->dictionary, out, err)))
        return false;
    for (int32_t i = 0; i < field->child_count; i++)
        if (!send_dictionaries(encoder, &field->children[i], array->children[i], out, err))
            return false;
    return true;
}

/* ---- batches ---- */

static bool add_zeros(struct body *b, const struct ipc_schema *schema, const struct ipc_rows *rows, int64_t total) {
    bool any_absent = false;
    for (int32_t i = 0; i < schema->root.child_count; i++)
        any_absent = any_absent || !rows->columns[i];
    if (!any_absent)
        return true;
    size_t length = (size_t)(total + 7) / 8;
    uint8_t *zeros = arena_allocate_zeroed(&b->message->arena, 1, length);
    return (zeros && flight_message_append(b->message, zeros, length) && flight_message_pad(b->message, length)) ||
           no_memory(b);
}

/* The body of a batch: every column with the rows of all parts. */
static bool add_columns(struct body *b, const struct ipc_schema *schema, const struct ipc_rows *parts, int32_t part_count,
                        int64_t total) {
    struct run *runs = arena_allocate(&b->message->arena, (size_t)part_count * sizeof *runs);
    if (!runs)
        return no_memory(b);
    if (!add_zeros(b, schema, parts, total))
        return false;
    for (int32_t column = 0; column < schema->root.child_count; column++) {
        const struct ipc_field *field = &schema->root.children[column];
        if (!parts->columns[column]) {
            add_absent(b, field, total);
            continue;
        }
        for (int32_t i = 0; i < part_count; i++) {
            const struct ArrowArray *array = parts[i].columns[column];
            runs[i] = (struct run){array, parts[i].start + array->offset, parts[i].length};
        }
        if (!add_field(b, field, runs, part_count))
            return false;
    }
    return true;
}

bool ipc_encode(struct ipc_encoder *encoder, const struct ipc_rows *parts, int32_t part_count, const void *app_metadata,
                size_t app_metadata_length, struct ipc_message_list *out, struct error *err) {
    const struct ipc_schema *schema = encoder->schema;
    for (int32_t i = 0; schema->has_dictionaries && i < schema->root.child_count; i++)
        if (!send_dictionaries(encoder, &schema->root.children[i], parts->columns[i], out, err))
            return false;
    int64_t total = 0;
    for (int32_t i = 0; i < part_count; i++)
        total += parts[i].length;
    struct body b;
    if (!body_init(&b, err))
        return false;
    if (part_count > 1 && encoder->slabs)
        b.message->slab = slab_take(encoder->slabs);
    size_t length = 0;
    bool ok = add_columns(&b, schema, parts, part_count, total);
    uint8_t *metadata = ok ? make_metadata(&b, total, -1, &length) : NULL;
    ok = ok && ((metadata && flight_data_wrap(b.message, metadata, length, app_metadata, app_metadata_length)) ||
                no_memory(&b));
    if (ok)
        append_message(out, &b);
    body_destroy(&b);
    return ok;
}

/* ---- sizes ---- */

static size_t estimate_field(const struct ipc_field *field, const struct run *run) {
    const struct ArrowArray *a = run->array;
    if (!a || a->n_children != field->child_count || a->n_buffers < buffer_count_of(field) || !a->length)
        return 0;
    size_t rows = (size_t)run->length, size = rows / 8;
    if (field->layout == IPC_FIXED)
        return size + rows * (size_t)field->width_bits / 8;
    if (field->layout == IPC_BYTES || field->layout == IPC_LIST) {
        int64_t first = offset_at(run, field->width_bits, run->start);
        int64_t length = offset_at(run, field->width_bits, run->start + run->length) - first;
        size += rows * (size_t)field->width_bits / 8;
        if (length <= 0 || first < 0)
            return size;
        if (field->layout == IPC_BYTES)
            return size + (size_t)length;
        return size + estimate_field(field->children, &(struct run){a->children[0], first + a->children[0]->offset, length});
    }
    int64_t factor = field->layout == IPC_FIXED_LIST ? field->list_size : 1;
    for (int32_t i = 0; i < field->child_count; i++) {
        const struct ArrowArray *child = a->children[i];
        bool whole = field->layout == IPC_DENSE_UNION;
        size += estimate_field(&field->children[i], &(struct run){child,
                                                                  child->offset + (whole ? 0 : run->start * factor),
                                                                  whole ? child->length : run->length * factor});
    }
    return size;
}

size_t ipc_estimate_bytes(const struct ipc_schema *schema, const struct ipc_rows *rows) {
    size_t size = 0;
    for (int32_t i = 0; i < schema->root.child_count; i++) {
        const struct ArrowArray *column = rows->columns[i];
        if (column && rows->start >= 0 && rows->length <= column->length && rows->start <= column->length - rows->length)
            size += estimate_field(&schema->root.children[i],
                                   &(struct run){column, rows->start + column->offset, rows->length});
    }
    return size;
}

/* ---- streams ---- */

static void write_encapsulated(struct writer *w, const uint8_t *header, size_t header_length) {
    uint32_t size = (uint32_t)header_length;
    writer_bytes(w, "\xff\xff\xff\xff", 4);
    writer_bytes(w, &size, sizeof size);
    writer_bytes(w, header, header_length);
}

/* The message as it stands in a stream, from its FlightData. */
static bool write_message(struct writer *w, const struct flight_message *message, struct error *err) {
    struct writer flat = {0};
    for (int32_t i = 0; i < message->segment_count; i++)
        writer_bytes(&flat, message->segments[i].bytes, message->segments[i].length);
    struct flight_data data;
    bool ok = (writer_ok(&flat) || error_set_no_memory(err)) &&
              flight_data_read(flat.bytes + GRPC_PREFIX_BYTES, flat.length - GRPC_PREFIX_BYTES, &data, err);
    if (ok) {
        write_encapsulated(w, data.header.bytes, data.header.length);
        writer_bytes(w, data.body.bytes, data.body.length);
    }
    writer_destroy(&flat);
    return ok;
}

bool ipc_write_stream(const struct ipc_schema *schema, const struct ipc_rows *rows, struct writer *w, struct error *err) {
    struct ipc_encoder encoder;
    struct ipc_message_list list = {.first = NULL};
    list.last = &list.first;
    ipc_encoder_init(&encoder, schema);
    bool ok = ipc_encode(&encoder, rows, 1, NULL, 0, &list, err);
    write_encapsulated(w, schema->header, schema->header_length);
    while (list.first) {
        struct flight_message *message = list.first;
        list.first = message->next;
        ok = ok && write_message(w, message, err);
        flight_message_destroy(message);
    }
    ipc_encoder_destroy(&encoder);
    write_encapsulated(w, NULL, 0);
    return ok && (writer_ok(w) || error_set_no_memory(err));
}
