#include "flight/message.h"

#include <string.h>

#include "base/memory.h"
#include "flight/grpc.h"

struct flight_message *flight_message_create(void) {
    return memory_allocate_zeroed(1, sizeof(struct flight_message));
}

void flight_message_destroy(struct flight_message *message) {
    if (!message)
        return;
    for (int32_t i = 0; i < message->array_count; i++)
        if (message->arrays[i].release)
            message->arrays[i].release(&message->arrays[i]);
    slab_return(message->slab);
    arena_destroy(&message->arena);
    memory_free(message);
}

uint8_t *flight_message_allocate(struct flight_message *message, size_t length) {
    uint8_t *bytes = message->slab ? slab_allocate(message->slab, length) : NULL;
    return bytes ? bytes : arena_allocate(&message->arena, length);
}

static bool grow_segments(struct flight_message *message) {
    int32_t capacity = message->segment_capacity ? 2 * message->segment_capacity : 8;
    struct flight_segment *segments = arena_allocate(&message->arena, (size_t)capacity * sizeof *segments);
    if (!segments)
        return false;
    if (message->segment_count)
        memcpy(segments, message->segments, (size_t)message->segment_count * sizeof *segments);
    message->segments = segments;
    message->segment_capacity = capacity;
    return true;
}

bool flight_message_append(struct flight_message *message, const void *bytes, size_t length) {
    if (!length)
        return true;
    if (message->segment_count == message->segment_capacity && !grow_segments(message))
        return false;
    message->segments[message->segment_count++] = (struct flight_segment){bytes, length};
    message->length += length;
    return true;
}

bool flight_message_pad(struct flight_message *message, size_t length) {
    static const uint8_t zeros[8];
    return flight_message_append(message, zeros, -length & 7);
}

bool flight_message_adopt(struct flight_message *message, struct ArrowArray *arrays, int32_t count) {
    message->arrays = arena_allocate(&message->arena, (size_t)count * sizeof *arrays);
    if (!message->arrays)
        return false;
    message->array_count = count;
    for (int32_t i = 0; i < count; i++) {
        message->arrays[i] = arrays[i];
        arrays[i].release = NULL;
    }
    return true;
}

struct flight_message *flight_message_from_bytes(const void *bytes, size_t length) {
    struct flight_message *message = flight_message_create();
    uint8_t *copy = message ? arena_allocate(&message->arena, GRPC_PREFIX_BYTES + length) : NULL;
    if (copy) {
        grpc_write_prefix(copy, length);
        if (length)
            memcpy(copy + GRPC_PREFIX_BYTES, bytes, length);
    }
    if (!copy || !flight_message_append(message, copy, GRPC_PREFIX_BYTES + length)) {
        flight_message_destroy(message);
        return NULL;
    }
    return message;
}
