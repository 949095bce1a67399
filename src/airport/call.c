#include "airport/call.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "airport/connection.h"
#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/rpc.h"
#include "airport/server.h"
#include "base/clock.h"
#include "base/memory.h"

static void run_job(struct pool_job *job);
static void run_here(struct net_task *task);

static bool copy_headers(struct airport_call *call, const struct h2_header *headers, size_t count) {
    call->headers = arena_allocate(&call->header_arena, count * sizeof *call->headers);
    if (!call->headers)
        return false;
    for (size_t i = 0; i < count; i++) {
        char *name = arena_copy_string(&call->header_arena, headers[i].name);
        char *value = arena_copy_string_n(&call->header_arena, headers[i].value, headers[i].value_length);
        if (!name || !value)
            return false;
        size_t length = headers[i].value_length, name_length = strlen(name);
        if (name_length > 4 && strcmp(name + name_length - 4, "-bin") == 0) {
            char *decoded = grpc_decode_binary(&call->header_arena, value, length, &length);
            value = decoded ? decoded : value;
        }
        call->headers[call->header_count++] = (struct h2_header){name, value, length};
    }
    return true;
}

struct airport_call *call_create(struct airport_server *server, struct connection *connection, struct net_loop *loop,
                                 int32_t stream_id, const struct h2_header *headers, size_t count, const char *peer) {
    struct airport_call *call = memory_allocate_zeroed(1, sizeof *call);
    if (!call)
        return NULL;
    pthread_mutex_init(&call->lock, NULL);
    pthread_mutex_init(&call->hook_lock, NULL);
    call->server = server;
    call->connection = connection;
    call->loop = loop;
    call->stream_id = stream_id;
    call->started_ns = clock_monotonic_ns();
    call->input_last = &call->input_first;
    call->output_last = &call->output_first;
    call->flush_task.run = connection_flush_call;
    call->job.run = run_job;
    call->here_task.run = run_here;
    call->deframer.limit_bytes = server->config.max_received_message_bytes;
    call->progress = -1;
    call->identity = call->catalog_name = call->transaction_id = "";
    atomic_init(&call->references, 2);
    call->peer = arena_copy_string(&call->header_arena, peer);
    if (!call->peer || !copy_headers(call, headers, count)) {
        atomic_store(&call->references, 1);
        call_release(call);
        return NULL;
    }
    return call;
}

void call_input_destroy(struct call_input *input) {
    if (!input)
        return;
    memory_free(input->bytes);
    memory_free(input);
}

void given_up_release(struct given_up *given_up) {
    if (given_up && atomic_fetch_sub(&given_up->references, 1) == 1)
        memory_free(given_up);
}

void call_release(struct airport_call *call) {
    if (atomic_fetch_sub(&call->references, 1) != 1)
        return;
    while (call->input_first) {
        struct call_input *next = call->input_first->next;
        call_input_destroy(call->input_first);
        call->input_first = next;
    }
    while (call->output_first) {
        struct flight_message *next = call->output_first->next;
        server_reap(call->server, call->output_first);
        call->output_first = next;
    }
    if (call->sending)
        server_reap(call->server, call->sending);
    grpc_deframer_destroy(&call->deframer);
    given_up_release(call->given_up);
    arena_destroy(&call->header_arena);
    arena_destroy(&call->arena);
    pthread_mutex_destroy(&call->lock);
    pthread_mutex_destroy(&call->hook_lock);
    memory_free(call);
}

/* ---- scheduling ---- */

/* With the lock held. */
static void wake(struct airport_call *call) {
    call->woken = true;
    if (!call->scheduled && !call->worker_ended) {
        call->scheduled = true;
        pool_submit(call->server->pool, &call->job);
    }
}

/* The same on the I/O thread for what a client waits for: the most is short, and done sooner here than by another thread. */
static void wake_here(struct airport_call *call) {
    bool idle = !call->scheduled && !call->worker_ended;
    call->scheduled = call->scheduled || (idle && net_loop_lend(call->loop, &call->here_task));
    wake(call);
}

