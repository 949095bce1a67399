/* The event loop: one thread at a time, one epoll, readiness and timers told to callbacks on that thread.
 *
 * A watch is armed for one report: after its callback ran it is silent until net_watch_arm() is called again, from any
 * thread. So a connection has one owner at a time: the loop while it is armed, a worker while it is not, and nobody
 * needs a lock around the connection. (EPOLLONESHOT; epoll(7).)
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum net_ready {
    NET_READABLE = 1, /* data, end of file or an error: a read tells which */
    NET_WRITABLE = 2, /* room, or an error: a write tells which */
    NET_HANGUP = 4,   /* the peer closed its sending side, or the connection broke */
};

struct net_loop;
struct net_watch;
typedef void (*net_watch_fn)(struct net_watch *watch, unsigned ready);

/* Embedded in what it watches. */
struct net_watch {
    struct net_loop *loop;
    net_watch_fn report; /* on the loop's thread; may remove the watch and free it */
    int fd;
    atomic_bool armed; /* the loop's: one report is to come */
};

/* Work handed to the loop's thread. Embedded in what it concerns; the loop's until `run` is called. */
struct net_task {
    struct net_task *next;
    void (*run)(struct net_task *task);
};

/* Embedded; armed and disarmed only on the loop's thread. A zeroed timer is disarmed. */
struct net_timer {
    int64_t due_ns;                           /* on the monotonic clock; 0 while disarmed */
    struct net_timer *child, *next, **at;     /* the loop's heap */
    void (*expired)(struct net_timer *timer); /* on the loop's thread, the timer being disarmed already */
};

/* Starts the thread; with a `max_threads` above 1 others may follow, see net_loop_lend(). Owned, free with net_loop_destroy. */
struct net_loop *net_loop_create(const char *name, int32_t max_threads, struct error *err);
/* Stops and joins the threads after the tasks already posted have run. All watches must have been removed. */
void net_loop_destroy(struct net_loop *loop);
bool net_loop_is_current(const struct net_loop *loop);

/* Any thread; runs once, soon, on the loop's thread, in the order of posting. */
void net_loop_post(struct net_loop *loop, struct net_task *task);

/* Runs `work`, which may take long, on the loop's thread when this round's reports are done: what is short is over before
 * another thread would have woken up; behind what is not, another thread goes on with the loop after a millisecond or two.
 * Loop's thread only. False, and nothing happens: the loop has more to do, or no other thread. */
bool net_loop_lend(struct net_loop *loop, struct net_task *work);

/* Registers `fd`, disarmed. Any thread. */
bool net_watch_add(struct net_watch *watch, struct net_loop *loop, int fd, net_watch_fn report, struct error *err);
/* Arms for the next report of any of `interest` (NET_HANGUP is reported with NET_READABLE too, and a broken connection
 * always). Any thread may arm a silent watch and has given the connection away with it; a watch that is armed already
 * may get another interest on the loop's thread only. */
void net_watch_arm(struct net_watch *watch, unsigned interest);
/* Loop's thread only; an armed watch becomes silent again without having reported. */
void net_watch_disarm(struct net_watch *watch);
/* Loop's thread only; after it no report comes. Does not close the descriptor. */
void net_watch_remove(struct net_watch *watch);

/* Arms, or moves, the timer. One that is due already expires soon, never inside this call. */
void net_timer_arm(struct net_loop *loop, struct net_timer *timer, int64_t due_ns);
void net_timer_disarm(struct net_timer *timer);

#endif
