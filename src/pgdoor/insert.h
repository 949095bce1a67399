/* INSERT with fewer values than the table has columns: PostgreSQL fills the first ones, the engine wants them named. */
#ifndef PGDOOR_INSERT_H
#define PGDOOR_INSERT_H

#include "base/arena.h"
#include "base/error.h"
#include "engine/connection.h"

/* `sql` with its first columns named, in the arena, if `refusal` is the engine's complaint about their number; NULL: it is not, or
 * the statement has another form. The reason of the refusal stays the one to tell. */
const char *insert_name_columns(struct engine_connection *connection, struct arena *arena, const char *sql,
                                const struct error *refusal);

#endif
