#include "flight/proto.h"

#include <string.h>

#include "flight/flight.pb-c.h"

/* protobuf-c's allocations from an arena: nothing is freed one by one. */
struct source {
    struct arena *arena;
    bool is_empty; /* memory is out */
};

static void *allocate(void *source, size_t size) {
    struct source *s = source;
    void *memory = arena_allocate(s->arena, size);
    s->is_empty = s->is_empty || !memory;
    return memory;
}

static void release(void *source, void *memory) {
    (void)source;
    (void)memory;
}

static ProtobufCMessage *unpack(const ProtobufCMessageDescriptor *type, struct arena *arena, const void *bytes,
                                size_t length, struct error *err) {
    struct source source = {arena, false};
    ProtobufCAllocator allocator = {allocate, release, &source};
    ProtobufCMessage *message = protobuf_c_message_unpack(type, &allocator, length, bytes);
    if (!message && source.is_empty)
        error_set_no_memory(err);
    else if (!message)
        error_set(err, ERROR_PROTOCOL, "the %s message is malformed", type->short_name);
    return message;
}

static struct proto_bytes bytes_of(const ProtobufCBinaryData *data) {
    return (struct proto_bytes){data->data ? data->data : (const uint8_t *)"", data->len};
}

bool proto_read_action(struct arena *arena, const void *bytes, size_t length, struct proto_action *out,
                       struct error *err) {
    const Flight__Action *m = (void *)unpack(&flight__action__descriptor, arena, bytes, length, err);
    if (m)
        *out = (struct proto_action){m->type, bytes_of(&m->body)};
    return m != NULL;
}

bool proto_read_descriptor(struct arena *arena, const void *bytes, size_t length, struct proto_descriptor *out,
                           struct error *err) {
    const Flight__FlightDescriptor *m =
        (void *)unpack(&flight__flight_descriptor__descriptor, arena, bytes, length, err);
    if (!m)
        return false;
    bool is_path = m->type == FLIGHT__FLIGHT_DESCRIPTOR__DESCRIPTOR_TYPE__PATH;
    *out = (struct proto_descriptor){
        .path = (const char **)m->path, .path_count = is_path ? (int32_t)m->n_path : 0, .command = bytes_of(&m->cmd)};
    return true;
}

bool proto_read_ticket(struct arena *arena, const void *bytes, size_t length, struct proto_bytes *out,
                       struct error *err) {
    const Flight__Ticket *m = (void *)unpack(&flight__ticket__descriptor, arena, bytes, length, err);
    if (m)
        *out = bytes_of(&m->ticket);
    return m != NULL;
}

bool proto_read_criteria(struct arena *arena, const void *bytes, size_t length, struct proto_bytes *out,
                         struct error *err) {
    const Flight__Criteria *m = (void *)unpack(&flight__criteria__descriptor, arena, bytes, length, err);
    if (m)
        *out = bytes_of(&m->expression);
    return m != NULL;
}

bool proto_read_handshake(struct arena *arena, const void *bytes, size_t length, struct proto_bytes *out,
                          struct error *err) {
    const Flight__HandshakeRequest *m =
        (void *)unpack(&flight__handshake_request__descriptor, arena, bytes, length, err);
    if (m)
        *out = bytes_of(&m->payload);
    return m != NULL;
}

static void pack(struct writer *w, const ProtobufCMessage *message) {
    size_t length = protobuf_c_message_get_packed_size(message);
    uint8_t *place = writer_place(w, length);
    if (place)
        protobuf_c_message_pack(message, place);
}

static ProtobufCBinaryData data_of(const void *bytes, size_t length) {
    return (ProtobufCBinaryData){length, (uint8_t *)bytes};
}

void proto_write_result(struct writer *w, const void *body, size_t length) {
    Flight__Result m = FLIGHT__RESULT__INIT;
    m.body = data_of(body, length);
    pack(w, &m.base);
}

