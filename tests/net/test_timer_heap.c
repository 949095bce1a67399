#include "support.h"

#include <stdlib.h>

#include "net/timer_heap.h"

enum { TIMERS = 200000 };

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void push(struct timer_heap *heap, struct net_timer *timer, int64_t due_ns) {
    timer->due_ns = due_ns;
    timer_heap_push(heap, timer);
}

static void first_is_earliest(void **state) {
    (void)state;
    struct timer_heap heap = {0};
    struct net_timer timers[5] = {0};
    static const int64_t due[5] = {30, 10, 50, 10, 20};
    static const int64_t sorted[5] = {10, 10, 20, 30, 50};
    for (int i = 0; i < 5; i++)
        push(&heap, &timers[i], due[i]);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(sorted[i], heap.first->due_ns);
        timer_heap_remove(heap.first);
    }
    assert_null(heap.first);
}

/* Random arming and disarming; what is left comes out in order and nothing is lost. */
static void random_removal_keeps_order(void **state) {
    (void)state;
    struct timer_heap heap = {0};
    struct net_timer *timers = calloc(TIMERS, sizeof *timers);
    uint32_t seed = 7;
    int inside = 0;
    for (int round = 0; round < 3 * TIMERS; round++) {
        struct net_timer *timer = &timers[next_random(&seed) % TIMERS];
        if (timer->at) {
            timer_heap_remove(timer);
            inside--;
        } else {
            push(&heap, timer, next_random(&seed) % 100000 + 1);
            inside++;
        }
        if (round % 5 == 0 && heap.first) {
            timer_heap_remove(heap.first);
            inside--;
        }
    }
    int64_t before = 0;
    for (; heap.first; inside--) {
        assert_true(heap.first->due_ns >= before);
        before = heap.first->due_ns;
        timer_heap_remove(heap.first);
    }
    assert_int_equal(0, inside);
    free(timers);
}

/* The shape that idle timeouts have: all the same distance ahead, each moved again and again. */
static void moving_many_is_fast(void **state) {
    (void)state;
    struct timer_heap heap = {0};
    struct net_timer *timers = calloc(TIMERS, sizeof *timers);
    for (int i = 0; i < TIMERS; i++)
        push(&heap, &timers[i], i + 1);
    for (int i = 0; i < 5 * TIMERS; i++) {
        struct net_timer *timer = &timers[(int64_t)i * 7919 % TIMERS];
        timer_heap_remove(timer);
        push(&heap, timer, TIMERS + i + 1);
    }
    assert_int_equal(5 * TIMERS + 1, heap.first->due_ns);
    free(timers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_is_earliest),
        cmocka_unit_test(random_removal_keeps_order),
        cmocka_unit_test(moving_many_is_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
