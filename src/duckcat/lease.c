/* The pool of leases and its watchdog: one thread that interrupts connections whose call was given up or has run too
 * long. */
#include "duckcat/lease.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"
#include "duckcat/failure.h"
#include "duckcat/sql.h"

enum { IDLE_CONNECTIONS = 16, INTERRUPT_AGAIN_MS = 5 };

enum stop_reason { STOP_NONE, STOP_CANCELLED, STOP_TIMEOUT, STOP_ENGINE_FAILED };

struct lease {
    struct lease_pool *pool;
    struct engine_connection *connection;
    struct airport_call *call;
    int64_t timeout_ms, deadline_ns; /* 0: none */
    _Atomic int stopped; /* enum stop_reason */
    bool in_transaction, has_search_path;
    struct lease *next, **at; /* those that are out, or idle (next alone) */
};

struct lease_pool {
    struct engine_database *database;
    atomic_int max_connections;
    _Atomic int64_t timeout_ms;
    pthread_t watchdog;
    bool watchdog_runs;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct lease *out, *idle;
    int32_t out_count, idle_count;
    bool ending;
};

static void explain(const struct lease *lease, struct error *err) {
    switch (atomic_load(&lease->stopped)) {
    case STOP_TIMEOUT:
        error_set(err, ERROR_CANCELLED, "the statement was cancelled: it took longer than %lld ms",
                  (long long)lease->timeout_ms);
        return;
    case STOP_ENGINE_FAILED:
        error_set_state(err, ERROR_FATAL, "57P02", "the database engine failed, and is being opened anew");
        return;
    default:
        error_set(err, ERROR_CANCELLED, "the statement was cancelled");
    }
}

/* Ends the call too, which may be waiting for its client and would keep the connection for as long. Called with the
 * lock held, so that the lease is out. */
static void stop(struct lease *lease, enum stop_reason reason) {
    int expected = STOP_NONE;
    struct error why;
    if (!atomic_compare_exchange_strong(&lease->stopped, &expected, reason))
        return;
    explain(lease, &why);
    airport_call_abort(lease->call, failure_kind(&why), "%s", why.message);
}

/* When the watchdog has something to do next; 0: when it is told. Called with the lock held. */
static int64_t watch(struct lease_pool *pool) {
    int64_t now = clock_monotonic_ns(), next = 0;
    for (struct lease *lease = pool->out; lease; lease = lease->next) {
        if (lease->deadline_ns && now >= lease->deadline_ns)
            stop(lease, STOP_TIMEOUT);
        int64_t at = lease->deadline_ns;
        if (atomic_load(&lease->stopped)) {
            engine_connection_interrupt(lease->connection);
            at = now + INTERRUPT_AGAIN_MS * 1000000LL;
        }
        if (at && (!next || at < next))
            next = at;
    }
    return next;
}

