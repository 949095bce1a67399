#include "airport/server.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "airport/action.h"
#include "airport/call.h"
#include "airport/connection.h"
#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/rpc.h"
#include "base/clock.h"
#include "base/memory.h"

enum {
    DEFAULT_PORT = 50051,
    DEFAULT_MESSAGE_BYTES = 4 << 20,
    DEFAULT_RECEIVED_BYTES = 64 << 20,
    DEFAULT_BATCH_BYTES = 1 << 20,
    DEFAULT_CONNECTIONS = 10000,
    DEFAULT_STREAMS = 1000,
    DEFAULT_AUTHENTICATION_MS = 60000,
    DEFAULT_DRAIN_MS = 5000,
    WORKERS_PER_CORE = 4,
    MIN_WORKERS = 8,
    CORES_PER_IO_THREAD = 4,
    LOG_LINE_BYTES = 2048,
};

/* ---- log and counters ---- */

static void log_to_stderr(enum airport_log_level level, const struct airport_call *call, const char *message) {
    static const char *const names[] = {"", "debug", "info", "warning", "error", ""};
    fprintf(stderr, "airport: %s: %s%s%s\n", names[level], call ? airport_call_peer(call) : "", call ? ": " : "", message);
}

void server_log(struct airport_server *server, enum airport_log_level level, const struct airport_call *call,
                const char *format, ...) {
    if (level < server->config.log_level)
        return;
    char message[LOG_LINE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (server->config.log)
        server->config.log(server->config.log_self, level, call, message);
    else
        log_to_stderr(level, call, message);
}

static void signal_change(struct airport_server *server) {
    pthread_mutex_lock(&server->state_lock);
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->state_lock);
}

void server_call_started(struct airport_server *server) {
    atomic_fetch_add(&server->calls_total, 1);
    atomic_fetch_add(&server->calls_active, 1);
}

void server_call_ended(struct airport_server *server, bool failed) {
    if (failed)
        atomic_fetch_add(&server->calls_failed, 1);
    if (atomic_fetch_sub(&server->calls_active, 1) == 1)
        signal_change(server);
}

void server_connection_ended(struct airport_server *server) {
    if (atomic_fetch_sub(&server->connections, 1) == 1)
        signal_change(server);
}

void airport_server_read_counters(const struct airport_server *server, struct airport_server_counters *out) {
    struct airport_server_counters counters = {
        .size = sizeof counters,
        .connections = atomic_load(&server->connections),
        .connections_total = atomic_load(&server->connections_total),
        .calls_total = atomic_load(&server->calls_total),
        .calls_failed = atomic_load(&server->calls_failed),
        .calls_active = atomic_load(&server->calls_active),
        .bytes_received = atomic_load(&server->bytes_received),
        .bytes_sent = atomic_load(&server->bytes_sent),
        .calls_queued = server->pool ? pool_waiting(server->pool) : 0,
    };
    size_t size = out->size < sizeof counters ? out->size : sizeof counters;
    memcpy((char *)out + sizeof out->size, (char *)&counters + sizeof out->size, size - sizeof out->size);
}

/* ---- messages that were sent ---- */

static void reap(struct pool_job *job) {
    struct reaper *reaper = (struct reaper *)((char *)job - offsetof(struct reaper, job));
    pthread_mutex_lock(&reaper->lock);
    struct flight_message *message = reaper->first;
    reaper->first = NULL;
    reaper->scheduled = false;
    pthread_mutex_unlock(&reaper->lock);
    while (message) {
        struct flight_message *next = message->next;
        flight_message_destroy(message);
        message = next;
    }
}

void server_reap(struct airport_server *server, struct flight_message *message) {
    if (!message->array_count) {
        flight_message_destroy(message);
        return;
    }
    struct reaper *reaper = &server->reaper;
    pthread_mutex_lock(&reaper->lock);
    message->next = reaper->first;
    reaper->first = message;
    if (!reaper->scheduled) {
        reaper->scheduled = true;
        pool_submit(server->pool, &reaper->job);
    }
    pthread_mutex_unlock(&reaper->lock);
}

/* ---- admission ---- */

