/* Results, as statement.c makes them. Only inside the engine. */
#ifndef ENGINE_RESULT_H
#define ENGINE_RESULT_H

#include "engine/internal.h"

/* Takes the handle over, on failure too; borrows the statement. Owned, free with engine_result_destroy. */
struct engine_result *engine_result_take(struct engine_connection *connection, duckdb_prepared_statement statement,
                                         duckdb_result *handle, struct error *err);

#endif
