/* Savepoints over an engine that has none.
 *
 * SAVEPOINT and RELEASE only keep books. ROLLBACK TO is carried out where that can be done exactly: when nothing was written
 * before the savepoint the engine's transaction is begun anew (as READ COMMITTED allows), when nothing was written after it
 * and the engine's transaction is sound nothing has to be undone. Otherwise it is refused (0A000) and the transaction stays
 * failed: nothing is ever kept that the client believes undone, nor the reverse.
 */
#ifndef PGDOOR_SAVEPOINT_H
#define PGDOOR_SAVEPOINT_H

#include "pgdoor/session.h"

/* SAVEPOINT, RELEASE, ROLLBACK TO. */
bool savepoint_execute(struct session *session, const struct pgsql_statement *statement, struct error *err);
/* The transaction is over. */
void savepoint_forget_all(struct session *session);

#endif
