#include "server/gauges.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "engine/connection.h"
#include "pgdoor/pgdoor.h"

/* ---- the process (proc(5)) ---- */

static int64_t count_open_files(void) {
    DIR *directory = opendir("/proc/self/fd");
    int64_t count = -3; /* ".", ".." and the directory itself */
    if (!directory)
        return 0;
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

/* Resident pages and, from the fields of stat, the number of threads. */
static void read_proc(int64_t *resident_bytes, int64_t *threads) {
    long long pages = 0, count = 0;
    FILE *memory = fopen("/proc/self/statm", "re"), *stat = fopen("/proc/self/stat", "re");
    if (memory && fscanf(memory, "%*d %lld", &pages) != 1)
        pages = 0;
    /* The name in parentheses is ours: it has no blank. num_threads is field 20. */
    if (stat && fscanf(stat, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %lld", &count) != 1)
        count = 0;
    if (memory)
        fclose(memory);
    if (stat)
        fclose(stat);
    *resident_bytes = pages * sysconf(_SC_PAGESIZE);
    *threads = count;
}

static void take_process(struct metrics *metrics) {
    struct timespec spent = {0};
    struct rlimit files = {0};
    int64_t resident_bytes, threads;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    getrlimit(RLIMIT_NOFILE, &files);
    read_proc(&resident_bytes, &threads);
    metrics_set(metrics, METRIC_PROCESS_CPU, LABEL_NONE, spent.tv_sec * 1000000000 + spent.tv_nsec);
    metrics_set(metrics, METRIC_PROCESS_MEMORY, LABEL_NONE, resident_bytes);
    metrics_set(metrics, METRIC_PROCESS_THREADS, LABEL_NONE, threads);
    metrics_set(metrics, METRIC_PROCESS_FDS, LABEL_NONE, count_open_files());
    metrics_set(metrics, METRIC_PROCESS_FDS_MAX, LABEL_NONE, (int64_t)files.rlim_cur);
}

/* ---- the doors ---- */

struct census {
    int64_t in_state[PGDOOR_FAILED_TRANSACTION + 1];
    int64_t sessions;
};

static bool count_session(void *self, const struct pgdoor_session *session) {
    struct census *census = self;
    census->in_state[session->state]++;
    census->sessions++;
    return true;
}

static void take_doors(struct metrics *metrics, struct doors *doors) {
    struct census census = {0};
    struct doors_counters counters = {0};
    if (doors) {
        doors_each_session(doors, count_session, &census);
        doors_read_counters(doors, &counters);
    }
    for (int state = 0; state <= PGDOOR_FAILED_TRANSACTION; state++)
        metrics_set(metrics, METRIC_SESSIONS, (enum metric_label)(LABEL_STATE_STARTING + state),
                    census.in_state[state]);
    metrics_set(metrics, METRIC_CONNECTIONS, LABEL_DOOR_POSTGRESQL, census.sessions);
    metrics_set(metrics, METRIC_RUNNING, LABEL_DOOR_POSTGRESQL, census.in_state[PGDOOR_ACTIVE]);
    metrics_set(metrics, METRIC_WORKERS_BUSY, LABEL_NONE, counters.workers_busy);
    metrics_set(metrics, METRIC_WORKERS_MAX, LABEL_NONE, counters.workers_max);
    metrics_set(metrics, METRIC_CONNECTIONS, LABEL_DOOR_AIRPORT, counters.airport_connections);
    metrics_set(metrics, METRIC_RUNNING, LABEL_DOOR_AIRPORT, counters.airport_calls_active);
    metrics_set(metrics, METRIC_CALLS_QUEUED, LABEL_NONE, counters.airport_calls_queued);
    metrics_set(metrics, METRIC_CONNECTIONS_OPENED, LABEL_DOOR_AIRPORT, counters.airport_connections_total);
    metrics_set(metrics, METRIC_BYTES_RECEIVED, LABEL_DOOR_AIRPORT, counters.airport_bytes_received);
    metrics_set(metrics, METRIC_BYTES_SENT, LABEL_DOOR_AIRPORT, counters.airport_bytes_sent);
}

void gauges_take(struct metrics *metrics, struct doors *doors) {
    take_process(metrics);
    take_doors(metrics, doors);
}

/* ---- the engine ---- */

static int64_t file_bytes(const char *path, const char *suffix) {
    struct arena arena = {0};
    struct stat facts;
    const char *name = arena_format(&arena, "%s%s", path, suffix);
    int64_t bytes = name && stat(name, &facts) == 0 ? facts.st_size : 0;
    arena_destroy(&arena);
    return bytes;
}

/* A log that is shorter than before was emptied in between. */
static int64_t log_age_ns(struct gauges_log *log, int64_t bytes) {
    int64_t now_ns = clock_monotonic_ns();
    if (bytes && (!log->bytes || bytes < log->bytes))
        log->since_ns = now_ns;
    log->bytes = bytes;
    return bytes ? now_ns - log->since_ns : 0;
}

/* A connection is made for each look: one that stays would keep a failed engine from being opened anew. */
static void take_memory(struct metrics *metrics, struct engine_database *database) {
    struct arena arena = {0};
    const char *text = NULL;
    struct error ignored; /* the doors meet it, too */
    struct engine_connection *connection = engine_connection_create(database, &ignored);
    if (connection) {
        engine_connection_set_quiet(connection);
        engine_connection_query_text(connection, &arena,
                                     "SELECT concat_ws(' ', sum(memory_usage_bytes), sum(temporary_storage_bytes)) "
                                     "FROM duckdb_memory()",
                                     &text, &ignored);
    }
    char *end = NULL;
    if (text) {
        metrics_set(metrics, METRIC_ENGINE_MEMORY, LABEL_NONE, strtoll(text, &end, 10));
        metrics_set(metrics, METRIC_ENGINE_TEMPORARY, LABEL_NONE, strtoll(end, NULL, 10));
    }
    engine_connection_destroy(connection);
    arena_destroy(&arena);
}

void gauges_take_engine(struct metrics *metrics, const struct config *config, struct engine_database *database,
                        struct gauges_log *log) {
    const char *path = config_text(config, SETTING_DATABASE);
    int64_t wal_bytes = file_bytes(path, ".wal");
    metrics_set(metrics, METRIC_DATABASE_BYTES, LABEL_NONE, file_bytes(path, ""));
    metrics_set(metrics, METRIC_WAL_BYTES, LABEL_NONE, wal_bytes);
    metrics_set(metrics, METRIC_CHECKPOINT_AGE, LABEL_NONE, log_age_ns(log, wal_bytes));
    if (database && !engine_database_has_failed(database))
        take_memory(metrics, database);
}