void proto_write_action_type(struct writer *w, const char *type, const char *description) {
    Flight__ActionType m = FLIGHT__ACTION_TYPE__INIT;
    m.type = (char *)type;
    m.description = (char *)description;
    pack(w, &m.base);
}

void proto_write_handshake(struct writer *w, const struct proto_bytes *payload) {
    Flight__HandshakeResponse m = FLIGHT__HANDSHAKE_RESPONSE__INIT;
    m.payload = data_of(payload->bytes, payload->length);
    pack(w, &m.base);
}

void proto_write_schema_result(struct writer *w, const void *schema, size_t length) {
    Flight__SchemaResult m = FLIGHT__SCHEMA_RESULT__INIT;
    m.schema = data_of(schema, length);
    pack(w, &m.base);
}

void proto_write_descriptor(struct writer *w, const char *const *path, int32_t path_count) {
    Flight__FlightDescriptor m = FLIGHT__FLIGHT_DESCRIPTOR__INIT;
    m.type = FLIGHT__FLIGHT_DESCRIPTOR__DESCRIPTOR_TYPE__PATH;
    m.path = (char **)path;
    m.n_path = (size_t)path_count;
    pack(w, &m.base);
}

/* An endpoint with everything it points at; NULL when memory is out. */
static Flight__FlightEndpoint *make_endpoint(struct arena *arena, const struct proto_endpoint *e) {
    struct parts {
        Flight__FlightEndpoint endpoint;
        Flight__Ticket ticket;
        Flight__Timestamp expiration;
    } *parts = arena_allocate(arena, sizeof *parts);
    Flight__Location *locations = arena_allocate(arena, e->location_count * sizeof *locations + 1);
    Flight__Location **pointers = arena_allocate(arena, e->location_count * sizeof *pointers + 1);
    if (!parts || !locations || !pointers)
        return NULL;
    flight__flight_endpoint__init(&parts->endpoint);
    flight__ticket__init(&parts->ticket);
    parts->ticket.ticket = data_of(e->ticket.bytes, e->ticket.length);
    parts->endpoint.ticket = &parts->ticket;
    for (size_t i = 0; i < e->location_count; i++) {
        flight__location__init(&locations[i]);
        locations[i].uri = (char *)e->locations[i];
        pointers[i] = &locations[i];
    }
    parts->endpoint.location = pointers;
    parts->endpoint.n_location = e->location_count;
    if (e->expires_at_s) {
        flight__timestamp__init(&parts->expiration);
        parts->expiration.seconds = e->expires_at_s;
        parts->endpoint.expiration_time = &parts->expiration;
    }
    return &parts->endpoint;
}

void proto_write_endpoint(struct writer *w, const struct proto_endpoint *endpoint) {
    struct arena arena = {0};
    Flight__FlightEndpoint *m = make_endpoint(&arena, endpoint);
    if (m)
        pack(w, &m->base);
    else
        w->failed = true;
    arena_destroy(&arena);
}

void proto_write_info(struct writer *w, struct arena *arena, const struct proto_info *info) {
    Flight__FlightInfo m = FLIGHT__FLIGHT_INFO__INIT;
    struct error ignored;
    m.schema = data_of(info->schema.bytes, info->schema.length);
    m.flight_descriptor = (void *)unpack(&flight__flight_descriptor__descriptor, arena, info->descriptor.bytes,
                                         info->descriptor.length, &ignored);
    m.endpoint = arena_allocate(arena, info->endpoint_count * sizeof *m.endpoint + 1);
    bool ok = m.flight_descriptor && m.endpoint;
    for (size_t i = 0; ok && i < info->endpoint_count; i++)
        ok = (m.endpoint[m.n_endpoint++] = make_endpoint(arena, &info->endpoints[i])) != NULL;
    m.total_records = info->total_records;
    m.total_bytes = -1;
    m.app_metadata = data_of(info->app_metadata.bytes, info->app_metadata.length);
    if (ok)
        pack(w, &m.base);
    else
        w->failed = true;
}
