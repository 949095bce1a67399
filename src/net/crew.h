/* Worker threads that wait for their connections themselves (the leader/followers pattern).
 *
 * A connection that joined the crew has one owner at a time: the crew while it is parked, a thread of the crew while it runs.
 * Between a client's message and the thread that answers it stands one system call and no other thread.
 *
 * One thread takes connections while it finds the time to wait in between: a second would only take them away from a warm
 * cache. When it does not, as many do as the crew is told to keep at work (one per core). A thread that has been at one
 * connection for some milliseconds no longer counts, and another takes its place, up to the bound: long statements do not keep
 * short ones waiting, and short ones are not spread over more threads than there are cores.
 */
#ifndef NET_CREW_H
#define NET_CREW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct net_crew;
struct net_member;
typedef void (*net_member_fn)(struct net_member *member);

/* Embedded in the connection. All of it is the crew's. */
struct net_member {
    struct net_crew *crew;
    struct net_member *next; /* while it waits to run */
    net_member_fn run;       /* on a thread of the crew, as the owner: ends with net_crew_park() or net_crew_leave() */
    int fd;
    uint32_t number; /* in its seat */
};

/* `at_work` threads at once, `max_threads` with those that are held up. Owned, free with net_crew_destroy. */
struct net_crew *net_crew_create(const char *name, int32_t at_work, int32_t max_threads, struct error *err);
/* All members must have left. Not from a member's run. */
void net_crew_destroy(struct net_crew *crew);

/* Threads that are at a member now. When they are all there may be, whoever has something to do waits. Any thread. */
int32_t net_crew_busy(struct net_crew *crew);

/* The member runs soon. The descriptor must be non-blocking and open until the member has left. Any thread. */
bool net_crew_join(struct net_crew *crew, struct net_member *member, int fd, net_member_fn run, struct error *err);
/* Gives the member away until its descriptor becomes readable, writable or broken, or net_crew_wake() is called: after true
 * nothing of it may be touched. False: something of the kind has happened since it began to run, it is still the caller's.
 * Readiness is told once: who parks must have read or written until the system wanted to wait, or until a read came back short. */
bool net_crew_park(struct net_member *member);
/* The member runs, or does not park; without effect once it has left. Any thread, while the member's memory lives. */
void net_crew_wake(struct net_member *member);
/* The client has closed its side or the connection broke: a short read does not mean that there is nothing more to learn.
 * The owner only. */
bool net_member_hung_up(const struct net_member *member);
/* No run comes after it; then the descriptor may be closed. The owner only. */
void net_crew_leave(struct net_member *member);

#endif
