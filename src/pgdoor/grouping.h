/* GROUP BY of a primary key: PostgreSQL knows that the table's other columns depend on it and lets them stand alone (SQL's
 * functional dependency, T301); the engine wants them grouped, too. */
#ifndef PGDOOR_GROUPING_H
#define PGDOOR_GROUPING_H

#include "base/arena.h"
#include "base/error.h"
#include "engine/connection.h"

/* `sql` with the columns that it uses behind the keys they depend on, in the arena, if `refusal` is the engine's complaint about
 * a column that is not grouped; NULL: it is not, or no column depends on a key. The groups are the same ones. The reason of the
 * refusal stays the one to tell. */
const char *grouping_add_dependent_columns(struct engine_connection *connection, struct arena *arena, const char *sql,
                                           const struct error *refusal);

#endif
