#include "net/stand_in.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/thread.h"
#include "base/ticker.h"

enum { TICK_NS = 1000 * 1000, DOZE_TICKS = 200 /* the watch sleeps when nothing was lent for so long */ };

struct stand_ins {
    stand_in_fn serve;
    void *self;
    struct ticker *watch; /* NULL: there is only one thread */
    uint64_t leases;      /* given so far; the holder's */
    _Atomic uint64_t lease; /* the number of the present one; 0: the holder is at its task */
    uint64_t seen, seen_tick; /* the watch's: the last lease it saw, and when */
    atomic_int away;      /* threads that lost the task and are at other work still */
    pthread_mutex_t lock;
    pthread_cond_t call;
    bool called, over; /* guarded by the lock, as the rest */
    int32_t waiting, thread_count, max_threads;
    char name[16];
    pthread_t threads[];
};

/* Waits to be called. False: the task is over. */
static bool wait_for_call(struct stand_ins *s) {
    pthread_mutex_lock(&s->lock);
    s->waiting++;
    while (!s->called && !s->over)
        pthread_cond_wait(&s->call, &s->lock);
    s->waiting--;
    bool is_called = !s->over;
    s->called = false;
    pthread_mutex_unlock(&s->lock);
    return is_called;
}

static void end(struct stand_ins *s) {
    pthread_mutex_lock(&s->lock);
    s->over = true;
    pthread_cond_broadcast(&s->call);
    pthread_mutex_unlock(&s->lock);
}

static void *stand_in(void *self) {
    struct stand_ins *s = self;
    while (wait_for_call(s)) {
        if (s->serve(s->self)) {
            end(s);
            return NULL;
        }
        atomic_fetch_sub(&s->away, 1);
    }
    return NULL;
}

/* With the lock held. Returns 0 or an errno. */
static int start_thread(struct stand_ins *s) {
    int failure = thread_start(&s->threads[s->thread_count], s->name, stand_in, s);
    s->thread_count += !failure;
    return failure;
}

/* Gives the task to another thread, if the lease still runs and there is one. */
static void take_over(struct stand_ins *s, uint64_t lease) {
    pthread_mutex_lock(&s->lock);
    bool somebody = s->waiting > 0 || (s->thread_count < s->max_threads && start_thread(s) == 0);
    atomic_fetch_add(&s->away, 1);
    if (somebody && atomic_compare_exchange_strong(&s->lease, &lease, 0)) {
        s->called = true;
        pthread_cond_signal(&s->call);
    } else {
        atomic_fetch_sub(&s->away, 1);
    }
    pthread_mutex_unlock(&s->lock);
}

static bool look(void *self, uint64_t tick) {
    struct stand_ins *s = self;
    uint64_t lease = atomic_load(&s->lease);
    if (lease && lease == s->seen)
        take_over(s, lease);
    if (lease) {
        s->seen = lease;
        s->seen_tick = tick;
    }
    return tick - s->seen_tick < DOZE_TICKS;
}

bool stand_ins_create(const char *name, int32_t max_threads, stand_in_fn serve, void *self, struct stand_ins **out,
                      struct error *err) {
    struct stand_ins *s = *out = memory_allocate_zeroed(1, sizeof *s + (size_t)max_threads * sizeof s->threads[0]);
    if (!s)
        return error_set_no_memory(err);
    s->serve = serve;
    s->self = self;
    s->max_threads = max_threads;
    s->called = true; /* the first thread */
    snprintf(s->name, sizeof s->name, "%s", name);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->call, NULL);
    bool watched = max_threads == 1 || (s->watch = ticker_create("stand-ins", TICK_NS, look, s, err));
    int failure = watched ? start_thread(s) : 0;
    if (watched && !failure)
        return true;
    if (failure)
        error_set_errno(err, ERROR_SYSTEM, failure, "cannot start a thread");
    stand_ins_destroy(s);
    *out = NULL;
    return false;
}

void stand_ins_destroy(struct stand_ins *s) {
    if (!s)
        return;
    /* Threads that may still start others come first. The last one ends the task. */
    if (s->thread_count)
        pthread_join(s->threads[0], NULL);
    ticker_destroy(s->watch);
    for (int32_t i = 1; i < s->thread_count; i++)
        pthread_join(s->threads[i], NULL);
    pthread_cond_destroy(&s->call);
    pthread_mutex_destroy(&s->lock);
    memory_free(s);
}

bool stand_ins_available(const struct stand_ins *s) {
    return atomic_load_explicit(&s->away, memory_order_relaxed) + 1 < s->max_threads;
}

uint64_t stand_ins_lend(struct stand_ins *s) {
    uint64_t lease = ++s->leases;
    atomic_store(&s->lease, lease);
    ticker_poke(s->watch);
    return lease;
}

bool stand_ins_return(struct stand_ins *s, uint64_t lease) {
    return atomic_compare_exchange_strong(&s->lease, &lease, 0);
}
