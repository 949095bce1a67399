/* HTTP/2 server sessions (RFC 9113) without I/O: bytes in, bytes out. The only file that sees nghttp2.
 *
 * A session knows streams by their id and a pointer of the owner's. Request bodies are handed over as they come and opened
 * window by window with h2_consume, so that an owner that is slow holds its own client back. Response bodies are pulled
 * from the owner as segments and never copied.
 *
 * A session belongs to one thread at a time. Flood protection: nghttp2's own limits on SETTINGS, PING, CONTINUATION and
 * resets, a bound on concurrent streams, on header bytes, and on output that the peer makes us queue.
 */
#ifndef FLIGHT_H2_H
#define FLIGHT_H2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "flight/message.h"

struct h2_session;

struct h2_header {
    const char *name; /* NUL-terminated, lower case */
    const char *value;
    size_t value_length;
};

enum h2_body_state {
    H2_BODY_MORE,    /* segments were given */
    H2_BODY_WAIT,    /* nothing now: h2_resume tells when */
    H2_BODY_TRAILERS /* the end: h2_submit_trailers was called */
};

/* What the session tells its owner; all from within h2_receive and h2_pull. Failing ends the connection. */
struct h2_handler {
    /* A request's headers are complete. Returns the stream's pointer, or NULL to refuse the stream. */
    void *(*begin)(void *self, int32_t stream_id, const struct h2_header *headers, size_t count);
    bool (*data)(void *self, void *stream, const uint8_t *bytes, size_t length);
    /* The client has sent everything. */
    void (*end)(void *self, void *stream);
    /* The stream is over, in order or not: the pointer is used no more. */
    void (*closed)(void *self, void *stream, uint32_t error_code);
    /* How many bytes of body are ready (0: ask h2_body_state). */
    size_t (*body_ready)(void *self, void *stream, enum h2_body_state *state);
    /* Moves on by `length` bytes of the body, adding their segments with h2_emit. */
    void (*body_take)(void *self, void *stream, size_t length);
};

struct h2_limits {
    uint32_t max_streams;
    uint32_t max_header_bytes;
    uint32_t first_window_bytes; /* of a stream, until h2_widen() */
    uint32_t window_bytes; /* of a stream after it; a connection has eight times as much */
};

/* Owned, free with h2_session_destroy. The first bytes to send are ready at once. */
struct h2_session *h2_session_create(const struct h2_handler *handler, void *self, const struct h2_limits *limits,
                                     struct error *err);
void h2_session_destroy(struct h2_session *session);

/* Takes bytes from the peer; fails when the connection must be closed (h2_pull may still have a GOAWAY to send). */
bool h2_receive(struct h2_session *session, const uint8_t *bytes, size_t length, struct error *err);
/* The body bytes of a stream have been dealt with: the peer may send as many again. */
void h2_consume(struct h2_session *session, int32_t stream_id, size_t length);
/* The stream's window may be as large as the limits say: its owner has found it worth that. */
void h2_widen(struct h2_session *session, int32_t stream_id);

/* Makes output ready, at least something if there is anything; false when the session is broken. */
bool h2_pull(struct h2_session *session);
/* Only within body_take: the next bytes of the body, borrowed until they have been sent. */
void h2_emit(struct h2_session *session, const uint8_t *bytes, size_t length);
/* The output that is ready: up to `capacity` segments from the front. */
size_t h2_output(const struct h2_session *session, struct flight_segment *segments, size_t capacity);
/* The first `length` bytes of it have been sent. */
void h2_output_sent(struct h2_session *session, size_t length);
bool h2_has_output(const struct h2_session *session);
/* All bytes ever made ready, and ever sent: what was emitted up to a mark may be freed once that mark has been sent. */
uint64_t h2_output_mark(const struct h2_session *session);
uint64_t h2_sent_mark(const struct h2_session *session);

/* Response headers; with `end` they are all there is, else a body follows, and trailers. */
bool h2_submit_headers(struct h2_session *session, int32_t stream_id, const struct h2_header *headers, size_t count,
                       bool end);
bool h2_submit_trailers(struct h2_session *session, int32_t stream_id, const struct h2_header *headers, size_t count);
/* The body that waited has more, or has ended. */
void h2_resume(struct h2_session *session, int32_t stream_id);
/* RST_STREAM; error codes are RFC 9113's. */
void h2_reset(struct h2_session *session, int32_t stream_id, uint32_t error_code);
/* GOAWAY: no new streams, the ones there go on. The peer may read why; "" tells nothing. */
void h2_shut_down(struct h2_session *session, const char *why);
/* Nothing more will come or go: the connection can be closed. */
bool h2_is_over(const struct h2_session *session);

#endif
