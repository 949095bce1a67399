#include "airport/listing.h"

#include <string.h>

#include "base/memory.h"

static void clear(struct listing *listing) {
    memory_free(listing->catalog);
    writer_destroy(&listing->bytes);
    *listing = (struct listing){0};
}

void listing_cache_init(struct listing_cache *cache) {
    pthread_mutex_init(&cache->lock, NULL);
}

void listing_cache_destroy(struct listing_cache *cache) {
    for (int32_t i = 0; i < LISTINGS_KEPT; i++)
        clear(&cache->listings[i]);
    pthread_mutex_destroy(&cache->lock);
}

static struct listing *find(struct listing_cache *cache, const char *catalog) {
    for (int32_t i = 0; i < LISTINGS_KEPT; i++)
        if (cache->listings[i].catalog && strcmp(cache->listings[i].catalog, catalog) == 0)
            return &cache->listings[i];
    return NULL;
}

bool listing_recall(struct listing_cache *cache, const char *catalog, uint64_t version, struct writer *w) {
    pthread_mutex_lock(&cache->lock);
    const struct listing *listing = find(cache, catalog);
    bool known = listing && listing->version == version;
    if (known)
        writer_bytes(w, listing->bytes.bytes, listing->bytes.length);
    pthread_mutex_unlock(&cache->lock);
    return known;
}

void listing_remember(struct listing_cache *cache, const char *catalog, uint64_t version, const void *bytes,
                      size_t length) {
    struct listing made = {.catalog = memory_copy_string(catalog), .version = version};
    writer_bytes(&made.bytes, bytes, length);
    if (!made.catalog || !writer_ok(&made.bytes)) {
        clear(&made);
        return;
    }
    pthread_mutex_lock(&cache->lock);
    struct listing *place = find(cache, catalog);
    if (!place) {
        place = &cache->listings[cache->next];
        cache->next = (cache->next + 1) % LISTINGS_KEPT;
    }
    struct listing old = *place;
    *place = made;
    pthread_mutex_unlock(&cache->lock);
    clear(&old);
}