/* With the lock held. */
static void count_given_up(struct airport_call *call, bool is_given_up) {
    int change = is_given_up - call->is_given_up;
    call->is_given_up = is_given_up;
    atomic_fetch_add(&call->given_up->calls, change);
    atomic_fetch_add(&call->server->calls_given_up, change);
}

/* With the lock held. */
static void post_flush(struct airport_call *call) {
    call->unflushed = false;
    if (call->flush_posted)
        return;
    call->flush_posted = true;
    atomic_fetch_add(&call->references, 1);
    net_loop_post(call->loop, &call->flush_task);
}

static void report(struct airport_call *call) {
    const struct airport_server_config *config = &call->server->config;
    if (!config->call_ended)
        return;
    pthread_mutex_lock(&call->lock);
    struct airport_error status = call->finished ? call->status : call->error;
    pthread_mutex_unlock(&call->lock);
    if (status.kind == AIRPORT_OK && atomic_load(&call->cancelled))
        airport_fail(&status, AIRPORT_CANCELLED, "the client has gone");
    const struct airport_call_report made = {
        .size = sizeof made,
        .method = rpc_method(call->rpc),
        .outcome = status.kind,
        .message = status.message,
        .duration_ns = clock_monotonic_ns() - call->started_ns,
    };
    config->call_ended(config->call_ended_self, call, &made);
}

/* The worker side is over: frees what methods made, then lets the status go out. */
static void end_worker(struct airport_call *call, bool has_failed) {
    airport_call_on_cancel(call, NULL, NULL);
    if (!has_failed)
        call->error.kind = AIRPORT_OK; /* a method may have got over what stands there */
    else if (call->error.kind == AIRPORT_OK)
        contract_broken(call, &call->error, "a method failed without telling why");
    report(call);
    roster_leave(call);
    if (call->rpc->release)
        call->rpc->release(call);
    call_release_kept(call);
    pthread_mutex_lock(&call->lock);
    call->worker_ended = true;
    call->scheduled = false;
    count_given_up(call, false);
    if (!call->finished) {
        call->status = call->error;
        call->finished = true;
        post_flush(call);
    }
    bool failed = call->status.kind != AIRPORT_OK;
    pthread_mutex_unlock(&call->lock);
    server_call_ended(call->server, failed);
    call_release(call);
}

static enum call_step step(struct airport_call *call) {
    if (atomic_load(&call->cancelled))
        return CALL_DONE;
    if (!call->admitted) {
        if (!server_admit(call, &call->error))
            return CALL_FAILED;
        roster_enter(call);
        pthread_mutex_lock(&call->lock);
        call->admitted = true;
        if (call->held_back)
            post_flush(call);
        pthread_mutex_unlock(&call->lock);
    }
    return call->rpc->step(call);
}

static void run_job(struct pool_job *job) {
    struct airport_call *call = (struct airport_call *)((char *)job - offsetof(struct airport_call, job));
    for (;;) {
        pthread_mutex_lock(&call->lock);
        call->woken = false;
        pthread_mutex_unlock(&call->lock);
        enum call_step result = step(call);
        if (result == CALL_DONE || result == CALL_FAILED) {
            end_worker(call, result == CALL_FAILED); /* what is still here goes out together with the status */
            return;
        }
        pthread_mutex_lock(&call->lock);
        if (call->unflushed)
            post_flush(call);
        bool again = result == CALL_AGAIN || call->woken;
        if (!again)
            call->scheduled = false;
        pthread_mutex_unlock(&call->lock);
        if (!again)
            return;
    }
}

static void run_here(struct net_task *task) {
    run_job(&((struct airport_call *)((char *)task - offsetof(struct airport_call, here_task)))->job);
}

/* ---- the I/O thread's side ---- */

