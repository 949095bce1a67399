/* What INSERT leaves open and the engine wants named: the first columns of a table, where there are fewer values than columns, and
 * those of the constraint behind ON CONFLICT ON CONSTRAINT. */
#ifndef PGDOOR_INSERT_H
#define PGDOOR_INSERT_H

#include "base/arena.h"
#include "base/error.h"
#include "engine/connection.h"
#include "pgcat/pgcat.h"

/* `sql` with its first columns named, in the arena, if `refusal` is the engine's complaint about their number; NULL: it is not, or
 * the statement has another form. The reason of the refusal stays the one to tell. */
const char *insert_name_columns(struct engine_connection *connection, struct arena *arena, const char *sql,
                                const struct error *refusal);
/* The columns of the unique constraint of that name, as SQL; NULL: the table has none. `schema` NULL: by the search path. */
const char *insert_key_columns(struct engine_connection *connection, struct pgcat_session *catalog, struct arena *arena,
                               const char *schema, const char *table, const char *constraint);

#endif
