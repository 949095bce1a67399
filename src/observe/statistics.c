#include "observe/statistics.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

enum { PARTS_DROPPED = 20 /* a twentieth of the entries makes room for others */ };

/* Mean and squared deviations are carried along (Welford 1962), so that long series keep their precision. */
struct counts {
    int64_t calls, rows;
    double total_ms, min_ms, max_ms, mean_ms, deviations;
};

struct statistics_entry {
    struct statistics *table;
    struct statistics_entry *next; /* in its bucket */
    uint64_t hash;                 /* of the whole key */
    int64_t id;
    int32_t references; /* the table's own and the callers', under the table's lock */
    pthread_mutex_t lock; /* guards counts */
    struct counts counts;
    const char *user, *database, *text; /* behind the struct */
};

struct statistics {
    pthread_mutex_t lock; /* guards all but the counts of entries */
    int32_t limit, count;
    size_t bucket_count; /* a power of two */
    int64_t dropped, since_us;
    struct statistics_entry **buckets;
};

/* FNV-1a, 64 bits (Fowler, Noll, Vo), with the terminating NUL, so that neighbouring texts do not run together. */
static uint64_t hash_text(uint64_t hash, const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    do
        hash = (hash ^ *at) * 0x100000001b3;
    while (*at++);
    return hash;
}

struct statistics *statistics_create(int32_t limit, struct error *err) {
    struct statistics *statistics = memory_allocate_zeroed(1, sizeof *statistics);
    if (statistics) {
        pthread_mutex_init(&statistics->lock, NULL);
        statistics->limit = limit;
        statistics->since_us = clock_wall_us();
        statistics->bucket_count = 1;
        while (statistics->bucket_count < (size_t)limit)
            statistics->bucket_count *= 2;
        statistics->buckets = memory_allocate_zeroed(statistics->bucket_count, sizeof *statistics->buckets);
    }
    if (statistics && statistics->buckets)
        return statistics;
    statistics_destroy(statistics);
    error_set_no_memory(err);
    return NULL;
}

static void free_entry(struct statistics_entry *entry) {
    pthread_mutex_destroy(&entry->lock);
    memory_free(entry);
}

static void release_locked(struct statistics_entry *entry) {
    if (--entry->references == 0)
        free_entry(entry);
}

void statistics_destroy(struct statistics *statistics) {
    if (!statistics)
        return;
    for (size_t i = 0; statistics->buckets && i < statistics->bucket_count; i++)
        for (struct statistics_entry *entry = statistics->buckets[i], *next; entry; entry = next) {
            next = entry->next;
            release_locked(entry);
        }
    pthread_mutex_destroy(&statistics->lock);
    memory_free(statistics->buckets);
    memory_free(statistics);
}

/* ---- making room ---- */

/* An entry that may have to go, and how often it was called at that moment. */
struct candidate {
    int64_t calls;
    struct statistics_entry *entry;
};

static int by_calls(const void *a, const void *b) {
    const struct candidate *first = a, *second = b;
    return first->calls < second->calls ? -1 : first->calls > second->calls;
}

static int64_t calls_of(struct statistics_entry *entry) {
    pthread_mutex_lock(&entry->lock);
    int64_t calls = entry->counts.calls;
    pthread_mutex_unlock(&entry->lock);
    return calls;
}

static void unlink_entry(struct statistics *statistics, struct statistics_entry *entry) {
    struct statistics_entry **at = &statistics->buckets[entry->hash & (statistics->bucket_count - 1)];
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    statistics->count--;
    release_locked(entry);
}

static bool drop_least_called(struct statistics *statistics) {
    struct candidate *all = memory_allocate((size_t)statistics->count * sizeof *all);
    if (!all)
        return false;
    int32_t count = 0, dropped = statistics->limit / PARTS_DROPPED + 1;
    for (size_t i = 0; i < statistics->bucket_count; i++)
        for (struct statistics_entry *entry = statistics->buckets[i]; entry; entry = entry->next)
            all[count++] = (struct candidate){calls_of(entry), entry};
    qsort(all, (size_t)count, sizeof *all, by_calls);
    for (int32_t i = 0; i < count && i < dropped; i++)
        unlink_entry(statistics, all[i].entry);
    statistics->dropped++;
    memory_free(all);
    return true;
}

/* ---- finding ---- */

static bool is_key(const struct statistics_entry *entry, uint64_t hash, const struct statistics_key *key) {
    return entry->hash == hash && !strcmp(entry->user, key->user) && !strcmp(entry->database, key->database) &&
           !strcmp(entry->text, key->text);
}

static const char *place_text(char **to, const char *text) {
    char *placed = *to;
    size_t size = strlen(text) + 1;
    memcpy(placed, text, size);
    *to += size;
    return placed;
}

