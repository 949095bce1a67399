/* Statistics of statements that differ in their constants only: what pg_stat_statements shows.
 *
 * The caller gives the normalised text and keeps the entry that it gets, so that counting one more run is a short lock of
 * that entry and no search. The number of entries is bounded: when it is reached, those called least are dropped, a
 * twentieth at a time, as PostgreSQL does. Any thread.
 */
#ifndef OBSERVE_STATISTICS_H
#define OBSERVE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { STATISTICS_TEXT_BYTES = 4096 }; /* longer texts are cut */

struct statistics;
struct statistics_entry;

/* Whose runs are counted together. */
struct statistics_key {
    const char *user, *database;
    const char *text; /* NUL-terminated */
};

struct statistics_row {
    const char *user, *database, *text; /* borrowed until the callback returns */
    int64_t id;                         /* of the text, the same at every start */
    int64_t calls, rows;
    double total_ms, min_ms, max_ms, mean_ms, deviation_ms;
};

/* At most `limit` entries; 0 keeps none. Owned, free with statistics_destroy, when all entries were released. */
struct statistics *statistics_create(int32_t limit, struct error *err);
void statistics_destroy(struct statistics *statistics);

/* The entry of the key, held; free with statistics_release. NULL when none is kept or memory is out. */
struct statistics_entry *statistics_find(struct statistics *statistics, const struct statistics_key *key);
void statistics_release(struct statistics_entry *entry); /* NULL does nothing */
/* One run; `is_call` is false for what only goes on with an earlier one. A NULL entry counts nothing. */
void statistics_count(struct statistics_entry *entry, bool is_call, int64_t duration_ns, int64_t rows);

/* Forgets all counts. */
void statistics_reset(struct statistics *statistics);
/* How often entries had to be dropped, and when the counts began, in microseconds since 1970. */
int64_t statistics_dropped(struct statistics *statistics);
int64_t statistics_since_us(struct statistics *statistics);
/* Each entry that was ever called; stops when the callback returns false, and returns what it returned last. */
bool statistics_each(struct statistics *statistics, bool (*take)(void *self, const struct statistics_row *row),
                     void *self);

#endif