static void *run_watchdog(void *self) {
    struct lease_pool *pool = self;
    pthread_mutex_lock(&pool->lock);
    while (!pool->ending) {
        int64_t next = watch(pool);
        struct timespec until = {next / 1000000000, next % 1000000000};
        if (next)
            pthread_cond_timedwait(&pool->changed, &pool->lock, &until);
        else
            pthread_cond_wait(&pool->changed, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

void lease_pool_set_limits(struct lease_pool *pool, int32_t max_connections, int64_t timeout_ms) {
    atomic_store(&pool->max_connections, max_connections);
    atomic_store(&pool->timeout_ms, timeout_ms);
}

struct lease_pool *lease_pool_create(struct engine_database *database, int32_t max_connections, int64_t timeout_ms,
                                     struct error *err) {
    struct lease_pool *pool = memory_allocate_zeroed(1, sizeof *pool);
    if (!pool) {
        error_set_no_memory(err);
        return NULL;
    }
    pool->database = database;
    lease_pool_set_limits(pool, max_connections, timeout_ms);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int errnum = thread_start(&pool->watchdog, "watchdog", run_watchdog, pool);
    pool->watchdog_runs = errnum == 0;
    if (pool->watchdog_runs)
        return pool;
    lease_pool_destroy(pool);
    error_set_errno(err, ERROR_SYSTEM, errnum, "cannot start a thread");
    return NULL;
}

static void destroy_lease(struct lease *lease) {
    if (!lease)
        return;
    engine_connection_destroy(lease->connection);
    memory_free(lease);
}

/* A failed instance is reopened when its last connection has gone. */
static void drop_idle(struct lease_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    struct lease *idle = pool->idle;
    pool->idle = NULL;
    pool->idle_count = 0;
    pthread_mutex_unlock(&pool->lock);
    while (idle) {
        struct lease *next = idle->next;
        destroy_lease(idle);
        idle = next;
    }
}

void lease_pool_give_up(struct lease_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    for (struct lease *lease = pool->out; lease; lease = lease->next)
        stop(lease, STOP_ENGINE_FAILED);
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    drop_idle(pool);
}

void lease_pool_destroy(struct lease_pool *pool) {
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    if (pool->watchdog_runs)
        pthread_join(pool->watchdog, NULL);
    drop_idle(pool);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    memory_free(pool);
}

static void cancel(void *self) {
    struct lease *lease = self;
    struct lease_pool *pool = lease->pool;
    int expected = STOP_NONE;
    atomic_compare_exchange_strong(&lease->stopped, &expected, STOP_CANCELLED);
    pthread_mutex_lock(&pool->lock);
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

static struct lease *make_lease(struct lease_pool *pool, struct error *err) {
    struct lease *lease = memory_allocate_zeroed(1, sizeof *lease);
    if (!lease) {
        error_set_no_memory(err);
        return NULL;
    }
    lease->pool = pool;
    lease->connection = engine_connection_create(pool->database, err);
    /* What zones do to a client's values must not depend on the server's. */
    if (lease->connection && engine_connection_set(lease->connection, "TimeZone", "UTC", err))
        return lease;
    destroy_lease(lease);
    return NULL;
}

/* Counts the lease out; `*lease` is an idle one or NULL, when one must be made. */
static bool reserve_lease(struct lease_pool *pool, struct lease **lease, struct error *err) {
    int32_t most = atomic_load(&pool->max_connections);
    pthread_mutex_lock(&pool->lock);
    bool ok = pool->out_count < most;
    *lease = ok ? pool->idle : NULL;
    if (ok)
        pool->out_count++;
    if (*lease) {
        pool->idle = (*lease)->next;
        pool->idle_count--;
    }
    pthread_mutex_unlock(&pool->lock);
    return ok || error_set(err, ERROR_LIMIT, "too many statements at the same time, at most %d", most);
}

static void enlist(struct lease_pool *pool, struct lease *lease) {
    lease->timeout_ms = atomic_load(&pool->timeout_ms);
    lease->deadline_ns = lease->timeout_ms > 0 ? clock_monotonic_ns() + lease->timeout_ms * 1000000 : 0;
    pthread_mutex_lock(&pool->lock);
    lease->next = pool->out;
    lease->at = &pool->out;
    if (lease->next)
        lease->next->at = &lease->next;
    pool->out = lease;
    if (lease->deadline_ns)
        pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

struct lease *lease_take(struct lease_pool *pool, struct airport_call *call, struct error *err) {
    struct lease *lease;
    if (engine_database_has_failed(pool->database))
        drop_idle(pool);
    if (!reserve_lease(pool, &lease, err))
        return NULL;
    if (!lease && !(lease = make_lease(pool, err))) {
        pthread_mutex_lock(&pool->lock);
        pool->out_count--;
        pthread_mutex_unlock(&pool->lock);
        return NULL;
    }
    lease->call = call;
    atomic_store(&lease->stopped, STOP_NONE);
    enlist(pool, lease);
    airport_call_on_cancel(call, cancel, lease);
    return lease;
}

void lease_return(struct lease *lease) {
    if (!lease)
        return;
    struct lease_pool *pool = lease->pool;
    airport_call_on_cancel(lease->call, NULL, NULL);
    pthread_mutex_lock(&pool->lock);
    *lease->at = lease->next;
    if (lease->next)
        lease->next->at = lease->at;
    pthread_mutex_unlock(&pool->lock);
    /* Off the list nobody interrupts it any more: the rollback runs to its end. */
    if (lease->in_transaction)
        engine_connection_rollback(lease->connection);
    lease->in_transaction = false;
    lease->call = NULL;
    struct error ignored;
    bool is_clean = !lease->has_search_path ||
                    engine_connection_execute(lease->connection, "RESET search_path", &ignored);
    lease->has_search_path = false;
    bool has_failed = engine_database_has_failed(pool->database);
    pthread_mutex_lock(&pool->lock);
    pool->out_count--;
    bool keep = is_clean && !has_failed && pool->idle_count < IDLE_CONNECTIONS;
    if (keep) {
        lease->next = pool->idle;
        pool->idle = lease;
        pool->idle_count++;
    }
    pthread_mutex_unlock(&pool->lock);
    if (!keep)
        destroy_lease(lease);
}

struct engine_connection *lease_connection(struct lease *lease) {
    return lease->connection;
}

struct airport_call *lease_call(struct lease *lease) {
    return lease->call;
}

bool lease_search(struct lease *lease, const char *database, const char *schema, struct error *err) {
    struct writer path = {0};
    sql_identifier(&path, database);
    writer_u8(&path, '.');
    sql_identifier(&path, schema);
    const char *text = sql_finish(&path, err);
    bool ok = text && engine_connection_set(lease->connection, "search_path", text, err);
    lease->has_search_path |= ok;
    writer_destroy(&path);
    return ok;
}

void lease_explain(const struct lease *lease, struct error *err) {
    if (err->kind == ERROR_INTERRUPT)
        explain(lease, err);
}

static bool is_wanted(const struct lease *lease, struct error *err) {
    if (!atomic_load(&lease->stopped))
        return true;
    explain(lease, err);
    return false;
}

static bool explained(const struct lease *lease, bool ok, struct error *err) {
    if (!ok)
        lease_explain(lease, err);
    return ok;
}

bool lease_begin(struct lease *lease, struct error *err) {
    if (!is_wanted(lease, err))
        return false;
    lease->in_transaction = engine_connection_begin(lease->connection, false, err);
    return explained(lease, lease->in_transaction, err);
}

bool lease_begin_read_only(struct lease *lease, struct error *err) {
    if (!is_wanted(lease, err))
        return false;
    lease->in_transaction = engine_connection_begin(lease->connection, true, err);
    return explained(lease, lease->in_transaction, err);
}

/* Once a commit has begun it is too late to end the call with an error of ours. */
static void lift_deadline(struct lease *lease) {
    pthread_mutex_lock(&lease->pool->lock);
    lease->deadline_ns = 0;
    pthread_mutex_unlock(&lease->pool->lock);
}

bool lease_commit(struct lease *lease, struct error *err) {
    lift_deadline(lease);
    if (!is_wanted(lease, err) || !explained(lease, engine_connection_commit(lease->connection, err), err))
        return false;
    lease->in_transaction = false;
    return true;
}

struct engine_result *lease_start(struct lease *lease, struct engine_statement *statement, struct error *err) {
    struct engine_result *result = is_wanted(lease, err) ? engine_statement_execute(statement, err) : NULL;
    explained(lease, result != NULL, err);
    return result;
}

bool lease_run(struct lease *lease, const char *sql, int64_t *changed_rows, struct error *err) {
    struct engine_statement *statement = engine_statement_prepare(lease->connection, sql, err);
    struct engine_result *result = statement ? lease_start(lease, statement, err) : NULL;
    bool ok = result != NULL;
    if (ok && changed_rows)
        *changed_rows = engine_result_changed_rows(result);
    engine_result_destroy(result);
    engine_statement_destroy(statement);
    return ok;
}
