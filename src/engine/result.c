/* Streaming results: fetched chunk by chunk, buffered only when the connection is wanted for something else. */
#include "engine/result.h"

#include <string.h>

#include "base/fault.h"
#include "base/memory.h"

struct engine_result {
    struct engine_connection *connection;
    duckdb_prepared_statement statement; /* borrowed while the handle streams */
    duckdb_result handle;
    bool handle_is_open;
    enum engine_result_kind kind;
    enum engine_statement_kind statement_kind;
    int64_t changed_rows;
    struct arena arena; /* types and views */
    const struct engine_type **types;
    const char **names;
    struct engine_chunk view;
    duckdb_data_chunk current;
    duckdb_data_chunk *buffered; /* engine_result_buffer: what is still to come, oldest first */
    int64_t buffered_count, buffered_next;
    bool is_kept, is_lent; /* the statement's: see engine_result_keep() */
};

static bool describe(struct engine_result *result) {
    int32_t count = (int32_t)duckdb_column_count(&result->handle);
    result->types = arena_allocate_zeroed(&result->arena, (size_t)count, sizeof *result->types);
    result->names = arena_allocate_zeroed(&result->arena, (size_t)count, sizeof *result->names);
    if (!result->types || !result->names)
        return false;
    for (int32_t i = 0; i < count; i++) {
        result->names[i] = duckdb_column_name(&result->handle, (idx_t)i);
        result->types[i] = engine_type_read(&result->arena, duckdb_column_logical_type(&result->handle, (idx_t)i));
        if (!result->types[i] || result->types[i]->id == ENGINE_TYPE_INVALID)
            return false;
    }
    result->view.column_count = count;
    result->view.columns = engine_vector_tree(&result->arena, result->types, count);
    return result->view.columns != NULL;
}

/* CREATE TABLE AS answers a count as INSERT does, but calls itself a statement without a result. */
static int64_t read_count(struct engine_result *result) {
    if (result->view.column_count != 1 || result->types[0]->id != ENGINE_TYPE_BIGINT)
        return 0;
    duckdb_data_chunk chunk = duckdb_fetch_chunk(result->handle);
    int64_t count = 0;
    if (chunk && duckdb_data_chunk_get_size(chunk) > 0)
        count = *(int64_t *)duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0));
    duckdb_destroy_data_chunk(&chunk);
    return count;
}

struct engine_result *engine_result_take(struct engine_connection *connection, duckdb_prepared_statement statement,
                                         duckdb_result *handle, struct error *err) {
    struct engine_result *result = memory_allocate_zeroed(1, sizeof *result);
    if (!result) {
        duckdb_destroy_result(handle);
        error_set_no_memory(err);
        return NULL;
    }
    result->connection = connection;
    result->statement = statement;
    result->handle = *handle;
    result->handle_is_open = true;
    result->statement_kind = (enum engine_statement_kind)duckdb_result_statement_type(result->handle);
    if (!describe(result)) {
        engine_result_destroy(result);
        error_set_no_memory(err);
        return NULL;
    }
    duckdb_result_type type = duckdb_result_return_type(result->handle);
    result->kind = type == DUCKDB_RESULT_TYPE_QUERY_RESULT   ? ENGINE_RESULT_ROWS
                   : type == DUCKDB_RESULT_TYPE_CHANGED_ROWS ? ENGINE_RESULT_CHANGED
                                                             : ENGINE_RESULT_NOTHING;
    if (result->kind != ENGINE_RESULT_ROWS)
        result->changed_rows = read_count(result);
    return result;
}

static void close_handle(struct engine_result *result) {
    if (!result->handle_is_open)
        return;
    duckdb_destroy_result(&result->handle);
    result->handle_is_open = false;
    if (engine_statement_kind_writes(result->statement_kind))
        engine_connection_note_rows(result->connection); /* what committed by itself has done so only now */
}

void engine_result_destroy(struct engine_result *result) {
    if (result && result->is_kept)
        result->is_lent = false;
    else
        engine_result_destroy_kept(result);
}

void engine_result_destroy_kept(struct engine_result *result) {
    if (!result)
        return;
    if (!result->is_kept)
        duckdb_destroy_data_chunk(&result->current);
    for (int64_t i = result->is_kept ? 0 : result->buffered_next; i < result->buffered_count; i++)
        duckdb_destroy_data_chunk(&result->buffered[i]);
    memory_free(result->buffered);
    close_handle(result);
    arena_destroy(&result->arena);
    memory_free(result);
}

