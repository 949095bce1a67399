/* Advisory locks (PostgreSQL 15, 9.27.10): among the sessions of one database, by numbers that mean something to them only.
 *
 * A session may take a lock several times and gives it back as often; locks of a transaction end with it, the others with the
 * session. A waiting session holds its thread, so only some may wait at once: one more is told that the lock is not available.
 * Departure: sessions that wait for each other are not detected; a cancel request or the statement timeout ends that. Any thread.
 */
#ifndef PGCAT_ADVISORY_LOCK_H
#define PGCAT_ADVISORY_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct pgcat_session;

enum { PGCAT_LOCK_BUCKETS = 256 };

struct pgcat_lock_key {
    const void *database;
    int64_t number;
    bool is_pair; /* of two integers, which are no lock of one */
};

struct pgcat_holding;

struct pgcat_locks {
    pthread_mutex_t mutex;
    pthread_cond_t released;
    int32_t waiting;
    struct pgcat_holding *buckets[PGCAT_LOCK_BUCKETS];
};

enum pgcat_lock_outcome { PGCAT_LOCK_TAKEN, PGCAT_LOCK_HELD_BY_OTHERS, PGCAT_LOCK_INTERRUPTED, PGCAT_LOCK_FAILED };

void pgcat_locks_init(struct pgcat_locks *locks);
void pgcat_locks_destroy(struct pgcat_locks *locks); /* sessions first */

struct pgcat_lock_request {
    struct pgcat_lock_key key;
    bool shared, for_transaction, wait;
};

/* Takes the lock; `wait` until it is free or the session's statement is interrupted. */
enum pgcat_lock_outcome pgcat_lock_take(struct pgcat_locks *locks, struct pgcat_session *session,
                                        const struct pgcat_lock_request *request, struct error *err);
/* Gives back one that was taken for the session; false: it has none. */
bool pgcat_lock_release(struct pgcat_locks *locks, struct pgcat_session *session, struct pgcat_lock_key key, bool shared);
/* All of the session, or only those of its transaction. */
void pgcat_lock_release_all(struct pgcat_locks *locks, struct pgcat_session *session, bool of_transaction, bool of_session);

#endif
