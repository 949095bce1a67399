/* The small protobuf messages of Flight (data/flight.proto), to and from plain structs. Any thread. */
#ifndef FLIGHT_PROTO_H
#define FLIGHT_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/writer.h"

struct proto_bytes {
    const uint8_t *bytes;
    size_t length;
};

struct proto_action {
    const char *type;
    struct proto_bytes body;
};

struct proto_descriptor {
    const char **path;
    int32_t path_count;
    struct proto_bytes command; /* when path_count is 0 */
};

struct proto_endpoint {
    struct proto_bytes ticket;
    const char *const *locations;
    size_t location_count;
    int64_t expires_at_s; /* 0: never */
};

struct proto_info {
    struct proto_bytes schema;     /* an encapsulated IPC message */
    struct proto_bytes descriptor; /* serialized */
    const struct proto_endpoint *endpoints;
    size_t endpoint_count;
    int64_t total_records; /* -1: unknown */
    struct proto_bytes app_metadata;
};

/* Each reads a whole message; what it finds lives in the arena. */
bool proto_read_action(struct arena *arena, const void *bytes, size_t length, struct proto_action *out,
                       struct error *err);
bool proto_read_descriptor(struct arena *arena, const void *bytes, size_t length, struct proto_descriptor *out,
                           struct error *err);
/* Ticket, Criteria, HandshakeRequest: their one interesting bytes field. */
bool proto_read_ticket(struct arena *arena, const void *bytes, size_t length, struct proto_bytes *out, struct error *err);
bool proto_read_criteria(struct arena *arena, const void *bytes, size_t length, struct proto_bytes *out,
                         struct error *err);
bool proto_read_handshake(struct arena *arena, const void *bytes, size_t length, struct proto_bytes *out,
                          struct error *err);

/* Each appends the serialized message. */
void proto_write_result(struct writer *w, const void *body, size_t length);
void proto_write_action_type(struct writer *w, const char *type, const char *description);
void proto_write_handshake(struct writer *w, const struct proto_bytes *payload);
void proto_write_descriptor(struct writer *w, const char *const *path, int32_t path_count);
void proto_write_endpoint(struct writer *w, const struct proto_endpoint *endpoint);
void proto_write_info(struct writer *w, struct arena *arena, const struct proto_info *info);
void proto_write_schema_result(struct writer *w, const void *schema, size_t length);

#endif
