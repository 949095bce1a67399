/* Bulk insertion through DuckDB's appender. */
#include "engine/appender.h"

#include "base/memory.h"
#include "engine/internal.h"

struct engine_appender {
    struct engine_connection *connection;
    duckdb_appender handle;
    struct arena arena;
    const struct engine_type **types;
    duckdb_data_chunk chunk;
    struct engine_chunk view;
};

static bool fill_error(struct engine_appender *appender, struct error *err) {
    duckdb_error_data failure = duckdb_appender_error_data(appender->handle);
    return engine_error_fill_data(appender->connection, &failure, err);
}

static bool open_columns(struct engine_appender *appender, const char *const *columns, int32_t column_count,
                         struct error *err) {
    for (int32_t i = 0; i < column_count; i++)
        if (duckdb_appender_add_column(appender->handle, columns[i]) == DuckDBError)
            return fill_error(appender, err);
    return true;
}

static bool make_chunk(struct engine_appender *appender, struct error *err) {
    idx_t count = duckdb_appender_column_count(appender->handle);
    duckdb_logical_type *handles = arena_allocate_zeroed(&appender->arena, count, sizeof *handles);
    appender->types = arena_allocate_zeroed(&appender->arena, count, sizeof *appender->types);
    bool ok = handles && appender->types;
    for (idx_t i = 0; ok && i < count; i++) {
        handles[i] = duckdb_appender_column_type(appender->handle, i);
        appender->types[i] = engine_type_read(&appender->arena, duckdb_appender_column_type(appender->handle, i));
        ok = handles[i] && appender->types[i];
    }
    if (ok) {
        appender->chunk = duckdb_create_data_chunk(handles, count);
        appender->view.column_count = (int32_t)count;
        appender->view.columns = engine_vector_tree(&appender->arena, appender->types, (int32_t)count);
        ok = appender->chunk && appender->view.columns;
    }
    if (ok)
        engine_chunk_point(&appender->view, appender->chunk);
    for (idx_t i = 0; handles && i < count; i++)
        duckdb_destroy_logical_type(&handles[i]);
    return ok || error_set_no_memory(err);
}

struct engine_appender *engine_appender_create(struct engine_connection *connection, const char *catalog,
                                               const char *schema, const char *table, const char *const *columns,
                                               int32_t column_count, struct error *err) {
    struct engine_appender *appender = memory_allocate_zeroed(1, sizeof *appender);
    if (!appender) {
        error_set_no_memory(err);
        return NULL;
    }
    appender->connection = connection;
    bool ok = duckdb_appender_create_ext(connection->handle, catalog, schema, table, &appender->handle) ==
                  DuckDBSuccess ||
              fill_error(appender, err);
    if (ok && open_columns(appender, columns, column_count, err) && make_chunk(appender, err))
        return appender;
    engine_appender_destroy(appender);
    return NULL;
}

int32_t engine_appender_column_count(const struct engine_appender *appender) {
    return appender->view.column_count;
}

const struct engine_type *engine_appender_column_type(const struct engine_appender *appender, int32_t column) {
    return appender->types[column];
}

struct engine_chunk *engine_appender_chunk(struct engine_appender *appender) {
    return &appender->view;
}

bool engine_appender_append(struct engine_appender *appender, struct error *err) {
    duckdb_data_chunk_set_size(appender->chunk, (idx_t)appender->view.row_count);
    if (duckdb_append_data_chunk(appender->handle, appender->chunk) == DuckDBError)
        return fill_error(appender, err);
    duckdb_data_chunk_reset(appender->chunk);
    engine_chunk_point(&appender->view, appender->chunk);
    return true;
}

bool engine_appender_flush(struct engine_appender *appender, struct error *err) {
    return duckdb_appender_flush(appender->handle) == DuckDBSuccess || fill_error(appender, err);
}

void engine_appender_destroy(struct engine_appender *appender) {
    if (!appender)
        return;
    duckdb_destroy_data_chunk(&appender->chunk);
    if (appender->handle) {
        duckdb_appender_clear(appender->handle); /* destroying would flush */
        duckdb_appender_destroy(&appender->handle);
    }
    arena_destroy(&appender->arena);
    memory_free(appender);
}
