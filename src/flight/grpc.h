/* gRPC over HTTP/2 (github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), without HTTP/2 and without I/O: message
 * framing, status trailers, timeouts, binary metadata. Compressed messages are not accepted: we announce identity only.
 */
#ifndef FLIGHT_GRPC_H
#define FLIGHT_GRPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/writer.h"

enum { GRPC_PREFIX_BYTES = 5 };

enum grpc_status {
    GRPC_OK = 0,
    GRPC_CANCELLED = 1,
    GRPC_UNKNOWN = 2,
    GRPC_INVALID_ARGUMENT = 3,
    GRPC_DEADLINE_EXCEEDED = 4,
    GRPC_NOT_FOUND = 5,
    GRPC_PERMISSION_DENIED = 7,
    GRPC_RESOURCE_EXHAUSTED = 8,
    GRPC_UNIMPLEMENTED = 12,
    GRPC_INTERNAL = 13,
    GRPC_UNAVAILABLE = 14,
    GRPC_UNAUTHENTICATED = 16,
};

/* Cuts a stream of bytes, arriving in pieces of any size, into messages. Zeroed is a fresh one, but for the limit. */
struct grpc_deframer {
    size_t limit_bytes; /* of one message */
    uint8_t prefix[GRPC_PREFIX_BYTES];
    uint8_t prefix_length;
    uint8_t *message; /* being assembled; NULL between messages */
    size_t length, filled, capacity;
};

/* A whole message; owned, free with memory_free. */
typedef bool (*grpc_message_fn)(void *self, uint8_t *message, size_t length, struct error *err);

/* Takes bytes and calls `whole` for each message that they complete; fails with it, or for a bad or too long message. */
bool grpc_deframe(struct grpc_deframer *d, const uint8_t *bytes, size_t length, grpc_message_fn whole, void *self,
                  struct error *err);
/* False in the middle of a message: the stream must not end there. */
bool grpc_deframer_is_between(const struct grpc_deframer *d);
void grpc_deframer_destroy(struct grpc_deframer *d);

void grpc_write_prefix(uint8_t out[GRPC_PREFIX_BYTES], size_t message_length);

/* "10S", "250m" … as nanoseconds; -1 when malformed. Longer times than a year are a year. */
int64_t grpc_parse_timeout(const char *text, size_t length);
/* grpc-message: everything but printable ASCII, and '%', as %XX. In the arena, NULL when memory is out. At most
 * `limit_bytes` of the result are made, whole escapes. */
char *grpc_percent_encode(struct arena *arena, const char *text, size_t limit_bytes);
/* The value of a "-bin" header: base64, padded or not. In the arena, with a NUL behind; NULL when malformed or out of memory. */
char *grpc_decode_binary(struct arena *arena, const char *text, size_t length, size_t *decoded);
/* And back; padded as data: URIs want it, or not, as gRPC does. */
char *grpc_encode_binary(struct arena *arena, const void *bytes, size_t length, bool padded);

#endif
