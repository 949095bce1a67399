/* Slabs: large pieces of memory that one stream's messages use again and again. Fresh memory of this size comes from the system
 * page by page, which costs more than filling it.
 *
 * A pool is counted: its stream holds it, and each slab that is out. Any thread.
 */
#ifndef FLIGHT_SLAB_H
#define FLIGHT_SLAB_H

#include <stddef.h>
#include <stdint.h>

struct slab_pool;

struct slab {
    struct slab *next;
    struct slab_pool *pool;
    size_t used, capacity;
    _Alignas(16) uint8_t bytes[];
};

/* Pool of slabs of this size. NULL when memory is out. Owned, free with slab_pool_release. */
struct slab_pool *slab_pool_create(size_t slab_bytes);
void slab_pool_release(struct slab_pool *pool); /* NULL is allowed */
/* An empty slab; NULL when memory is out. Owned, give back with slab_return. */
struct slab *slab_take(struct slab_pool *pool);
void slab_return(struct slab *slab); /* NULL is allowed */
/* The next bytes of the slab, aligned to eight; NULL when they do not fit. */
uint8_t *slab_allocate(struct slab *slab, size_t length);

#endif
