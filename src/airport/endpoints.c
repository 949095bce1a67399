#include "airport/endpoints.h"

#include <string.h>

#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/server.h"
#include "flight/ipc.h"
#include "flight/msgpack.h"
#include "flight/proto.h"

/* Locations that are not servers but tell the client what to read (the extension's airport_take_flight.cpp). */
#define FILE_LOCATION "data:application/msgpack;base64,"
#define FUNCTION_LOCATION "data:application/x-msgpack-duckdb-function-call;base64,"
#define REUSE_CONNECTION "arrow-flight-reuse-connection://?"

static struct planned_endpoint *new_endpoint(struct airport_endpoints *out) {
    if (out->count == out->capacity) {
        int32_t capacity = out->capacity ? 2 * out->capacity : 8;
        struct planned_endpoint *grown = airport_call_allocate(out->call, (size_t)capacity * sizeof *grown);
        if (!grown)
            return NULL;
        if (out->count)
            memcpy(grown, out->items, (size_t)out->count * sizeof *grown);
        out->items = grown;
        out->capacity = capacity;
    }
    struct planned_endpoint *endpoint = &out->items[out->count];
    *endpoint = (struct planned_endpoint){.state = {"", 0}};
    return endpoint;
}

bool airport_endpoints_add(struct airport_endpoints *out, const struct airport_endpoint *given,
                           struct airport_error *err) {
    struct airport_endpoint e;
    if (!copy_sized(&e, sizeof e, given, "airport_endpoint", err))
        return false;
    struct planned_endpoint *made = new_endpoint(out);
    char *state = airport_call_allocate(out->call, e.state.size + 1);
    const char **locations = airport_call_allocate(out->call, (e.location_count + 1) * sizeof *locations);
    if (!made || !state || !locations)
        return airport_fail_no_memory(err);
    if (e.state.size)
        memcpy(state, e.state.data, e.state.size);
    for (size_t i = 0; i < e.location_count; i++)
        if (!(locations[i] = airport_call_copy_string(out->call, e.locations[i])))
            return airport_fail_no_memory(err);
    *made = (struct planned_endpoint){{state, e.state.size}, locations, e.location_count, e.expires_at_s};
    out->count++;
    return true;
}

/* An endpoint whose location is `prefix` and the base64 of what was written. */
static bool add_data_location(struct airport_endpoints *out, const char *prefix, struct writer *w,
                              struct airport_error *err) {
    char *encoded = writer_ok(w) ? grpc_encode_binary(&out->call->arena, w->bytes, w->length, true) : NULL;
    const char *location = encoded ? arena_format(&out->call->arena, "%s%s", prefix, encoded) : NULL;
    writer_destroy(w);
    if (!location)
        return airport_fail_no_memory(err);
    const struct airport_endpoint endpoint = {.size = sizeof endpoint, .locations = &location, .location_count = 1};
    return airport_endpoints_add(out, &endpoint, err);
}

bool airport_endpoints_add_file(struct airport_endpoints *out, const char *format, const char *uri,
                                struct airport_error *err) {
    struct writer w = {0};
    msgpack_write_map(&w, 2);
    msgpack_write_text(&w, "format");
    msgpack_write_text(&w, format);
    msgpack_write_text(&w, "uri");
    msgpack_write_text(&w, uri);
    return add_data_location(out, FILE_LOCATION, &w, err);
}

/* The arguments as an IPC stream of one row. */
static bool write_arguments(struct writer *w, const struct ArrowSchema *schema, const struct ArrowArray *row,
                            struct error *err) {
    struct ipc_schema *ipc = ipc_schema_create(schema, err);
    if (!ipc)
        return false;
    const struct ipc_rows rows = {(const struct ArrowArray *const *)row->children, row->offset, row->length};
    bool ok = ipc_write_stream(ipc, &rows, w, err);
    ipc_schema_destroy(ipc);
    return ok;
}

bool airport_endpoints_add_function_call(struct airport_endpoints *out, const char *function_name,
                                         const struct ArrowSchema *arguments_schema,
                                         const struct ArrowArray *arguments, struct airport_error *err) {
    struct writer stream = {0}, w = {0};
    struct error inner = {0};
    if (arguments->n_children != arguments_schema->n_children || arguments->length != 1)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "the arguments of a function call must be one row");
    if (!write_arguments(&stream, arguments_schema, arguments, &inner)) {
        writer_destroy(&stream);
        return failure_from_error(err, &inner);
    }
    msgpack_write_map(&w, 2);
    msgpack_write_text(&w, "function_name");
    msgpack_write_text(&w, function_name);
    msgpack_write_text(&w, "data");
    msgpack_write_binary(&w, stream.bytes, stream.length);
    writer_destroy(&stream);
    return add_data_location(out, FUNCTION_LOCATION, &w, err);
}

static void write_endpoint(struct writer *w, const struct airport_call *call, const struct planned_endpoint *planned,
                           struct scan_request *request) {
    const char *advertised = call->server->config.advertised_location;
    const char *const here = advertised ? advertised : REUSE_CONNECTION;
    struct writer ticket = {0}, bytes = {0};
    request->state = planned->state;
    scan_request_write(&ticket, request);
    const struct proto_endpoint endpoint = {
        .ticket = {ticket.bytes, ticket.length},
        .locations = planned->location_count ? planned->locations : &here,
        .location_count = planned->location_count ? planned->location_count : 1,
        .expires_at_s = planned->expires_at_s,
    };
    proto_write_endpoint(&bytes, &endpoint);
    msgpack_write_binary(w, bytes.bytes, bytes.length);
    if (!writer_ok(&ticket) || !writer_ok(&bytes))
        w->failed = true;
    writer_destroy(&ticket);
    writer_destroy(&bytes);
}

bool endpoints_write(struct writer *w, struct airport_endpoints *list, struct scan_request *request,
                     struct airport_error *err) {
    msgpack_write_array(w, (uint32_t)list->count);
    for (int32_t i = 0; i < list->count; i++)
        write_endpoint(w, list->call, &list->items[i], request);
    return writer_ok(w) || airport_fail_no_memory(err);
}