void call_push_input(struct airport_call *call, uint8_t *bytes, size_t length) {
    struct call_input *input = memory_allocate(sizeof *input);
    if (!input) {
        memory_free(bytes);
        call_abort(call, AIRPORT_NO_MEMORY, "out of memory");
        return;
    }
    *input = (struct call_input){.bytes = bytes, .length = length};
    pthread_mutex_lock(&call->lock);
    *call->input_last = input;
    call->input_last = &input->next;
    call->input_count++;
    wake_here(call);
    pthread_mutex_unlock(&call->lock);
}

void call_end_input(struct airport_call *call) {
    pthread_mutex_lock(&call->lock);
    call->input_ended = true;
    wake(call);
    pthread_mutex_unlock(&call->lock);
}

static void cancel(struct airport_call *call) {
    if (atomic_exchange(&call->cancelled, true))
        return;
    pthread_mutex_lock(&call->hook_lock);
    if (call->hook)
        call->hook(call->hook_self);
    call->hook = NULL;
    pthread_mutex_unlock(&call->hook_lock);
}

void call_detach(struct airport_call *call) {
    call->connection = NULL;
    pthread_mutex_lock(&call->lock);
    bool running = !call->worker_ended;
    count_given_up(call, running);
    pthread_mutex_unlock(&call->lock);
    if (running)
        cancel(call);
    pthread_mutex_lock(&call->lock);
    call->finished = true;
    wake(call);
    pthread_mutex_unlock(&call->lock);
    call_release(call);
}

void call_abort(struct airport_call *call, enum airport_error_kind kind, const char *message) {
    pthread_mutex_lock(&call->lock);
    bool late = call->finished;
    if (!late) {
        airport_fail(&call->status, kind, "%s", message);
        call->finished = true;
        post_flush(call);
    }
    pthread_mutex_unlock(&call->lock);
    if (late)
        return;
    cancel(call);
    pthread_mutex_lock(&call->lock);
    wake(call);
    pthread_mutex_unlock(&call->lock);
}

struct flight_message *call_pop_output(struct airport_call *call, bool *finished) {
    pthread_mutex_lock(&call->lock);
    struct flight_message *message = call->output_first;
    if (message) {
        call->output_first = message->next;
        if (!call->output_first)
            call->output_last = &call->output_first;
        message->next = NULL;
        if (call->output_count-- == CALL_OUTPUT_MESSAGES)
            wake(call);
    }
    *finished = call->finished && !message;
    pthread_mutex_unlock(&call->lock);
    return message;
}

void call_ask_admission(struct airport_call *call) {
    pthread_mutex_lock(&call->lock);
    if (!call->held_back) {
        call->held_back = true;
        wake(call);
    }
    pthread_mutex_unlock(&call->lock);
}

bool call_is_admitted(struct airport_call *call) {
    pthread_mutex_lock(&call->lock);
    bool admitted = call->admitted;
    pthread_mutex_unlock(&call->lock);
    return admitted;
}

bool call_wants_input(struct airport_call *call) {
    pthread_mutex_lock(&call->lock);
    bool admitted = call->admitted, wants = admitted && call->input_count < CALL_INPUT_MESSAGES;
    pthread_mutex_unlock(&call->lock);
    if (!admitted)
        call_ask_admission(call);
    return wants;
}

/* ---- the worker's side ---- */

struct call_input *call_pop_input(struct airport_call *call) {
    pthread_mutex_lock(&call->lock);
    struct call_input *input = call->input_first;
    if (input) {
        call->input_first = input->next;
        if (!call->input_first)
            call->input_last = &call->input_first;
        if (call->input_count-- == CALL_INPUT_MESSAGES)
            post_flush(call); /* which opens the window again */
    }
    pthread_mutex_unlock(&call->lock);
    return input;
}

bool call_input_has_ended(struct airport_call *call) {
    pthread_mutex_lock(&call->lock);
    bool ended = call->input_ended && !call->input_first;
    pthread_mutex_unlock(&call->lock);
    return ended;
}

