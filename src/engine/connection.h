/* Connections, prepared statements and streaming results.
 *
 * A connection and everything made from it is used by one thread at a time; only engine_connection_interrupt() may be
 * called from others meanwhile. A connection runs one statement at a time: a result that still streams must be finished,
 * destroyed or buffered (engine_result_buffer) before the next statement of the same connection starts.
 */
#ifndef ENGINE_CONNECTION_H
#define ENGINE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/database.h"
#include "engine/type.h"
#include "engine/vector.h"

struct engine_connection;
struct engine_statement;
struct engine_result;
struct engine_value;

/* Owned, free with engine_connection_destroy (results and statements first). */
struct engine_connection *engine_connection_create(struct engine_database *database, struct error *err);
void engine_connection_destroy(struct engine_connection *connection);
/* Stops the running statement, which then fails with ERROR_INTERRUPT. Any thread; without a running statement it has no
 * effect. */
void engine_connection_interrupt(struct engine_connection *connection);
/* DuckDB's id of the connection. */
int64_t engine_connection_id(const struct engine_connection *connection);
struct engine_database *engine_connection_database(const struct engine_connection *connection);
/* From now on its statements are not counted in engine_database_catalog_version(): they change only what nobody else knows. */
void engine_connection_set_quiet(struct engine_connection *connection);
/* Runs one or more statements to their end and discards their rows. */
bool engine_connection_execute(struct engine_connection *connection, const char *sql, struct error *err);
/* Sets an option of the connection; the name is trusted, the value is not. */
bool engine_connection_set(struct engine_connection *connection, const char *name, const char *value,
                           struct error *err);
/* A transaction of several statements. */
bool engine_connection_begin(struct engine_connection *connection, bool read_only, struct error *err);
bool engine_connection_commit(struct engine_connection *connection, struct error *err);
/* Undoes everything since the beginning; without a transaction it has no effect. */
void engine_connection_rollback(struct engine_connection *connection);
/* Runs one statement and copies the first column of its first row, as text, to the arena; `*text` is NULL for NULL or no
 * row. */
bool engine_connection_query_text(struct engine_connection *connection, struct arena *arena, const char *sql,
                                  const char **text, struct error *err);

/* What a statement does, by DuckDB's own classification (duckdb.h, duckdb_statement_type). */
enum engine_statement_kind {
#define ENGINE_STATEMENT(kind, number, writes) ENGINE_STATEMENT_##kind = number,
#include "engine_statements.def"
#undef ENGINE_STATEMENT
};

enum engine_result_kind {
    ENGINE_RESULT_ROWS,    /* rows to fetch */
    ENGINE_RESULT_CHANGED, /* a count of changed rows */
    ENGINE_RESULT_NOTHING, /* neither: DDL, SET … */
};

/* Prepares one statement (NUL-terminated UTF-8). Where DuckDB expands the text into several (PIVOT, IMPORT DATABASE …) all
 * but the last run at once. Owned, free with engine_statement_destroy. */
struct engine_statement *engine_statement_prepare(struct engine_connection *connection, const char *sql,
                                                  struct error *err);
void engine_statement_destroy(struct engine_statement *statement);
/* The caller knows that its result depends on nothing but its text (SELECT 1): one row is kept from the first execution and
 * answers the later ones, without asking the engine. */
void engine_statement_set_constant(struct engine_statement *statement);
enum engine_statement_kind engine_statement_kind(const struct engine_statement *statement);
/* Parameters are numbered from 0 here: `$1` is number 0. The count is the highest number used. */
int32_t engine_statement_parameter_count(const struct engine_statement *statement);
/* Borrowed from the statement; NULL where DuckDB could not infer the type. */
const struct engine_type *engine_statement_parameter_type(const struct engine_statement *statement, int32_t parameter);
/* Columns, as far as known before parameters are bound; -1 when DuckDB cannot tell before. */
int32_t engine_statement_column_count(const struct engine_statement *statement);
const char *engine_statement_column_name(const struct engine_statement *statement, int32_t column);
const struct engine_type *engine_statement_column_type(const struct engine_statement *statement, int32_t column);
/* What executing it will answer, as far as the description tells (a RETURNING of one BIGINT named "Count" reads like a
 * count; engine_result_kind() knows). */
enum engine_result_kind engine_statement_result_kind(const struct engine_statement *statement);
/* Whether a statement of this kind may change anything (data/engine_statements.def). */
bool engine_statement_writes(const struct engine_statement *statement);
/* Binds a copy of the value. */
bool engine_statement_bind(struct engine_statement *statement, int32_t parameter, const struct engine_value *value,
                           struct error *err);
/* Starts the statement and returns at the first rows, the count, or the failure. Owned, free with engine_result_destroy;
 * the statement must outlive it. */
struct engine_result *engine_statement_execute(struct engine_statement *statement, struct error *err);

void engine_result_destroy(struct engine_result *result);
enum engine_result_kind engine_result_kind(const struct engine_result *result);
/* Rows inserted, updated, deleted or copied; for CREATE TABLE AS the rows of the new table. */
int64_t engine_result_changed_rows(const struct engine_result *result);
int32_t engine_result_column_count(const struct engine_result *result);
const char *engine_result_column_name(const struct engine_result *result, int32_t column);
const struct engine_type *engine_result_column_type(const struct engine_result *result, int32_t column);
/* The next chunk, at least one row; `*chunk` is NULL at the end. Borrowed until the next fetch. Not after the end or a failure. */
bool engine_result_fetch(struct engine_result *result, const struct engine_chunk **chunk, struct error *err);
/* Fetches what is left into memory, so that the connection is free; later fetches read from there. */
bool engine_result_buffer(struct engine_result *result, struct error *err);

#endif
