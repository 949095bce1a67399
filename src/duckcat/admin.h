/* The admin actions: databases in memory, made and dropped over the wire, by which public test suites drive a
 * server. */
#ifndef DUCKCAT_ADMIN_H
#define DUCKCAT_ADMIN_H

#include "duckcat/internal.h"

enum { ADMIN_ACTION_COUNT = 3 };

/* Fills the actions for a server's configuration. */
void admin_fill_actions(struct duckcat *owner, struct airport_action actions[ADMIN_ACTION_COUNT]);
/* Forgets what was created; the databases go with the instance. */
void admin_destroy(struct duckcat *owner);

#endif
