/* A bounded pool of worker threads.
 *
 * Jobs are intrusive, so submitting never allocates and never fails. Threads are started on demand, up to the bound, and
 * live until pool_destroy(). A job may wait for the engine or for a user's callback, never for a socket.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct pool;

struct pool_job {
    struct pool_job *next; /* the pool's while the job waits */
    void (*run)(struct pool_job *job); /* on a worker thread; the job may be freed or submitted again inside */
};

/* Owned, free with pool_destroy. One thread is started at once, so that a machine without threads is told here. */
struct pool *pool_create(int32_t max_threads, const char *name, struct error *err);

/* Any thread. Jobs start in the order of submission. */
void pool_submit(struct pool *pool, struct pool_job *job);

/* How many jobs no thread has taken yet. Any thread. */
int32_t pool_waiting(struct pool *pool);

/* Runs what was submitted to its end, then stops the threads. Not from a job. */
void pool_destroy(struct pool *pool);

#endif
