/* Schemas: their layout, and their message by nanoarrow. */
#include <errno.h>
#include <string.h>

#include <nanoarrow/nanoarrow_ipc.h>

#include "base/memory.h"
#include "flight/flight_data.h"
#include "flight/ipc.h"

enum { MAX_DEPTH = 64, ENCAPSULATION_BYTES = 8 };

struct layout_state {
    struct arena *arena;
    int64_t next_dictionary_id;
    struct error *err;
};

static bool read_layout(struct layout_state *state, const struct ArrowSchema *schema, struct ipc_field *out, int depth);

/* Which of our layouts nanoarrow's type has; false when it has none. */
static bool layout_of(const struct ArrowSchemaView *view, struct ipc_field *out) {
    const struct ArrowLayout *layout = &view->layout;
    switch (view->storage_type) {
    case NANOARROW_TYPE_NA: out->layout = IPC_NULL; return true;
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_LARGE_BINARY:
        out->layout = IPC_BYTES;
        out->width_bits = (int32_t)layout->element_size_bits[1];
        return true;
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_MAP:
        out->layout = IPC_LIST;
        out->width_bits = (int32_t)layout->element_size_bits[1];
        return true;
    case NANOARROW_TYPE_FIXED_SIZE_LIST:
        out->layout = IPC_FIXED_LIST;
        out->list_size = view->fixed_size;
        return true;
    case NANOARROW_TYPE_STRUCT: out->layout = IPC_STRUCT; return true;
    case NANOARROW_TYPE_SPARSE_UNION: out->layout = IPC_SPARSE_UNION; return true;
    case NANOARROW_TYPE_DENSE_UNION: out->layout = IPC_DENSE_UNION; return true;
    case NANOARROW_TYPE_STRING_VIEW:
    case NANOARROW_TYPE_BINARY_VIEW:
    case NANOARROW_TYPE_LIST_VIEW:
    case NANOARROW_TYPE_LARGE_LIST_VIEW:
    case NANOARROW_TYPE_RUN_END_ENCODED: return false;
    default:
        out->layout = IPC_FIXED;
        out->width_bits = (int32_t)layout->element_size_bits[1];
        return out->width_bits > 0 || view->storage_type == NANOARROW_TYPE_FIXED_SIZE_BINARY;
    }
}

/* The dictionary ids are nanoarrow's: counted depth first, a field before its children, its dictionary's after them. */
static bool read_dictionary(struct layout_state *state, const struct ArrowSchema *schema, struct ipc_field *out,
                            int depth) {
    out->dictionary = arena_allocate_zeroed(state->arena, 1, sizeof *out->dictionary);
    if (!out->dictionary)
        return error_set_no_memory(state->err);
    return read_layout(state, schema->dictionary, out->dictionary, depth + 1);
}

static bool read_layout(struct layout_state *state, const struct ArrowSchema *schema, struct ipc_field *out, int depth) {
    if (depth > MAX_DEPTH)
        return error_set(state->err, ERROR_UNSUPPORTED, "types nested deeper than %d are not supported", MAX_DEPTH);
    struct ArrowSchemaView view;
    struct ArrowError why = {{0}};
    if (ArrowSchemaViewInit(&view, schema, &why) != NANOARROW_OK)
        return error_set(state->err, ERROR_INVALID_TYPE, "Arrow schema: %s", why.message);
    out->name = schema->name ? arena_copy_string(state->arena, schema->name) : "";
    if (!out->name)
        return error_set_no_memory(state->err);
    if (!layout_of(&view, out))
        return error_set(state->err, ERROR_UNSUPPORTED, "column \"%s\" has the Arrow type \"%s\", which is not supported",
                         out->name, schema->format);
    if (schema->dictionary)
        out->dictionary_id = state->next_dictionary_id++;
    out->child_count = (int32_t)schema->n_children;
    out->children = arena_allocate_zeroed(state->arena, (size_t)schema->n_children + 1, sizeof *out->children);
    if (!out->children)
        return error_set_no_memory(state->err);
    for (int32_t i = 0; i < out->child_count; i++)
        if (!read_layout(state, schema->children[i], &out->children[i], depth + 1))
            return false;
    return !schema->dictionary || read_dictionary(state, schema, out, depth);
}

