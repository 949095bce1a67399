#include "airport/status.h"

#include <stdio.h>
#include <string.h>

#include "airport/failure.h"
#include "base/writer.h"
#include "flight/msgpack.h"

/* gRPC's C core refuses a response whose headers exceed 16 KiB together. */
enum { MAX_MESSAGE_BYTES = 4096, MAX_TRAILERS = 8 };

struct trailers {
    struct arena arena;
    struct h2_header headers[MAX_TRAILERS];
    size_t count;
};

static void add(struct trailers *t, const char *name, const char *value) {
    if (value)
        t->headers[t->count++] = (struct h2_header){name, value, strlen(value)};
}

/* What makes the client raise an exception of that class (the extension's src/include/airport_macros.hpp): Arrow's status
 * code for IOError, and the details as msgpack. */
static void add_exception(struct trailers *t, const char *exception, const char *message) {
    struct writer details = {0};
    msgpack_write_map(&details, 2);
    msgpack_write_text(&details, "exception_type");
    msgpack_write_text(&details, exception);
    msgpack_write_text(&details, "message");
    msgpack_write_text(&details, message);
    if (writer_ok(&details)) {
        add(t, "x-arrow-status", "5");
        add(t, "grpc-status-details-bin", grpc_encode_binary(&t->arena, details.bytes, details.length, false));
    }
    writer_destroy(&details);
}

static void add_status(struct trailers *t, struct airport_call *call) {
    struct airport_error error;
    pthread_mutex_lock(&call->lock);
    error = call->status;
    pthread_mutex_unlock(&call->lock);
    add(t, "grpc-status", arena_format(&t->arena, "%d", airport_error_grpc_status(error.kind)));
    if (error.kind == AIRPORT_OK)
        return;
    add(t, "grpc-message", grpc_percent_encode(&t->arena, error.message, MAX_MESSAGE_BYTES));
    const char *exception = failure_exception(error.kind);
    if (*exception)
        add_exception(t, exception, error.message);
}

static void add_response_headers(struct trailers *t) {
    add(t, ":status", "200");
    add(t, "content-type", "application/grpc");
    add(t, "grpc-accept-encoding", "identity");
}

void status_submit_headers(struct h2_session *h2, struct airport_call *call) {
    struct trailers t = {.count = 0};
    add_response_headers(&t);
    h2_submit_headers(h2, call->stream_id, t.headers, t.count, false);
}

void status_submit_trailers(struct h2_session *h2, struct airport_call *call) {
    struct trailers t = {.count = 0};
    add_status(&t, call);
    h2_submit_trailers(h2, call->stream_id, t.headers, t.count);
    arena_destroy(&t.arena);
}

void status_submit_only(struct h2_session *h2, struct airport_call *call) {
    struct trailers t = {.count = 0};
    add_response_headers(&t);
    add_status(&t, call);
    h2_submit_headers(h2, call->stream_id, t.headers, t.count, true);
    arena_destroy(&t.arena);
}
