/* A session's life: bytes in, messages taken one by one, bytes out; parking when nothing can be done.
 *
 * run() is the whole loop. It runs on a thread of the crew, and never waits for the client.
 */
#include "pgdoor/session.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "pgcat/pgcat.h"
#include "pgdoor/copy.h"
#include "pgdoor/door.h"
#include "pgdoor/portal.h"
#include "pgdoor/prepared.h"
#include "pgdoor/savepoint.h"
#include "pgdoor/transaction.h"
#include "pgdoor/watch.h"

enum {
    READ_BYTES = 16 * 1024,    /* a read's least room */
    KEEP_BYTES = 32 * 1024,    /* a buffer larger than this is given back when the session idles */
};

/* From which state one may come: a bit for each. */
static const uint16_t legal_from[] = {
    [SESSION_STARTUP] = 1 << SESSION_HANDSHAKE,
    [SESSION_HANDSHAKE] = 1 << SESSION_STARTUP,
    [SESSION_MD5] = 1 << SESSION_STARTUP,
    [SESSION_SASL_FIRST] = 1 << SESSION_STARTUP,
    [SESSION_SASL_FINAL] = 1 << SESSION_SASL_FIRST,
    [SESSION_READY] = 1 << SESSION_STARTUP | 1 << SESSION_MD5 | 1 << SESSION_SASL_FINAL | 1 << SESSION_SCRIPT |
                      1 << SESSION_EXECUTE | 1 << SESSION_SKIP | 1 << SESSION_COPY_IN,
    [SESSION_SCRIPT] = 1 << SESSION_READY | 1 << SESSION_COPY_IN,
    [SESSION_EXECUTE] = 1 << SESSION_READY,
    [SESSION_SKIP] = 1 << SESSION_READY | 1 << SESSION_EXECUTE | 1 << SESSION_COPY_IN,
    [SESSION_COPY_IN] = 1 << SESSION_SCRIPT | 1 << SESSION_EXECUTE | 1 << SESSION_READY,
    [SESSION_CLOSING] = 0xffff,
};

void session_set_state(struct session *session, enum session_state state) {
    if (session->state == state || !(legal_from[state] & 1 << session->state))
        __builtin_trap(); /* a defect of ours, not of the client's */
    session->state = state;
}

/* ---- made and ended ---- */

static void run(struct net_member *member);
static void destroy(struct session *session);

bool session_start(struct pgdoor *door, int fd, bool trusted, struct error *err) {
    struct session *session = memory_allocate_zeroed(1, sizeof *session);
    if (!session) {
        close(fd);
        return error_set_no_memory(err);
    }
    session->door = door;
    session->trusted = trusted;
    session->in.limit_bytes = door->options.max_message_bytes + READ_BYTES + 8;
    settings_init(&session->settings);
    session->stream = net_stream_create(fd, err);
    session->activity.started_us = clock_wall_us();
    session->terms = door_terms(door);
    if (session->terms->startup_timeout_ms)
        atomic_store(&session->idle_deadline_ns,
                     clock_monotonic_ns() + session->terms->startup_timeout_ms * 1000000);
    bool ok = session->stream && door_enter(door, session, run, err);
    if (!ok)
        destroy(session);
    return ok;
}

/* What belongs to the engine, or waits for it. */
static void close_engine(struct session *session) {
    copy_in_destroy(session->copy_in);
    session->copy_in = NULL;
    query_abandon(session);
    portal_destroy_all(session);
    prepared_destroy_all(session);
    pgcat_session_destroy(session->catalog);
    session->catalog = NULL;
    engine_connection_destroy(session->engine);
    session->engine = NULL;
}

static void destroy(struct session *session) {
    close_engine(session);
    net_stream_destroy(session->stream);
    savepoint_forget_all(session);
    pgwire_scram_destroy(&session->scram);
    settings_destroy(&session->settings);
    arena_destroy(&session->message);
    arena_destroy(&session->statement);
    writer_destroy(&session->in);
    writer_destroy(&session->out);
    memory_free(session->user_name);
    memory_free(session->database);
    memory_free(session);
}

/* The engine's part ends first: rolling back may take its time. Nobody interrupts it any more. */
static void end(struct session *session) {
    struct pgdoor *door = session->door;
    pthread_mutex_lock(&door->registry_lock);
    atomic_store(&session->running, false);
    pthread_mutex_unlock(&door->registry_lock);
    watch_disconnected(session);
    close_engine(session);
    net_stream_shutdown(session->stream);
    door_leave(door, session); /* from here on nobody wakes it, and the door may go */
    net_crew_leave(&session->member);
    destroy(session);
}

