/* The transaction a client sees, over the engine's. See session.h for the states. */
#ifndef PGDOOR_TRANSACTION_H
#define PGDOOR_TRANSACTION_H

#include "pgdoor/session.h"

/* May this statement run now? Refuses in failed (25P02) and read-only (25006) transactions, for a reader (42501), and what
 * must stand outside a block (25001). */
bool transaction_allow(struct session *session, const struct pgsql_statement *statement, struct error *err);
/* Makes the statements to come one transaction until transaction_finish(), unless the client began one. */
bool transaction_open_implicit(struct session *session, struct error *err);
/* Gives up the engine's transaction, in which nothing was written that is to stay, for a new one: the client's goes on. */
bool transaction_begin_anew(struct session *session, struct error *err);
/* The end of a Query or a Sync: commits an implicit transaction. */
bool transaction_finish(struct session *session, struct error *err);
/* A statement of the open transaction is bound or run: from then on the engine shows it the emulated catalog's tables as they are
 * now. */
void transaction_note_snapshot(struct session *session);
/* After an error: an implicit transaction is over, a block has failed. */
void transaction_fail(struct session *session);
/* BEGIN, COMMIT, ROLLBACK, SET TRANSACTION … The tag to answer with is in `tag`: COMMIT of a failed one is a ROLLBACK. */
bool transaction_execute(struct session *session, const struct pgsql_statement *statement, char *tag, size_t tag_bytes,
                         struct error *err);
/* ReadyForQuery with the status. */
void transaction_write_ready(struct session *session);

#endif