static bool authenticate(struct airport_call *call, struct airport_error *err) {
    const struct airport_server_config *config = &call->server->config;
    if (!config->authenticate)
        return true;
    const char *token = airport_call_header(call, "authorization", NULL);
    if (token && strncasecmp(token, "Bearer ", 7) == 0)
        token += 7;
    const char *identity = "";
    if (!config->authenticate(config->authenticate_self, call, token, &identity, err))
        return false;
    call->identity = identity ? identity : "";
    return true;
}

bool server_admit(struct airport_call *call, struct airport_error *err) {
    const char *transaction = airport_call_header(call, "airport-transaction-id", NULL);
    const char *catalog = airport_call_header(call, "airport-catalog", NULL);
    call->transaction_id = transaction ? transaction : "";
    call->catalog_name = catalog ? catalog : "";
    if (!authenticate(call, err))
        return false;
    return !call->is_surplus || airport_fail(err, AIRPORT_RESOURCE_EXHAUSTED, "too many connections: max_connections allows %d",
                                             atomic_load(&call->server->max_connections));
}

bool server_authorize(struct airport_call *call, const char *name, struct airport_error *err) {
    const struct airport_server_config *config = &call->server->config;
    return !config->authorize || config->authorize(config->authorize_self, call, name, err);
}

/* ---- configuration ---- */

static const char *copy_text(struct airport_server *server, const char *text, bool *ok) {
    const char *copy = text ? arena_copy_string(&server->arena, text) : NULL;
    *ok = *ok && (copy || !text);
    return copy;
}

static bool copy_catalogs(struct airport_server *server, struct airport_error *err) {
    struct airport_server_config *config = &server->config;
    struct airport_named_catalog *copies = arena_allocate_zeroed(&server->arena, config->catalog_count + 1, sizeof *copies);
    bool ok = copies != NULL;
    for (size_t i = 0; ok && i < config->catalog_count; i++) {
        const struct airport_named_catalog *given = &config->catalogs[i];
        if (!given->name || !given->catalog.methods)
            return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "named catalog %zu has no name, or no catalog", i);
        copies[i] = (struct airport_named_catalog){copy_text(server, given->name, &ok), given->catalog};
    }
    config->catalogs = copies;
    return ok || airport_fail_no_memory(err);
}

static bool copy_actions(struct airport_server *server, struct airport_error *err) {
    struct airport_server_config *config = &server->config;
    struct airport_action *copies = arena_allocate_zeroed(&server->arena, config->action_count + 1, sizeof *copies);
    bool ok = copies != NULL;
    for (size_t i = 0; ok && i < config->action_count; i++) {
        struct airport_action *copy = &copies[i];
        if (!copy_element(copy, sizeof *copy, config->actions, i, "airport_action", err))
            return false;
        if (!copy->name || !copy->run || action_is_standard(copy->name))
            return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "action %zu has no function, or no name of its own", i);
        copy->name = copy_text(server, copy->name, &ok);
        copy->description = copy_text(server, copy->description, &ok);
    }
    config->actions = copies;
    return ok || airport_fail_no_memory(err);
}

static int32_t positive_or(int32_t value, int32_t fallback) {
    return value > 0 ? value : fallback;
}

static void set_defaults(struct airport_server_config *config) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int32_t workers = (int32_t)(cores > 0 ? cores : 1) * WORKERS_PER_CORE;
    int32_t io = (int32_t)(cores / CORES_PER_IO_THREAD);
    config->worker_threads = positive_or(config->worker_threads, workers < MIN_WORKERS ? MIN_WORKERS : workers);
    config->io_threads = positive_or(config->io_threads, io < 1 ? 1 : io);
    config->max_unauthenticated_connections = positive_or(config->max_unauthenticated_connections,
                                                          positive_or(config->max_connections, DEFAULT_CONNECTIONS));
    config->authentication_timeout_ms = positive_or(config->authentication_timeout_ms, DEFAULT_AUTHENTICATION_MS);
    config->max_streams_per_connection = positive_or(config->max_streams_per_connection, DEFAULT_STREAMS);
    if (!config->max_message_bytes)
        config->max_message_bytes = DEFAULT_MESSAGE_BYTES;
    if (!config->max_received_message_bytes)
        config->max_received_message_bytes = DEFAULT_RECEIVED_BYTES;
    if (!config->batch_bytes)
        config->batch_bytes = DEFAULT_BATCH_BYTES;
    if (config->batch_bytes > config->max_message_bytes / 2)
        config->batch_bytes = config->max_message_bytes / 2; /* room for metadata and uneven rows */
    if (config->log_level == AIRPORT_LOG_DEFAULT)
        config->log_level = AIRPORT_LOG_INFO;
    if (!config->host)
        config->host = "127.0.0.1";
    config->port = config->port == 0 ? DEFAULT_PORT : config->port < 0 ? 0 : config->port;
}

