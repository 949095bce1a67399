#include "flight/slab.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/memory.h"

enum { MAX_IDLE = 8 };

struct slab_pool {
    pthread_mutex_t lock;
    struct slab *idle;
    int32_t idle_count, references;
    size_t slab_bytes;
};

struct slab_pool *slab_pool_create(size_t slab_bytes) {
    struct slab_pool *pool = memory_allocate_zeroed(1, sizeof *pool);
    if (!pool)
        return NULL;
    pthread_mutex_init(&pool->lock, NULL);
    pool->slab_bytes = slab_bytes;
    pool->references = 1;
    return pool;
}

static void destroy_pool(struct slab_pool *pool) {
    while (pool->idle) {
        struct slab *next = pool->idle->next;
        memory_free(pool->idle);
        pool->idle = next;
    }
    pthread_mutex_destroy(&pool->lock);
    memory_free(pool);
}

void slab_pool_release(struct slab_pool *pool) {
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    bool is_last = --pool->references == 0;
    pthread_mutex_unlock(&pool->lock);
    if (is_last)
        destroy_pool(pool);
}

struct slab *slab_take(struct slab_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    struct slab *slab = pool->idle;
    if (slab) {
        pool->idle = slab->next;
        pool->idle_count--;
        pool->references++;
    }
    pthread_mutex_unlock(&pool->lock);
    if (slab)
        return slab;
    slab = memory_allocate(sizeof *slab + pool->slab_bytes);
    if (!slab)
        return NULL;
    *slab = (struct slab){.pool = pool, .capacity = pool->slab_bytes};
    pthread_mutex_lock(&pool->lock);
    pool->references++;
    pthread_mutex_unlock(&pool->lock);
    return slab;
}

void slab_return(struct slab *slab) {
    if (!slab)
        return;
    struct slab_pool *pool = slab->pool;
    slab->used = 0;
    pthread_mutex_lock(&pool->lock);
    bool is_kept = pool->idle_count < MAX_IDLE;
    if (is_kept) {
        slab->next = pool->idle;
        pool->idle = slab;
        pool->idle_count++;
    }
    pthread_mutex_unlock(&pool->lock);
    if (!is_kept)
        memory_free(slab);
    slab_pool_release(pool);
}

uint8_t *slab_allocate(struct slab *slab, size_t length) {
    size_t padded = length + (-length & 7);
    if (padded < length || padded > slab->capacity - slab->used)
        return NULL;
    uint8_t *bytes = slab->bytes + slab->used;
    slab->used += padded;
    return bytes;
}
