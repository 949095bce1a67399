/* Advisory locks: who holds what, in a hash table by the lock; waiters look again when anything is released. */
#include "pgcat/advisory_lock.h"

#include <time.h>

#include "base/memory.h"
#include "pgcat/function.h"

enum {
    WAITERS_MOST = 4,
    LOOK_MS = 20, /* how often a waiting session looks whether it was interrupted */
};

/* One session's hold on one lock, of one kind. */
struct pgcat_holding {
    struct pgcat_holding *next;
    const struct pgcat_session *session;
    struct pgcat_lock_key key;
    bool shared, for_transaction;
    int64_t count;
};

void pgcat_locks_init(struct pgcat_locks *locks) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&locks->mutex, NULL);
    pthread_cond_init(&locks->released, &attributes);
    pthread_condattr_destroy(&attributes);
}

void pgcat_locks_destroy(struct pgcat_locks *locks) {
    pthread_cond_destroy(&locks->released);
    pthread_mutex_destroy(&locks->mutex);
}

static struct pgcat_holding **bucket_of(struct pgcat_locks *locks, struct pgcat_lock_key key) {
    uint64_t hash = ((uint64_t)key.number + key.is_pair) * 0x9e3779b97f4a7c15u;
    return &locks->buckets[(hash >> 32) % PGCAT_LOCK_BUCKETS];
}

static bool same_key(struct pgcat_lock_key a, struct pgcat_lock_key b) {
    return a.database == b.database && a.number == b.number && a.is_pair == b.is_pair;
}

static bool is_free(struct pgcat_locks *locks, const struct pgcat_session *session, const struct pgcat_lock_request *request) {
    for (const struct pgcat_holding *h = *bucket_of(locks, request->key); h; h = h->next)
        if (h->session != session && same_key(h->key, request->key) && !(h->shared && request->shared))
            return false;
    return true;
}

static struct pgcat_holding **find(struct pgcat_locks *locks, const struct pgcat_session *session, struct pgcat_lock_key key,
                                   bool shared, bool for_transaction) {
    struct pgcat_holding **at = bucket_of(locks, key);
    while (*at && !((*at)->session == session && (*at)->shared == shared && (*at)->for_transaction == for_transaction &&
                    same_key((*at)->key, key)))
        at = &(*at)->next;
    return at;
}

static enum pgcat_lock_outcome hold(struct pgcat_locks *locks, const struct pgcat_session *session,
                                    const struct pgcat_lock_request *request, struct error *err) {
    struct pgcat_holding **at = find(locks, session, request->key, request->shared, request->for_transaction);
    if (!*at) {
        struct pgcat_holding *holding = memory_allocate_zeroed(1, sizeof *holding);
        if (!holding) {
            error_set_no_memory(err);
            return PGCAT_LOCK_FAILED;
        }
        *holding = (struct pgcat_holding){
            .session = session, .key = request->key, .shared = request->shared, .for_transaction = request->for_transaction};
        *at = holding;
    }
    (*at)->count++;
    return PGCAT_LOCK_TAKEN;
}

static bool is_interrupted(const struct pgcat_session *session) {
    const struct pgcat_host *host = session->pgcat->options.host;
    return host && host->interrupted && host->interrupted(host->self, session->identity.door);
}

/* With the mutex held. */
static enum pgcat_lock_outcome wait_for(struct pgcat_locks *locks, const struct pgcat_session *session,
                                        const struct pgcat_lock_request *request, struct error *err) {
    if (locks->waiting == WAITERS_MOST) {
        error_set_state(err, ERROR_LIMIT, "55P03", "could not obtain advisory lock: %d sessions wait for one already", WAITERS_MOST);
        return PGCAT_LOCK_FAILED;
    }
    enum pgcat_lock_outcome outcome = PGCAT_LOCK_TAKEN;
    locks->waiting++;
    while (!is_free(locks, session, request) && outcome == PGCAT_LOCK_TAKEN) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += LOOK_MS * 1000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&locks->released, &locks->mutex, &until);
        if (is_interrupted(session))
            outcome = PGCAT_LOCK_INTERRUPTED;
    }
    locks->waiting--;
    return outcome;
}

