/* DoAction and ListActions: the protocol's actions by table, then the user's. */
#include <string.h>

#include "airport/action.h"
#include "airport/failure.h"
#include "airport/rpc.h"
#include "airport/server.h"
#include "flight/proto.h"

enum answer { ANSWER_RESULT, ANSWER_NOTHING };

struct action_row {
    const char *name;
    action_fn run;
    enum answer answer;
    const char *description;
};

static const struct action_row action_rows[] = {
#define ACTION(name, answer, description) {#name, action_##name, ANSWER_##answer, description},
#include "airport_actions.def"
#undef ACTION
};

bool action_is_standard(const char *name) {
    for (size_t i = 0; i < sizeof action_rows / sizeof *action_rows; i++)
        if (strcmp(action_rows[i].name, name) == 0)
            return true;
    return false;
}

/* The results of a user's action, sent when it has succeeded. */
struct airport_results {
    struct airport_call *call;
    struct flight_message *first, **last;
};

static struct flight_message *result_message(const void *body, size_t length) {
    struct writer w = {0};
    proto_write_result(&w, body, length);
    struct flight_message *message = writer_ok(&w) ? flight_message_from_bytes(w.bytes, w.length) : NULL;
    writer_destroy(&w);
    return message;
}

bool airport_results_add(struct airport_results *out, const void *data, size_t size, struct airport_error *err) {
    struct flight_message *message = result_message(data, size);
    if (!message)
        return airport_fail_no_memory(err);
    *out->last = message;
    out->last = &message->next;
    return true;
}

static const struct airport_action *find_custom(const struct airport_call *call, const char *name) {
    const struct airport_server_config *config = &call->server->config;
    for (size_t i = 0; i < config->action_count; i++)
        if (strcmp(config->actions[i].name, name) == 0)
            return &config->actions[i];
    return NULL;
}

static bool run_custom(struct airport_call *call, const struct airport_action *action, struct proto_bytes body) {
    struct airport_results results = {.call = call};
    results.last = &results.first;
    bool ok = action->run(action->self, call, (struct airport_bytes){body.bytes, body.length}, &results, &call->error);
    while (results.first) {
        struct flight_message *message = results.first;
        results.first = message->next;
        if (ok)
            call_send(call, message);
        else
            flight_message_destroy(message);
    }
    return ok;
}

/* Bodies of the transaction actions are plain text, all others msgpack. */
static bool read_request(struct airport_call *call, const struct action_row *row, struct proto_bytes body,
                         struct flight_request *out) {
    struct error inner = {0};
    bool is_plain = strstr(row->name, "_transaction") && strcmp(row->name, "create_transaction") != 0;
    if (!is_plain && strcmp(row->name, "transaction_status") != 0)
        return flight_request_read(&call->arena, body.bytes, body.length, out, &inner) ||
               failure_from_error(&call->error, &inner);
    char *text = arena_copy_string_n(&call->arena, (const char *)body.bytes, body.length);
    *out = (struct flight_request){.name = text, .catalog = "", .catalog_name = call->catalog_name};
    return text || airport_fail_no_memory(&call->error);
}

static bool run_action(struct airport_call *call, const struct action_row *row, struct proto_bytes body) {
    struct flight_request request;
    struct writer result = {0};
    bool ok = read_request(call, row, body, &request) && row->run(call, &request, &result, &call->error);
    if (ok && row->answer == ANSWER_RESULT)
        ok = call_send(call, writer_ok(&result) ? result_message(result.bytes, result.length) : NULL);
    writer_destroy(&result);
    return ok;
}

static bool dispatch(struct airport_call *call, const struct proto_action *action) {
    roster_tell_operation(call, action->type);
    for (size_t i = 0; i < sizeof action_rows / sizeof *action_rows; i++) {
        if (strcmp(action_rows[i].name, action->type) == 0)
            return run_action(call, &action_rows[i], action->body);
    }
    const struct airport_action *custom = find_custom(call, action->type);
    return custom ? run_custom(call, custom, action->body)
                  : airport_fail(&call->error, AIRPORT_NOT_IMPLEMENTED, "this server does not know the action \"%s\"",
                                 action->type);
}

static enum call_step step_do_action(struct airport_call *call) {
    struct call_input *input = call_pop_input(call);
    if (!input) {
        if (!call_input_has_ended(call))
            return CALL_WAIT;
        airport_fail(&call->error, AIRPORT_INVALID_ARGUMENT, "the request holds no action");
        return CALL_FAILED;
    }
    struct proto_action action;
    struct error inner = {0};
    bool ok = proto_read_action(&call->arena, input->bytes, input->length, &action, &inner)
                  ? dispatch(call, &action)
                  : failure_from_error(&call->error, &inner);
    call_input_destroy(input);
    return ok ? CALL_DONE : CALL_FAILED;
}

const struct rpc rpc_do_action = {"/arrow.flight.protocol.FlightService/DoAction", step_do_action, NULL};

static bool send_action_type(struct airport_call *call, const char *name, const char *description) {
    struct writer w = {0};
    proto_write_action_type(&w, name, description ? description : "");
    bool ok = call_send(call, writer_ok(&w) ? flight_message_from_bytes(w.bytes, w.length) : NULL);
    writer_destroy(&w);
    return ok;
}

static enum call_step step_list_actions(struct airport_call *call) {
    const struct airport_server_config *config = &call->server->config;
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof action_rows / sizeof *action_rows; i++)
        ok = send_action_type(call, action_rows[i].name, action_rows[i].description);
    for (size_t i = 0; ok && i < config->action_count; i++)
        ok = send_action_type(call, config->actions[i].name, config->actions[i].description);
    return ok ? CALL_DONE : CALL_FAILED;
}

const struct rpc rpc_list_actions = {"/arrow.flight.protocol.FlightService/ListActions", step_list_actions, NULL};
