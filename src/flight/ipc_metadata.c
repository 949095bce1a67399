#include "flight/ipc_metadata.h"

#include <string.h>

static void put_u16(uint8_t *at, uint16_t value) {
    memcpy(at, &value, sizeof value);
}

static void put_u32(uint8_t *at, uint32_t value) {
    memcpy(at, &value, sizeof value);
}

static void put_i64(uint8_t *at, int64_t value) {
    memcpy(at, &value, sizeof value);
}

enum {
    HEADER_DICTIONARY_BATCH = 2,
    HEADER_RECORD_BATCH = 3,
    METADATA_V5 = 4,
    MESSAGE_TABLE = 16,  /* behind the root offset and the vtable */
    MESSAGE_BYTES = 40,
    DICTIONARY_BYTES = 32,
    BATCH_TABLE = 16, /* within the record batch's part */
    BATCH_BYTES = 48, /* up to the first node */
};

/* Root offset, vtable and table of Message; `header_at` is where the header's table stands. */
static void put_message(uint8_t *out, uint8_t header_type, uint32_t header_at, int64_t body_length) {
    static const uint16_t vtable[] = {12, 20, 16, 18, 4, 8}; /* sizes; version, header_type, header, bodyLength */
    put_u32(out, MESSAGE_TABLE);
    memcpy(out + 4, vtable, sizeof vtable);
    put_u32(out + MESSAGE_TABLE, MESSAGE_TABLE - 4);
    put_u32(out + MESSAGE_TABLE + 4, header_at - (MESSAGE_TABLE + 4));
    put_i64(out + MESSAGE_TABLE + 8, body_length);
    put_u16(out + MESSAGE_TABLE + 16, METADATA_V5);
    out[MESSAGE_TABLE + 18] = header_type;
}

/* vtable and table of DictionaryBatch, at `out`; its RecordBatch's table stands `batch_at` behind `out`. */
static void put_dictionary(uint8_t *out, int64_t id, uint32_t batch_at) {
    static const uint16_t vtable[] = {10, 16, 8, 4, 0}; /* sizes; id, data, isDelta */
    memcpy(out, vtable, sizeof vtable);
    put_u32(out + 16, 16);
    put_u32(out + 20, batch_at - 20);
    put_i64(out + 24, id);
}

/* vtable, table, nodes and buffers of RecordBatch, at `out`. */
static void put_batch(uint8_t *out, int64_t rows, const struct writer *nodes, const struct writer *buffers) {
    static const uint16_t vtable[] = {10, 24, 8, 4, 16}; /* sizes; length, nodes, buffers */
    uint8_t *table = out + BATCH_TABLE;
    uint32_t nodes_at = BATCH_BYTES - 4, buffers_at = BATCH_BYTES + (uint32_t)nodes->length + 4;
    memcpy(out, vtable, sizeof vtable);
    put_u32(table, BATCH_TABLE);
    put_u32(table + 4, nodes_at - (BATCH_TABLE + 4));
    put_i64(table + 8, rows);
    put_u32(table + 16, buffers_at - (BATCH_TABLE + 16));
    put_u32(out + nodes_at, (uint32_t)(nodes->length / sizeof(struct ipc_node)));
    if (nodes->length)
        memcpy(out + nodes_at + 4, nodes->bytes, nodes->length);
    put_u32(out + buffers_at, (uint32_t)(buffers->length / sizeof(struct ipc_buffer)));
    if (buffers->length)
        memcpy(out + buffers_at + 4, buffers->bytes, buffers->length);
}

uint8_t *ipc_make_metadata(struct arena *arena, int64_t rows, int64_t dictionary_id, int64_t body_length,
                           const struct writer *nodes, const struct writer *buffers, size_t *length) {
    if (!writer_ok(nodes) || !writer_ok(buffers))
        return NULL;
    bool is_dictionary = dictionary_id >= 0;
    uint32_t batch = MESSAGE_BYTES + (is_dictionary ? DICTIONARY_BYTES : 0);
    *length = batch + BATCH_BYTES + nodes->length + 8 + buffers->length;
    uint8_t *out = arena_allocate_zeroed(arena, 1, *length);
    if (!out)
        return NULL;
    if (is_dictionary) {
        put_message(out, HEADER_DICTIONARY_BATCH, MESSAGE_BYTES + 16, body_length);
        put_dictionary(out + MESSAGE_BYTES, dictionary_id, DICTIONARY_BYTES + BATCH_TABLE);
    } else {
        put_message(out, HEADER_RECORD_BATCH, batch + BATCH_TABLE, body_length);
    }
    put_batch(out + batch, rows, nodes, buffers);
    return out;
}
