#include "base/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/thread.h"

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct pool_job *first, **last; /* waiting jobs, oldest first */
    int32_t waiting;
    int32_t idle; /* threads in pthread_cond_wait */
    int32_t thread_count, max_threads;
    bool stopping;
    char name[16];
    pthread_t threads[];
};

static struct pool_job *next_job(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    while (!pool->first && !pool->stopping) {
        pool->idle++;
        pthread_cond_wait(&pool->wake, &pool->lock);
        pool->idle--;
    }
    struct pool_job *job = pool->first;
    if (job) {
        pool->first = job->next;
        if (!pool->first)
            pool->last = &pool->first;
        pool->waiting--;
        job->next = NULL;
    }
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void *work(void *self) {
    struct pool *pool = self;
    for (struct pool_job *job; (job = next_job(pool));)
        job->run(job);
    return NULL;
}

/* Called with the lock held. Failing is harmless as long as one thread exists: the job waits for that one. */
static int start_thread(struct pool *pool) {
    int failure = thread_start(&pool->threads[pool->thread_count], pool->name, work, pool);
    if (!failure)
        pool->thread_count++;
    return failure;
}

struct pool *pool_create(int32_t max_threads, const char *name, struct error *err) {
    if (max_threads < 1)
        max_threads = 1;
    struct pool *pool = memory_allocate_zeroed(1, sizeof *pool + (size_t)max_threads * sizeof(pthread_t));
    if (!pool) {
        error_set_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->last = &pool->first;
    pool->max_threads = max_threads;
    snprintf(pool->name, sizeof pool->name, "%s", name);
    pthread_mutex_lock(&pool->lock);
    int failure = start_thread(pool);
    pthread_mutex_unlock(&pool->lock);
    if (failure) {
        error_set_errno(err, ERROR_SYSTEM, failure, "cannot start a worker thread");
        pool_destroy(pool);
        return NULL;
    }
    return pool;
}

void pool_submit(struct pool *pool, struct pool_job *job) {
    job->next = NULL;
    pthread_mutex_lock(&pool->lock);
    *pool->last = job;
    pool->last = &job->next;
    pool->waiting++;
    if (pool->waiting > pool->idle && pool->thread_count < pool->max_threads && !pool->stopping)
        start_thread(pool); /* not while pool_destroy() joins those that there are */
    pthread_cond_signal(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
}

int32_t pool_waiting(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    int32_t waiting = pool->waiting;
    pthread_mutex_unlock(&pool->lock);
    return waiting;
}

void pool_destroy(struct pool *pool) {
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (int32_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    memory_free(pool);
}
