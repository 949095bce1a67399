/* The database instance: opening, closing, and reopening after a fatal error. */
#include "engine/database.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/internal.h"

struct engine_database {
    pthread_mutex_t lock; /* guards everything below */
    duckdb_database handle;
    struct engine_scheduler *scheduler; /* of the instance; made once it is open, NULL before */
    struct engine_connection *connections;
    int32_t connection_count;
    bool failed;
    _Atomic uint64_t catalog_version, data_version; /* outside the lock */
    struct engine_options options; /* strings are ours */
    char *name;
    struct arena arena;
};

const char *engine_version(void) {
    const char *version = duckdb_library_version();
    return version[0] == 'v' ? version + 1 : version;
}

static bool set_option(duckdb_config config, const char *name, const char *value, struct error *err) {
    if (!value || duckdb_set_config(config, name, value) == DuckDBSuccess)
        return true;
    return error_set(err, ERROR_CONFIG, "the engine refuses %s = '%s'", name, value);
}

static bool set_options(const struct engine_options *options, duckdb_config config, struct error *err) {
    char threads[16];
    snprintf(threads, sizeof threads, "%d", options->threads);
    return set_option(config, "extension_directory", options->extension_directory, err) &&
           set_option(config, "memory_limit", options->memory_limit, err) &&
           set_option(config, "storage_compatibility_version", options->storage_version, err) &&
           set_option(config, "threads", options->threads > 0 ? threads : NULL, err) &&
           set_option(config, "access_mode", options->read_only ? "READ_ONLY" : NULL, err) &&
           set_option(config, "allow_unsigned_extensions", options->allow_unsigned_extensions ? "true" : NULL, err);
}

static bool open_handle(struct engine_database *database, struct error *err) {
    duckdb_config config = NULL;
    char *message = NULL;
    if (duckdb_create_config(&config) == DuckDBError)
        return error_set_no_memory(err);
    bool ok = set_options(&database->options, config, err);
    if (ok && !database->options.read_only)
        engine_recover(database->options.path, config);
    if (ok && duckdb_open_ext(database->options.path, &database->handle, config, &message) == DuckDBError)
        ok = engine_error_fill(NULL, message, err);
    duckdb_free(message);
    duckdb_destroy_config(&config);
    return ok;
}

/* Called with the lock held. */
static struct engine_connection *connect_locked(struct engine_database *database, struct error *err) {
    struct engine_connection *connection = memory_allocate_zeroed(1, sizeof *connection);
    if (!connection) {
        error_set_no_memory(err);
        return NULL;
    }
    connection->database = database;
    if (duckdb_connect(database->handle, &connection->handle) == DuckDBError) {
        error_set(err, ERROR_CONNECTION, "the engine refuses another connection");
        memory_free(connection);
        return NULL;
    }
    duckdb_client_context context = NULL;
    duckdb_connection_get_client_context(connection->handle, &context);
    connection->id = (int64_t)duckdb_client_context_get_connection_id(context);
    duckdb_destroy_client_context(&context);
    engine_scheduler_add(database->scheduler, &connection->activity);
    connection->next = database->connections;
    connection->at = &database->connections;
    if (connection->next)
        connection->next->at = &connection->next;
    database->connections = connection;
    database->connection_count++;
    return connection;
}

static void unlink_locked(struct engine_connection *connection) {
    *connection->at = connection->next;
    if (connection->next)
        connection->next->at = connection->at;
    connection->database->connection_count--;
}

static bool prepare_connection(struct engine_connection *connection, struct error *err) {
    return engine_connection_run(connection, "SET errors_as_json = true", err);
}

/* DuckDB's own threads end here; the scheduler's take their place. */
static bool take_over_threads(struct engine_database *database, struct engine_connection *connection, struct error *err) {
    const char *threads = NULL;
    return engine_connection_query_text(connection, &database->arena, "SELECT current_setting('threads')", &threads, err) &&
           engine_connection_set(connection, "external_threads", threads, err) &&
           (database->scheduler =
                engine_scheduler_create(database->handle, (int32_t)strtol(threads, NULL, 10), err)) != NULL;
}

static void close_instance(struct engine_database *database) {
    engine_scheduler_destroy(database->scheduler);
    database->scheduler = NULL;
    duckdb_close(&database->handle);
}

/* Opens the instance and lets its owner install what it needs. Called without the lock, before anybody else can connect. */
static bool open_instance(struct engine_database *database, struct error *err) {
    if (!open_handle(database, err))
        return false;
    struct engine_connection *connection = connect_locked(database, err);
    bool ok = connection && prepare_connection(connection, err) && engine_register_input(connection, err) &&
              engine_register_rows(connection, err);
    if (ok && !database->name)
        ok = engine_connection_query_text(connection, &database->arena, "SELECT current_database()",
                                          (const char **)&database->name, err);
    if (ok && database->options.opened)
        ok = database->options.opened(database->options.self, connection, err);
    ok = ok && take_over_threads(database, connection, err);
    engine_connection_destroy(connection);
    if (!ok)
        close_instance(database);
    return ok;
}

