/* `asleep` and what `look` reads are written on opposite sides and read crosswise, all sequentially consistent: either the ticker
 * sees the activity before it sleeps, or whoever pokes sees that it sleeps. */
#include "base/ticker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/thread.h"

struct ticker {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool started, stopping; /* under the lock */
    atomic_bool asleep;     /* set to false under the lock */
    _Atomic uint64_t tick;
    struct timespec period;
    ticker_fn look;
    void *self;
};

static bool look_once(struct ticker *ticker) {
    uint64_t tick = atomic_fetch_add_explicit(&ticker->tick, 1, memory_order_relaxed) + 1;
    return ticker->look(ticker->self, tick);
}

/* False when the thread is to end. */
static bool sleep_until_poked(struct ticker *ticker) {
    atomic_store(&ticker->asleep, true);
    if (look_once(ticker))
        ticker_poke(ticker);
    pthread_mutex_lock(&ticker->lock);
    while (atomic_load(&ticker->asleep) && !ticker->stopping)
        pthread_cond_wait(&ticker->wake, &ticker->lock);
    bool stopping = ticker->stopping;
    pthread_mutex_unlock(&ticker->lock);
    return !stopping;
}

static void *run(void *self) {
    struct ticker *ticker = self;
    while (sleep_until_poked(ticker))
        do
            nanosleep(&ticker->period, NULL);
        while (look_once(ticker));
    return NULL;
}

struct ticker *ticker_create(const char *name, int64_t period_ns, ticker_fn look, void *self, struct error *err) {
    struct ticker *ticker = memory_allocate_zeroed(1, sizeof *ticker);
    if (!ticker) {
        error_set_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&ticker->lock, NULL);
    pthread_cond_init(&ticker->wake, NULL);
    ticker->period = (struct timespec){.tv_sec = period_ns / 1000000000, .tv_nsec = period_ns % 1000000000};
    ticker->look = look;
    ticker->self = self;
    int failure = thread_start(&ticker->thread, name, run, ticker);
    ticker->started = failure == 0;
    if (!failure)
        return ticker;
    error_set_errno(err, ERROR_SYSTEM, failure, "cannot start a thread");
    ticker_destroy(ticker);
    return NULL;
}

void ticker_destroy(struct ticker *ticker) {
    if (!ticker)
        return;
    pthread_mutex_lock(&ticker->lock);
    ticker->stopping = true;
    pthread_cond_signal(&ticker->wake);
    pthread_mutex_unlock(&ticker->lock);
    if (ticker->started)
        pthread_join(ticker->thread, NULL);
    pthread_cond_destroy(&ticker->wake);
    pthread_mutex_destroy(&ticker->lock);
    memory_free(ticker);
}

uint64_t ticker_now(const struct ticker *ticker) {
    return atomic_load_explicit(&ticker->tick, memory_order_relaxed);
}

void ticker_poke(struct ticker *ticker) {
    if (!atomic_load(&ticker->asleep))
        return;
    pthread_mutex_lock(&ticker->lock);
    atomic_store(&ticker->asleep, false);
    pthread_cond_signal(&ticker->wake);
    pthread_mutex_unlock(&ticker->lock);
}
