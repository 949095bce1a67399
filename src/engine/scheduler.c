/* The watch looks around every millisecond while anything runs; it lets the helpers in and calls them back.
 *
 * Threads: `lock` guards all but the activities' atomics. */
#include "engine/scheduler.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/thread.h"
#include "base/ticker.h"

enum {
    TICK_NS = 1000 * 1000,
    LONG_TICKS = 2,   /* a statement of this age is long: 1 to 2 ms */
    FRESH_TICKS = 8,  /* a statement whose rows were asked for within these is still being read */
    CALM_TICKS = 20,  /* the helpers stay for so long after the last long statement */
    DOZE_TICKS = 200, /* the watch sleeps after so long without any statement */
};

struct engine_scheduler {
    duckdb_database database;
    pthread_mutex_t lock;
    pthread_cond_t wake_helpers, helpers_left;
    struct engine_activity *activities;
    duckdb_task_state tasks; /* NULL: the helpers are out */
    int32_t helpers_inside;
    uint64_t last_long; /* the tick at which a long statement was seen last */
    bool stopping, dismissed; /* for good */
    struct ticker *watch; /* NULL: one thread only, nobody helps */
    int32_t helper_count;
    pthread_t helpers[];
};

/* ---- what connections are at ---- */

void engine_scheduler_add(struct engine_scheduler *scheduler, struct engine_activity *activity) {
    if (!scheduler || !scheduler->watch)
        return;
    pthread_mutex_lock(&scheduler->lock);
    activity->scheduler = scheduler;
    activity->next = scheduler->activities;
    activity->at = &scheduler->activities;
    if (activity->next)
        activity->next->at = &activity->next;
    scheduler->activities = activity;
    pthread_mutex_unlock(&scheduler->lock);
}

void engine_scheduler_remove(struct engine_activity *activity) {
    if (!activity->scheduler)
        return;
    pthread_mutex_lock(&activity->scheduler->lock);
    *activity->at = activity->next;
    if (activity->next)
        activity->next->at = activity->at;
    pthread_mutex_unlock(&activity->scheduler->lock);
}

void engine_activity_begin(struct engine_activity *activity) {
    if (!activity->scheduler)
        return;
    struct ticker *watch = activity->scheduler->watch;
    atomic_store_explicit(&activity->began, ticker_now(watch), memory_order_relaxed);
    atomic_store(&activity->used, ENGINE_ACTIVITY_BUSY);
    ticker_poke(watch);
}

void engine_activity_resume(struct engine_activity *activity) {
    if (!activity->scheduler)
        return;
    atomic_store(&activity->used, ENGINE_ACTIVITY_BUSY);
    ticker_poke(activity->scheduler->watch);
}

void engine_activity_pause(struct engine_activity *activity) {
    if (activity->scheduler)
        atomic_store_explicit(&activity->used, ticker_now(activity->scheduler->watch), memory_order_relaxed);
}

/* ---- the helpers ---- */

static void *help(void *self) {
    struct engine_scheduler *scheduler = self;
    pthread_mutex_lock(&scheduler->lock);
    while (!scheduler->stopping) {
        duckdb_task_state tasks = scheduler->tasks;
        if (!tasks) {
            pthread_cond_wait(&scheduler->wake_helpers, &scheduler->lock);
            continue;
        }
        scheduler->helpers_inside++;
        pthread_mutex_unlock(&scheduler->lock);
        duckdb_execute_tasks_state(tasks);
        pthread_mutex_lock(&scheduler->lock);
        if (--scheduler->helpers_inside == 0)
            pthread_cond_broadcast(&scheduler->helpers_left);
    }
    pthread_mutex_unlock(&scheduler->lock);
    return NULL;
}

static void let_in(struct engine_scheduler *scheduler) {
    if (scheduler->tasks || scheduler->dismissed)
        return;
    scheduler->tasks = duckdb_create_task_state(scheduler->database);
    pthread_cond_broadcast(&scheduler->wake_helpers);
}

/* Each helper finishes the task it is at. */
static void call_back(struct engine_scheduler *scheduler) {
    duckdb_task_state tasks = scheduler->tasks;
    scheduler->tasks = NULL;
    if (tasks)
        duckdb_finish_execution(tasks);
    while (scheduler->helpers_inside > 0)
        pthread_cond_wait(&scheduler->helpers_left, &scheduler->lock);
    if (tasks)
        duckdb_destroy_task_state(tasks);
}