enum pgcat_lock_outcome pgcat_lock_take(struct pgcat_locks *locks, struct pgcat_session *session,
                                        const struct pgcat_lock_request *request, struct error *err) {
    enum pgcat_lock_outcome outcome = PGCAT_LOCK_TAKEN;
    pthread_mutex_lock(&locks->mutex);
    if (!is_free(locks, session, request))
        outcome = request->wait ? wait_for(locks, session, request, err) : PGCAT_LOCK_HELD_BY_OTHERS;
    if (outcome == PGCAT_LOCK_TAKEN)
        outcome = hold(locks, session, request, err);
    pthread_mutex_unlock(&locks->mutex);
    return outcome;
}

static void drop(struct pgcat_locks *locks, struct pgcat_holding **at) {
    struct pgcat_holding *holding = *at;
    *at = holding->next;
    memory_free(holding);
    pthread_cond_broadcast(&locks->released);
}

bool pgcat_lock_release(struct pgcat_locks *locks, struct pgcat_session *session, struct pgcat_lock_key key, bool shared) {
    pthread_mutex_lock(&locks->mutex);
    struct pgcat_holding **at = find(locks, session, key, shared, false);
    bool found = *at != NULL;
    if (found && --(*at)->count == 0)
        drop(locks, at);
    pthread_mutex_unlock(&locks->mutex);
    return found;
}

void pgcat_lock_release_all(struct pgcat_locks *locks, struct pgcat_session *session, bool of_transaction, bool of_session) {
    pthread_mutex_lock(&locks->mutex);
    for (int i = 0; i < PGCAT_LOCK_BUCKETS; i++)
        for (struct pgcat_holding **at = &locks->buckets[i]; *at;)
            if ((*at)->session == session && ((*at)->for_transaction ? of_transaction : of_session))
                drop(locks, at);
            else
                at = &(*at)->next;
    session->holds_locks = session->holds_locks && !(of_transaction && of_session);
    pthread_mutex_unlock(&locks->mutex);
}

/* ---- the functions ---- */

/* One bigint, or two integers. */
static struct pgcat_lock_key key_of(const struct pgcat_call *call, const struct pgcat_value *arguments) {
    struct pgcat_lock_key key = {.database = call->view.session->database, .number = arguments[0].number};
    if (call->argument_count == 2) {
        key.number = (int64_t)((uint64_t)arguments[0].number << 32 | (uint32_t)arguments[1].number);
        key.is_pair = true;
    }
    return key;
}

static bool has_session(const struct pgcat_call *call, struct error *err) {
    return call->view.session || error_set(err, ERROR_UNSUPPORTED, "advisory locks need a session");
}

bool pgcat_advisory_lock(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                         struct error *err) {
    if (!has_session(call, err))
        return false;
    struct pgcat_lock_request request = {
        .key = key_of(call, arguments),
        .shared = call->parameter & PGCAT_LOCK_SHARED,
        .for_transaction = call->parameter & PGCAT_LOCK_TRANSACTION,
        .wait = !(call->parameter & PGCAT_LOCK_TRY),
    };
    call->view.session->holds_locks = true;
    enum pgcat_lock_outcome outcome = pgcat_lock_take(&call->view.pgcat->locks, call->view.session, &request, err);
    if (request.wait)
        pgcat_answer_text(result, "", 0); /* an interrupted statement is ended by the engine */
    else
        pgcat_answer_number(result, outcome == PGCAT_LOCK_TAKEN);
    return outcome != PGCAT_LOCK_FAILED;
}

bool pgcat_advisory_unlock(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                           struct error *err) {
    if (!has_session(call, err))
        return false;
    pgcat_answer_number(result, pgcat_lock_release(&call->view.pgcat->locks, call->view.session, key_of(call, arguments),
                                                   call->parameter & PGCAT_LOCK_SHARED));
    return true;
}

bool pgcat_advisory_unlock_all(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                               struct error *err) {
    (void)arguments;
    if (!has_session(call, err))
        return false;
    pgcat_lock_release_all(&call->view.pgcat->locks, call->view.session, false, true);
    pgcat_answer_text(result, "", 0);
    return true;
}