enum step session_fail(struct session *session, const struct error *err) {
    watch_refused(session, err);
    return session_end_with(session, err);
}

enum step session_end_with(struct session *session, const struct error *err) {
    pgwire_write_error(&session->out, PGWIRE_FATAL, err);
    session_set_state(session, SESSION_CLOSING);
    return STEP_AGAIN;
}

/* ---- bytes ---- */

static enum step want(enum net_status status) {
    return status == NET_WANT_WRITE ? STEP_WANT_WRITE : status == NET_WANT_READ ? STEP_PARK_READ : STEP_END;
}

/* Sends what is collected; STEP_AGAIN when all is sent. */
static enum step flush(struct session *session) {
    struct error err;
    while (session->out_sent < session->out.length) {
        size_t moved;
        enum net_status status = net_stream_write(session->stream, session->out.bytes + session->out_sent,
                                                  session->out.length - session->out_sent, &moved, &err);
        if (status != NET_DONE)
            return want(status);
        session->out_sent += moved;
        watch_bytes(session, METRIC_BYTES_SENT, moved);
    }
    session->out_sent = 0;
    writer_reset(&session->out);
    return STEP_AGAIN;
}

static void give_back_memory(struct session *session) {
    if (session->in_used == session->in.length && session->in.capacity > KEEP_BYTES) {
        session->in_used = 0;
        memory_free(session->in.bytes);
        session->in.bytes = NULL;
        session->in.length = session->in.capacity = 0;
    }
    if (session->out.length == 0 && session->out.capacity > KEEP_BYTES)
        writer_destroy(&session->out);
}

/* Reads once; STEP_AGAIN when bytes came or the client has closed its side. */
static enum step receive(struct session *session, size_t wanted) {
    struct error err;
    if (session->in_used) {
        memmove(session->in.bytes, session->in.bytes + session->in_used, session->in.length - session->in_used);
        session->in.length -= session->in_used;
        session->in_used = 0;
    }
    size_t room = wanted > READ_BYTES ? wanted : READ_BYTES;
    if (!writer_reserve(&session->in, room)) {
        error_set_no_memory(&err);
        return session_fail(session, &err);
    }
    size_t moved;
    enum net_status status = net_stream_read(session->stream, session->in.bytes + session->in.length,
                                             session->in.capacity - session->in.length, &moved, &err);
    /* A short read has emptied the socket; what TLS has read ahead is not seen here. */
    session->readable = status == NET_DONE && (moved == session->in.capacity - session->in.length ||
                                               net_stream_is_tls(session->stream) || net_member_hung_up(&session->member));
    if (status == NET_EOF)
        session->input_ended = true;
    else if (status != NET_DONE)
        return want(status);
    if (status != NET_DONE)
        return STEP_AGAIN;
    session->in.length += moved;
    watch_bytes(session, METRIC_BYTES_RECEIVED, moved);
    return STEP_AGAIN;
}

/* ---- messages ---- */

static enum pgwire_phase phase_of(const struct session *session) {
    switch (session->state) {
    case SESSION_MD5:
    case SESSION_SASL_FIRST:
    case SESSION_SASL_FINAL:
        return PGWIRE_PHASE_AUTHENTICATION;
    case SESSION_SKIP:
        return PGWIRE_PHASE_SKIP;
    case SESSION_COPY_IN:
        return PGWIRE_PHASE_COPY_IN;
    default:
        return PGWIRE_PHASE_READY;
    }
}

/* The answer to a message of the extended protocol is written by its handler; an error sends the session skipping. */
static enum step extended(struct session *session, bool ok, struct error *err) {
    return ok ? STEP_AGAIN : extended_fail(session, err);
}