void engine_scheduler_dismiss(struct engine_scheduler *scheduler) {
    if (!scheduler)
        return;
    pthread_mutex_lock(&scheduler->lock);
    scheduler->dismissed = true;
    call_back(scheduler);
    pthread_mutex_unlock(&scheduler->lock);
}

/* ---- the watch ---- */

struct sighting {
    bool any;      /* something was used lately */
    bool has_long; /* some statement needs help */
};

static struct sighting look_around(const struct engine_scheduler *scheduler, uint64_t tick) {
    struct sighting seen = {0};
    for (const struct engine_activity *activity = scheduler->activities; activity; activity = activity->next) {
        uint64_t used = atomic_load(&activity->used), began = atomic_load_explicit(&activity->began, memory_order_relaxed);
        if (used == ENGINE_ACTIVITY_NEVER)
            continue;
        bool busy = used == ENGINE_ACTIVITY_BUSY;
        seen.any = seen.any || busy || tick - used < DOZE_TICKS;
        seen.has_long = seen.has_long || ((busy || tick - used <= FRESH_TICKS) && began + LONG_TICKS <= tick);
    }
    return seen;
}

/* Whether DuckDB has tasks that nobody carries out yet: one is tried. A statement may also be long because the machine is busy,
 * and then helpers would be in its way. */
static bool has_tasks(struct engine_scheduler *scheduler) {
    duckdb_task_state probe = duckdb_create_task_state(scheduler->database);
    bool found = duckdb_execute_n_tasks_state(probe, 1) > 0;
    duckdb_destroy_task_state(probe);
    return found;
}

/* Only this thread lets the helpers in and calls them back. */
static bool look(void *self, uint64_t tick) {
    struct engine_scheduler *scheduler = self;
    pthread_mutex_lock(&scheduler->lock);
    struct sighting seen = look_around(scheduler, tick);
    bool inside = scheduler->tasks != NULL;
    pthread_mutex_unlock(&scheduler->lock);
    bool wanted = seen.has_long && (inside || has_tasks(scheduler));
    pthread_mutex_lock(&scheduler->lock);
    if (wanted) {
        scheduler->last_long = tick;
        let_in(scheduler);
    } else if (tick - scheduler->last_long > CALM_TICKS) {
        call_back(scheduler);
    }
    inside = scheduler->tasks != NULL;
    pthread_mutex_unlock(&scheduler->lock);
    return seen.any || inside;
}

/* ---- starting and ending ---- */

static bool start_threads(struct engine_scheduler *scheduler, int32_t helpers, struct error *err) {
    while (scheduler->helper_count < helpers) {
        int failure = thread_start(&scheduler->helpers[scheduler->helper_count], "engine-helper", help, scheduler);
        if (failure)
            return error_set_errno(err, ERROR_SYSTEM, failure, "cannot start a thread of the engine");
        scheduler->helper_count++;
    }
    return helpers == 0 || (scheduler->watch = ticker_create("engine-watch", TICK_NS, look, scheduler, err));
}

struct engine_scheduler *engine_scheduler_create(duckdb_database database, int32_t threads, struct error *err) {
    int32_t helpers = threads > 1 ? threads - 1 : 0;
    struct engine_scheduler *scheduler =
        memory_allocate_zeroed(1, sizeof *scheduler + (size_t)helpers * sizeof scheduler->helpers[0]);
    if (!scheduler) {
        error_set_no_memory(err);
        return NULL;
    }
    scheduler->database = database;
    pthread_mutex_init(&scheduler->lock, NULL);
    pthread_cond_init(&scheduler->wake_helpers, NULL);
    pthread_cond_init(&scheduler->helpers_left, NULL);
    if (start_threads(scheduler, helpers, err))
        return scheduler;
    engine_scheduler_destroy(scheduler);
    return NULL;
}

void engine_scheduler_destroy(struct engine_scheduler *scheduler) {
    if (!scheduler)
        return;
    ticker_destroy(scheduler->watch);
    pthread_mutex_lock(&scheduler->lock);
    call_back(scheduler);
    scheduler->stopping = true;
    pthread_cond_broadcast(&scheduler->wake_helpers);
    pthread_mutex_unlock(&scheduler->lock);
    for (int32_t i = 0; i < scheduler->helper_count; i++)
        pthread_join(scheduler->helpers[i], NULL);
    pthread_cond_destroy(&scheduler->helpers_left);
    pthread_cond_destroy(&scheduler->wake_helpers);
    pthread_mutex_destroy(&scheduler->lock);
    memory_free(scheduler);
}
