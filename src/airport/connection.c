#include "airport/connection.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "airport/call.h"
#include "airport/failure.h"
#include "airport/rpc.h"
#include "airport/server.h"
#include "airport/status.h"
#include "base/clock.h"
#include "base/memory.h"
#include "flight/h2.h"
#include "net/stream.h"

enum {
    FIRST_WINDOW_BYTES = 32 << 10, /* of a call that is not admitted yet: memory is not for strangers */
    WINDOW_BYTES = 4 << 20,
    MAX_HEADER_BYTES = 16 << 10,
    READS_PER_REPORT = 8,
    OUTPUT_PARTS = 64,
    MAX_GIVEN_UP = 1024, /* calls of all clients */
    TEXT_BYTES = 256,
};

enum connection_state {
    CONNECTION_HANDSHAKE, /* awaits the end of the TLS handshake */
    CONNECTION_STRANGER,  /* awaits a first call whose client authenticates */
    CONNECTION_OPEN,      /* awaits calls */
};

/* A message whose bytes are on their way. */
struct sent_message {
    struct flight_message *message;
    uint64_t mark;
};

struct connection {
    struct airport_server *server;
    struct io_thread *io;
    struct connection *next, **at;
    struct net_stream *stream;
    struct net_watch watch;
    struct net_timer timer; /* authentication, idle */
    enum connection_state state;
    struct h2_session *h2;
    struct airport_call *calls;
    struct given_up *given_up;
    int64_t last_used_ns, idle_timeout_ns; /* the latter 0: it may idle for ever */
    struct sent_message *sent; /* a queue, from sent_first on */
    size_t sent_first, sent_count, sent_capacity;
    bool broken; /* out of memory in the middle of a message */
};

/* ---- the session's questions ---- */

static bool push_message(void *self, uint8_t *message, size_t length, struct error *err) {
    (void)err;
    call_push_input(self, message, length);
    return true;
}

static bool is_full(struct airport_server *server) {
    return atomic_load(&server->known) >= atomic_load(&server->max_connections);
}

/* A client that gives calls up faster than they end must wait for that; each for its own, while they are few in all. */
static bool gives_up_too_many(const struct connection *c) {
    bool few = atomic_load(&c->server->calls_given_up) < MAX_GIVEN_UP;
    return atomic_load(&c->given_up->calls) >= (few ? c->server->config.max_streams_per_connection : 1);
}

/* The calls of a stranger are admitted before anything of their requests has come, or refused. */
static void *begin(void *self, int32_t stream_id, const struct h2_header *headers, size_t count) {
    struct connection *c = self;
    if (gives_up_too_many(c))
        return NULL;
    struct airport_call *call =
        call_create(c->server, c, c->io->loop, stream_id, headers, count, net_stream_peer(c->stream));
    if (!call)
        return NULL;
    call->rpc = rpc_find(call);
    call->next = c->calls;
    call->at = &c->calls;
    if (c->calls)
        c->calls->at = &call->next;
    c->calls = call;
    call->given_up = c->given_up;
    atomic_fetch_add(&c->given_up->references, 1);
    server_call_started(c->server);
    rpc_arm_deadline(call);
    if (c->state == CONNECTION_STRANGER) {
        call->is_surplus = is_full(c->server);
        call_ask_admission(call);
    }
    return call;
}

/* Lets the client send on, as far as the call wants it. A long request of a call that nobody has admitted yet has to wait
 * for that; short ones, the most, are over before the question comes up. */
static void open_window(struct connection *c, struct airport_call *call) {
    if (call->unconsumed_bytes < FIRST_WINDOW_BYTES / 2 || !call_wants_input(call))
        return;
    if (!call->wide) {
        h2_widen(c->h2, call->stream_id);
        call->wide = true;
    }
    h2_consume(c->h2, call->stream_id, call->unconsumed_bytes);
    call->unconsumed_bytes = 0;
}

static bool data(void *self, void *stream, const uint8_t *bytes, size_t length) {
    struct connection *c = self;
    struct airport_call *call = stream;
    struct error err = {0};
    call->unconsumed_bytes += length;
    if (!grpc_deframe(&call->deframer, bytes, length, push_message, call, &err)) {
        struct airport_error why = {0};
        failure_from_error(&why, &err);
        call_abort(call, why.kind, why.message);
    }
    open_window(c, call);
    return true;
}

static void end(void *self, void *stream) {
    (void)self;
    struct airport_call *call = stream;
    if (!grpc_deframer_is_between(&call->deframer))
        call_abort(call, AIRPORT_INVALID_ARGUMENT, "the request ends in the middle of a message");
    call_end_input(call);
}

