/* The door itself, as the sessions see it: options, registry, limits. */
#ifndef PGDOOR_DOOR_H
#define PGDOOR_DOOR_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "pgdoor/session.h"
#include "pgdoor/terms.h"

struct pgdoor {
    struct pgdoor_options options; /* strings in the arena */
    struct arena arena;
    _Atomic(struct terms *) terms;           /* for sessions to come */
    uint8_t mock_secret[32];                 /* of the salts that unknown users are shown */
    struct net_listener *listener;
    atomic_bool draining;
    struct net_timer sweep; /* looks after timeouts and clients that hung up */
    struct net_task sweep_task, stop_task;
    pthread_mutex_t registry_lock; /* guards the rest, and what sessions let other threads see */
    pthread_cond_t sweep_stopped;
    bool sweep_is_stopped;
    struct net_tls_context *tls;
    struct session *sessions;
    int32_t session_count, admitted_count;
    int32_t next_pid;
};

/* Enters the session into the registry with a pid and a cancel key, and lets it run. Where there are too many strangers the
 * oldest has to go. */
bool door_enter(struct pgdoor *door, struct session *session, net_member_fn run, struct error *err);
/* Counts it, which has logged in, as a client's session; false (53300) when there are too many. */
bool door_admit(struct pgdoor *door, struct session *session, struct error *err);
void door_leave(struct pgdoor *door, struct session *session);
/* A context for a handshake, retained; NULL when TLS is off. */
struct net_tls_context *door_tls(struct pgdoor *door);
/* The terms in force, borrowed while the door stands. */
const struct terms *door_terms(struct pgdoor *door);
/* A CancelRequest: without an answer, whether it fits a session or not. */
void door_cancel_request(struct pgdoor *door, int32_t pid, const uint8_t *key, size_t key_bytes);
/* Stops the session's running statement; under the registry's lock. */
void door_interrupt(struct session *session, enum interrupt_reason reason);

#endif
