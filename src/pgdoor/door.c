/* The door: listening, the registry of sessions, and what reaches a session from outside (cancel, timeouts, shutdown). */
#include "pgdoor/door.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

enum { SWEEP_NS = 20 * 1000 * 1000, GONE_CHECK_NS = 1000 * 1000 * 1000, LAST_ONES_US = 1000 };

const struct terms *door_terms(struct pgdoor *door) {
    return atomic_load(&door->terms);
}

bool pgdoor_reload(struct pgdoor *door, const struct pgdoor_options *options, struct error *err) {
    struct terms *terms = terms_create(options, atomic_load(&door->terms), err);
    if (terms)
        atomic_store(&door->terms, terms);
    return terms != NULL;
}

struct net_tls_context *door_tls(struct pgdoor *door) {
    pthread_mutex_lock(&door->registry_lock);
    struct net_tls_context *tls = door->tls ? net_tls_context_retain(door->tls) : NULL;
    pthread_mutex_unlock(&door->registry_lock);
    return tls;
}

void pgdoor_set_tls(struct pgdoor *door, struct net_tls_context *tls) {
    struct net_tls_context *next = tls ? net_tls_context_retain(tls) : NULL;
    pthread_mutex_lock(&door->registry_lock);
    struct net_tls_context *old = door->tls;
    door->tls = next;
    pthread_mutex_unlock(&door->registry_lock);
    net_tls_context_release(old);
}

/* ---- the registry ---- */

static bool pid_is_taken(const struct pgdoor *door, int32_t pid) {
    for (const struct session *session = door->sessions; session; session = session->next)
        if (session->pid == pid)
            return true;
    return false;
}

static void link_locked(struct pgdoor *door, struct session *session) {
    do {
        door->next_pid = door->next_pid >= PGDOOR_PID_MAX ? 1 : door->next_pid + 1;
    } while (pid_is_taken(door, door->next_pid));
    session->pid = door->next_pid;
    session->next = door->sessions;
    session->at = &door->sessions;
    if (session->next)
        session->next->at = &session->next;
    door->sessions = session;
    door->session_count++;
}

static void unlink_locked(struct pgdoor *door, struct session *session) {
    *session->at = session->next;
    if (session->next)
        session->next->at = session->at;
    session->at = NULL;
    door->session_count--;
    door->admitted_count -= session->admitted;
}

/* Strangers are never refused: whoever is slow to log in goes first, so that a crowd of them keeps nobody out for long. */
static void make_room_locked(struct pgdoor *door, const struct terms *terms) {
    struct session *oldest = NULL;
    int32_t strangers = 0;
    for (struct session *session = door->sessions; session; session = session->next) {
        if (session->admitted || atomic_load(&session->crowded_out))
            continue;
        oldest = session;
        strangers++;
    }
    if (strangers <= terms->max_strangers)
        return;
    atomic_store(&oldest->crowded_out, true);
    net_crew_wake(&oldest->member);
}

/* It joins the crew under the lock: whoever finds it in the registry may wake it. */
bool door_enter(struct pgdoor *door, struct session *session, net_member_fn run, struct error *err) {
    if (!pgwire_random(session->cancel_key, sizeof session->cancel_key, err))
        return false;
    pthread_mutex_lock(&door->registry_lock);
    link_locked(door, session);
    bool ok = net_crew_join(door->options.crew, &session->member, net_stream_fd(session->stream), run, err);
    if (!ok)
        unlink_locked(door, session);
    else if (door->session_count - door->admitted_count > session->terms->max_strangers)
        make_room_locked(door, session->terms);
    pthread_mutex_unlock(&door->registry_lock);
    return ok;
}

bool door_admit(struct pgdoor *door, struct session *session, struct error *err) {
    pthread_mutex_lock(&door->registry_lock);
    session->admitted = door->admitted_count < session->terms->max_connections;
    door->admitted_count += session->admitted;
    if (session->admitted)
        atomic_store(&session->crowded_out, false); /* it made it just in time */
    pthread_mutex_unlock(&door->registry_lock);
    if (session->admitted)
        return true;
    error_set_state(err, ERROR_LIMIT, "53300", "sorry, too many clients already");
    error_set_hint(err, "The setting MAX_CONNECTIONS allows %d.", session->terms->max_connections);
    return false;
}

