/* The server's own view of itself; what users see is airport.h, chapter 17. */
#ifndef AIRPORT_SERVER_H
#define AIRPORT_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "airport.h"
#include "airport/listing.h"
#include "airport/roster.h"
#include "base/pool.h"
#include "flight/message.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/tls.h"

struct connection;

/* An event loop with its connections. */
struct io_thread {
    struct airport_server *server;
    struct net_loop *loop;
    struct net_listener *listener; /* of the first one only */
    struct connection *connections;
    uint8_t *read_buffer; /* IO_READ_BYTES, used within one report only */
    struct net_task shut_down_task, close_task;
};

enum { IO_READ_BYTES = 256 << 10 };

/* Messages that have been sent, to be freed by a worker: their arrays' release is the user's code. */
struct reaper {
    pthread_mutex_t lock;
    struct flight_message *first;
    bool scheduled;
    struct pool_job job;
};

struct airport_server {
    struct airport_server_config config; /* texts and arrays are copies */
    struct arena arena;
    int32_t port;
    struct pool *pool;
    struct io_thread *io;
    int32_t io_count;
    atomic_uint next_io;
    struct reaper reaper;
    struct listing_cache listings;
    struct call_roster roster;
    atomic_int max_connections, idle_timeout_ms; /* as of airport_server_set_limits() */

    pthread_mutex_t tls_lock;
    struct net_tls_context *tls; /* NULL: plain text */

    pthread_mutex_t state_lock;
    pthread_cond_t changed;
    bool running, stopping;
    int64_t stop_due_ns; /* while stopping: when running calls are cancelled */
    int interrupt_fd; /* an eventfd: airport_server_run waits on it */

    atomic_int strangers, known; /* connections that nobody has authenticated on yet, and the others */
    atomic_int calls_given_up;   /* by their clients, and not ended yet */
    atomic_llong connections, connections_total, calls_total, calls_failed, calls_active, bytes_received, bytes_sent;
};

/* The TLS context for a new connection, retained; NULL without TLS. */
struct net_tls_context *server_tls(struct airport_server *server);
/* Authenticates a call and reads its names from the headers. Worker. */
bool server_admit(struct airport_call *call, struct airport_error *err);
/* Whether the caller may use the catalog `name`. Worker. */
bool server_authorize(struct airport_call *call, const char *name, struct airport_error *err);
/* Frees a message; on a worker if arrays of users are in it. Any thread. */
void server_reap(struct airport_server *server, struct flight_message *message);
void server_call_started(struct airport_server *server);
void server_call_ended(struct airport_server *server, bool failed);
void server_connection_ended(struct airport_server *server);
/* A line for the log; `call` may be NULL. Any thread. */
void server_log(struct airport_server *server, enum airport_log_level level, const struct airport_call *call,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
