/* A call: one RPC on its way through the server, shared by the I/O thread that owns its connection and the workers that
 * run its methods.
 *
 * The I/O thread puts request messages in and takes response messages out. A worker, or the I/O thread itself while it is lent
 * for that (net_loop_lend()), runs the call's step function whenever something has happened (a message came, room for output,
 * cancellation), one thread at a time. A step that can do no more returns, and the call parks without holding a thread.
 *
 * Counted: one reference is the connection's, one the worker side's until the call has ended there, one each posted task's.
 */
#ifndef AIRPORT_CALL_H
#define AIRPORT_CALL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "airport.h"
#include "airport/roster.h"
#include "base/arena.h"
#include "base/pool.h"
#include "flight/grpc.h"
#include "flight/h2.h"
#include "flight/message.h"
#include "net/loop.h"

struct airport_server;
struct connection;
struct rpc;

enum { CALL_OUTPUT_MESSAGES = 4, CALL_INPUT_MESSAGES = 8 };

enum call_step {
    CALL_WAIT,  /* for input or for room: park */
    CALL_AGAIN, /* step once more */
    CALL_DONE,  /* over, and well */
    CALL_FAILED /* over; call->error tells why */
};

/* A request message. */
struct call_input {
    struct call_input *next;
    uint8_t *bytes; /* owned */
    size_t length;
};

/* How many calls of one connection its client has given up that no worker has ended yet. Outlives the connection. */
struct given_up {
    atomic_int references, calls;
};
void given_up_release(struct given_up *given_up); /* NULL is allowed */

struct airport_call {
    struct airport_server *server; /* outlives the call */
    atomic_int references;
    struct net_loop *loop;
    const struct rpc *rpc;

    /* from the request headers; immutable */
    struct arena header_arena;
    struct h2_header *headers;
    size_t header_count;
    char *peer;
    int64_t started_ns;
    int64_t deadline_ns; /* 0: none */
    bool is_surplus; /* its connection is beyond those that may be */

    /* the I/O thread's */
    struct connection *connection; /* NULL once detached */
    struct airport_call *next, **at; /* of the connection's list */
    struct given_up *given_up;       /* of the connection, retained */
    int32_t stream_id;
    struct grpc_deframer deframer;
    struct net_timer deadline;
    struct flight_message *sending; /* its segments from segment/offset on are still to be emitted */
    int32_t sending_segment;
    size_t sending_offset, sending_left;
    bool headers_sent, trailers_sent;
    size_t unconsumed_bytes; /* of the request, whose window is held back */
    bool wide;               /* the window is as large as it gets */

    /* both sides', under the lock */
    pthread_mutex_t lock;
    struct call_input *input_first, **input_last;
    int32_t input_count;
    bool input_ended;
    struct flight_message *output_first, **output_last;
    int32_t output_count;
    bool finished;      /* the status stands; what was put out before it is still sent */
    bool scheduled;     /* a worker has it, or will */
    bool woken;         /* something happened since the step began */
    bool worker_ended;  /* no worker will touch it again */
    bool is_given_up;   /* and counted as such, until it has ended */
    bool unflushed;     /* output that the I/O thread has not been told of: it is when the step ends */
    bool flush_posted;
    bool admitted;      /* authenticated */
    bool held_back;     /* a long request, or the connection, waits for that */
    struct airport_error status; /* once finished */

    atomic_bool cancelled;
    pthread_mutex_t hook_lock;
    void (*hook)(void *self);
    void *hook_self;

    struct net_task flush_task;
    struct pool_job job;       /* a worker runs it, */
    struct net_task here_task; /* or the I/O thread itself */

    /* the worker side's */
    struct arena arena;
    const char *identity, *catalog_name, *transaction_id;
    struct airport_error error; /* why it failed, once a step says so */
    double progress; /* of a scan; negative: unknown */
    struct airport_error stream_error; /* of airport_call_fail */
    struct call_kept *kept; /* handles to release at the end */
    struct call_listing listing;
    void *state; /* the RPC's own, released by rpc->release */
};

/* What an RPC is: how it steps, on workers, and how its state is freed. */
struct rpc {
    const char *path;
    enum call_step (*step)(struct airport_call *call);
    void (*release)(struct airport_call *call); /* NULL: nothing to free */
};

/* On the I/O thread. NULL when memory is out. The caller has the connection's reference. */
struct airport_call *call_create(struct airport_server *server, struct connection *connection, struct net_loop *loop,
                                 int32_t stream_id, const struct h2_header *headers, size_t count, const char *peer);
void call_release(struct airport_call *call);

/* I/O thread. Each wakes the worker side. */
void call_push_input(struct airport_call *call, uint8_t *bytes, size_t length); /* moved */
void call_end_input(struct airport_call *call);
/* The connection lets go: cancels what still runs. */
void call_detach(struct airport_call *call);
/* Ends the call at once with a status, whatever a worker still does. Any thread with a reference. */
void call_abort(struct airport_call *call, enum airport_error_kind kind, const char *message);
/* The next response message, moved; NULL when there is none. `*finished` tells that none will follow. */
struct flight_message *call_pop_output(struct airport_call *call, bool *finished);
/* Has the call admitted, or refused, before anything of its request has come; connection_flush_call() follows. */
void call_ask_admission(struct airport_call *call);
bool call_is_admitted(struct airport_call *call);
/* True when the request's window should be opened again. A call that is not admitted yet wants nothing; it is asked to be, and
 * connection_flush_call() follows. */
bool call_wants_input(struct airport_call *call);

/* Worker side. */
/* The next request message, moved; NULL when there is none now. */
struct call_input *call_pop_input(struct airport_call *call);
void call_input_destroy(struct call_input *input);
bool call_input_has_ended(struct airport_call *call);
bool call_has_room(struct airport_call *call);
/* Moved; NULL counts as out of memory and returns false with the call's error set. */
bool call_send(struct airport_call *call, struct flight_message *message);
bool call_send_bytes(struct airport_call *call, const void *bytes, size_t length);
/* Releases what call_keep (lookup.h) has kept. */
void call_release_kept(struct airport_call *call);

#endif
