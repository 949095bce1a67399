/* HTTP/2 from a client: any bytes, in pieces of any size. The owner answers every request, consumes its body and drops its
 * output. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "flight/h2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_STREAMS = 64, BODY_BYTES = 40000 };

struct owner {
    struct h2_session *h2;
    struct stream {
        struct owner *owner;
        int32_t id;
        size_t left;
        bool trailers;
    } streams[MAX_STREAMS];
    int used;
};

static const uint8_t body[BODY_BYTES];
static const struct h2_header response[] = {{":status", "200", 3}, {"content-type", "application/grpc", 16}};
static const struct h2_header trailers[] = {{"grpc-status", "0", 1}};

static void *begin(void *self, int32_t id, const struct h2_header *headers, size_t count) {
    struct owner *o = self;
    (void)headers;
    (void)count;
    if (o->used == MAX_STREAMS)
        return NULL;
    struct stream *s = &o->streams[o->used++];
    *s = (struct stream){o, id, BODY_BYTES, false};
    h2_submit_headers(o->h2, id, response, 2, false);
    return s;
}

static bool take_data(void *self, void *stream, const uint8_t *bytes, size_t length) {
    struct owner *o = self;
    struct stream *s = stream;
    (void)bytes;
    if (s->id % 4 == 1)
        h2_widen(o->h2, s->id);
    h2_consume(o->h2, s->id, length);
    return true;
}

static void end(void *self, void *stream) {
    (void)self;
    (void)stream;
}

static void closed(void *self, void *stream, uint32_t error_code) {
    (void)self;
    (void)stream;
    (void)error_code;
}

static size_t body_ready(void *self, void *stream, enum h2_body_state *state) {
    struct owner *o = self;
    struct stream *s = stream;
    if (!s->left && !s->trailers) {
        s->trailers = true;
        h2_submit_trailers(o->h2, s->id, trailers, 1);
    }
    if (!s->left)
        *state = H2_BODY_TRAILERS;
    return s->left;
}

static void body_take(void *self, void *stream, size_t length) {
    struct owner *o = self;
    struct stream *s = stream;
    h2_emit(o->h2, body, length);
    s->left -= length;
}

static bool drain(struct h2_session *h2) {
    struct flight_segment segments[16];
    size_t count;
    do {
        if (!h2_pull(h2))
            return false;
        count = h2_output(h2, segments, 16);
        for (size_t i = 0; i < count; i++)
            h2_output_sent(h2, segments[i].length);
    } while (count);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct h2_handler handler = {begin, take_data, end, closed, body_ready, body_take};
    static const struct h2_limits limits = {.max_streams = 16, .max_header_bytes = 4096, .first_window_bytes = 4096, .window_bytes = 65535};
    struct owner owner;
    struct error err = {0};
    memset(&owner, 0, sizeof owner);
    owner.h2 = h2_session_create(&handler, &owner, &limits, &err);
    if (!owner.h2)
        return 0;
    size_t piece = size ? 1 + data[size - 1] : 1;
    bool ok = drain(owner.h2);
    for (size_t at = 0; ok && at < size; at += piece)
        ok = h2_receive(owner.h2, data + at, size - at < piece ? size - at : piece, &err) && drain(owner.h2);
    h2_session_destroy(owner.h2);
    return 0;
}