void door_leave(struct pgdoor *door, struct session *session) {
    pthread_mutex_lock(&door->registry_lock);
    unlink_locked(door, session);
    pthread_mutex_unlock(&door->registry_lock);
}

int32_t pgdoor_session_count(struct pgdoor *door) {
    pthread_mutex_lock(&door->registry_lock);
    int32_t count = door->session_count;
    pthread_mutex_unlock(&door->registry_lock);
    return count;
}

static struct session *find_locked(struct pgdoor *door, int32_t pid) {
    struct session *session = door->sessions;
    while (session && session->pid != pid)
        session = session->next;
    return session;
}

void door_interrupt(struct session *session, enum interrupt_reason reason) {
    int none = INTERRUPT_NONE;
    if (!atomic_load(&session->running))
        return;
    atomic_compare_exchange_strong(&session->interrupt, &none, reason);
    engine_connection_interrupt(session->engine);
    net_crew_wake(&session->member); /* it may be waiting for the rows of COPY FROM STDIN */
}

void door_cancel_request(struct pgdoor *door, int32_t pid, const uint8_t *key, size_t key_bytes) {
    pthread_mutex_lock(&door->registry_lock);
    struct session *session = find_locked(door, pid);
    if (session && key_bytes == sizeof session->cancel_key && memcmp(key, session->cancel_key, key_bytes) == 0)
        door_interrupt(session, INTERRUPT_CANCEL);
    pthread_mutex_unlock(&door->registry_lock);
}

static void terminate_locked(struct session *session) {
    atomic_store(&session->terminate, true);
    door_interrupt(session, INTERRUPT_TERMINATE);
    net_crew_wake(&session->member);
}

bool pgdoor_cancel(struct pgdoor *door, int32_t pid) {
    pthread_mutex_lock(&door->registry_lock);
    struct session *session = find_locked(door, pid);
    if (session)
        door_interrupt(session, INTERRUPT_CANCEL);
    pthread_mutex_unlock(&door->registry_lock);
    return session != NULL;
}

bool pgdoor_terminate(struct pgdoor *door, int32_t pid) {
    pthread_mutex_lock(&door->registry_lock);
    struct session *session = find_locked(door, pid);
    if (session)
        terminate_locked(session);
    pthread_mutex_unlock(&door->registry_lock);
    return session != NULL;
}

void pgdoor_terminate_all(struct pgdoor *door) {
    atomic_store(&door->draining, true);
    pthread_mutex_lock(&door->registry_lock);
    for (struct session *session = door->sessions; session; session = session->next)
        terminate_locked(session);
    pthread_mutex_unlock(&door->registry_lock);
}

void pgdoor_engine_failed(struct pgdoor *door) {
    pthread_mutex_lock(&door->registry_lock);
    for (struct session *session = door->sessions; session; session = session->next) {
        atomic_store(&session->engine_failed, true);
        net_crew_wake(&session->member);
    }
    pthread_mutex_unlock(&door->registry_lock);
}

void pgdoor_drain(struct pgdoor *door) {
    atomic_store(&door->draining, true);
    pthread_mutex_lock(&door->registry_lock);
    for (struct session *session = door->sessions; session; session = session->next) {
        if (!session->admitted)
            atomic_store(&session->terminate, true); /* who has not said a word yet has nothing to lose */
        net_crew_wake(&session->member);
    }
    pthread_mutex_unlock(&door->registry_lock);
}

/* ---- the sweep: timeouts and clients that hung up ---- */

