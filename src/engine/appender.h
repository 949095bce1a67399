/* Bulk insertion: chunks written straight into DuckDB's vectors and appended.
 *
 * Rows become visible with the transaction of the connection; a failing flush inserts none of the rows since the last
 * one. Used by the connection's thread.
 */
#ifndef ENGINE_APPENDER_H
#define ENGINE_APPENDER_H

#include "engine/connection.h"

struct engine_appender;

/* Appends to the listed columns (all, in table order, when `column_count` is 0); the others get their defaults.
 * `catalog` and `schema` may be NULL: found by the search path. Owned, free with engine_appender_destroy. */
struct engine_appender *engine_appender_create(struct engine_connection *connection, const char *catalog,
                                               const char *schema, const char *table, const char *const *columns,
                                               int32_t column_count, struct error *err);
int32_t engine_appender_column_count(const struct engine_appender *appender);
const struct engine_type *engine_appender_column_type(const struct engine_appender *appender, int32_t column);
/* The chunk to fill, empty; set its row_count, then engine_appender_append. Borrowed from the appender. */
struct engine_chunk *engine_appender_chunk(struct engine_appender *appender);
/* Appends the chunk's rows and empties it. */
bool engine_appender_append(struct engine_appender *appender, struct error *err);
/* Hands everything to the table, checking constraints. */
bool engine_appender_flush(struct engine_appender *appender, struct error *err);
/* Drops what was not flushed. */
void engine_appender_destroy(struct engine_appender *appender);

#endif
