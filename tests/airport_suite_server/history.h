/* What the tables of a catalog held: every version of every table, from 0 (the empty table that CREATE TABLE made) on,
 * each with the columns and rows it had then. Any thread. */
#ifndef AIRPORT_SUITE_HISTORY_H
#define AIRPORT_SUITE_HISTORY_H

#include <airport.h>

struct history;
struct version;

/* A table's full name; a NULL member stands for all. */
struct history_key {
    const char *catalog, *schema, *table;
};

/* Owned, free with history_destroy; NULL when memory is out. */
struct history *history_create(void);
void history_destroy(struct history *history);

/* Reads the table as it is now, which becomes its newest version. One change and its record must not be interleaved with
 * another's: hold the lock around both. */
void history_lock(struct history *history);
void history_unlock(struct history *history);
bool history_record(struct history *history, struct history_key key, struct airport_table table,
                    struct airport_call *call, struct airport_error *err);
/* Forgets all tables that the key names. */
void history_forget(struct history *history, struct history_key key);
bool history_rename(struct history *history, struct history_key key, const char *new_name, struct airport_error *err);

/* The version that a client named; owned, free with version_release. NULL with the error set. */
struct version *history_find(struct history *history, struct history_key key, const struct airport_time_point *at,
                             struct airport_error *err);
void version_release(struct version *version);
/* The table's schema then; borrowed. */
const struct ArrowSchema *version_schema(const struct version *version);
bool version_scan(struct version *version, struct ArrowArrayStream *out, struct airport_error *err);

#endif
