/* Results, as statement.c makes them. Only inside the engine. */
#ifndef ENGINE_RESULT_H
#define ENGINE_RESULT_H

#include "engine/internal.h"

/* Takes the handle over, on failure too; borrows the statement. Owned, free with engine_result_destroy. */
struct engine_result *engine_result_take(struct engine_connection *connection, duckdb_prepared_statement statement,
                                         duckdb_result *handle, struct error *err);

/* Of a buffered result: if it has just one row, it is from now on only lent: engine_result_destroy() gives it back, and
 * engine_result_lend() lends it again from its first row. False: it stays an ordinary result. */
bool engine_result_keep(struct engine_result *result);
/* NULL while it is lent. */
struct engine_result *engine_result_lend(struct engine_result *kept);
void engine_result_destroy_kept(struct engine_result *kept);

#endif
