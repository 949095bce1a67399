/* A pairing heap of timers, earliest first: arming and finding the first are O(1), taking one out is O(log n)
 * amortised, and nothing allocates, because the links are in the timers. (Fredman, Sedgewick, Sleator, Tarjan 1986.)
 */
#ifndef NET_TIMER_HEAP_H
#define NET_TIMER_HEAP_H

#include "net/loop.h"

struct timer_heap {
    struct net_timer *first; /* NULL when empty */
};

/* The timer must not be in a heap. */
void timer_heap_push(struct timer_heap *heap, struct net_timer *timer);
/* The timer must be in a heap. */
void timer_heap_remove(struct net_timer *timer);

#endif
