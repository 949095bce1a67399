/* Statements on tables that foreign keys reference, where the engine by itself refuses what PostgreSQL allows (pgddl/reference.c).
 *
 * Outside of blocks the engine tries first, so that only statements which it refuses pay for more. A refusal ends the engine's
 * transaction: one that has written nothing before is begun anew, and where one has, DELETE is looked at before it runs.
 */
#ifndef PGDOOR_REFERENCE_H
#define PGDOOR_REFERENCE_H

#include "pgdoor/portal.h"

/* Runs the portal's one statement of the engine. */
bool reference_execute(struct session *session, struct portal *portal, struct error *err);

#endif