static void forget_call(struct airport_call *call) {
    *call->at = call->next;
    if (call->next)
        call->next->at = call->at;
    net_timer_disarm(&call->deadline);
    call_detach(call);
}

static void closed(void *self, void *stream, uint32_t error_code) {
    (void)error_code;
    struct connection *c = self;
    c->last_used_ns = clock_monotonic_ns();
    forget_call(stream);
}

static size_t body_ready(void *self, void *stream, enum h2_body_state *state) {
    struct connection *c = self;
    struct airport_call *call = stream;
    if (!call->sending) {
        bool finished;
        call->sending = call_pop_output(call, &finished);
        if (!call->sending) {
            *state = finished ? H2_BODY_TRAILERS : H2_BODY_WAIT;
            if (finished && !call->trailers_sent) {
                call->trailers_sent = true;
                status_submit_trailers(c->h2, call);
            }
            return 0;
        }
        call->sending_segment = 0;
        call->sending_offset = 0;
        call->sending_left = call->sending->length;
    }
    return call->sending_left;
}

/* Remembers a message until its last byte has been sent; false when memory is out. */
static bool keep_until_sent(struct connection *c, struct flight_message *message) {
    if (c->sent_count == c->sent_capacity) {
        size_t capacity = c->sent_capacity ? 2 * c->sent_capacity : 16;
        struct sent_message *grown = memory_resize(c->sent, capacity * sizeof *grown);
        if (!grown)
            return false;
        c->sent = grown;
        c->sent_capacity = capacity;
    }
    c->sent[c->sent_count++] = (struct sent_message){message, h2_output_mark(c->h2)};
    return true;
}

static void free_sent(struct connection *c) {
    uint64_t mark = h2_sent_mark(c->h2);
    while (c->sent_first < c->sent_count && c->sent[c->sent_first].mark <= mark)
        server_reap(c->server, c->sent[c->sent_first++].message);
    if (c->sent_first == c->sent_count)
        c->sent_first = c->sent_count = 0;
}

static void body_take(void *self, void *stream, size_t length) {
    struct connection *c = self;
    struct airport_call *call = stream;
    struct flight_message *message = call->sending;
    call->sending_left -= length;
    while (length) {
        const struct flight_segment *segment = &message->segments[call->sending_segment];
        size_t left = segment->length - call->sending_offset;
        size_t taken = left < length ? left : length;
        h2_emit(c->h2, segment->bytes + call->sending_offset, taken);
        length -= taken;
        call->sending_offset += taken;
        if (call->sending_offset == segment->length) {
            call->sending_segment++;
            call->sending_offset = 0;
        }
    }
    if (call->sending_left)
        return;
    if (keep_until_sent(c, message))
        call->sending = NULL;
    else
        c->broken = true;
}

static const struct h2_handler handler = {begin, data, end, closed, body_ready, body_take};

/* ---- moving bytes ---- */

/* Writes until the socket has enough. False when the connection is broken. */
static bool write_output(struct connection *c) {
    struct flight_segment segments[OUTPUT_PARTS];
    struct iovec parts[OUTPUT_PARTS];
    struct error err = {0};
    for (;;) {
        if (!h2_pull(c->h2) || c->broken)
            return false;
        size_t count = h2_output(c->h2, segments, OUTPUT_PARTS);
        if (!count)
            return true;
        for (size_t i = 0; i < count; i++)
            parts[i] = (struct iovec){(void *)segments[i].bytes, segments[i].length};
        size_t moved;
        enum net_status status = net_stream_write_parts(c->stream, parts, (int)count, &moved, &err);
        if (status == NET_WANT_READ || status == NET_WANT_WRITE)
            return true;
        if (status != NET_DONE)
            return false;
        h2_output_sent(c->h2, moved);
        atomic_fetch_add_explicit(&c->server->bytes_sent, (long long)moved, memory_order_relaxed);
        free_sent(c);
    }
}