static bool copy_config(struct airport_server *server, const struct airport_server_config *given,
                        struct airport_error *err) {
    struct airport_server_config *config = &server->config;
    if (!copy_sized(config, sizeof *config, given, "airport_server_config", err))
        return false;
    if (config->port > 65535)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "port %d is out of range", config->port);
    if (!config->catalog.methods && !config->catalog_count && !config->find_catalog)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "airport_server_config: there is no catalog");
    if (!config->tls_certificate_file != !config->tls_key_file)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "TLS needs a certificate file and a key file");
    set_defaults(config);
    airport_server_set_limits(server, config->max_connections, config->idle_timeout_ms);
    bool ok = true;
    config->host = copy_text(server, config->host, &ok);
    config->advertised_location = copy_text(server, config->advertised_location, &ok);
    config->tls_certificate_file = copy_text(server, config->tls_certificate_file, &ok);
    config->tls_key_file = copy_text(server, config->tls_key_file, &ok);
    config->tls_client_ca_file = copy_text(server, config->tls_client_ca_file, &ok);
    return (ok || airport_fail_no_memory(err)) && copy_catalogs(server, err) && copy_actions(server, err);
}

void airport_server_set_limits(struct airport_server *server, int32_t max_connections, int32_t idle_timeout_ms) {
    atomic_store(&server->max_connections, positive_or(max_connections, DEFAULT_CONNECTIONS));
    atomic_store(&server->idle_timeout_ms, idle_timeout_ms);
}

/* ---- TLS ---- */

struct net_tls_context *server_tls(struct airport_server *server) {
    pthread_mutex_lock(&server->tls_lock);
    struct net_tls_context *tls = server->tls ? net_tls_context_retain(server->tls) : NULL;
    pthread_mutex_unlock(&server->tls_lock);
    return tls;
}

bool airport_server_reload_tls(struct airport_server *server, struct airport_error *err) {
    static const char *const alpn[] = {"h2", NULL};
    const struct airport_server_config *config = &server->config;
    if (!config->tls_certificate_file)
        return true;
    const struct net_tls_options options = {
        .certificate_file = config->tls_certificate_file,
        .key_file = config->tls_key_file,
        .client_ca_file = config->tls_client_ca_file,
        .alpn = alpn,
        .alpn_required = true,
    };
    struct error inner = {0};
    struct net_tls_context *made = net_tls_context_create(&options, &inner);
    if (!made)
        return failure_from_error(err, &inner);
    pthread_mutex_lock(&server->tls_lock);
    struct net_tls_context *old = server->tls;
    server->tls = made;
    pthread_mutex_unlock(&server->tls_lock);
    net_tls_context_release(old);
    return true;
}

/* ---- life ---- */

struct airport_server *airport_server_create(const struct airport_server_config *config, struct airport_error *err) {
    struct airport_server *server = memory_allocate_zeroed(1, sizeof *server);
    if (!server) {
        airport_fail_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&server->tls_lock, NULL);
    pthread_mutex_init(&server->state_lock, NULL);
    pthread_mutex_init(&server->reaper.lock, NULL);
    listing_cache_init(&server->listings);
    roster_init(&server->roster);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&server->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    server->reaper.job.run = reap;
    server->interrupt_fd = eventfd(0, EFD_CLOEXEC);
    if (server->interrupt_fd < 0)
        airport_fail(err, AIRPORT_RESOURCE_EXHAUSTED, "cannot make an eventfd: %s", strerror(errno));
    else if (copy_config(server, config, err) && airport_server_reload_tls(server, err))
        return server;
    airport_server_destroy(server);
    return NULL;
}

