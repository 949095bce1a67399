/* What is done on a connection in one go: scripts and single answers. Opening and closing stand in database.c. */
#include <string.h>

#include "engine/internal.h"

int64_t engine_connection_id(const struct engine_connection *connection) {
    return connection->id;
}

struct engine_database *engine_connection_database(const struct engine_connection *connection) {
    return connection->database;
}

bool engine_connection_execute(struct engine_connection *connection, const char *sql, struct error *err) {
    duckdb_result result;
    bool ok = duckdb_query(connection->handle, sql, &result) == DuckDBSuccess ||
              engine_error_fill(connection, duckdb_result_error(&result), err);
    duckdb_destroy_result(&result);
    return ok;
}

bool engine_connection_query_text(struct engine_connection *connection, struct arena *arena, const char *sql,
                                  const char **text, struct error *err) {
    duckdb_result result;
    bool ok = duckdb_query(connection->handle, sql, &result) == DuckDBSuccess ||
              engine_error_fill(connection, duckdb_result_error(&result), err);
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
