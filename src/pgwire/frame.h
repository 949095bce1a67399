/* Framing of the PostgreSQL protocol 3: where one message ends and the next begins, and which is legal when.
 *
 * No I/O: bytes in, frames out, any split of the input works. A frame borrows its body from the input. Limits and texts
 * are PostgreSQL 15's (pqcomm.c, backend_startup in postmaster.c). Any thread.
 */
#ifndef PGWIRE_FRAME_H
#define PGWIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum pgwire_message_id {
#define PG_FRONTEND(id, tag, name, size, authentication, ready, skip, copy_in) PGWIRE_##id,
#include "pg_messages.def"
#undef PG_FRONTEND
    PGWIRE_MESSAGE_COUNT
};

/* What a session waits for, as far as the legality of messages goes. */
enum pgwire_phase { PGWIRE_PHASE_AUTHENTICATION, PGWIRE_PHASE_READY, PGWIRE_PHASE_SKIP, PGWIRE_PHASE_COPY_IN };

enum pgwire_verdict { PGWIRE_TAKE, PGWIRE_DROP, PGWIRE_FAIL };

struct pgwire_frame {
    enum pgwire_message_id id; /* not set for a start-up packet */
    const uint8_t *body;       /* borrowed from the input; behind tag and length */
    size_t body_bytes;
    size_t frame_bytes; /* with tag and length: what to consume */
};

enum pgwire_frame_status {
    PGWIRE_FRAME_COMPLETE,
    PGWIRE_FRAME_PARTIAL, /* `*wanted_bytes` more are needed, at least */
    PGWIRE_FRAME_INVALID, /* `err` is filled; the stream cannot be followed any further */
};

/* The first packet of a connection, which has no tag. */
enum pgwire_frame_status pgwire_frame_read_startup(const uint8_t *bytes, size_t length, struct pgwire_frame *frame,
                                                   size_t *wanted_bytes, struct error *err);
/* Any later message; no message may be longer than `max_message_bytes`, length word included. An unknown tag, a length
 * below 4 or above the message's own limit is told as soon as tag and length are there. */
enum pgwire_frame_status pgwire_frame_read(const uint8_t *bytes, size_t length, size_t max_message_bytes,
                                           struct pgwire_frame *frame, size_t *wanted_bytes, struct error *err);

enum pgwire_verdict pgwire_message_verdict(enum pgwire_message_id id, enum pgwire_phase phase);
/* Fills `err` with PostgreSQL's text for a message whose verdict is PGWIRE_FAIL; returns false. The session ends
 * after it. */
bool pgwire_message_refuse(enum pgwire_message_id id, enum pgwire_phase phase, struct error *err);
char pgwire_message_tag(enum pgwire_message_id id);

#endif
