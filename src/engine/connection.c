/* What is done on a connection in one go: scripts and single answers. Opening and closing stand in database.c. */
#include <string.h>

#include "base/writer.h"
#include "engine/internal.h"

int64_t engine_connection_id(const struct engine_connection *connection) {
    return connection->id;
}

struct engine_database *engine_connection_database(const struct engine_connection *connection) {
    return connection->database;
}

/* Kinds that leave every catalog as it is. */
static bool keeps_catalog(enum engine_statement_kind kind) {
    switch (kind) {
    case ENGINE_STATEMENT_SELECT:
    case ENGINE_STATEMENT_INSERT:
    case ENGINE_STATEMENT_UPDATE:
    case ENGINE_STATEMENT_DELETE:
    case ENGINE_STATEMENT_MERGE_INTO:
    case ENGINE_STATEMENT_EXPLAIN:
    case ENGINE_STATEMENT_COPY:
    case ENGINE_STATEMENT_SET:
    case ENGINE_STATEMENT_VARIABLE_SET:
    case ENGINE_STATEMENT_RELATION:
        return true;
    default:
        return false;
    }
}

void engine_connection_note_rows(struct engine_connection *connection) {
    connection->data_changed = true;
    engine_database_change_data(connection->database);
}

/* A change inside a transaction is seen by others only when that ends, which is a statement too. */
void engine_connection_note_statement(struct engine_connection *connection, enum engine_statement_kind kind) {
    bool ends = kind == ENGINE_STATEMENT_TRANSACTION;
    if (ends ? connection->data_changed : engine_statement_kind_writes(kind) && kind != ENGINE_STATEMENT_SET)
        engine_connection_note_rows(connection);
    connection->data_changed &= !ends;
    if (connection->is_quiet || keeps_catalog(kind) || (ends && !connection->catalog_changed))
        return;
    connection->catalog_changed = !ends;
    engine_database_change_catalog(connection->database);
}

void engine_connection_set_quiet(struct engine_connection *connection) {
    connection->is_quiet = true;
}

/* The result is to be destroyed either way. */
static bool query(struct engine_connection *connection, const char *sql, duckdb_result *result, struct error *err) {
    engine_activity_begin(&connection->activity);
    duckdb_state state = duckdb_query(connection->handle, sql, result);
    engine_activity_pause(&connection->activity);
    return state == DuckDBSuccess || engine_error_fill(connection, duckdb_result_error(result), err);
}

static bool run(struct engine_connection *connection, const char *sql, enum engine_statement_kind *kind,
                struct error *err) {
    duckdb_result result;
    bool ok = query(connection, sql, &result, err);
    *kind = ok ? (enum engine_statement_kind)duckdb_result_statement_type(result) : ENGINE_STATEMENT_INVALID;
    duckdb_destroy_result(&result);
    return ok;
}

bool engine_connection_run(struct engine_connection *connection, const char *sql, struct error *err) {
    enum engine_statement_kind ignored;
    return run(connection, sql, &ignored, err);
}

/* Of several statements DuckDB tells only the last one's kind, and those before a failing one may have run. */
bool engine_connection_execute(struct engine_connection *connection, const char *sql, struct error *err) {
    enum engine_statement_kind kind;
    bool ok = run(connection, sql, &kind, err), is_single = !strchr(sql, ';');
    if (ok || !is_single)
        engine_connection_note_statement(connection, is_single ? kind : ENGINE_STATEMENT_MULTI);
    return ok;
}

bool engine_connection_set(struct engine_connection *connection, const char *name, const char *value,
                           struct error *err) {
    struct writer sql = {0};
    writer_format(&sql, "SET %s = '", name);
    for (const char *c = value; *c; c++) {
        if (*c == '\'')
            writer_u8(&sql, '\'');
        writer_u8(&sql, (uint8_t)*c);
    }
    writer_string(&sql, "'");
    bool ok = writer_ok(&sql) ? engine_connection_run(connection, (const char *)sql.bytes, err)
                              : error_set_no_memory(err);
    writer_destroy(&sql);
    return ok;
}

bool engine_connection_begin(struct engine_connection *connection, bool read_only, struct error *err) {
    return engine_connection_run(connection, read_only ? "BEGIN TRANSACTION READ ONLY" : "BEGIN TRANSACTION", err);
}

bool engine_connection_commit(struct engine_connection *connection, struct error *err) {
    bool ok = engine_connection_run(connection, "COMMIT", err);
    engine_connection_note_statement(connection, ENGINE_STATEMENT_TRANSACTION);
    return ok;
}

void engine_connection_rollback(struct engine_connection *connection) {
    struct error ignored;
    engine_connection_run(connection, "ROLLBACK", &ignored);
    engine_connection_note_statement(connection, ENGINE_STATEMENT_TRANSACTION);
}

bool engine_connection_query_text(struct engine_connection *connection, struct arena *arena, const char *sql,
                                  const char **text, struct error *err) {
    duckdb_result result;
    bool ok = query(connection, sql, &result, err);
    const char *answer = NULL;
    if (ok && duckdb_row_count(&result) > 0 && !duckdb_value_is_null(&result, 0, 0)) {
        char *value = duckdb_value_varchar(&result, 0, 0);
        answer = arena_copy_string(arena, value ? value : "");
        duckdb_free(value);
        ok = answer || error_set_no_memory(err);
    }
    duckdb_destroy_result(&result);
    if (ok)
        *text = answer;
    return ok;
}

struct engine_connection *engine_bind_connection(duckdb_bind_info info) {
    duckdb_client_context context;
    duckdb_table_function_get_client_context(info, &context);
    int64_t id = (int64_t)duckdb_client_context_get_connection_id(context);
    duckdb_destroy_client_context(&context);
    return engine_database_find_connection(duckdb_bind_get_extra_info(info), id);
}

bool engine_register_reader(struct engine_connection *connection, const char *name, duckdb_table_function_bind_t bind,
                            duckdb_table_function_init_t init, duckdb_table_function_t read, struct error *err) {
    duckdb_table_function handle = duckdb_create_table_function();
    if (!handle)
        return error_set_no_memory(err);
    duckdb_table_function_set_name(handle, name);
    duckdb_table_function_set_extra_info(handle, connection->database, NULL);
    duckdb_table_function_set_bind(handle, bind);
    duckdb_table_function_set_init(handle, init);
    duckdb_table_function_set_function(handle, read);
    bool ok = duckdb_register_table_function(connection->handle, handle) == DuckDBSuccess ||
              error_set(err, ERROR_CATALOG, "cannot register %s()", name);
    duckdb_destroy_table_function(&handle);
    return ok;
}