static enum step dispatch(struct session *session, const struct pgwire_message *message) {
    struct error err;
    error_clear(&err);
    switch (message->id) {
    case PGWIRE_QUERY:
        return query_begin(session, &message->query);
    case PGWIRE_PARSE:
        return extended(session, extended_parse(session, &message->parse, &err), &err);
    case PGWIRE_BIND:
        return extended(session, extended_bind(session, &message->bind, &err), &err);
    case PGWIRE_DESCRIBE:
        return extended(session, extended_describe(session, &message->describe, &err), &err);
    case PGWIRE_EXECUTE:
        return extended(session, extended_execute(session, &message->execute, &err), &err);
    case PGWIRE_CLOSE:
        return extended(session, extended_close(session, &message->close, &err), &err);
    case PGWIRE_SYNC:
        return extended_sync(session);
    case PGWIRE_FLUSH:
        return STEP_AGAIN; /* whatever is collected is sent before the next wait */
    case PGWIRE_FUNCTION_CALL:
        error_set(&err, ERROR_UNSUPPORTED, "function call messages are not supported");
        return query_fail(session, &err);
    case PGWIRE_COPY_DATA:
        return copy_in_data(session, message->copy_data);
    case PGWIRE_COPY_DONE:
        return copy_in_done(session);
    case PGWIRE_COPY_FAIL:
        return copy_in_fail(session, message->copy_fail);
    case PGWIRE_PASSWORD:
        return startup_password(session, message);
    default: /* Terminate */
        session_set_state(session, SESSION_CLOSING);
        return STEP_AGAIN;
    }
}

/* A message whose body is not what its tag says. What begins skipping is what an ordinary error of the message would. */
static enum step refuse_frame(struct session *session, const struct pgwire_frame *frame, enum pgwire_phase phase,
                              struct error *err) {
    if (phase == PGWIRE_PHASE_AUTHENTICATION || frame->id == PGWIRE_TERMINATE)
        return session_fail(session, err);
    if (phase == PGWIRE_PHASE_COPY_IN)
        return copy_in_refuse(session, err);
    bool is_whole_request = frame->id == PGWIRE_QUERY || frame->id == PGWIRE_FUNCTION_CALL || frame->id == PGWIRE_SYNC;
    return is_whole_request ? query_fail(session, err) : extended_fail(session, err);
}

static enum step take_frame(struct session *session, const struct pgwire_frame *frame) {
    struct error err;
    enum pgwire_phase phase = phase_of(session);
    session->in_used += frame->frame_bytes;
    switch (pgwire_message_verdict(frame->id, phase)) {
    case PGWIRE_DROP:
        return STEP_AGAIN;
    case PGWIRE_FAIL:
        pgwire_message_refuse(frame->id, phase, &err);
        return session_fail(session, &err);
    case PGWIRE_TAKE:
        break;
    }
    struct pgwire_message message;
    arena_reset(&session->message);
    if (pgwire_message_parse(frame, &session->message, &message, &err))
        return dispatch(session, &message);
    return refuse_frame(session, frame, phase, &err);
}

/* The next message, if it is all there; otherwise STEP_WANT_READ with the bytes it lacks. */
static enum step next_message(struct session *session, size_t *wanted) {
    struct pgwire_frame frame;
    struct error err;
    error_clear(&err);
    switch (pgwire_frame_read(session_input(session), session->in.length - session->in_used,
                              session->door->options.max_message_bytes, &frame, wanted, &err)) {
    case PGWIRE_FRAME_COMPLETE:
        return take_frame(session, &frame);
    case PGWIRE_FRAME_INVALID:
        return session_fail(session, &err);
    case PGWIRE_FRAME_PARTIAL:
        break;
    }
    return session->input_ended ? STEP_END : STEP_WANT_READ;
}

/* ---- the loop ---- */

/* Whoever is told to end does not wait for a client that does not read: it may hold what others need. */
static bool is_told_to_end(const struct session *session) {
    return atomic_load(&session->terminate) || atomic_load(&session->engine_failed) ||
           atomic_load(&session->idle_expired) || atomic_load(&session->crowded_out);
}

