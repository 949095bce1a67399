#include "airport/rpc.h"

#include <string.h>

#include "base/clock.h"

static enum call_step refuse_path(struct airport_call *call) {
    airport_fail(&call->error, AIRPORT_NOT_IMPLEMENTED, "this server does not know the method %s",
                 airport_call_header(call, ":path", NULL));
    return CALL_FAILED;
}

static enum call_step refuse_request(struct airport_call *call) {
    airport_fail(&call->error, AIRPORT_INVALID_ARGUMENT, "this is not a gRPC request");
    return CALL_FAILED;
}

static enum call_step refuse_encoding(struct airport_call *call) {
    airport_fail(&call->error, AIRPORT_NOT_IMPLEMENTED, "compressed messages are not supported");
    return CALL_FAILED;
}

static enum call_step refuse_put(struct airport_call *call) {
    airport_fail(&call->error, AIRPORT_NOT_IMPLEMENTED, "DoPut is not supported: rows are written with DoExchange");
    return CALL_FAILED;
}

static enum call_step refuse_poll(struct airport_call *call) {
    airport_fail(&call->error, AIRPORT_NOT_IMPLEMENTED, "PollFlightInfo is not supported: use GetFlightInfo");
    return CALL_FAILED;
}

#define FLIGHT "/arrow.flight.protocol.FlightService/"

static const struct rpc unknown_path = {"", refuse_path, NULL}, bad_request = {"", refuse_request, NULL},
                        bad_encoding = {"", refuse_encoding, NULL}, do_put = {FLIGHT "DoPut", refuse_put, NULL},
                        poll_flight_info = {FLIGHT "PollFlightInfo", refuse_poll, NULL};

static const struct rpc *const rpcs[] = {
    &rpc_do_action, &rpc_do_get,     &rpc_do_exchange, &rpc_list_flights, &rpc_get_flight_info,
    &rpc_get_schema, &rpc_list_actions, &rpc_handshake,   &do_put,           &poll_flight_info,
};

static bool is_header(const struct airport_call *call, const char *name, const char *wanted, size_t length) {
    const char *value = airport_call_header(call, name, NULL);
    return value && strncmp(value, wanted, length) == 0;
}

const struct rpc *rpc_find(const struct airport_call *call) {
    const char *path = airport_call_header(call, ":path", NULL);
    if (!path || !is_header(call, ":method", "POST", 5) || !is_header(call, "content-type", "application/grpc", 16))
        return &bad_request;
    if (airport_call_header(call, "grpc-encoding", NULL) && !is_header(call, "grpc-encoding", "identity", 9))
        return &bad_encoding;
    for (size_t i = 0; i < sizeof rpcs / sizeof *rpcs; i++)
        if (strcmp(rpcs[i]->path, path) == 0)
            return rpcs[i];
    return &unknown_path;
}

const char *rpc_method(const struct rpc *rpc) {
    const char *slash = strrchr(rpc->path, '/');
    return slash ? slash + 1 : "";
}

static void expired(struct net_timer *timer) {
    struct airport_call *call = (struct airport_call *)((char *)timer - offsetof(struct airport_call, deadline));
    call_abort(call, AIRPORT_DEADLINE_EXCEEDED, "the call has taken longer than its deadline allows");
}

void rpc_arm_deadline(struct airport_call *call) {
    size_t length;
    const char *text = airport_call_header(call, "grpc-timeout", &length);
    int64_t timeout_ns = text ? grpc_parse_timeout(text, length) : -1;
    if (timeout_ns < 0)
        return;
    call->deadline.expired = expired;
    call->deadline_ns = clock_monotonic_ns() + timeout_ns;
    net_timer_arm(call->loop, &call->deadline, call->deadline_ns);
}
