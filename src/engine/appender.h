/* Bulk changes: rows written straight into DuckDB's vectors and read by one statement while more are being written.
 *
 * The statement runs on a thread of its own as soon as there is enough to do, so that decoding rows and storing them happen at
 * the same time. Used by the connection's thread; until the end or the destruction of the appender the connection belongs to it.
 */
#ifndef ENGINE_APPENDER_H
#define ENGINE_APPENDER_H

#include "engine/connection.h"

struct engine_appender;

/* `sql` is an INSERT, UPDATE, DELETE or MERGE that reads the rows from the table function `engine_rows()`, e.g.
 * `INSERT INTO t(a, b) SELECT x, y FROM engine_rows()`. Names and types are copied. Owned, free with engine_appender_destroy. */
struct engine_appender *engine_appender_create(struct engine_connection *connection, const char *sql,
                                               const char *const *names, const struct engine_type *const *types,
                                               int32_t column_count, struct error *err);
int32_t engine_appender_column_count(const struct engine_appender *appender);
/* The chunk to fill, empty; set its row_count, then engine_appender_append. Borrowed from the appender. */
struct engine_chunk *engine_appender_chunk(struct engine_appender *appender);
/* Appends the chunk's rows and empties it; waits while the statement is far behind. False also when the statement has failed. */
bool engine_appender_append(struct engine_appender *appender, struct error *err);
/* Waits for the statement to end; `*changed_rows` is its count. The last call but destroy. */
bool engine_appender_finish(struct engine_appender *appender, int64_t *changed_rows, struct error *err);
/* Before it was finished, stops the statement, whose changes are undone with its transaction. */
void engine_appender_destroy(struct engine_appender *appender);

#endif