static bool encode_header(struct ipc_schema *schema, struct error *err) {
    struct ArrowIpcEncoder encoder;
    struct ArrowBuffer buffer;
    struct ArrowError why = {{0}};
    if (ArrowIpcEncoderInit(&encoder) != NANOARROW_OK)
        return error_set_no_memory(err);
    ArrowBufferInit(&buffer);
    bool ok = ArrowIpcEncoderEncodeSchema(&encoder, &schema->schema, &why) == NANOARROW_OK &&
              ArrowIpcEncoderFinalizeBuffer(&encoder, false, &buffer) == NANOARROW_OK;
    if (!ok) {
        error_set(err, ERROR_UNSUPPORTED, "cannot encode an Arrow schema: %s", why.message);
    } else {
        size_t length = (size_t)buffer.size_bytes;
        uint8_t *header = arena_allocate_zeroed(&schema->arena, 1, length + (-length & 7));
        ok = header || error_set_no_memory(err);
        if (header)
            memcpy(header, buffer.data, length);
        schema->header = header;
        schema->header_length = length + (-length & 7);
    }
    ArrowBufferReset(&buffer);
    ArrowIpcEncoderReset(&encoder);
    return ok;
}

struct ipc_schema *ipc_schema_create(const struct ArrowSchema *schema, struct error *err) {
    struct ipc_schema *made = memory_allocate_zeroed(1, sizeof *made);
    if (!made) {
        error_set_no_memory(err);
        return NULL;
    }
    struct layout_state state = {.arena = &made->arena, .err = err};
    if (!ipc_copy_schema(schema, &made->schema, err) || !read_layout(&state, &made->schema, &made->root, 0))
        goto fail;
    if (made->root.layout != IPC_STRUCT) {
        error_set(err, ERROR_INVALID_TYPE, "the Arrow schema of rows must be a struct");
        goto fail;
    }
    made->has_dictionaries = state.next_dictionary_id > 0;
    if (!encode_header(made, err))
        goto fail;
    return made;
fail:
    ipc_schema_destroy(made);
    return NULL;
}

void ipc_schema_destroy(struct ipc_schema *schema) {
    if (!schema)
        return;
    if (schema->schema.release)
        schema->schema.release(&schema->schema);
    arena_destroy(&schema->arena);
    memory_free(schema);
}

static void write_u32_le(struct writer *w, uint32_t value) {
    uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
    writer_bytes(w, bytes, sizeof bytes);
}

void ipc_schema_write(const struct ipc_schema *schema, struct writer *w) {
    write_u32_le(w, UINT32_MAX);
    write_u32_le(w, (uint32_t)schema->header_length);
    writer_bytes(w, schema->header, schema->header_length);
}

struct flight_message *ipc_schema_message(const struct ipc_schema *schema) {
    struct flight_message *message = flight_message_create();
    if (message && flight_data_wrap(message, schema->header, schema->header_length, NULL, 0))
        return message;
    flight_message_destroy(message);
    return NULL;
}

bool ipc_copy_schema(const struct ArrowSchema *schema, struct ArrowSchema *out, struct error *err) {
    if (!schema->release || !schema->format)
        return error_set(err, ERROR_INVALID_TYPE, "an Arrow schema is missing");
    struct ArrowSchema copy;
    if (ArrowSchemaDeepCopy(schema, &copy) != NANOARROW_OK)
        return error_set_no_memory(err);
    *out = copy;
    return true;
}

bool ipc_read_schema(const void *bytes, size_t length, struct ArrowSchema *out, struct error *err) {
    /* Some writers leave the encapsulation out. */
    const uint8_t *at = bytes;
    if (length >= ENCAPSULATION_BYTES && memcmp(at, "\xff\xff\xff\xff", 4) == 0) {
        at += ENCAPSULATION_BYTES;
        length -= ENCAPSULATION_BYTES;
    }
    struct ipc_decoder *decoder = ipc_decoder_create(err);
    enum ipc_message_kind kind;
    bool ok = decoder && ipc_decode(decoder, at, length, NULL, 0, &kind, NULL, err) &&
              ipc_copy_schema(ipc_decoder_schema(decoder), out, err);
    ipc_decoder_destroy(decoder);
    return ok;
}