/* Reads what has come. False when the connection is over or broken. */
static bool read_input(struct connection *c) {
    struct error err = {0};
    for (int i = 0; i < READS_PER_REPORT; i++) {
        size_t moved;
        enum net_status status = net_stream_read(c->stream, c->io->read_buffer, IO_READ_BYTES, &moved, &err);
        if (status == NET_WANT_READ || status == NET_WANT_WRITE)
            return true;
        if (status != NET_DONE)
            return false;
        c->last_used_ns = clock_monotonic_ns();
        atomic_fetch_add_explicit(&c->server->bytes_received, (long long)moved, memory_order_relaxed);
        if (!h2_receive(c->h2, c->io->read_buffer, moved, &err)) {
            server_log(c->server, AIRPORT_LOG_INFO, NULL, "%s: %s", net_stream_peer(c->stream), err.message);
            write_output(c); /* a GOAWAY that says why */
            return false;
        }
        if (moved < IO_READ_BYTES && !net_stream_has_pending(c->stream))
            return true;
    }
    return true;
}

static void arm(struct connection *c) {
    net_watch_arm(&c->watch, NET_READABLE | (h2_has_output(c->h2) ? NET_WRITABLE : 0u));
}

static void serve(struct connection *c) {
    if (!read_input(c) || !write_output(c) || h2_is_over(c->h2))
        connection_destroy(c);
    else
        arm(c);
}

static void arm_idle_timer(struct connection *c) {
    if (c->idle_timeout_ns > 0)
        net_timer_arm(c->io->loop, &c->timer, c->last_used_ns + c->idle_timeout_ns + 1000000);
    else
        net_timer_disarm(&c->timer);
}

/* The peer is told why, if it can be. */
static void turn_away(struct connection *c, const char *setting, int32_t value, const char *why) {
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, "%s: %s is %d", why, setting, value);
    server_log(c->server, AIRPORT_LOG_INFO, NULL, "%s: %s", net_stream_peer(c->stream), text);
    if (c->h2) {
        h2_shut_down(c->h2, text);
        write_output(c);
    }
    connection_destroy(c);
}

/* A client has authenticated. False: there are too many, the connection is gone. */
static bool welcome(struct connection *c) {
    struct airport_server *server = c->server;
    if (is_full(server)) {
        turn_away(c, "max_connections", atomic_load(&server->max_connections), "too many connections");
        return false;
    }
    atomic_fetch_sub(&server->strangers, 1);
    atomic_fetch_add(&server->known, 1);
    c->state = CONNECTION_OPEN;
    arm_idle_timer(c);
    return true;
}

/* Strangers are never refused while another has waited longer: a crowd of them keeps nobody out for long. */
static bool make_room(struct airport_server *server, struct io_thread *io) {
    int32_t most = server->config.max_unauthenticated_connections;
    struct connection *oldest = NULL;
    if (atomic_load(&server->strangers) < most)
        return true;
    for (struct connection *c = io->connections; c; c = c->next)
        if (c->state != CONNECTION_OPEN)
            oldest = c;
    if (oldest)
        turn_away(oldest, "max_unauthenticated_connections", most, "too many connections have not authenticated yet");
    return oldest != NULL;
}

static bool open_session(struct connection *c) {
    const struct h2_limits limits = {
        .max_streams = (uint32_t)c->server->config.max_streams_per_connection,
        .max_header_bytes = MAX_HEADER_BYTES,
        .first_window_bytes = FIRST_WINDOW_BYTES,
        .window_bytes = WINDOW_BYTES,
    };
    struct error err = {0};
    c->h2 = h2_session_create(&handler, c, &limits, &err);
    if (!c->h2)
        return false;
    c->state = CONNECTION_STRANGER;
    return true;
}

static void shake_hands(struct connection *c) {
    struct error err = {0};
    enum net_status status = net_stream_handshake(c->stream, &err);
    if (status == NET_WANT_READ || status == NET_WANT_WRITE) {
        net_watch_arm(&c->watch, status == NET_WANT_READ ? NET_READABLE : NET_WRITABLE);
        return;
    }
    if (status != NET_DONE)
        server_log(c->server, AIRPORT_LOG_INFO, NULL, "%s: %s", net_stream_peer(c->stream), err.message);
    if (status == NET_DONE && open_session(c))
        serve(c);
    else
        connection_destroy(c);
}

static void report(struct net_watch *watch, unsigned ready) {
    (void)ready;
    struct connection *c = (struct connection *)((char *)watch - offsetof(struct connection, watch));
    if (c->state == CONNECTION_HANDSHAKE)
        shake_hands(c);
    else
        serve(c);
}

