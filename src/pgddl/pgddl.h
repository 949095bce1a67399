/* pgddl: definitions that the engine does not carry out by itself.
 *
 * ALTER TABLE: what the engine can do in place is done in place; for the rest the table is rebuilt, with those that reference it, in
 * the client's transaction: rows into temporary tables, the tables dropped, created anew under the same OIDs, filled, and given
 * their indexes and comments again. The engine aborts a transaction in which it has refused an ALTER TABLE, so which of the two it
 * is must be known before. What it forgets of a table is kept up to date (pgsql/shape.h).
 *
 * Used by the thread that uses the connection. The caller has opened a transaction.
 */
#ifndef PGDDL_PGDDL_H
#define PGDDL_PGDDL_H

#include "engine/connection.h"
#include "pgcat/pgcat.h"
#include "pgsql/shape.h"

struct pgddl {
    struct engine_connection *connection;
    struct pgcat_session *catalog;
    struct arena *arena;
    bool *has_written; /* the transaction has changed rows: the engine may then refuse to change tables in place; rebuilding does */
    void *self;
    void (*notice)(void *self, bool is_warning, const char *text); /* what the client should be told */
};

bool pgddl_alter_table(const struct pgddl *ddl, const struct pgsql_alter *alter, struct error *err);
/* The type is made anew, and the columns that have it are altered to it. */
bool pgddl_change_enum(const struct pgddl *ddl, const struct pgsql_enum_change *change, struct error *err);
/* setval(): the sequence, named as SQL names it, goes on behind `value`, or with it. */
bool pgddl_set_sequence(const struct pgddl *ddl, const char *name, int64_t value, bool is_called, struct error *err);

/* A table with those that reference it, put aside while a statement deletes or changes what they reference: the statement runs
 * between detach and attach, which does as ON DELETE (`deletes`) or ON UPDATE say. In the arena; `*family` is NULL when nobody
 * references the table. */
struct pgddl_family;
bool pgddl_family_find(const struct pgddl *ddl, const char *schema, const char *table, struct pgddl_family **family,
                       struct error *err);
/* Whether the engine by itself may refuse what the foreign keys allow, even to a transaction that has changed nothing. */
bool pgddl_family_acts(const struct pgddl_family *family);
bool pgddl_family_detach(const struct pgddl *ddl, struct pgddl_family *family, struct error *err);
bool pgddl_family_attach(const struct pgddl *ddl, struct pgddl_family *family, bool deletes, struct error *err);
/* The engine's error that something is still referenced. */
bool pgddl_is_still_referenced(const struct error *err);

/* An error of the engine about a constraint becomes PostgreSQL's: its message, detail, and the fields that name the schema, table,
 * column and constraint. `table` is what the statement writes to, with its schema or NULL; NULL where that is not known. Looks the
 * constraint up on a connection of its own: the session's transaction has been aborted, perhaps. */
void pgddl_explain_violation(struct engine_database *database, struct pgcat_session *catalog, const char *schema, const char *table,
                             struct error *err);

#endif
