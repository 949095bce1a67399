#include "net/timer_heap.h"

#include <stddef.h>

/* Every timer of a heap knows the pointer that leads to it (`at`): the heap's first, its parent's child or its left
 * sibling's next. So a timer leaves its place without knowing the heap. */
static void place(struct net_timer *timer, struct net_timer **at) {
    *at = timer;
    if (timer)
        timer->at = at;
}

/* Joins two heaps without siblings; the later one becomes a child of the earlier one, which is returned. */
static struct net_timer *merge(struct net_timer *a, struct net_timer *b) {
    if (!a || !b)
        return a ? a : b;
    struct net_timer *parent = b->due_ns < a->due_ns ? b : a;
    struct net_timer *child = parent == a ? b : a;
    place(parent->child, &child->next);
    place(child, &parent->child);
    return parent;
}

/* Joins siblings: in pairs from the left, then the pairs from the right. */
static struct net_timer *merge_siblings(struct net_timer *sibling) {
    struct net_timer *pairs = NULL; /* the last pair first, linked by next */
    while (sibling) {
        struct net_timer *a = sibling, *b = a->next;
        sibling = b ? b->next : NULL;
        a->next = NULL;
        if (b)
            b->next = NULL;
        struct net_timer *pair = merge(a, b);
        pair->next = pairs;
        pairs = pair;
    }
    struct net_timer *merged = NULL;
    while (pairs) {
        struct net_timer *pair = pairs;
        pairs = pair->next;
        pair->next = NULL;
        merged = merge(pair, merged);
    }
    return merged;
}

void timer_heap_push(struct timer_heap *heap, struct net_timer *timer) {
    timer->child = timer->next = NULL;
    place(merge(timer, heap->first), &heap->first);
}

/* The children, joined, take the timer's place: none of them is earlier than its parent. */
void timer_heap_remove(struct net_timer *timer) {
    struct net_timer *merged = merge_siblings(timer->child);
    if (merged) {
        place(timer->next, &merged->next);
        place(merged, timer->at);
    } else {
        place(timer->next, timer->at);
    }
    timer->child = timer->next = NULL;
    timer->at = NULL;
}
