/* Bulk changes through DuckDB's query appender. */
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

static bool copy_types(struct engine_appender *appender, const struct engine_type *const *types, int32_t count) {
    appender->types = arena_allocate_zeroed(&appender->arena, (size_t)count, sizeof *appender->types);
    for (int32_t i = 0; appender->types && i < count; i++)
        if (!(appender->types[i] = engine_type_copy(&appender->arena, types[i])))
            return false;
    return appender->types != NULL;
}

static bool open_handle(struct engine_appender *appender, const char *sql, const char *const *names, int32_t count,
                        struct error *err) {
    duckdb_logical_type *types = arena_allocate_zeroed(&appender->arena, (size_t)count, sizeof(duckdb_logical_type));
    bool ok = types != NULL;
    for (int32_t i = 0; ok && i < count; i++)
        ok = (types[i] = engine_type_handle(appender->types[i])) != NULL;
    ok = ok && (appender->chunk = duckdb_create_data_chunk(types, (idx_t)count));
    if (!ok)
        error_set_no_memory(err);
    else if (duckdb_appender_create_query(appender->connection->handle, sql, (idx_t)count, types, "rows",
                                          (const char **)(uintptr_t)names, &appender->handle) == DuckDBError)
        ok = fill_error(appender, err);
    for (int32_t i = 0; types && i < count; i++)
        duckdb_destroy_logical_type(&types[i]);
    return ok;
}

struct engine_appender *engine_appender_create(struct engine_connection *connection, const char *sql,
                                               const char *const *names, const struct engine_type *const *types,
                                               int32_t column_count, struct error *err) {
    struct engine_appender *appender = memory_allocate_zeroed(1, sizeof *appender);
    if (!appender) {
        error_set_no_memory(err);
        return NULL;
    }
    appender->connection = connection;
    bool ok = copy_types(appender, types, column_count);
    if (ok) {
        appender->view.column_count = column_count;
        appender->view.columns = engine_vector_tree(&appender->arena, appender->types, column_count);
        ok = appender->view.columns != NULL;
    }
    if (!ok)
        error_set_no_memory(err);
    if (ok && open_handle(appender, sql, names, column_count, err)) {
        engine_chunk_point(&appender->view, appender->chunk);
        return appender;
    }
    engine_appender_destroy(appender);
    return NULL;
}

int32_t engine_appender_column_count(const struct engine_appender *appender) {
    return appender->view.column_count;
}

struct engine_chunk *engine_appender_chunk(struct engine_appender *appender) {
    return &appender->view;
}

bool engine_appender_append(struct engine_appender *appender, struct error *err) {
    duckdb_data_chunk_set_size(appender->chunk, (idx_t)appender->view.row_count);
    engine_activity_resume(&appender->connection->activity);
    duckdb_state state = duckdb_append_data_chunk(appender->handle, appender->chunk);
    engine_activity_pause(&appender->connection->activity);
    if (state == DuckDBError)
        return fill_error(appender, err);
    engine_connection_note_rows(appender->connection); /* it flushes by itself now and then */
    duckdb_data_chunk_reset(appender->chunk);
    engine_chunk_point(&appender->view, appender->chunk);
    return true;
}

bool engine_appender_flush(struct engine_appender *appender, struct error *err) {
    engine_activity_resume(&appender->connection->activity);
    duckdb_state state = duckdb_appender_flush(appender->handle);
    engine_activity_pause(&appender->connection->activity);
    engine_connection_note_rows(appender->connection);
    return state == DuckDBSuccess || fill_error(appender, err);
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