static bool has_hung_up(const struct session *session) {
    struct pollfd poll_fd = {.fd = net_stream_fd(session->stream), .events = POLLRDHUP};
    return poll(&poll_fd, 1, 0) == 1 && poll_fd.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

static void sweep_session(struct session *session, int64_t now_ns) {
    int64_t deadline = atomic_load(&session->deadline_ns), busy = atomic_load(&session->busy_since_ns);
    int64_t idle_deadline = atomic_load(&session->idle_deadline_ns);
    if (deadline && now_ns >= deadline)
        door_interrupt(session, INTERRUPT_STATEMENT_TIMEOUT);
    if (idle_deadline && now_ns >= idle_deadline) {
        atomic_store(&session->idle_expired, true);
        net_crew_wake(&session->member);
    }
    /* What writes goes on without its client, as in PostgreSQL; nobody waits for the rows of what only reads. */
    if (busy && now_ns - busy >= GONE_CHECK_NS && atomic_load(&session->only_reads) && has_hung_up(session))
        door_interrupt(session, INTERRUPT_GONE);
}

static void sweep(struct net_timer *timer) {
    struct pgdoor *door = (struct pgdoor *)((char *)timer - offsetof(struct pgdoor, sweep));
    int64_t now_ns = clock_monotonic_ns();
    pthread_mutex_lock(&door->registry_lock);
    for (struct session *session = door->sessions; session; session = session->next)
        sweep_session(session, now_ns);
    pthread_mutex_unlock(&door->registry_lock);
    net_timer_arm(door->options.loop, &door->sweep, now_ns + SWEEP_NS);
}

static void start_sweep(struct net_task *task) {
    struct pgdoor *door = (struct pgdoor *)((char *)task - offsetof(struct pgdoor, sweep_task));
    sweep(&door->sweep);
}

static void stop_sweep(struct net_task *task) {
    struct pgdoor *door = (struct pgdoor *)((char *)task - offsetof(struct pgdoor, stop_task));
    net_timer_disarm(&door->sweep);
    pthread_mutex_lock(&door->registry_lock);
    door->sweep_is_stopped = true;
    pthread_cond_signal(&door->sweep_stopped);
    pthread_mutex_unlock(&door->registry_lock);
}

/* ---- listening ---- */

/* On the loop's thread. A session that cannot even be made is closed without a word: there is no memory for one. */
static void accepted(void *self, int fd) {
    struct error err;
    session_start(self, fd, false, &err);
}

bool pgdoor_serve(struct pgdoor *door, int fd, struct error *err) {
    return session_start(door, fd, true, err);
}

static bool create_terms(struct pgdoor *door, struct error *err) {
    struct terms *terms = terms_create(&door->options, NULL, err);
    atomic_store(&door->terms, terms);
    door->options.users = NULL; /* the caller's */
    return terms != NULL;
}

static bool copy_texts(struct pgdoor *door, struct error *err) {
    struct pgdoor_options *options = &door->options;
    const char **texts[] = {&options->host, &options->database_alias, &options->server_version,
                            &options->product_version};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (*texts[i] && !(*texts[i] = arena_copy_string(&door->arena, *texts[i])))
            return error_set_no_memory(err);
    return true;
}

struct pgdoor *pgdoor_create(const struct pgdoor_options *options, struct error *err) {
    struct pgdoor *door = memory_allocate_zeroed(1, sizeof *door);
    if (!door) {
        error_set_no_memory(err);
        return NULL;
    }
    door->options = *options;
    pthread_mutex_init(&door->registry_lock, NULL);
    pthread_cond_init(&door->sweep_stopped, NULL);
    door->sweep.expired = sweep;
    door->sweep_is_stopped = true;
    door->tls = options->tls ? net_tls_context_retain(options->tls) : NULL;
    if (copy_texts(door, err) && create_terms(door, err) &&
        pgwire_random(door->mock_secret, sizeof door->mock_secret, err) &&
        (door->listener = net_listener_create(options->loop, options->host, options->port, accepted, door, err))) {
        door->sweep_is_stopped = false;
        door->sweep_task.run = start_sweep;
        net_loop_post(options->loop, &door->sweep_task);
        return door;
    }
    pgdoor_destroy(door);
    return NULL;
}

uint16_t pgdoor_port(const struct pgdoor *door) {
    return net_listener_port(door->listener);
}

void pgdoor_destroy(struct pgdoor *door) {
    if (!door)
        return;
    net_listener_destroy(door->listener);
    /* Who was accepted since the caller saw the last one go. */
    while (pgdoor_session_count(door) > 0) {
        pgdoor_terminate_all(door);
        usleep(LAST_ONES_US);
    }
    pthread_mutex_lock(&door->registry_lock);
    if (!door->sweep_is_stopped) {
        door->stop_task.run = stop_sweep;
        net_loop_post(door->options.loop, &door->stop_task);
        while (!door->sweep_is_stopped)
            pthread_cond_wait(&door->sweep_stopped, &door->registry_lock);
    }
    pthread_mutex_unlock(&door->registry_lock);
    net_tls_context_release(door->tls);
    pthread_cond_destroy(&door->sweep_stopped);
    pthread_mutex_destroy(&door->registry_lock);
    terms_destroy(atomic_load(&door->terms));
    arena_destroy(&door->arena);
    memory_free(door);
}