/* A socket that was accepted on its way to its I/O thread. */
struct arrival {
    struct net_task task;
    struct airport_server *server;
    struct io_thread *io;
    int fd;
};

static void arrive(struct net_task *task) {
    struct arrival *arrival = (struct arrival *)task;
    connection_accept(arrival->server, arrival->io, arrival->fd);
    memory_free(arrival);
}

static void accepted(void *self, int fd) {
    struct airport_server *server = self;
    struct arrival *arrival = memory_allocate(sizeof *arrival);
    atomic_fetch_add(&server->connections, 1);
    if (!arrival) {
        server_log(server, AIRPORT_LOG_WARNING, NULL, "refused a connection: out of memory");
        close(fd);
        server_connection_ended(server);
        return;
    }
    atomic_fetch_add(&server->connections_total, 1);
    struct io_thread *io = &server->io[atomic_fetch_add(&server->next_io, 1) % (unsigned)server->io_count];
    *arrival = (struct arrival){{.run = arrive}, server, io, fd};
    if (io == &server->io[0])
        arrive(&arrival->task);
    else
        net_loop_post(io->loop, &arrival->task);
}

static void shut_down_connections(struct net_task *task) {
    struct io_thread *io = (struct io_thread *)((char *)task - offsetof(struct io_thread, shut_down_task));
    for (struct connection *c = io->connections, *next; c; c = next) {
        next = connection_next(c);
        connection_shut_down(c);
    }
}

static void close_connections(struct net_task *task) {
    struct io_thread *io = (struct io_thread *)((char *)task - offsetof(struct io_thread, close_task));
    while (io->connections)
        connection_destroy(io->connections);
}

static bool start_io(struct airport_server *server, struct error *err) {
    server->io = memory_allocate_zeroed((size_t)server->config.io_threads, sizeof *server->io);
    if (!server->io)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < server->config.io_threads; i++) {
        struct io_thread *io = &server->io[server->io_count++];
        io->server = server;
        io->shut_down_task.run = shut_down_connections;
        io->close_task.run = close_connections;
        io->read_buffer = memory_allocate(IO_READ_BYTES);
        if (!io->read_buffer)
            return error_set_no_memory(err);
        io->loop = net_loop_create("airport-io", server->config.worker_threads, err);
        if (!io->loop)
            return false;
    }
    struct airport_server_config *config = &server->config;
    server->io->listener =
        config->listening_socket
            ? net_listener_adopt(server->io->loop, config->listening_socket, accepted, server, err)
            : net_listener_create(server->io->loop, config->host, (uint16_t)config->port, accepted, server, err);
    config->listening_socket = 0;
    return server->io->listener != NULL;
}

static void end_threads(struct airport_server *server) {
    for (int32_t i = 0; i < server->io_count; i++) {
        net_listener_destroy(server->io[i].listener);
        net_loop_destroy(server->io[i].loop);
        memory_free(server->io[i].read_buffer);
    }
    pool_destroy(server->pool);
    memory_free(server->io);
    server->pool = NULL;
    server->io = NULL;
    server->io_count = 0;
}

bool airport_server_start(struct airport_server *server, struct airport_error *err) {
    struct error inner = {0};
    if (server->pool)
        return airport_fail(err, AIRPORT_FAILED_PRECONDITION, "the server has been started before");
    server->pool = pool_create(server->config.worker_threads, "airport", &inner);
    if (!server->pool || !start_io(server, &inner)) {
        end_threads(server);
        return failure_from_error(err, &inner);
    }
    server->port = net_listener_port(server->io->listener);
    pthread_mutex_lock(&server->state_lock);
    server->running = true;
    pthread_mutex_unlock(&server->state_lock);
    server_log(server, AIRPORT_LOG_INFO, NULL, "listening on port %d", (int)server->port);
    return true;
}

int32_t airport_server_port(const struct airport_server *server) {
    return server->port;
}

void airport_server_interrupt(struct airport_server *server) {
    uint64_t one = 1;
    int saved = errno;
    ssize_t written = write(server->interrupt_fd, &one, sizeof one);
    (void)written; /* it cannot fail: nobody writes 2^64 times */
    errno = saved;
}

