#include "server/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/connection.h"

/* DuckDB locks its file with fcntl(2), so the system can name the holder. 0 when nobody holds it. */
static pid_t lock_holder(const char *path) {
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
    pid_t holder = lock_holder(path);
    if (!holder)
        return false;
    program_name(holder, name);
    return error_set(err, ERROR_IO, "the database \"%s\" is in use by process %d (%s); stop that one, or give another database",
                     path, (int)holder, name);
}

static void tell_failure(void *self, const struct error *why) {
    struct store *store = self;
    log_error(store->log, LOG_LEVEL_ERROR, NULL, why, "the engine has failed");
    signals_tell_failure(store->signals);
}

static bool create_public(struct engine_database *database, struct error *err) {
    struct engine_connection *connection = engine_connection_create(database, err);
    bool ok = connection && engine_connection_execute(connection, "CREATE SCHEMA IF NOT EXISTS public", err);
    engine_connection_destroy(connection);
    return ok;
}

static bool open_engine(struct store *store, const struct config *config, const char *path, struct error *err) {
    struct engine_options options = {
        .path = path,
        .extension_directory = config_text(config, SETTING_EXTENSION_DIRECTORY),
        .memory_limit = config_text(config, SETTING_MEMORY_LIMIT),
        .threads = (int32_t)config_number(config, SETTING_THREADS),
        .read_only = config_number(config, SETTING_READ_ONLY) != 0,
        .failed = tell_failure,
        .self = store,
    };
    store->database = engine_database_create(&options, err);
    return store->database || (!store->in_memory && explain_lock(path, err));
}

bool store_open(struct store *store, const struct config *config, struct log *log, struct signals *signals,
                struct error *err) {
    const char *path = config_text(config, SETTING_DATABASE);
    *store = (struct store){.log = log, .signals = signals, .in_memory = !strcmp(path, ":memory:")};
    bool read_only = config_number(config, SETTING_READ_ONLY) != 0;
    if (!store->in_memory && !read_only && !newborn_begin(&store->newborn, path, err))
        return false;
    if (store->newborn.started_over)
        log_write(log, LOG_LEVEL_WARNING, NULL, "the initialisation of %s had been cut short: starting it over", path);
    if (!open_engine(store, config, path, err)) {
        newborn_abandon(&store->newborn, false);
        return false;
    }
    if (store_is_new(store) && !create_public(store->database, err)) {
        store_close(store);
        return false;
    }
    return true;
}

bool store_is_new(const struct store *store) {
    return store->in_memory || newborn_is_new(&store->newborn);
}

void store_complete(struct store *store) {
    newborn_complete(&store->newborn);
}

void store_close(struct store *store) {
    engine_database_destroy(store->database);
    store->database = NULL;
    newborn_abandon(&store->newborn, true);
}
