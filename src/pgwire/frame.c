#include "pgwire/frame.h"

#include "base/reader.h"

enum {
    STARTUP_PACKET_BYTES = 10000, /* PostgreSQL's MAX_STARTUP_PACKET_LENGTH, without the length word */
    LENGTH_BYTES = 4,
    HEADER_BYTES = 1 + LENGTH_BYTES,
};

enum size_class { SMALL, TOKEN, LARGE };

struct message_row {
    char tag;
    uint8_t size;
    uint8_t verdicts[4]; /* by enum pgwire_phase */
};

static const struct message_row message_rows[PGWIRE_MESSAGE_COUNT] = {
#define TAKE PGWIRE_TAKE
#define DROP PGWIRE_DROP
#define FAIL PGWIRE_FAIL
#define PG_FRONTEND(id, tag, name, size, authentication, ready, skip, copy_in)                                         \
    [PGWIRE_##id] = {tag, size, {authentication, ready, skip, copy_in}},
#include "pg_messages.def"
#undef PG_FRONTEND
#undef TAKE
#undef DROP
#undef FAIL
};

static bool find_tag(uint8_t tag, enum pgwire_message_id *id) {
    for (int i = 0; i < PGWIRE_MESSAGE_COUNT; i++)
        if ((uint8_t)message_rows[i].tag == tag) {
            *id = (enum pgwire_message_id)i;
            return true;
        }
    return false;
}

static size_t limit_of(enum size_class size, size_t max_message_bytes) {
    static const size_t limits[] = {[SMALL] = 10000, [TOKEN] = 65535, [LARGE] = SIZE_MAX};
    return limits[size] < max_message_bytes ? limits[size] : max_message_bytes;
}

static enum pgwire_frame_status invalid(struct error *err, const char *message) {
    error_set(err, ERROR_PROTOCOL, "%s", message);
    return PGWIRE_FRAME_INVALID;
}

static enum pgwire_frame_status partial(size_t *wanted_bytes, size_t wanted) {
    *wanted_bytes = wanted;
    return PGWIRE_FRAME_PARTIAL;
}

enum pgwire_frame_status pgwire_frame_read_startup(const uint8_t *bytes, size_t length, struct pgwire_frame *frame,
                                                   size_t *wanted_bytes, struct error *err) {
    struct reader r = reader_over(bytes, length);
    uint32_t packet_bytes = reader_u32(&r);
    if (!reader_ok(&r))
        return partial(wanted_bytes, LENGTH_BYTES - length);
    if (packet_bytes < LENGTH_BYTES + 4 || packet_bytes > LENGTH_BYTES + STARTUP_PACKET_BYTES)
        return invalid(err, "invalid length of startup packet");
    size_t body_bytes = packet_bytes - LENGTH_BYTES;
    if (r.left < body_bytes)
        return partial(wanted_bytes, body_bytes - r.left);
    frame->body = r.at;
    frame->body_bytes = body_bytes;
    frame->frame_bytes = packet_bytes;
    return PGWIRE_FRAME_COMPLETE;
}

enum pgwire_frame_status pgwire_frame_read(const uint8_t *bytes, size_t length, size_t max_message_bytes,
                                           struct pgwire_frame *frame, size_t *wanted_bytes, struct error *err) {
    if (length == 0)
        return partial(wanted_bytes, HEADER_BYTES);
    enum pgwire_message_id id;
    if (!find_tag(bytes[0], &id)) {
        error_set(err, ERROR_PROTOCOL, "invalid frontend message type %d", bytes[0]);
        return PGWIRE_FRAME_INVALID;
    }
    if (length < HEADER_BYTES)
        return partial(wanted_bytes, HEADER_BYTES - length);
    struct reader r = reader_over(bytes + 1, length - 1);
    uint32_t message_bytes = reader_u32(&r);
    if (message_bytes < LENGTH_BYTES || message_bytes > limit_of(message_rows[id].size, max_message_bytes))
        return invalid(err, "invalid message length");
    size_t body_bytes = message_bytes - LENGTH_BYTES;
    if (r.left < body_bytes)
        return partial(wanted_bytes, body_bytes - r.left);
    frame->id = id;
    frame->body = r.at;
    frame->body_bytes = body_bytes;
    frame->frame_bytes = HEADER_BYTES + body_bytes;
    return PGWIRE_FRAME_COMPLETE;
}

enum pgwire_verdict pgwire_message_verdict(enum pgwire_message_id id, enum pgwire_phase phase) {
    return message_rows[id].verdicts[phase];
}

bool pgwire_message_refuse(enum pgwire_message_id id, enum pgwire_phase phase, struct error *err) {
    int tag = message_rows[id].tag;
    switch (phase) {
    case PGWIRE_PHASE_AUTHENTICATION:
        return error_set(err, ERROR_PROTOCOL, "expected password response, got message type %d", tag);
    case PGWIRE_PHASE_COPY_IN:
        return error_set(err, ERROR_PROTOCOL, "unexpected message type 0x%02X during COPY from stdin", (unsigned)tag);
    case PGWIRE_PHASE_READY:
    case PGWIRE_PHASE_SKIP:
        break;
    }
    return error_set(err, ERROR_PROTOCOL, "invalid frontend message type %d", tag);
}

char pgwire_message_tag(enum pgwire_message_id id) {
    return message_rows[id].tag;
}

