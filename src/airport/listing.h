/* Answers to list_schemas that are remembered: for catalogs that promise the same listing to everybody while their
 * version stays (airport_catalog_version.is_shared). Any thread.
 */
#ifndef AIRPORT_LISTING_H
#define AIRPORT_LISTING_H

#include <pthread.h>
#include <stdint.h>

#include "base/writer.h"

enum { LISTINGS_KEPT = 16 };

struct listing {
    char *catalog; /* its name; NULL: a free place */
    uint64_t version;
    struct writer bytes;
};

struct listing_cache {
    pthread_mutex_t lock; /* guards what follows */
    struct listing listings[LISTINGS_KEPT];
    int32_t next; /* to be replaced */
};

void listing_cache_init(struct listing_cache *cache);
void listing_cache_destroy(struct listing_cache *cache);
/* Appends the listing; false when it is not there. */
bool listing_recall(struct listing_cache *cache, const char *catalog, uint64_t version, struct writer *w);
/* In the place of the catalog's older one, else of the one that was put in longest ago. */
void listing_remember(struct listing_cache *cache, const char *catalog, uint64_t version, const void *bytes,
                      size_t length);

#endif