/* Starts, and waits until one of the descriptors can be read. */
static bool run(struct airport_server *server, struct pollfd *waiting, nfds_t count, struct airport_error *err) {
    if (!airport_server_start(server, err))
        return false;
    while (poll(waiting, count, -1) < 0 && errno == EINTR)
        continue;
    airport_server_stop(server, -1);
    return true;
}

bool airport_server_run(struct airport_server *server, struct airport_error *err) {
    struct pollfd waiting = {.fd = server->interrupt_fd, .events = POLLIN};
    return run(server, &waiting, 1, err);
}

bool airport_server_run_until_signal(struct airport_server *server, struct airport_error *err) {
    sigset_t wanted, before;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    int fd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return airport_fail(err, AIRPORT_RESOURCE_EXHAUSTED, "cannot receive signals: %s", strerror(errno));
    pthread_sigmask(SIG_BLOCK, &wanted, &before);
    struct pollfd waiting[] = {{.fd = server->interrupt_fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    bool ok = run(server, waiting, 2, err);
    struct signalfd_siginfo taken; /* off the queue, before it is unblocked */
    while (read(fd, &taken, sizeof taken) == (ssize_t)sizeof taken)
        continue;
    close(fd);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

/* Waits until no call is active, or the time is over, which another airport_server_stop() may shorten meanwhile. */
static void wait_for_calls(struct airport_server *server) {
    pthread_mutex_lock(&server->state_lock);
    while (atomic_load(&server->calls_active) > 0 && clock_monotonic_ns() < server->stop_due_ns) {
        struct timespec until = {server->stop_due_ns / 1000000000, server->stop_due_ns % 1000000000};
        pthread_cond_timedwait(&server->changed, &server->state_lock, &until);
    }
    pthread_mutex_unlock(&server->state_lock);
}

/* Called with the state lock held: waits for the stop that another thread has begun. */
static void hurry_stop(struct airport_server *server, int64_t due_ns) {
    if (due_ns < server->stop_due_ns) {
        server->stop_due_ns = due_ns;
        pthread_cond_broadcast(&server->changed);
    }
    while (server->running)
        pthread_cond_wait(&server->changed, &server->state_lock);
}

void airport_server_stop(struct airport_server *server, int32_t drain_ms) {
    int64_t due_ns = clock_monotonic_ns() + (int64_t)(drain_ms < 0 ? DEFAULT_DRAIN_MS : drain_ms) * 1000000;
    pthread_mutex_lock(&server->state_lock);
    if (!server->running || server->stopping) {
        hurry_stop(server, due_ns);
        pthread_mutex_unlock(&server->state_lock);
        return;
    }
    server->stopping = true;
    server->stop_due_ns = due_ns;
    pthread_mutex_unlock(&server->state_lock);
    airport_server_interrupt(server);
    net_listener_destroy(server->io->listener);
    server->io->listener = NULL;

    if (drain_ms) {
        for (int32_t i = 0; i < server->io_count; i++)
            net_loop_post(server->io[i].loop, &server->io[i].shut_down_task);
        wait_for_calls(server);
    }
    for (int32_t i = 0; i < server->io_count; i++)
        net_loop_post(server->io[i].loop, &server->io[i].close_task);
    pthread_mutex_lock(&server->state_lock);
    while (atomic_load(&server->connections) > 0 || atomic_load(&server->calls_active) > 0)
        pthread_cond_wait(&server->changed, &server->state_lock);
    server->running = false;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->state_lock);
}

void airport_server_destroy(struct airport_server *server) {
    if (!server)
        return;
    airport_server_stop(server, 0);
    end_threads(server);
    net_tls_context_release(server->tls);
    if (server->interrupt_fd >= 0)
        close(server->interrupt_fd);
    pthread_mutex_destroy(&server->tls_lock);
    pthread_mutex_destroy(&server->state_lock);
    pthread_mutex_destroy(&server->reaper.lock);
    listing_cache_destroy(&server->listings);
    roster_destroy(&server->roster);
    pthread_cond_destroy(&server->changed);
    arena_destroy(&server->arena);
    memory_free(server);
}

const char *airport_version(void) {
    return MALLARDB_VERSION;
}
