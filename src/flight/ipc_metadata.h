/* The metadata of record batches and dictionary batches: flatbuffers of constant layout (Message.fbs: Message, DictionaryBatch,
 * RecordBatch, FieldNode, Buffer), written front to back. Any thread.
 */
#ifndef FLIGHT_IPC_METADATA_H
#define FLIGHT_IPC_METADATA_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/writer.h"

/* As they stand in the flatbuffer. */
struct ipc_node {
    int64_t length, null_count;
};

struct ipc_buffer {
    int64_t offset, length;
};

/* `nodes` and `buffers` hold the structs above, one behind the other. A dictionary batch if `dictionary_id` is not negative.
 * In the arena, a multiple of eight bytes; NULL when memory is out. */
uint8_t *ipc_make_metadata(struct arena *arena, int64_t rows, int64_t dictionary_id, int64_t body_length,
                           const struct writer *nodes, const struct writer *buffers, size_t *length);

#endif
