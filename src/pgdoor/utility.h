/* Statements that the session carries out by itself and that have no file of their own. */
#ifndef PGDOOR_UTILITY_H
#define PGDOOR_UTILITY_H

#include "pgdoor/execute.h"

/* LOCK, SET CONSTRAINTS, REINDEX …: nothing is to be done where one writer at a time commits. */
bool utility_accept(struct session *session, const struct pgsql_statement *statement, struct error *err);
/* DEALLOCATE, CLOSE, LISTEN, UNLISTEN, DISCARD. */
bool utility_named(struct session *session, const struct pgsql_statement *statement, struct error *err);
/* Statements on roles, databases and extensions. */
bool utility_object(struct session *session, const struct pgsql_statement *statement, struct error *err);
bool utility_prepare(struct session *session, const struct pgsql_statement *statement, struct error *err);
enum execute_status utility_execute_prepared(struct session *session, struct portal *portal, int64_t limit, bool describe,
                                             struct error *err);
/* Queries for the engine whose rows are the answer, in the portal's arena; NULL: `err`. */
const char *utility_show_query(struct session *session, struct portal *portal, struct error *err);
const char *utility_explain_query(struct session *session, struct portal *portal, struct error *err);

#endif
