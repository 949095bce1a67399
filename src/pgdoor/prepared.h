/* Prepared statements of a session, named and unnamed, and the plans that simple queries leave behind for the next time.
 *
 * Counted: a portal keeps its statement alive after Close or DEALLOCATE.
 */
#ifndef PGDOOR_PREPARED_H
#define PGDOOR_PREPARED_H

#include "pgdoor/session.h"
#include "pgsql/translate.h"

struct prepared {
    struct prepared *next; /* the session's list, newest use first; unlinked ones are only held by portals */
    const char *name;      /* "" unnamed; NULL: a plan kept for a simple query, found by its text */
    const char *text;
    size_t text_bytes;
    int32_t references;
    bool linked;
    bool by_sql; /* PREPARE, not a Parse message */
    bool reads_catalog; /* bound anew for each run */
    int64_t prepared_us;
    struct statistics_entry *statistics; /* held; NULL: not counted, or not yet */
    struct arena arena;
    const struct pgsql_statement *statement; /* NULL: an empty query */
    struct pgsql_translation translation;    /* form ENGINE */
    uint32_t *parameter_oids;
    int32_t parameter_count;
    struct engine_statement *engine; /* NULL: several steps, or not the engine's */
    /* Where the engine cannot tell the columns before parameters are bound: the same with values in their places. Only
     * described, never run. Otherwise NULL. */
    struct engine_statement *sample;
    uint64_t generation;             /* of the session's settings when the engine prepared it */
    uint64_t data_version;           /* of the database then; 0: the plan knows nothing of the data */
};

/* From a statement that was parsed already (its script's text and memory are copied by parsing again) or from text with one
 * statement at most. `declared` are Parse's parameter types. The caller holds one reference. */
struct prepared *prepared_create(struct session *session, const char *text, size_t text_bytes, const uint32_t *declared,
                                 int32_t declared_count, struct error *err);
/* From a statement that is part of another: an error's position counts from the start of the whole script. */
struct prepared *prepared_create_part(struct session *session, const struct pgsql_statement *part, const uint32_t *declared,
                                      int32_t declared_count, struct error *err);
/* Where its runs are counted, borrowed until it is released; NULL: nowhere. */
struct statistics_entry *prepared_statistics(struct session *session, struct prepared *prepared);
/* Prepares again in the engine what was prepared under other settings, and makes the catalog current for it. */
bool prepared_refresh(struct session *session, struct prepared *prepared, struct error *err);
/* The statement to describe it by; NULL: nothing is known before it runs. */
const struct engine_statement *prepared_described(const struct prepared *prepared);
/* Puts it under its name (replacing nothing: the caller checked) and keeps a reference. */
bool prepared_keep(struct session *session, struct prepared *prepared, const char *name, struct error *err);
struct prepared *prepared_find(struct session *session, const char *name);
/* A plan left by a simple query with this very text. */
struct prepared *prepared_find_plan(struct session *session, const char *text, size_t text_bytes);
void prepared_keep_plan(struct session *session, struct prepared *prepared);
void prepared_hold(struct prepared *prepared);
void prepared_release(struct prepared *prepared);
/* Takes it off the list. */
void prepared_drop(struct session *session, struct prepared *prepared);
/* DEALLOCATE ALL. */
void prepared_drop_named(struct session *session);
void prepared_destroy_all(struct session *session);

/* The columns that the statement will answer, in the arena; `*count` is -1 when it answers none. */
bool prepared_describe(struct session *session, struct prepared *prepared, struct arena *arena,
                       struct pgwire_field **fields, int32_t *count, struct error *err);
/* Of columns known otherwise: names and types. */
struct pgwire_field prepared_field(struct session *session, const char *name, const struct engine_type *type);

#endif
