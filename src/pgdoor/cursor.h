/* DECLARE, FETCH and MOVE: cursors are portals with a name of the client's. They go forward only. */
#ifndef PGDOOR_CURSOR_H
#define PGDOOR_CURSOR_H

#include "pgdoor/execute.h"

bool cursor_declare(struct session *session, const struct pgsql_statement *statement, struct error *err);
/* FETCH and MOVE; `portal` is that of the statement itself. */
enum execute_status cursor_fetch(struct session *session, struct portal *portal, bool describe, struct error *err);
/* CLOSE. */
bool cursor_close(struct session *session, const char *name, struct error *err);

#endif
