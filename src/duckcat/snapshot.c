/* The cache of snapshots. */
#include "duckcat/snapshot.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "duckcat/snapshot_loader.h"

enum { CACHED_SNAPSHOTS = 32 };

struct snapshot_cache {
    struct engine_database *database;
    struct lease_pool *leases;
    struct log *log;
    pthread_mutex_t lock; /* guards what follows */
    struct snapshot *entries[CACHED_SNAPSHOTS];
    int32_t next; /* to be replaced */
};

struct snapshot_cache *snapshot_cache_create(struct engine_database *database, struct lease_pool *leases,
                                             struct log *log) {
    struct snapshot_cache *cache = memory_allocate_zeroed(1, sizeof *cache);
    if (!cache)
        return NULL;
    cache->database = database;
    cache->leases = leases;
    cache->log = log;
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void snapshot_cache_destroy(struct snapshot_cache *cache) {
    if (!cache)
        return;
    for (int32_t i = 0; i < CACHED_SNAPSHOTS; i++)
        snapshot_release(cache->entries[i]);
    pthread_mutex_destroy(&cache->lock);
    memory_free(cache);
}

struct snapshot *snapshot_retain(struct snapshot *snapshot) {
    atomic_fetch_add(&snapshot->references, 1);
    return snapshot;
}

void snapshot_release(struct snapshot *snapshot) {
    if (!snapshot || atomic_fetch_sub(&snapshot->references, 1) > 1)
        return;
    for (int32_t i = 0; i < snapshot->schema_count; i++)
        for (int32_t j = 0; j < snapshot->schemas[i].table_count; j++) {
            struct ArrowSchema *arrow = &snapshot->schemas[i].tables[j].arrow;
            if (arrow->release)
                arrow->release(arrow);
        }
    arena_destroy(&snapshot->arena);
    pthread_mutex_destroy(&snapshot->lock);
    memory_free(snapshot);
}

const struct snapshot_schema *snapshot_find_schema(const struct snapshot *snapshot, const char *name) {
    for (int32_t i = 0; i < snapshot->schema_count; i++)
        if (strcasecmp(snapshot->schemas[i].name, name) == 0)
            return &snapshot->schemas[i];
    return NULL;
}

const struct snapshot_column *snapshot_find_column(const struct snapshot_table *table, const char *name) {
    for (int32_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

static struct snapshot *find_cached(struct snapshot_cache *cache, const char *database, uint64_t version) {
    struct snapshot *found = NULL;
    pthread_mutex_lock(&cache->lock);
    for (int32_t i = 0; !found && i < CACHED_SNAPSHOTS; i++) {
        struct snapshot *entry = cache->entries[i];
        if (entry && entry->version == version && strcasecmp(entry->database, database) == 0)
            found = snapshot_retain(entry);
    }
    pthread_mutex_unlock(&cache->lock);
    return found;
}

/* In the place of an older one of the same database, else of the one that was put in longest ago. */
static void keep(struct snapshot_cache *cache, struct snapshot *snapshot) {
    pthread_mutex_lock(&cache->lock);
    int32_t place = -1;
    for (int32_t i = 0; place < 0 && i < CACHED_SNAPSHOTS; i++)
        if (cache->entries[i] && strcasecmp(cache->entries[i]->database, snapshot->database) == 0)
            place = i;
    if (place < 0) {
        place = cache->next;
        cache->next = (cache->next + 1) % CACHED_SNAPSHOTS;
    }
    struct snapshot *old = cache->entries[place];
    cache->entries[place] = snapshot_retain(snapshot);
    pthread_mutex_unlock(&cache->lock);
    snapshot_release(old);
}

/* The version is read first: a change that comes while the catalogs are read makes the snapshot out of date, never
 * wrong under a newer number. */
struct snapshot *snapshot_get(struct snapshot_cache *cache, struct airport_call *call, const char *database,
                              struct error *err) {
    uint64_t version = engine_database_catalog_version(cache->database);
    struct snapshot *snapshot = find_cached(cache, database, version);
    if (snapshot)
        return snapshot;
    snapshot = memory_allocate_zeroed(1, sizeof *snapshot);
    if (!snapshot) {
        error_set_no_memory(err);
        return NULL;
    }
    atomic_init(&snapshot->references, 1);
    pthread_mutex_init(&snapshot->lock, NULL);
    snapshot->version = version;
    snapshot->database = arena_copy_string(&snapshot->arena, database);
    struct lease *lease = snapshot->database ? lease_take(cache->leases, call, err) : NULL;
    bool ok = lease && snapshot_load(snapshot, lease, cache->log, err);
    lease_return(lease);
    if (!ok) {
        snapshot_release(snapshot);
        return NULL;
    }
    if (snapshot->is_native)
        keep(cache, snapshot);
    return snapshot;
}

bool snapshot_need_functions(struct snapshot *snapshot, struct lease_pool *leases, struct airport_call *call,
                             struct error *err) {
    pthread_mutex_lock(&snapshot->lock);
    if (!snapshot->has_functions) {
        struct lease *lease = lease_take(leases, call, err);
        snapshot->has_functions = lease && snapshot_load_functions(snapshot, lease, err);
        lease_return(lease);
    }
    bool ok = snapshot->has_functions;
    pthread_mutex_unlock(&snapshot->lock);
    return ok;
}