static struct statistics_entry *make_entry(struct statistics *table, uint64_t hash, const struct statistics_key *key) {
    size_t texts = strlen(key->user) + strlen(key->database) + strlen(key->text) + 3;
    struct statistics_entry *entry = memory_allocate_zeroed(1, sizeof *entry + texts);
    if (!entry)
        return NULL;
    char *to = (char *)(entry + 1);
    pthread_mutex_init(&entry->lock, NULL);
    entry->table = table;
    entry->hash = hash;
    entry->id = (int64_t)(hash_text(0xcbf29ce484222325, key->text) & INT64_MAX);
    entry->references = 1;
    entry->user = place_text(&to, key->user);
    entry->database = place_text(&to, key->database);
    entry->text = place_text(&to, key->text);
    return entry;
}

static struct statistics_entry *find_locked(struct statistics *statistics, const struct statistics_key *key) {
    uint64_t hash = hash_text(hash_text(hash_text(0xcbf29ce484222325, key->user), key->database), key->text);
    struct statistics_entry **bucket = &statistics->buckets[hash & (statistics->bucket_count - 1)];
    for (struct statistics_entry *entry = *bucket; entry; entry = entry->next)
        if (is_key(entry, hash, key))
            return entry;
    if (statistics->count >= statistics->limit && !drop_least_called(statistics))
        return NULL;
    struct statistics_entry *entry = make_entry(statistics, hash, key);
    if (!entry)
        return NULL;
    entry->next = *bucket;
    *bucket = entry;
    statistics->count++;
    return entry;
}

struct statistics_entry *statistics_find(struct statistics *statistics, const struct statistics_key *key) {
    if (!statistics->limit)
        return NULL;
    pthread_mutex_lock(&statistics->lock);
    struct statistics_entry *entry = find_locked(statistics, key);
    if (entry)
        entry->references++;
    pthread_mutex_unlock(&statistics->lock);
    return entry;
}

void statistics_release(struct statistics_entry *entry) {
    if (!entry)
        return;
    struct statistics *statistics = entry->table;
    pthread_mutex_lock(&statistics->lock);
    release_locked(entry);
    pthread_mutex_unlock(&statistics->lock);
}

/* ---- counting ---- */

void statistics_count(struct statistics_entry *entry, bool is_call, int64_t duration_ns, int64_t rows) {
    if (!entry)
        return;
    double ms = (double)duration_ns / 1e6;
    pthread_mutex_lock(&entry->lock);
    struct counts *counts = &entry->counts;
    counts->total_ms += ms;
    counts->rows += rows;
    if (is_call || !counts->calls) {
        counts->calls++;
        counts->min_ms = counts->calls == 1 || ms < counts->min_ms ? ms : counts->min_ms;
        counts->max_ms = ms > counts->max_ms ? ms : counts->max_ms;
        double from_mean = ms - counts->mean_ms;
        counts->mean_ms += from_mean / (double)counts->calls;
        counts->deviations += from_mean * (ms - counts->mean_ms);
    }
    pthread_mutex_unlock(&entry->lock);
}

void statistics_reset(struct statistics *statistics) {
    pthread_mutex_lock(&statistics->lock);
    for (size_t i = 0; i < statistics->bucket_count; i++)
        for (struct statistics_entry *entry = statistics->buckets[i], *next; entry; entry = next) {
            next = entry->next;
            if (entry->references == 1) {
                unlink_entry(statistics, entry);
                continue;
            }
            pthread_mutex_lock(&entry->lock);
            entry->counts = (struct counts){0};
            pthread_mutex_unlock(&entry->lock);
        }
    statistics->dropped = 0;
    statistics->since_us = clock_wall_us();
    pthread_mutex_unlock(&statistics->lock);
}

/* ---- showing ---- */

int64_t statistics_dropped(struct statistics *statistics) {
    pthread_mutex_lock(&statistics->lock);
    int64_t dropped = statistics->dropped;
    pthread_mutex_unlock(&statistics->lock);
    return dropped;
}

int64_t statistics_since_us(struct statistics *statistics) {
    pthread_mutex_lock(&statistics->lock);
    int64_t since_us = statistics->since_us;
    pthread_mutex_unlock(&statistics->lock);
    return since_us;
}

static bool show(struct statistics_entry *entry, bool (*take)(void *self, const struct statistics_row *row),
                 void *self) {
    pthread_mutex_lock(&entry->lock);
    struct counts counts = entry->counts;
    pthread_mutex_unlock(&entry->lock);
    const struct statistics_row row = {
        .user = entry->user,
        .database = entry->database,
        .text = entry->text,
        .id = entry->id,
        .calls = counts.calls,
        .rows = counts.rows,
        .total_ms = counts.total_ms,
        .min_ms = counts.min_ms,
        .max_ms = counts.max_ms,
        .mean_ms = counts.mean_ms,
        .deviation_ms = counts.calls > 0 ? sqrt(counts.deviations / (double)counts.calls) : 0,
    };
    return !row.calls || take(self, &row);
}

bool statistics_each(struct statistics *statistics, bool (*take)(void *self, const struct statistics_row *row),
                     void *self) {
    bool go_on = true;
    pthread_mutex_lock(&statistics->lock);
    for (size_t i = 0; go_on && i < statistics->bucket_count; i++)
        for (struct statistics_entry *entry = statistics->buckets[i]; go_on && entry; entry = entry->next)
            go_on = show(entry, take, self);
    pthread_mutex_unlock(&statistics->lock);
    return go_on;
}