bool call_has_room(struct airport_call *call) {
    pthread_mutex_lock(&call->lock);
    bool room = call->output_count < CALL_OUTPUT_MESSAGES;
    pthread_mutex_unlock(&call->lock);
    return room;
}

bool call_send(struct airport_call *call, struct flight_message *message) {
    if (!message)
        return airport_fail_no_memory(&call->error);
    pthread_mutex_lock(&call->lock);
    bool late = call->finished;
    if (!late) {
        message->next = NULL;
        *call->output_last = message;
        call->output_last = &message->next;
        call->output_count++;
        call->unflushed = true;
        if (call->output_count >= CALL_OUTPUT_MESSAGES)
            post_flush(call);
    }
    pthread_mutex_unlock(&call->lock);
    if (late)
        flight_message_destroy(message);
    return true;
}

bool call_send_bytes(struct airport_call *call, const void *bytes, size_t length) {
    return call_send(call, flight_message_from_bytes(bytes, length));
}

/* ---- the public accessors ---- */

const char *airport_call_identity(const struct airport_call *call) {
    return call->identity;
}

const char *airport_call_catalog_name(const struct airport_call *call) {
    return call->catalog_name;
}

const char *airport_call_transaction_id(const struct airport_call *call) {
    return call->transaction_id;
}

const char *airport_call_header(const struct airport_call *call, const char *name, size_t *size) {
    for (size_t i = 0; i < call->header_count; i++) {
        if (strcmp(call->headers[i].name, name) == 0) {
            if (size)
                *size = call->headers[i].value_length;
            return call->headers[i].value;
        }
    }
    return NULL;
}

static const char *header_or_empty(const struct airport_call *call, const char *name) {
    const char *value = airport_call_header(call, name, NULL);
    return value ? value : "";
}

const char *airport_call_trace_id(const struct airport_call *call) {
    return header_or_empty(call, "airport-trace-id");
}

const char *airport_call_session_id(const struct airport_call *call) {
    return header_or_empty(call, "airport-client-session-id");
}

const char *airport_call_peer(const struct airport_call *call) {
    return call->peer;
}

int64_t airport_call_remaining_ms(const struct airport_call *call) {
    if (!call->deadline_ns)
        return -1;
    int64_t left = call->deadline_ns - clock_monotonic_ns();
    return left > 0 ? left / 1000000 : 0;
}

bool airport_call_is_cancelled(const struct airport_call *call) {
    return atomic_load(&call->cancelled);
}

void airport_call_on_cancel(struct airport_call *call, void (*cancelled)(void *self), void *self) {
    pthread_mutex_lock(&call->hook_lock);
    bool now = cancelled && atomic_load(&call->cancelled);
    call->hook = now ? NULL : cancelled;
    call->hook_self = self;
    pthread_mutex_unlock(&call->hook_lock);
    if (now)
        cancelled(self);
}

void airport_call_abort(struct airport_call *call, enum airport_error_kind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    pthread_mutex_lock(&call->lock);
    if (!call->finished) {
        airport_fail_v(&call->status, kind, format, args);
        call->finished = true;
        post_flush(call);
    }
    atomic_store(&call->cancelled, true);
    wake(call);
    pthread_mutex_unlock(&call->lock);
    va_end(args);
}

void *airport_call_allocate(struct airport_call *call, size_t size) {
    return arena_allocate(&call->arena, size);
}

char *airport_call_copy_string(struct airport_call *call, const char *text) {
    return arena_copy_string(&call->arena, text);
}

void airport_call_set_progress(struct airport_call *call, double fraction) {
    call->progress = fraction >= 0 && fraction <= 1 ? fraction : -1;
}

int airport_call_fail(struct airport_call *call, enum airport_error_kind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    airport_fail_v(&call->stream_error, kind, format, args);
    va_end(args);
    return EIO;
}