static bool copy_options(struct engine_database *database, const struct engine_options *options) {
    const char **texts[] = {&database->options.path, &database->options.extension_directory,
                            &database->options.memory_limit, &database->options.storage_version};
    database->options = *options;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (*texts[i] && !(*texts[i] = arena_copy_string(&database->arena, *texts[i])))
            return false;
    return true;
}

struct engine_database *engine_database_create(const struct engine_options *options, struct error *err) {
    struct engine_database *database = memory_allocate_zeroed(1, sizeof *database);
    if (!database) {
        error_set_no_memory(err);
        return NULL;
    }
    /* Recursive: `opened` makes and destroys connections of the instance while it is being reopened under the lock. */
    pthread_mutexattr_t recursive;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&database->lock, &recursive);
    pthread_mutexattr_destroy(&recursive);
    atomic_init(&database->catalog_version, 1);
    atomic_init(&database->data_version, 1);
    bool ok = copy_options(database, options) || error_set_no_memory(err);
    if (ok && open_instance(database, err))
        return database;
    engine_database_destroy(database);
    return NULL;
}

void engine_database_destroy(struct engine_database *database) {
    if (!database)
        return;
    close_instance(database);
    arena_destroy(&database->arena);
    pthread_mutex_destroy(&database->lock);
    memory_free(database);
}

/* Called with the lock held, when the instance has failed: the last of the old connections must have gone first. */
static bool reopen_locked(struct engine_database *database, struct error *err) {
    if (database->connection_count > 0)
        return error_set_state(err, ERROR_SHUTDOWN, "57P03",
                               "the database is being reopened after a fatal error of the engine, try again");
    close_instance(database);
    database->failed = false;
    if (open_instance(database, err))
        return true;
    database->failed = true;
    return false;
}

struct engine_connection *engine_connection_create(struct engine_database *database, struct error *err) {
    pthread_mutex_lock(&database->lock);
    struct engine_connection *connection = NULL;
    if (!database->failed || reopen_locked(database, err))
        connection = connect_locked(database, err);
    pthread_mutex_unlock(&database->lock);
    if (connection && !prepare_connection(connection, err)) {
        engine_connection_destroy(connection);
        connection = NULL;
    }
    return connection;
}

void engine_connection_destroy(struct engine_connection *connection) {
    if (!connection)
        return;
    struct engine_database *database = connection->database;
    /* Both under the lock: nobody may interrupt a handle that is gone, nor reopen the instance while one is left. */
    pthread_mutex_lock(&database->lock);
    duckdb_disconnect(&connection->handle);
    engine_scheduler_remove(&connection->activity);
    unlink_locked(connection);
    pthread_mutex_unlock(&database->lock);
    memory_free(connection);
}

void engine_connection_interrupt(struct engine_connection *connection) {
    atomic_store(&connection->interrupt_requested, true);
    duckdb_interrupt(connection->handle);
}

struct engine_connection *engine_database_find_connection(struct engine_database *database, int64_t id) {
    pthread_mutex_lock(&database->lock);
    struct engine_connection *connection = database->connections;
    while (connection && connection->id != id)
        connection = connection->next;
    pthread_mutex_unlock(&database->lock);
    return connection;
}

/* Without the lock, which a task of a helper may want: the scheduler stays while the caller has a connection. */
void engine_database_dismiss_helpers(struct engine_database *database) {
    engine_scheduler_dismiss(database->scheduler);
}

void engine_database_change_catalog(struct engine_database *database) {
    atomic_fetch_add(&database->catalog_version, 1);
}

uint64_t engine_database_catalog_version(struct engine_database *database) {
    return atomic_load(&database->catalog_version);
}

void engine_database_change_data(struct engine_database *database) {
    atomic_fetch_add(&database->data_version, 1);
}

uint64_t engine_database_data_version(struct engine_database *database) {
    return atomic_load(&database->data_version);
}

void engine_database_set_failed(struct engine_database *database, const struct error *why) {
    pthread_mutex_lock(&database->lock);
    bool first = !database->failed;
    database->failed = true;
    pthread_mutex_unlock(&database->lock);
    if (first && database->options.failed)
        database->options.failed(database->options.self, why);
}

bool engine_database_has_failed(struct engine_database *database) {
    pthread_mutex_lock(&database->lock);
    bool failed = database->failed;
    pthread_mutex_unlock(&database->lock);
    return failed;
}

const char *engine_database_name(const struct engine_database *database) {
    return database->name;
}