/* Nobody has authenticated in time, or asked for anything for a while. */
static void expired(struct net_timer *timer) {
    struct connection *c = (struct connection *)((char *)timer - offsetof(struct connection, timer));
    if (c->state != CONNECTION_OPEN) {
        turn_away(c, "authentication_timeout_ms", c->server->config.authentication_timeout_ms, "nobody has authenticated in time");
        return;
    }
    int64_t idle_ns = clock_monotonic_ns() - c->last_used_ns;
    bool busy = c->calls || idle_ns < c->idle_timeout_ns;
    if (c->calls)
        c->last_used_ns = clock_monotonic_ns();
    if (busy)
        arm_idle_timer(c);
    else
        connection_destroy(c);
}

/* ---- life ---- */

void connection_accept(struct airport_server *server, struct io_thread *io, int fd) {
    struct error err = {0};
    struct net_stream *stream = net_stream_create(fd, &err);
    struct connection *c = stream && make_room(server, io) ? memory_allocate_zeroed(1, sizeof *c) : NULL;
    struct given_up *given_up = c ? memory_allocate_zeroed(1, sizeof *given_up) : NULL;
    if (!given_up) {
        memory_free(c);
        net_stream_destroy(stream);
        server_connection_ended(server);
        return;
    }
    *c = (struct connection){.server = server,
                             .io = io,
                             .stream = stream,
                             .given_up = given_up,
                             .last_used_ns = clock_monotonic_ns(),
                             .idle_timeout_ns = (int64_t)atomic_load(&server->idle_timeout_ms) * 1000000};
    atomic_init(&given_up->references, 1);
    c->timer.expired = expired;
    c->next = io->connections;
    c->at = &io->connections;
    if (c->next)
        c->next->at = &c->next;
    io->connections = c;
    atomic_fetch_add(&server->strangers, 1);
    net_timer_arm(io->loop, &c->timer,
                  c->last_used_ns + (int64_t)server->config.authentication_timeout_ms * 1000000);
    bool ok = net_watch_add(&c->watch, io->loop, net_stream_fd(stream), report, &err);
    struct net_tls_context *tls = server_tls(server);
    if (ok)
        ok = tls ? net_stream_start_tls(stream, tls, &err) : open_session(c);
    net_tls_context_release(tls);
    if (!ok)
        connection_destroy(c);
    else if (c->state == CONNECTION_HANDSHAKE)
        net_watch_arm(&c->watch, NET_READABLE);
    else
        serve(c);
}

struct connection *connection_next(const struct connection *connection) {
    return connection->next;
}

void connection_shut_down(struct connection *connection) {
    if (connection->state == CONNECTION_HANDSHAKE) {
        connection_destroy(connection);
        return;
    }
    h2_shut_down(connection->h2, "");
    serve(connection);
}

void connection_destroy(struct connection *connection) {
    struct connection *c = connection;
    *c->at = c->next;
    if (c->next)
        c->next->at = c->at;
    while (c->calls)
        forget_call(c->calls);
    given_up_release(c->given_up);
    for (size_t i = c->sent_first; i < c->sent_count; i++)
        server_reap(c->server, c->sent[i].message);
    memory_free(c->sent);
    atomic_fetch_sub(c->state == CONNECTION_OPEN ? &c->server->known : &c->server->strangers, 1);
    net_timer_disarm(&c->timer);
    if (c->watch.loop)
        net_watch_remove(&c->watch);
    h2_session_destroy(c->h2);
    net_stream_shutdown(c->stream);
    net_stream_destroy(c->stream);
    server_connection_ended(c->server);
    memory_free(c);
}

/* Opens the response, if there is something of it. */
static void begin_response(struct connection *c, struct airport_call *call) {
    pthread_mutex_lock(&call->lock);
    bool any_output = call->output_first != NULL, finished = call->finished;
    pthread_mutex_unlock(&call->lock);
    if (!any_output && !finished)
        return;
    call->headers_sent = true;
    if (finished && !any_output) {
        call->trailers_sent = true;
        status_submit_only(c->h2, call);
    } else {
        status_submit_headers(c->h2, call);
    }
}

void connection_flush_call(struct net_task *task) {
    struct airport_call *call = (struct airport_call *)((char *)task - offsetof(struct airport_call, flush_task));
    pthread_mutex_lock(&call->lock);
    call->flush_posted = false;
    pthread_mutex_unlock(&call->lock);
    struct connection *c = call->connection;
    if (c && c->state == CONNECTION_STRANGER && call_is_admitted(call) && !welcome(c))
        c = NULL;
    if (c) {
        open_window(c, call);
        if (!call->headers_sent)
            begin_response(c, call);
        else
            h2_resume(c->h2, call->stream_id);
        if (!write_output(c) || h2_is_over(c->h2))
            connection_destroy(c);
        else
            arm(c);
    }
    call_release(call);
}
