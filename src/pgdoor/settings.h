/* A session's settings: what SET, SET LOCAL, RESET and SHOW work on. One thread at a time.
 *
 * The table of names is data/pg_parameters.def; names with a dot are the user's own and take any text. A change made in a
 * transaction is undone when it fails, a local one when it ends.
 */
#ifndef PGDOOR_SETTINGS_H
#define PGDOOR_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "pgsql/statement.h"
#include "pgtype/settings.h"

enum parameter_id {
#define PG_PARAMETER(id, name, type, initial, unit, low, high, choices, flags) PARAMETER_##id,
#include "pg_parameters.def"
#undef PG_PARAMETER
    PARAMETER_COUNT,
    PARAMETER_UNKNOWN = -1
};

struct settings_undo;
struct settings_custom;

struct settings {
    char *values[PARAMETER_COUNT];   /* as SHOW prints them; owned; NULL: the initial value */
    char *defaults[PARAMETER_COUNT]; /* what RESET goes back to, from the start-up packet; NULL: the table's */
    char *reported[PARAMETER_COUNT]; /* what its last ParameterStatus said; owned; NULL: nothing yet */
    bool unreported[PARAMETER_COUNT]; /* set since its last ParameterStatus */
    bool any_unreported;
    struct settings_custom *customs;
    struct settings_undo *undo; /* newest first, of the transaction under way */
    struct pgtype_settings values_format; /* what encoders and decoders borrow */
    struct pgtype_zone *zone;
    int64_t statement_timeout_ms, idle_in_transaction_timeout_ms, idle_session_timeout_ms;
};

void settings_init(struct settings *settings);
void settings_destroy(struct settings *settings);

enum parameter_id settings_find(const char *name);
const char *settings_name(enum parameter_id id);
bool settings_is_reported(enum parameter_id id);
/* The value as SHOW prints it; borrowed until it changes. */
const char *settings_get(const struct settings *settings, enum parameter_id id);
/* A user's own setting ("a.b"); NULL when it was never set. */
const char *settings_get_custom(const struct settings *settings, const char *name);
/* The table's default unless the session started with another; for RESET. */
const char *settings_default(const struct settings *settings, enum parameter_id id);

enum settings_scope {
    SETTINGS_START,   /* from the start-up packet or the server: the value that RESET goes back to, fixed ones too */
    SETTINGS_SESSION, /* SET */
    SETTINGS_LOCAL,   /* SET LOCAL */
};

/* Checks the value as PostgreSQL does (22023, 55P02, 42704) and takes its canonical form. */
bool settings_set(struct settings *settings, enum parameter_id id, const char *value, enum settings_scope scope,
                  struct error *err);
bool settings_set_custom(struct settings *settings, const char *name, const char *value, enum settings_scope scope,
                         struct error *err);
/* True when plans made under another value are not good any more. */
bool settings_is_planned(enum parameter_id id);
/* The end of a transaction: takes back local changes, and all of them unless committed. Calls `changed` for each
 * parameter that has another value then. */
void settings_end_transaction(struct settings *settings, bool committed,
                              void (*changed)(void *self, enum parameter_id id), void *self);

/* Takes back every change newer than `mark`, a value that settings->undo had before. */
void settings_undo_to(struct settings *settings, const struct settings_undo *mark,
                      void (*changed)(void *self, enum parameter_id id), void *self);

#endif
