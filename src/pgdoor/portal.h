/* Portals and cursors: a statement with its parameters, and its rows on their way. */
#ifndef PGDOOR_PORTAL_H
#define PGDOOR_PORTAL_H

#include "pgdoor/session.h"

struct engine_value;
struct prepared;

struct portal {
    struct portal *next; /* the session's list */
    const char *name;    /* "" unnamed; NULL: not in the list, of a simple query */
    struct prepared *prepared;
    struct arena arena;
    struct engine_value **parameters;
    int32_t parameter_count;
    const int16_t *formats; /* of the result's columns, as Bind gave them */
    int32_t format_count;
    bool started, finished;
    bool is_cursor, hold; /* made by DECLARE */
    bool held; /* the transaction that made it WITH HOLD is committed */
    int64_t created_us;
    struct engine_statement *own; /* of rows that the session makes itself: SHOW, EXPLAIN */
    struct engine_result *result;
    const struct pgtype_encoder *encoder;
    struct pgwire_field *fields; /* of the result */
    int32_t field_count;
    const struct engine_chunk *chunk; /* the one being sent */
    int64_t next_row;
    int64_t position; /* rows sent so far */
};

/* Not started; holds the statement. `name` NULL keeps it out of the list. */
struct portal *portal_create(struct session *session, struct prepared *prepared, const char *name, struct error *err);
struct portal *portal_find(struct session *session, const char *name);
void portal_destroy(struct session *session, struct portal *portal);
void portal_destroy_all(struct session *session);

/* Binds the parameters and starts the engine's statement `engine` for it. */
bool portal_run(struct session *session, struct portal *portal, struct engine_statement *engine, struct error *err);
/* Starts rows that the session makes itself, by a query on the engine. */
bool portal_run_query(struct session *session, struct portal *portal, const char *sql, struct error *err);
/* Announces the columns of a running portal. */
void portal_write_description(struct session *session, struct portal *portal);

enum portal_status {
    PORTAL_MORE,    /* some rows were written */
    PORTAL_LIMIT,   /* as many as were asked for */
    PORTAL_END,     /* no row is left */
    PORTAL_FAILED,
};
/* Writes the next rows of session->rows. */
enum portal_status portal_advance(struct session *session, struct error *err);
/* Passes over rows without writing them; MOVE. */
bool portal_skip(struct session *session, struct portal *portal, int64_t rows, int64_t *skipped, struct error *err);

/* The engine is wanted for another statement: what still streams is fetched into memory, except for `running`. */
bool portal_buffer_results(struct session *session, const struct portal *running, struct error *err);
/* Cursors that outlive the transaction (WITH HOLD) get their rows now. */
bool portal_hold_cursors(struct session *session, struct error *err);
/* The end of a transaction: closes what streams in it, and forgets portals and cursors, but for those WITH HOLD that were there
 * before it, or that it made and committed. */
void portal_close_results(struct session *session, bool committed);
void portal_end_transaction(struct session *session, bool committed);

#endif