enum engine_result_kind engine_result_kind(const struct engine_result *result) {
    return result->kind;
}

int64_t engine_result_changed_rows(const struct engine_result *result) {
    return result->changed_rows;
}

int32_t engine_result_column_count(const struct engine_result *result) {
    return result->view.column_count;
}

const char *engine_result_column_name(const struct engine_result *result, int32_t column) {
    return result->names[column];
}

const struct engine_type *engine_result_column_type(const struct engine_result *result, int32_t column) {
    return result->types[column];
}

/* When a task of a streaming query fails, the engine stops the others, and now and then it is one of theirs whose
 * "Interrupted!" arrives here (DuckDB 1.5.5; seen once in a hundred failures under load). A query that only reads can be
 * run again to learn the reason. */
static bool fill_failure(struct engine_result *result, const char *failure, struct error *err) {
    struct error local;
    if (!err)
        err = &local;
    engine_error_fill(result->connection, failure, err);
    bool asked_for = atomic_load(&result->connection->interrupt_requested);
    if (err->kind != ERROR_INTERRUPT || asked_for || result->statement_kind != ENGINE_STATEMENT_SELECT)
        return false;
    duckdb_result again;
    if (duckdb_execute_prepared(result->statement, &again) == DuckDBError)
        engine_error_fill(result->connection, duckdb_result_error(&again), err);
    else
        error_set(err, ERROR_EXECUTOR, "the query failed, and the engine lost the reason; running it again succeeded");
    duckdb_destroy_result(&again);
    return false;
}

/* The next chunk that has rows; `*chunk` is NULL at the end. */
static bool fetch_handle(struct engine_result *result, duckdb_data_chunk *chunk, struct error *err) {
    *chunk = NULL;
    if (!result->handle_is_open)
        return true;
    if (fault_strikes(FAULT_ENGINE))
        return error_set(err, ERROR_IO, "injected engine failure");
    engine_activity_resume(&result->connection->activity);
    while ((*chunk = duckdb_fetch_chunk(result->handle)) && duckdb_data_chunk_get_size(*chunk) == 0)
        duckdb_destroy_data_chunk(chunk);
    engine_activity_pause(&result->connection->activity);
    if (*chunk)
        return true;
    const char *failure = duckdb_result_error(&result->handle);
    return !failure || !failure[0] || fill_failure(result, failure, err);
}

bool engine_result_fetch(struct engine_result *result, const struct engine_chunk **chunk, struct error *err) {
    duckdb_data_chunk next = NULL;
    if (!result->is_kept)
        duckdb_destroy_data_chunk(&result->current);
    if (result->buffered_next < result->buffered_count)
        next = result->buffered[result->buffered_next++];
    else if (!result->buffered && !fetch_handle(result, &next, err))
        return false;
    result->current = next;
    if (next)
        engine_chunk_point(&result->view, next);
    *chunk = next ? &result->view : NULL;
    return true;
}

bool engine_result_buffer(struct engine_result *result, struct error *err) {
    if (result->buffered || result->kind != ENGINE_RESULT_ROWS)
        return true;
    int64_t capacity = 16;
    result->buffered = memory_allocate((size_t)capacity * sizeof(duckdb_data_chunk));
    if (!result->buffered)
        return error_set_no_memory(err);
    for (duckdb_data_chunk chunk;;) {
        if (!fetch_handle(result, &chunk, err))
            return false;
        if (!chunk)
            return true;
        if (result->buffered_count == capacity) {
            void *grown = memory_resize(result->buffered, (size_t)(capacity *= 2) * sizeof(duckdb_data_chunk));
            if (!grown) {
                duckdb_destroy_data_chunk(&chunk);
                return error_set_no_memory(err);
            }
            result->buffered = grown;
        }
        result->buffered[result->buffered_count++] = chunk;
    }
}

bool engine_result_keep(struct engine_result *result) {
    if (result->buffered_count != 1 || duckdb_data_chunk_get_size(result->buffered[0]) != 1)
        return false;
    for (int32_t i = 0; i < result->view.column_count; i++) /* the handle's until now */
        if (!(result->names[i] = arena_copy_string(&result->arena, result->names[i])))
            return false;
    close_handle(result);
    result->is_kept = result->is_lent = true;
    return true;
}

struct engine_result *engine_result_lend(struct engine_result *kept) {
    if (kept->is_lent)
        return NULL;
    kept->is_lent = true;
    kept->buffered_next = 0;
    return kept;
}
