#include "airport/exchange.h"

#include <string.h>

#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/rpc.h"
#include "airport/server.h"
#include "flight/flight_data.h"

static const struct exchange_kind *const kinds[] = {
    &exchange_insert, &exchange_update, &exchange_delete, &exchange_scalar, &exchange_in_out,
};

static const struct exchange_kind *find_kind(struct airport_call *call) {
    const char *operation = airport_call_header(call, "airport-operation", NULL);
    for (size_t i = 0; operation && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i]->operation, operation) == 0)
            return kinds[i];
    airport_fail(&call->error, AIRPORT_INVALID_ARGUMENT,
                 operation ? "unknown airport-operation \"%s\"" : "the header airport-operation is missing%s",
                 operation ? operation : "");
    return NULL;
}

static void destroy_exchange(void *self) {
    struct exchange *x = self;
    ipc_encoder_destroy(&x->encoder);
    ipc_decoder_destroy(x->decoder);
}

static struct exchange *create_exchange(struct airport_call *call) {
    const struct exchange_kind *kind = find_kind(call);
    struct exchange *x = kind ? arena_allocate_zeroed(&call->arena, 1, sizeof *x) : NULL;
    struct error inner = {0};
    if (!x) {
        if (kind)
            airport_fail_no_memory(&call->error);
        return NULL;
    }
    roster_tell_operation(call, kind->operation);
    *x = (struct exchange){.call = call, .kind = kind, .parameters = {"", 0}};
    x->decoder = ipc_decoder_create(&inner);
    if (!call_keep(call, destroy_exchange, x, &call->error))
        return NULL;
    if (!x->decoder) {
        failure_from_error(&call->error, &inner);
        return NULL;
    }
    return x;
}

static enum exchange_progress refuse(struct exchange *x, const char *why) {
    airport_fail(&x->call->error, AIRPORT_INVALID_ARGUMENT, "%s", why);
    return EXCHANGE_FAILED;
}

/* The parameters of an in/out function: a map that holds them as bytes. */
static bool read_parameters(struct exchange *x, struct flight_bytes metadata) {
    struct flight_request request;
    struct error inner = {0};
    if (!flight_request_read(&x->call->arena, metadata.bytes, metadata.length, &request, &inner))
        return failure_from_error(&x->call->error, &inner);
    x->parameters = request.parameters;
    return true;
}

static enum exchange_progress take_ipc(struct exchange *x, const struct flight_data *data) {
    struct error inner = {0};
    enum ipc_message_kind kind;
    struct ArrowArray batch = {.release = NULL};
    if (!ipc_decode(x->decoder, data->header.bytes, data->header.length, data->body.bytes, data->body.length, &kind, &batch,
                    &inner)) {
        failure_from_error(&x->call->error, &inner);
        return EXCHANGE_FAILED;
    }
    if (kind == IPC_MESSAGE_DICTIONARY)
        return EXCHANGE_MORE;
    if (kind == IPC_MESSAGE_BATCH)
        return x->kind->batch(x, &batch);
    x->has_schema = true;
    return x->kind->schema(x, ipc_decoder_schema(x->decoder));
}

static enum exchange_progress take_message(struct exchange *x, const struct call_input *input) {
    struct error inner = {0};
    struct flight_data data;
    if (!flight_data_read(input->bytes, input->length, &data, &inner)) {
        failure_from_error(&x->call->error, &inner);
        return EXCHANGE_FAILED;
    }
    if (!x->has_descriptor) {
        if (!data.descriptor.bytes)
            return refuse(x, "the first message of an exchange must hold a descriptor");
        if (!naming_read(x->call, data.descriptor.bytes, data.descriptor.length, &x->name, &x->call->error))
            return EXCHANGE_FAILED;
        if (!x->name.schema)
            return refuse(x, "the descriptor names nothing to exchange with");
        x->has_descriptor = true;
    }
    if (data.app_metadata.length && !x->has_schema && !read_parameters(x, data.app_metadata))
        return EXCHANGE_FAILED;
    return data.header.length ? take_ipc(x, &data) : EXCHANGE_MORE;
}

/* The client has said everything. */
static enum exchange_progress end(struct exchange *x) {
    if (!x->has_schema)
        return refuse(x, "the exchange ended before its schema");
    return x->kind->end(x);
}

static enum exchange_progress progress(struct exchange *x, enum call_step *step) {
    *step = CALL_WAIT;
    if (!call_has_room(x->call))
        return EXCHANGE_MORE;
    if (x->busy) {
        *step = CALL_AGAIN;
        return x->kind->answer(x);
    }
    struct call_input *input = call_pop_input(x->call);
    if (input) {
        *step = CALL_AGAIN;
        enum exchange_progress result = take_message(x, input);
        call_input_destroy(input);
        return result;
    }
    if (!call_input_has_ended(x->call))
        return EXCHANGE_MORE;
    *step = CALL_AGAIN;
    return end(x);
}

static enum call_step step_do_exchange(struct airport_call *call) {
    enum call_step step;
    if (!call->state)
        call->state = create_exchange(call);
    if (!call->state)
        return CALL_FAILED;
    struct exchange *x = call->state;
    enum exchange_progress result = progress(x, &step);
    x->busy = result == EXCHANGE_BUSY || (x->busy && step == CALL_WAIT);
    return result == EXCHANGE_FAILED ? CALL_FAILED : result == EXCHANGE_ENDED ? CALL_DONE : step;
}

const struct rpc rpc_do_exchange = {"/arrow.flight.protocol.FlightService/DoExchange", step_do_exchange, NULL};

enum exchange_progress exchange_begin_answers(struct exchange *x, const struct ipc_schema *schema) {
    x->answers = schema;
    x->absent = arena_allocate_zeroed(&x->call->arena, (size_t)schema->root.child_count + 1, sizeof *x->absent);
    if (!x->absent) {
        airport_fail_no_memory(&x->call->error);
        return EXCHANGE_FAILED;
    }
    ipc_encoder_init(&x->encoder, schema);
    return scan_send_schema(x->call, schema) ? EXCHANGE_MORE : EXCHANGE_FAILED;
}

enum exchange_progress exchange_send_batch(struct exchange *x, const struct ArrowArray *const *columns, int64_t start,
                                           int64_t rows, struct ArrowArray *owned, const char *app_metadata) {
    struct ipc_message_list list = {.first = NULL};
    list.last = &list.first;
    struct error inner = {0};
    const struct ipc_rows part = {columns ? columns : x->absent, start, rows};
    bool ok = ipc_encode(&x->encoder, &part, 1, app_metadata, app_metadata ? strlen(app_metadata) : 0, &list, &inner);
    if (!ok)
        rows_failed(x->call, &inner, &x->call->error);
    while (list.first) {
        struct flight_message *message = list.first;
        list.first = message->next;
        if (ok && !list.first && owned && !flight_message_adopt(message, owned, 1))
            ok = airport_fail_no_memory(&x->call->error);
        if (ok)
            ok = call_send(x->call, message);
        else
            flight_message_destroy(message);
    }
    if (owned && owned->release)
        owned->release(owned);
    return ok ? EXCHANGE_MORE : EXCHANGE_FAILED;
}
