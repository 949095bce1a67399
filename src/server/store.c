#include "server/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "engine/connection.h"
#include "pgcat/pgcat.h"
#include "pgdoor/host.h"

/* DuckDB locks its file with fcntl(2), so the system can name the holder. */
pid_t store_holder(const char *path) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    pid_t holder = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? lock.l_pid : 0;
    close(fd);
    return holder;
}

static void program_name(pid_t pid, char name[32]) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file || !fgets(name, 32, file))
        strcpy(name, "another program");
    name[strcspn(name, "\n")] = '\0';
    if (file)
        fclose(file);
}

/* The engine's message about an occupied file is several lines of advice; one line says it. */
static bool explain_lock(const char *path, struct error *err) {
    char name[32];
    pid_t holder = store_holder(path);
    if (!holder)
        return false;
    program_name(holder, name);
    return error_set(err, ERROR_IO,
                     "the database \"%s\" is in use by process %d (%s); stop that one, or give another database", path,
                     (int)holder, name);
}

static void tell_failure(void *self, const struct error *why) {
    struct store *store = self;
    log_error(store->log, LOG_LEVEL_ERROR, NULL, why, "the engine has failed");
    signals_tell_failure(store->signals);
}

/* The engine brings the log that a crash has left into the database while it opens it. */
static off_t log_bytes(struct arena *arena, const char *path) {
    struct stat facts;
    const char *log = arena_format(arena, "%s.wal", path);
    return log && stat(log, &facts) == 0 ? facts.st_size : 0;
}

static bool install_catalog(void *self, struct engine_connection *connection, struct error *err) {
    return pgcat_install(((struct store *)self)->catalog, connection, err);
}

static bool create_public(struct engine_database *database, struct error *err) {
    struct engine_connection *connection = engine_connection_create(database, err);
    /* DuckDB cannot replay CREATE TYPE in a schema that is in the log only. pg_declared: see pgsql/shape.h. */
    bool ok = connection && engine_connection_execute(connection, "CREATE SCHEMA IF NOT EXISTS public; CREATE SCHEMA IF NOT EXISTS pg_declared; CHECKPOINT", err);
    engine_connection_destroy(connection);
    return ok;
}

/* OIDs are kept beside the database file, so that clients find them unchanged after a start. */
static bool create_catalog(struct store *store, const struct config *config, const char *path, struct error *err) {
    store->host = pgdoor_host_create(err);
    if (!store->host)
        return false;
    struct arena arena = {0};
    struct pgcat_options options = {
        .server_version = config_text(config, SETTING_PG_VERSION),
        .product_version = MALLARDB_VERSION,
        .writer = config_text(config, SETTING_USER),
        .reader = config_text(config, SETTING_READONLY_USER),
        .host = pgdoor_host_catalog(store->host),
        .oid_path = store->in_memory || store->read_only ? NULL : arena_format(&arena, "%s.oids", path),
    };
    store->catalog = pgcat_create(&options, err);
    arena_destroy(&arena);
    return store->catalog != NULL;
}

static bool open_engine(struct store *store, const struct config *config, const char *path, struct error *err) {
    struct engine_options options = {
        .path = path,
        .extension_directory = config_text(config, SETTING_EXTENSION_DIRECTORY),
        .memory_limit = config_text(config, SETTING_MEMORY_LIMIT),
        .storage_version = config_text(config, SETTING_STORAGE_VERSION),
        .threads = (int32_t)config_number(config, SETTING_THREADS),
        .read_only = store->read_only,
        .opened = install_catalog,
        .failed = tell_failure,
        .self = store,
    };
    struct arena arena = {0};
    off_t left = store->in_memory ? 0 : log_bytes(&arena, path);
    arena_destroy(&arena);
    store->database = engine_database_create(&options, err);
    if (store->database && left)
        log_write(store->log, LOG_LEVEL_INFO, NULL,
                  "the last run did not end in order: what it had committed, %lld bytes of log, has been recovered",
                  (long long)left);
    return store->database || (!store->in_memory && explain_lock(path, err));
}

bool store_open(struct store *store, const struct config *config, struct log *log, struct signals *signals,
                struct error *err) {
    const char *path = config_text(config, SETTING_DATABASE);
    *store = (struct store){.log = log,
                            .signals = signals,
                            .in_memory = !strcmp(path, ":memory:"),
                            .read_only = config_number(config, SETTING_READ_ONLY) != 0};
    if (!store->in_memory && !store->read_only && !newborn_begin(&store->newborn, path, err))
        return false;
    if (store->newborn.started_over)
        log_write(log, LOG_LEVEL_WARNING, NULL, "the initialisation of %s had been cut short: starting it over", path);
    if (create_catalog(store, config, path, err) && open_engine(store, config, path, err) &&
        (!store_is_new(store) || create_public(store->database, err)))
        return true;
    store_close(store);
    return false;
}

bool store_is_new(const struct store *store) {
    return store->in_memory || newborn_is_new(&store->newborn);
}

void store_complete(struct store *store) {
    newborn_complete(&store->newborn);
}

void store_close(struct store *store) {
    /* One that failed while it was being opened is ours as well, unless somebody else has it. */
    bool ours = store->database || !store_holder(store->newborn.path ? store->newborn.path : "");
    engine_database_destroy(store->database);
    pgcat_destroy(store->catalog);
    pgdoor_host_destroy(store->host);
    newborn_abandon(&store->newborn, ours);
    *store = (struct store){0};
}
