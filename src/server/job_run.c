#include "server/job_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "server/client.h"
#include "server/script_file.h"

enum { NS_PER_MS = 1000000 };

/* What a script's statements need to know. */
struct progress {
    struct client *client;
    int64_t due_ns; /* on the monotonic clock; 0: any time */
    bool is_late;
};

static bool never(void *self) {
    (void)self;
    return false; /* the session ends by itself when the server does */
}

/* Each statement may take what is left of the run's time. */
static bool limit_statement(void *self, struct error *err) {
    struct progress *progress = self;
    char sql[64];
    if (!progress->due_ns)
        return true;
    int64_t left_ms = (progress->due_ns - clock_monotonic_ns()) / NS_PER_MS;
    progress->is_late = left_ms <= 0;
    if (progress->is_late)
        return error_set_state(err, ERROR_INTERRUPT, "57014", "the job's timeout is over");
    int length = snprintf(sql, sizeof sql, "SET statement_timeout = %lld", (long long)left_ms);
    return client_run(progress->client, sql, (size_t)length, err);
}

static bool run_file(const struct job_run *run, const char *name, struct progress *progress, struct error *err) {
    struct arena arena = {0};
    const char *path = arena_format(&arena, "%s/%s", run->directory, name);
    const struct script_file script = {
        .path = path, .client = progress->client, .before = limit_statement, .self = progress};
    bool ok = path ? script_file_run(&script, err) : error_set_no_memory(err);
    arena_destroy(&arena);
    return ok;
}

static bool run_files(const struct job_run *run, struct progress *progress, struct error *err) {
    struct dirent **entries = NULL;
    int count = script_directory_read(run->directory, &entries), scripts = 0;
    bool ok = count >= 0 || error_set_errno(err, ERROR_CONFIG, errno, "cannot read the directory \"%s\"", run->directory);
    for (int i = 0; ok && i < count; i++) {
        if (!script_has_suffix(entries[i]->d_name, ".sql"))
            continue;
        scripts++;
        ok = run_file(run, entries[i]->d_name, progress, err);
    }
    if (count >= 0)
        script_directory_free(entries, count);
    return ok && (scripts || error_set(err, ERROR_CONFIG, "there is no .sql file in \"%s\"", run->directory));
}

static struct client *connect(const struct job_run *run, struct error *err) {
    int socket = doors_connect(run->doors, err);
    if (socket < 0)
        return NULL;
    struct client_options options = {.socket = socket,
                                     .application = run->name,
                                     .user = run->user,
                                     .database = run->database,
                                     .gives_up = never};
    return client_connect(&options, err);
}

void job_run_execute(struct job_run *run) {
    struct progress progress = {0};
    int64_t began_ns = clock_monotonic_ns();
    error_clear(&run->error);
    progress.due_ns = run->timeout_ms ? began_ns + run->timeout_ms * NS_PER_MS : 0;
    progress.client = connect(run, &run->error);
    bool ok = progress.client && run_files(run, &progress, &run->error);
    client_destroy(progress.client);
    int64_t ended_ns = clock_monotonic_ns();
    run->ended_us = run->started_us + (ended_ns - began_ns) / 1000;
    bool is_late = progress.is_late || (progress.due_ns && ended_ns >= progress.due_ns);
    bool is_cancelled = !strcmp(error_sqlstate(&run->error), "57014");
    run->outcome = ok ? JOB_OK : is_late && is_cancelled ? JOB_TIMEOUT : JOB_FAILED;
    const struct log_field fields[] = {
        log_text("job", run->name),
        log_number("duration_ms", (double)(ended_ns - began_ns) / NS_PER_MS, 3),
    };
    const struct log_event event = {ok ? "the job has run" : "the job has failed", ok ? NULL : &run->error, fields,
                                    sizeof fields / sizeof *fields};
    log_event(run->log, ok ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, NULL, &event);
}
