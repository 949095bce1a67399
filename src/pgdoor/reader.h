/* What a role that only reads may run, beyond what the statement's kind says: no files, no logs, no secrets, no changes by way of
 * functions. Decided on the engine's own parse tree, before anything is bound. */
#ifndef PGDOOR_READER_H
#define PGDOOR_READER_H

#include "pgdoor/session.h"

/* 42501 names what was refused. `sql` is what the engine would run. */
bool reader_allow(struct session *session, const char *sql, struct error *err);

#endif
