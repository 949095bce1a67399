/* A gRPC message on its way out: a short head of its own and segments of memory that is only borrowed, so that the body
 * of a record batch goes from its Arrow buffers to the socket without a copy.
 *
 * Made and destroyed by workers; in between owned by the connection that sends it.
 */
#ifndef FLIGHT_MESSAGE_H
#define FLIGHT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/arrow_abi.h"
#include "flight/slab.h"

struct flight_segment {
    const uint8_t *bytes;
    size_t length;
};

struct flight_message {
    struct flight_message *next; /* the owner's */
    struct arena arena;          /* of heads and of what had to be copied */
    struct slab *slab;           /* for large copies; NULL: the arena must do */
    struct flight_segment *segments;
    int32_t segment_count, segment_capacity;
    size_t length; /* of all segments */
    struct ArrowArray *arrays; /* released with the message: the segments point into them */
    int32_t array_count;
};

/* Owned, free with flight_message_destroy; NULL when memory is out. */
struct flight_message *flight_message_create(void);
void flight_message_destroy(struct flight_message *message);

/* Memory that lives as long as the message, from the slab while it lasts; NULL when memory is out. */
uint8_t *flight_message_allocate(struct flight_message *message, size_t length);
/* Appends a segment; the bytes live as long as the message, or in its arena. False when memory is out. */
bool flight_message_append(struct flight_message *message, const void *bytes, size_t length);
/* Appends zeros up to a multiple of eight bytes behind `length` bytes. */
bool flight_message_pad(struct flight_message *message, size_t length);
/* Moves `count` arrays in, to be released with the message. */
bool flight_message_adopt(struct flight_message *message, struct ArrowArray *arrays, int32_t count);

/* A whole gRPC message with these bytes, copied; NULL when memory is out. */
struct flight_message *flight_message_from_bytes(const void *bytes, size_t length);

#endif
