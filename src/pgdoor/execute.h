/* Carrying out one statement, whatever protocol it came by. */
#ifndef PGDOOR_EXECUTE_H
#define PGDOOR_EXECUTE_H

#include "pgddl/pgddl.h"
#include "pgdoor/portal.h"
#include "pgdoor/prepared.h"

enum execute_status {
    EXECUTE_DONE,   /* complete: the tag was sent */
    EXECUTE_ROWS,   /* session->rows is set: portal_advance() until its end, then execute_finish_rows() */
    EXECUTE_COPY,   /* rows of COPY FROM STDIN are awaited: the state is SESSION_COPY_IN */
    EXECUTE_FAILED,
};

/* Starts, or goes on with, the portal. `limit` rows at the most are sent, INT64_MAX: all. `describe`: a RowDescription goes
 * before the rows (the simple protocol). `alone`: nothing else is part of its transaction, so that the engine may commit it
 * by itself. */
enum execute_status execute_portal(struct session *session, struct portal *portal, int64_t limit, bool describe, bool alone,
                                   struct error *err);
/* Whether the role and the transaction may run what the engine has prepared: by its kind, beyond what its words said to the
 * front end. */
bool execute_allow(struct session *session, const struct engine_statement *engine, struct error *err);
/* Runs the one statement of the engine that the portal's is translated to. */
bool execute_single(struct session *session, struct portal *portal, struct error *err);
/* What pgddl works with: the session's connection, and the arena. */
struct pgddl execute_ddl(struct session *session, struct arena *arena);
/* Starts a portal of a query for what sends its rows in a form of its own: COPY TO STDOUT, DECLARE. */
bool execute_rows(struct session *session, struct portal *portal, struct error *err);
/* After PORTAL_END or PORTAL_LIMIT: the tag, or PortalSuspended where the protocol has it. */
bool execute_finish_rows(struct session *session, enum portal_status status, struct error *err);
/* Before and after anything that the engine does for the client: what an interrupt needs to know. */
void execute_begin(struct session *session, const struct pgsql_statement *statement);
void execute_end(struct session *session);
/* Turns the engine's INTERRUPT into the reason for it, in PostgreSQL's words. */
void execute_explain_interrupt(struct session *session, struct error *err);
/* 3D000 unless the engine has such a database; then session->database is its name. */
bool execute_database_exists(struct session *session, const char *name, struct error *err);

#endif
