/* Bulk changes: rows written straight into DuckDB's vectors and given to a statement.
 *
 * Several statements may be run for one appender's rows: begin a transaction first to make them one. Used by the connection's
 * thread.
 */
#ifndef ENGINE_APPENDER_H
#define ENGINE_APPENDER_H

#include "engine/connection.h"

struct engine_appender;

/* Rows of these columns are collected and handed, many at a time, to `sql`: an INSERT, UPDATE, DELETE or MERGE that reads them
 * from the table `rows`, e.g. `INSERT INTO t(a, b) SELECT x, y FROM rows`. Names and types are copied. Owned, free with
 * engine_appender_destroy. */
struct engine_appender *engine_appender_create(struct engine_connection *connection, const char *sql,
                                               const char *const *names, const struct engine_type *const *types,
                                               int32_t column_count, struct error *err);
int32_t engine_appender_column_count(const struct engine_appender *appender);
/* The chunk to fill, empty; set its row_count, then engine_appender_append. Borrowed from the appender. */
struct engine_chunk *engine_appender_chunk(struct engine_appender *appender);
/* Appends the chunk's rows and empties it. */
bool engine_appender_append(struct engine_appender *appender, struct error *err);
/* Runs the statement for what was appended since the last time. */
bool engine_appender_flush(struct engine_appender *appender, struct error *err);
/* Drops what was not flushed. */
void engine_appender_destroy(struct engine_appender *appender);

#endif
