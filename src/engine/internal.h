/* What the engine's files share: the only place, with them, that sees duckdb.h. */
#ifndef ENGINE_INTERNAL_H
#define ENGINE_INTERNAL_H

#include <duckdb.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "engine/connection.h"
#include "engine/scheduler.h"
#include "engine/value.h"

struct engine_connection {
    duckdb_connection handle;
    struct engine_database *database;
    struct engine_connection *next, **at; /* the database's list */
    int64_t id;
    struct engine_input *input; /* what engine_input() reads; NULL: nothing */
    struct engine_appender *appender; /* what engine_rows() reads; NULL: nothing */
    bool catalog_changed;       /* by the open transaction, perhaps */
    bool data_changed;          /* likewise */
    bool is_quiet;              /* its statements are not counted as changes of the catalog */
    atomic_bool interrupt_requested; /* since the statement started */
    struct engine_activity activity;
};

/* duckdb.h declares its handles as pointers to structs of one member; a value needs no wrapper of ours. */
static inline duckdb_value engine_value_handle(const struct engine_value *value) {
    return (duckdb_value)(uintptr_t)value;
}

/* Stands between a message of ours and its SQLSTATE where an error passes through DuckDB, which has no place for one. */
enum { ENGINE_STATE_MARK = 0x1f };

/* error.c: fills `err` from DuckDB's error text, JSON or plain, and tells the database of a fatal one. Returns false. */
bool engine_error_fill(struct engine_connection *connection, const char *text, struct error *err);
bool engine_error_fill_data(struct engine_connection *connection, duckdb_error_data *data, struct error *err);

/* recovery.c: brings a log that a crash has left into the database file. What fails here fails again, and is told, when the file
 * is opened. The configuration must allow writing. */
void engine_recover(const char *path, duckdb_config config);

/* database.c: remembers that the instance is unusable. */
void engine_database_set_failed(struct engine_database *database, const struct error *why);
/* database.c: the connection of that id, NULL if there is none. */
struct engine_connection *engine_database_find_connection(struct engine_database *database, int64_t id);
/* database.c: counts the catalog's version up. */
void engine_database_change_catalog(struct engine_database *database);
/* database.c: counts the data's version up. */
void engine_database_change_data(struct engine_database *database);

/* connection.c: as engine_connection_execute, for statements known to leave the catalogs alone. */
bool engine_connection_run(struct engine_connection *connection, const char *sql, struct error *err);
/* connection.c: a statement of this kind has run. */
void engine_connection_note_statement(struct engine_connection *connection, enum engine_statement_kind kind);
/* connection.c: rows may have changed, by what has run or has just come to its end. */
void engine_connection_note_rows(struct engine_connection *connection);
/* statement.c: whether statements of this kind may change anything. */
bool engine_statement_kind_writes(enum engine_statement_kind kind);

/* input.c and appender.c: the table functions engine_input() and engine_rows(), once for each instance. */
bool engine_register_input(struct engine_connection *connection, struct error *err);
bool engine_register_rows(struct engine_connection *connection, struct error *err);
/* connection.c: such a function, which finds what it reads by the connection it is bound on. */
bool engine_register_reader(struct engine_connection *connection, const char *name, duckdb_table_function_bind_t bind,
                            duckdb_table_function_init_t init, duckdb_table_function_t read, struct error *err);
struct engine_connection *engine_bind_connection(duckdb_bind_info info);

/* type.c: both directions. The first copies into the arena and consumes `type`. */
const struct engine_type *engine_type_read(struct arena *arena, duckdb_logical_type type);
duckdb_logical_type engine_type_handle(const struct engine_type *type); /* owned, duckdb_destroy_logical_type */

/* vector.c: view trees for columns of the given types, and pointing them at vectors or a chunk. */
struct engine_vector *engine_vector_tree(struct arena *arena, const struct engine_type *const *types, int32_t count);
void engine_vector_point(struct engine_vector *view, duckdb_vector vector);
void engine_chunk_point(struct engine_chunk *view, duckdb_data_chunk chunk);

#endif
