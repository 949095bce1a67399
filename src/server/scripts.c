#include "server/scripts.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "server/client.h"
#include "server/script_file.h"

static bool is_to_stop(void *self) {
    enum signals_event event = signals_wait(self, 0);
    return event == SIGNALS_STOP || event == SIGNALS_STOP_FAST;
}

static bool run_sql(const struct scripts *scripts, const char *path, struct error *err) {
    struct client_options options = {.port = scripts->port,
                                     .user = config_text(scripts->config, SETTING_USER),
                                     .password = config_text(scripts->config, SETTING_PASSWORD),
                                     .database = scripts->database,
                                     .application = "mallardb initialisation",
                                     .gives_up = is_to_stop,
                                     .self = scripts->signals};
    struct client *client = client_connect(&options, err);
    const struct script_file script = {.path = path, .client = client};
    bool ok = client && script_file_run(&script, err);
    client_destroy(client);
    return ok;
}

/* The variables by which a script finds the server; PostgreSQL's image and libpq name them so. */
static const struct {
    const char *variable;
    enum setting_id setting;
} told[] = {
    {"POSTGRES_USER", SETTING_USER},         {"PGUSER", SETTING_USER},
    {"POSTGRES_PASSWORD", SETTING_PASSWORD}, {"PGPASSWORD", SETTING_PASSWORD},
    {"MALLARDB_DATABASE", SETTING_DATABASE},
};

static bool is_told(const char *variable) {
    static const char *const ours[] = {"PGHOST", "PGPORT", "PGDATABASE", "POSTGRES_DB"};
    size_t length = strcspn(variable, "=");
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (strlen(told[i].variable) == length && !strncmp(told[i].variable, variable, length))
            return true;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strlen(ours[i]) == length && !strncmp(ours[i], variable, length))
            return true;
    return false;
}

/* Our own environment with these variables in it; NULL when memory is out. */
static char **make_environment(const struct scripts *scripts, struct arena *arena) {
    enum { ADDED = sizeof told / sizeof *told + 5 };
    size_t count = 0, inherited = 0;
    while (environ[inherited])
        inherited++;
    char **variables = arena_allocate_zeroed(arena, inherited + ADDED, sizeof *variables);
    if (!variables)
        return NULL;
    for (size_t i = 0; i < inherited; i++)
        if (!is_told(environ[i]))
            variables[count++] = environ[i];
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const char *text = config_text(scripts->config, told[i].setting);
        if (text)
            variables[count++] = arena_format(arena, "%s=%s", told[i].variable, text);
    }
    variables[count++] = arena_format(arena, "PGDATABASE=%s", scripts->database);
    variables[count++] = arena_format(arena, "POSTGRES_DB=%s", scripts->database);
    variables[count++] = arena_copy_string(arena, "PGHOST=127.0.0.1");
    variables[count++] = arena_format(arena, "PGPORT=%u", scripts->port);
    return variables;
}

/* Starts the program with the signals as a program expects them. */
static bool start_program(char *const *argv, char *const *environment, pid_t *pid, struct error *err) {
    sigset_t none, all;
    posix_spawnattr_t attributes;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int failure = posix_spawn(pid, argv[0], NULL, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
    return !failure || error_set_errno(err, ERROR_CONFIG, failure, "cannot start it");
}

static bool judge_status(int status, bool stopped, struct error *err) {
    if (stopped)
        return error_set(err, ERROR_SHUTDOWN, "the server is to stop");
    if (WIFSIGNALED(status))
        return error_set(err, ERROR_CONFIG, "it was ended by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status) == 0 || error_set(err, ERROR_CONFIG, "it ended with status %d", WEXITSTATUS(status));
}

static bool wait_for_program(struct signals *signals, pid_t pid, struct error *err) {
    bool stopped = false;
    int status;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        enum signals_event event = signals_wait(signals, -1);
        if (event == SIGNALS_STOP || event == SIGNALS_STOP_FAST) {
            stopped = true;
            kill(pid, SIGTERM);
        }
    }
    return judge_status(status, stopped, err);
}

static bool run_shell(const struct scripts *scripts, const char *path, struct error *err) {
    struct arena arena = {0};
    /* Executable ones by themselves, with their own interpreter; others are read by a shell. */
    char *direct[] = {(char *)path, NULL};
    char *sourced[] = {"/bin/sh", "-c", ". \"$0\"", (char *)path, NULL};
    char **environment = make_environment(scripts, &arena);
    pid_t pid;
    bool ok = environment || error_set_no_memory(err);
    ok = ok && ((start_program(access(path, X_OK) ? sourced : direct, environment, &pid, err) &&
                 wait_for_program(scripts->signals, pid, err)) ||
                script_file_blame(path, 0, err));
    arena_destroy(&arena);
    return ok;
}

static bool run_one(const struct scripts *scripts, const char *directory, const char *name, struct error *err) {
    struct arena arena = {0};
    const char *path =
        arena_format(&arena, "%s%s/%s", directory[0] == '/' || directory[0] == '.' ? "" : "./", directory, name);
    bool ok = path || error_set_no_memory(err);
    if (ok && script_has_suffix(name, ".sql")) {
        log_write(scripts->log, LOG_LEVEL_INFO, NULL, "running the script %s", path);
        ok = run_sql(scripts, path, err);
    } else if (ok && script_has_suffix(name, ".sh")) {
        log_write(scripts->log, LOG_LEVEL_INFO, NULL, "running the script %s", path);
        ok = run_shell(scripts, path, err);
    } else if (ok) {
        log_write(scripts->log, LOG_LEVEL_WARNING, NULL, "ignoring %s: its name ends neither in .sql nor in .sh", path);
    }
    arena_destroy(&arena);
    return ok;
}

bool scripts_run(const struct scripts *scripts, const char *directory, struct error *err) {
    struct dirent **entries = NULL;
    int count = script_directory_read(directory, &entries);
    if (count < 0)
        return error_set_errno(err, ERROR_CONFIG, errno, "cannot read the directory \"%s\"", directory);
    bool ok = true;
    for (int i = 0; i < count && ok; i++)
        ok = run_one(scripts, directory, entries[i]->d_name, err);
    script_directory_free(entries, count);
    return ok;
}
