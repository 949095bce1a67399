/* DoGet, and the RPCs that describe: GetFlightInfo, GetSchema, ListFlights, Handshake. */
#include <string.h>

#include "airport/failure.h"
#include "airport/info.h"
#include "airport/rpc.h"
#include "airport/scan.h"
#include "airport/server.h"
#include "flight/proto.h"

/* The one message of a request; NULL when it has not come yet (`*step` says what to do) or there is none. */
static struct call_input *take_request(struct airport_call *call, enum call_step *step) {
    struct call_input *input = call_pop_input(call);
    *step = CALL_WAIT;
    if (!input && call_input_has_ended(call)) {
        airport_fail(&call->error, AIRPORT_INVALID_ARGUMENT, "the request holds no message");
        *step = CALL_FAILED;
    }
    return input;
}

/* ---- DoGet ---- */

/* Resolves the ticket, opens the stream and sends its schema. */
static bool open_scan(struct airport_call *call, const struct call_input *input) {
    struct error inner = {0};
    struct proto_bytes ticket;
    struct scan_request request;
    if (!proto_read_ticket(&call->arena, input->bytes, input->length, &ticket, &inner))
        return failure_from_error(&call->error, &inner);
    if (!scan_request_read(&call->arena, ticket.bytes, ticket.length, &request, &call->error))
        return false;
    struct scan_source *source = scan_resolve(call, &request, &call->error);
    if (!source)
        return false;
    call->state = scan_open(call, source, &call->error);
    return call->state && scan_send_schema(call, source->schema);
}

static enum call_step step_do_get(struct airport_call *call) {
    enum call_step step;
    if (!call->state) {
        struct call_input *input = take_request(call, &step);
        if (!input)
            return step;
        bool ok = open_scan(call, input);
        call_input_destroy(input);
        if (!ok)
            return CALL_FAILED;
    }
    if (!call_has_room(call))
        return CALL_WAIT;
    switch (scan_send_next(call->state, &call->error)) {
    case SCAN_MESSAGES:
        return CALL_AGAIN;
    case SCAN_END:
        return CALL_DONE;
    case SCAN_FAILED:
        break;
    }
    return CALL_FAILED;
}

const struct rpc rpc_do_get = {"/arrow.flight.protocol.FlightService/DoGet", step_do_get, NULL};

/* ---- GetFlightInfo, GetSchema ---- */

static bool find_described(struct airport_call *call, const struct call_input *input, struct flight_name *name,
                           struct found_table *table) {
    return naming_read(call, input->bytes, input->length, name, &call->error) &&
           scan_find_table(call, name, NULL, table, &call->error);
}

static bool send_info(struct airport_call *call, const struct call_input *input) {
    struct flight_name name;
    struct found_table table;
    struct writer w = {0};
    bool ok = find_described(call, input, &name, &table) &&
              info_write_table(&w, call, name.schema ? name.schema : "", &table, &name.serialized, true, &call->error) &&
              call_send_bytes(call, w.bytes, w.length);
    writer_destroy(&w);
    return ok;
}

static bool send_schema(struct airport_call *call, const struct call_input *input) {
    struct flight_name name;
    struct found_table table;
    struct writer schema = {0}, w = {0};
    bool ok = find_described(call, input, &name, &table);
    if (ok) {
        ipc_schema_write(table.schema, &schema);
        proto_write_schema_result(&w, schema.bytes, schema.length);
        ok = writer_ok(&schema) && writer_ok(&w) ? call_send_bytes(call, w.bytes, w.length)
                                                 : airport_fail_no_memory(&call->error);
    }
    writer_destroy(&schema);
    writer_destroy(&w);
    return ok;
}

static enum call_step step_once(struct airport_call *call,
                                bool (*answer)(struct airport_call *, const struct call_input *)) {
    enum call_step step;
    struct call_input *input = take_request(call, &step);
    if (!input)
        return step;
    bool ok = answer(call, input);
    call_input_destroy(input);
    return ok ? CALL_DONE : CALL_FAILED;
}

static enum call_step step_get_flight_info(struct airport_call *call) {
    return step_once(call, send_info);
}

static enum call_step step_get_schema(struct airport_call *call) {
    return step_once(call, send_schema);
}

const struct rpc rpc_get_flight_info = {"/arrow.flight.protocol.FlightService/GetFlightInfo", step_get_flight_info, NULL};
const struct rpc rpc_get_schema = {"/arrow.flight.protocol.FlightService/GetSchema", step_get_schema, NULL};

/* ---- ListFlights ---- */

static bool send_flight(void *self, const void *info, size_t length, struct airport_error *err) {
    struct airport_call *call = self;
    return call_send_bytes(call, info, length) || airport_fail_no_memory(err);
}

/* All of the catalog, or the schema that the client's headers name. */
static bool list_flights(struct airport_call *call, const struct call_input *input) {
    (void)input;
    const char *catalog_name = airport_call_header(call, "airport-list-flights-filter-catalog", NULL);
    const char *schema_name = airport_call_header(call, "airport-list-flights-filter-schema", NULL);
    struct airport_catalog catalog;
    struct airport_schemas schemas;
    if (!lookup_catalog(call, catalog_name ? catalog_name : call->catalog_name, &catalog, &call->error) ||
        !lookup_schemas(call, catalog, schema_name, &schemas, &call->error))
        return false;
    for (int32_t i = 0; i < schemas.count; i++) {
        struct airport_schema_info info;
        if (!describe_schema(call, schemas.items[i], &info, &call->error))
            return false;
        if (schema_name && strcmp(info.name, schema_name) != 0)
            continue;
        if (!info_each(call, schemas.items[i], info.name, true, send_flight, call, &call->error))
            return false;
    }
    return true;
}

static enum call_step step_list_flights(struct airport_call *call) {
    return step_once(call, list_flights);
}

const struct rpc rpc_list_flights = {"/arrow.flight.protocol.FlightService/ListFlights", step_list_flights, NULL};

/* ---- Handshake ---- */

/* Tokens travel in headers; the handshake of older clients gets its payload back. */
static bool shake_hands(struct airport_call *call, const struct call_input *input) {
    struct error inner = {0};
    struct proto_bytes payload;
    struct writer w = {0};
    if (!proto_read_handshake(&call->arena, input->bytes, input->length, &payload, &inner))
        return failure_from_error(&call->error, &inner);
    proto_write_handshake(&w, &payload);
    bool ok = writer_ok(&w) ? call_send_bytes(call, w.bytes, w.length) : airport_fail_no_memory(&call->error);
    writer_destroy(&w);
    return ok;
}

static enum call_step step_handshake(struct airport_call *call) {
    if (call_input_has_ended(call))
        return CALL_DONE;
    return step_once(call, shake_hands);
}

const struct rpc rpc_handshake = {"/arrow.flight.protocol.FlightService/Handshake", step_handshake, NULL};