/* Reasons to end that come from outside, in the words PostgreSQL has for them. */
static bool must_end(struct session *session, struct error *err) {
    bool in_transaction = session->transaction.state != TRANSACTION_NONE;
    bool starting = !session->engine;
    if (atomic_load(&session->crowded_out))
        return error_set_state(err, ERROR_LIMIT, "53300", "too many connections have not logged in yet"),
               error_set_hint(err, "The setting MAX_UNAUTHENTICATED_CONNECTIONS allows %d.", session->terms->max_strangers),
               true;
    if (atomic_load(&session->engine_failed))
        return error_set_state(err, ERROR_SHUTDOWN, "57P02",
                               "terminating connection because the database engine failed"),
               error_set_hint(err, "In a moment you should be able to reconnect to the database and repeat your command."),
               true;
    /* Whoever sends a first packet is still told by begin_session() that he is too late. */
    bool drained = atomic_load(&session->door->draining) && !in_transaction && session->state != SESSION_STARTUP;
    if (drained && starting)
        return error_set_state(err, ERROR_SHUTDOWN, "57P03", "the database system is shutting down"), true;
    if (drained || atomic_load(&session->terminate))
        return error_set(err, ERROR_SHUTDOWN, "terminating connection due to administrator command"), true;
    if (!atomic_load(&session->idle_expired))
        return false;
    error_set_state(err, ERROR_SHUTDOWN, starting ? "08006" : in_transaction ? "25P03" : "57P05",
                    starting         ? "canceling authentication due to timeout"
                    : in_transaction ? "terminating connection due to idle-in-transaction timeout"
                                     : "terminating connection due to idle-session timeout");
    return true;
}

static bool is_waiting_state(enum session_state state) {
    return state == SESSION_READY || state == SESSION_SKIP || state == SESSION_COPY_IN || state < SESSION_READY;
}

static bool has_to_end(struct session *session, struct error *err) {
    return is_waiting_state(session->state) && must_end(session, err);
}

/* One thing at a time. Output is sent when enough has been collected, and before every wait. */
static enum step step(struct session *session, size_t *wanted) {
    struct error err;
    if (!writer_ok(&session->out)) /* no memory for an answer: nothing sensible can be sent any more */
        return STEP_END;
    if (session->out.length - session->out_sent >= session->door->options.batch_bytes ||
        session->state == SESSION_CLOSING || session->flush_wanted) {
        enum step sent = flush(session);
        if (sent != STEP_AGAIN && is_told_to_end(session))
            return STEP_END;
        if (sent != STEP_AGAIN || session->state == SESSION_CLOSING)
            return sent == STEP_AGAIN ? STEP_END : sent;
        session->flush_wanted = false;
    }
    if (has_to_end(session, &err))
        return session_fail(session, &err);
    if (copy_in_is_interrupted(session))
        return copy_in_interrupt(session);
    switch (session->state) {
    case SESSION_STARTUP:
        return startup_step(session, wanted);
    case SESSION_HANDSHAKE:
        return startup_handshake(session);
    case SESSION_SCRIPT:
        return query_continue(session);
    case SESSION_EXECUTE:
        return extended_continue(session);
    default:
        return next_message(session, wanted);
    }
}

static void note_idle(struct session *session) {
    int64_t timeout_ms = session->transaction.state != TRANSACTION_NONE
                             ? session->settings.idle_in_transaction_timeout_ms
                             : session->settings.idle_session_timeout_ms;
    if (session->state == SESSION_READY)
        atomic_store(&session->idle_deadline_ns, timeout_ms ? clock_monotonic_ns() + timeout_ms * 1000000 : 0);
}

/* Gives the session away: after true nothing of it may be touched. */
static bool park(struct session *session) {
    give_back_memory(session);
    if (net_crew_park(&session->member))
        return true;
    session->readable = true;
    return false;
}

/* Takes in what came, or waits for it. False: the session was given away. */
static bool wait_for_input(struct session *session, size_t wanted) {
    enum step got = session->readable ? receive(session, wanted) : STEP_PARK_READ;
    if (got == STEP_AGAIN)
        return true;
    if (got == STEP_END) {
        end(session);
        return false;
    }
    note_idle(session);
    return !park(session);
}

static void run(struct net_member *member) {
    struct session *session = (struct session *)((char *)member - offsetof(struct session, member));
    pgcat_session_enter(session->catalog);
    session->readable = true;
    if (session->state == SESSION_READY)
        atomic_store(&session->idle_deadline_ns, 0);
    for (;;) {
        size_t wanted = 0;
        enum step next = step(session, &wanted);
        if (next == STEP_WANT_READ || next == STEP_PARK_READ) {
            enum step sent = flush(session);
            next = sent == STEP_AGAIN ? next : sent;
        }
        if (next == STEP_WANT_READ) {
            if (!wait_for_input(session, wanted))
                return;
        } else if (next == STEP_END) {
            end(session);
            return;
        } else if (next != STEP_AGAIN && park(session)) {
            return;
        }
    }
}
