/* Chunks go from the writing thread to the statement through a bounded queue, and come back empty to be filled again.
 *
 * Threads: the writer owns `chunk` and `view`; the reading side owns `taken`; `lock` guards the rest. Few rows do not pay for a
 * thread: the statement then runs on the writer's when all rows are there. */
#include "engine/appender.h"

#include <pthread.h>

#include "base/memory.h"
#include "base/thread.h"
#include "engine/internal.h"

enum {
    QUEUE_CHUNKS = 64,
    START_CHUNKS = 16, /* from so many on the statement runs beside the writer */
};

struct engine_appender {
    struct engine_connection *connection;
    struct engine_statement *statement;
    struct arena arena;
    const char **names;
    const struct engine_type **types;
    duckdb_logical_type *handles; /* of the types, for new chunks */
    duckdb_data_chunk chunk;
    struct engine_chunk view;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    duckdb_data_chunk queue[QUEUE_CHUNKS];
    duckdb_data_chunk spares[QUEUE_CHUNKS + 2]; /* all that there can be: queued, taken and being filled */
    int32_t first, count, spare_count;
    bool complete;  /* no more rows will come */
    bool abandoned; /* the statement is to fail */
    bool ended;     /* the statement has */
    duckdb_data_chunk taken; /* what the statement is reading */

    pthread_t runner;
    bool running;
    bool ok; /* how it ended */
    struct error failure;
    int64_t changed_rows;
};

/* ---- the reading side: engine_rows() ---- */

static duckdb_data_chunk take(struct engine_appender *appender) {
    pthread_mutex_lock(&appender->lock);
    if (appender->taken)
        appender->spares[appender->spare_count++] = appender->taken;
    appender->taken = NULL;
    while (appender->count == 0 && !appender->complete && !appender->abandoned)
        pthread_cond_wait(&appender->changed, &appender->lock);
    if (appender->count > 0 && !appender->abandoned) {
        appender->taken = appender->queue[appender->first];
        appender->first = (appender->first + 1) % QUEUE_CHUNKS;
        appender->count--;
        pthread_cond_broadcast(&appender->changed);
    }
    pthread_mutex_unlock(&appender->lock);
    return appender->taken;
}

static void read_rows(duckdb_function_info info, duckdb_data_chunk output) {
    struct engine_appender *appender = duckdb_function_get_bind_data(info);
    duckdb_data_chunk chunk = take(appender);
    if (!chunk) {
        duckdb_data_chunk_set_size(output, 0);
        if (appender->abandoned)
            duckdb_function_set_error(info, "the rows were abandoned");
        return;
    }
    for (int32_t i = 0; i < appender->view.column_count; i++)
        duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, (idx_t)i),
                                       duckdb_data_chunk_get_vector(chunk, (idx_t)i));
    duckdb_data_chunk_set_size(output, duckdb_data_chunk_get_size(chunk));
}

static void bind_rows(duckdb_bind_info info) {
    struct engine_connection *connection = engine_bind_connection(info);
    struct engine_appender *appender = connection ? connection->appender : NULL;
    if (!appender) {
        duckdb_bind_set_error(info, "engine_rows() is for the server's own statements");
        return;
    }
    for (int32_t i = 0; i < appender->view.column_count; i++)
        duckdb_bind_add_result_column(info, appender->names[i], appender->handles[i]);
    duckdb_bind_set_bind_data(info, appender, NULL);
}

static void init_rows(duckdb_init_info info) {
    duckdb_init_set_max_threads(info, 1); /* in the order of their coming */
}

bool engine_register_rows(struct engine_connection *connection, struct error *err) {
    return engine_register_reader(connection, "engine_rows", bind_rows, init_rows, read_rows, err);
}

/* ---- the statement ---- */

static void *run(void *self) {
    struct engine_appender *appender = self;
    struct engine_result *result = engine_statement_execute(appender->statement, &appender->failure);
    appender->ok = result != NULL;
    appender->changed_rows = result ? engine_result_changed_rows(result) : 0;
    engine_result_destroy(result);
    pthread_mutex_lock(&appender->lock);
    appender->ended = true;
    pthread_cond_broadcast(&appender->changed);
    pthread_mutex_unlock(&appender->lock);
    return NULL;
}

/* Without a thread to be had, all rows must wait in memory for the end: that is refused. */
static bool start(struct engine_appender *appender, struct error *err) {
    int failure = thread_start(&appender->runner, "append", run, appender);
    appender->running = failure == 0;
    return !failure || error_set_errno(err, ERROR_SYSTEM, failure, "cannot start a thread");
}

static bool fail(const struct engine_appender *appender, struct error *err) {
    *err = appender->failure;
    return false;
}

/* ---- the writing side ---- */

static bool fresh_chunk(struct engine_appender *appender, struct error *err) {
    pthread_mutex_lock(&appender->lock);
    appender->chunk = appender->spare_count ? appender->spares[--appender->spare_count] : NULL;
    pthread_mutex_unlock(&appender->lock);
    if (appender->chunk)
        duckdb_data_chunk_reset(appender->chunk);
    else
        appender->chunk = duckdb_create_data_chunk(appender->handles, (idx_t)appender->view.column_count);
    if (!appender->chunk)
        return error_set_no_memory(err);
    engine_chunk_point(&appender->view, appender->chunk);
    return true;
}

/* Gives the chunk away; `*waiting` are then in the queue. False when the statement does not take any more. */
static bool enqueue(struct engine_appender *appender, int32_t *waiting) {
    pthread_mutex_lock(&appender->lock);
    while (appender->count == QUEUE_CHUNKS && !appender->ended)
        pthread_cond_wait(&appender->changed, &appender->lock);
    bool ended = appender->ended;
    if (!ended) {
        appender->queue[(appender->first + appender->count++) % QUEUE_CHUNKS] = appender->chunk;
        appender->chunk = NULL;
        pthread_cond_broadcast(&appender->changed);
    }
    *waiting = appender->count;
    pthread_mutex_unlock(&appender->lock);
    return !ended;
}

int32_t engine_appender_column_count(const struct engine_appender *appender) {
    return appender->view.column_count;
}

struct engine_chunk *engine_appender_chunk(struct engine_appender *appender) {
    return &appender->view;
}

bool engine_appender_append(struct engine_appender *appender, struct error *err) {
    duckdb_data_chunk_set_size(appender->chunk, (idx_t)appender->view.row_count);
    int32_t waiting;
    if (!enqueue(appender, &waiting))
        return fail(appender, err);
    if (!appender->running && waiting >= START_CHUNKS && !start(appender, err))
        return false;
    return fresh_chunk(appender, err);
}

static void set_flag(struct engine_appender *appender, bool *flag) {
    pthread_mutex_lock(&appender->lock);
    *flag = true;
    pthread_cond_broadcast(&appender->changed);
    pthread_mutex_unlock(&appender->lock);
}

static void join(struct engine_appender *appender) {
    if (appender->running)
        pthread_join(appender->runner, NULL);
    appender->running = false;
}

bool engine_appender_finish(struct engine_appender *appender, int64_t *changed_rows, struct error *err) {
    set_flag(appender, &appender->complete);
    if (appender->running)
        join(appender);
    else
        run(appender);
    *changed_rows = appender->changed_rows;
    return appender->ok || fail(appender, err);
}

/* ---- made and freed ---- */

static bool copy_columns(struct engine_appender *appender, const char *const *names, const struct engine_type *const *types,
                         int32_t count) {
    struct arena *arena = &appender->arena;
    appender->names = arena_allocate_zeroed(arena, (size_t)count, sizeof *appender->names);
    appender->types = arena_allocate_zeroed(arena, (size_t)count, sizeof *appender->types);
    appender->handles = arena_allocate_zeroed(arena, (size_t)count, sizeof *appender->handles);
    bool ok = appender->names && appender->types && appender->handles;
    appender->view.column_count = ok ? count : 0;
    for (int32_t i = 0; ok && i < count; i++)
        ok = (appender->names[i] = arena_copy_string(arena, names[i])) && (appender->types[i] = engine_type_copy(arena, types[i])) &&
             (appender->handles[i] = engine_type_handle(appender->types[i]));
    return ok && (appender->view.columns = engine_vector_tree(arena, appender->types, count));
}

struct engine_appender *engine_appender_create(struct engine_connection *connection, const char *sql,
                                               const char *const *names, const struct engine_type *const *types,
                                               int32_t column_count, struct error *err) {
    struct engine_appender *appender = memory_allocate_zeroed(1, sizeof *appender);
    if (!appender) {
        error_set_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&appender->lock, NULL);
    pthread_cond_init(&appender->changed, NULL);
    appender->connection = connection;
    connection->appender = appender;
    if ((copy_columns(appender, names, types, column_count) || error_set_no_memory(err)) && fresh_chunk(appender, err) &&
        (appender->statement = engine_statement_prepare(connection, sql, err)))
        return appender;
    engine_appender_destroy(appender);
    return NULL;
}

void engine_appender_destroy(struct engine_appender *appender) {
    if (!appender)
        return;
    if (appender->running) {
        set_flag(appender, &appender->abandoned);
        engine_connection_interrupt(appender->connection);
        join(appender);
    }
    engine_statement_destroy(appender->statement);
    appender->connection->appender = NULL;
    duckdb_destroy_data_chunk(&appender->chunk);
    duckdb_destroy_data_chunk(&appender->taken);
    while (appender->count-- > 0)
        duckdb_destroy_data_chunk(&appender->queue[(appender->first + appender->count) % QUEUE_CHUNKS]);
    while (appender->spare_count > 0)
        duckdb_destroy_data_chunk(&appender->spares[--appender->spare_count]);
    for (int32_t i = 0; i < appender->view.column_count; i++)
        duckdb_destroy_logical_type(&appender->handles[i]);
    pthread_cond_destroy(&appender->changed);
    pthread_mutex_destroy(&appender->lock);
    arena_destroy(&appender->arena);
    memory_free(appender);
}
