#include "server/server.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/listener.h"
#include "server/announce.h"
#include "server/doors.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/manager.h"
#include "server/monitor.h"
#include "server/scripts.h"
#include "server/shown.h"
#include "server/signals.h"
#include "server/store.h"

enum {
    NS_PER_MS = 1000000,
    POLL_MS = 10,           /* between two looks at whether the last client has gone */
    CANCEL_AGAIN_MS = 1000, /* what was cancelled but goes on is cancelled again */
};

struct server {
    const struct config_input *input;
    struct config config;
    struct shown shown;
    struct signals signals;
    struct log *log;
    struct manager manager;
    struct observer *observer;
    struct monitor *monitor;
    struct store store;
    struct doors *doors;
    struct jobs *jobs; /* NULL: there are none */
};

static int print_problems(const struct config *config, FILE *out) {
    for (const struct config_problem *problem = config->problems; problem; problem = problem->next)
        fprintf(out, "mallardb: %s\n", problem->text);
    return config->problem_count ? EXIT_FAILURE : EXIT_SUCCESS;
}

int server_check(const struct config_input *input, FILE *out) {
    struct config config;
    struct error err;
    if (!config_load(&config, input, &err)) {
        fprintf(out, "mallardb: %s\n", err.message);
        return EXIT_FAILURE;
    }
    config_check(&config);
    jobs_check(&config);
    config_try(&config);
    int status = print_problems(&config, out);
    if (status == EXIT_SUCCESS)
        fprintf(out, "mallardb: the settings are sound\n");
    config_destroy(&config);
    return status;
}

static struct log *open_log(const struct config *config, struct error *err) {
    struct log_options options = {
        .file = config_text(config, SETTING_LOG_FILE),
        .level = (enum log_level)config_number(config, SETTING_LOG_LEVEL),
        .format = (enum log_format)config_number(config, SETTING_LOG_FORMAT),
    };
    struct log *log = log_create(&options, err);
    if (!log && err->kind == ERROR_CONFIG)
        config_blame(config, SETTING_LOG_FILE, err);
    return log;
}

/* The scripts of a new database and those of every start, through a door of their own. */
static bool initialise(struct server *server, struct error *err) {
    const char *once = store_is_new(&server->store) ? config_text(&server->config, SETTING_INITDB_DIR) : NULL;
    const char *always = config_text(&server->config, SETTING_STARTDB_DIR);
    if ((once || always) && !doors_open_private(server->doors, err))
        return false;
    struct scripts scripts = {.config = &server->config,
                              .database = engine_database_name(server->store.database),
                              .log = server->log,
                              .signals = &server->signals,
                              .port = once || always ? doors_postgres_port(server->doors) : 0};
    if (once && !scripts_run(&scripts, once, err))
        return false;
    store_complete(&server->store);
    return !always || scripts_run(&scripts, always, err);
}

/* Ends every session; returns when the last has gone. */
static void end_sessions(struct server *server) {
    while (!doors_are_idle(server->doors)) {
        doors_terminate(server->doors);
        for (int waited_ms = 0; waited_ms < CANCEL_AGAIN_MS && !doors_are_idle(server->doors); waited_ms += POLL_MS)
            signals_wait(&server->signals, POLL_MS);
    }
}

/* Waits until the last client has gone, the time is over, or somebody loses patience. */
static void drain(struct server *server) {
    int64_t timeout_ms = config_number(&server->config, SETTING_SHUTDOWN_TIMEOUT_MS);
    int64_t due_ns = clock_monotonic_ns() + timeout_ms * NS_PER_MS;
    jobs_stop(server->jobs);
    doors_drain(server->doors, (int32_t)timeout_ms);
    while (!doors_are_idle(server->doors) && clock_monotonic_ns() < due_ns) {
        enum signals_event event = signals_wait(&server->signals, POLL_MS);
        if (event == SIGNALS_STOP || event == SIGNALS_STOP_FAST || event == SIGNALS_ENGINE_FAILED)
            return;
    }
}

/* What SIGHUP may change of what is observed. */
static void configure_observer(struct server *server) {
    const struct config *config = &server->config;
    int64_t slow_ms = config_text(config, SETTING_LOG_MIN_DURATION_MS)
                          ? config_number(config, SETTING_LOG_MIN_DURATION_MS)
                          : -1;
    struct observer *observer = server->observer;
    int64_t connections = config_number(config, SETTING_MAX_CONNECTIONS);
    metrics_set(observer->metrics, METRIC_CONNECTIONS_MAX, LABEL_DOOR_POSTGRESQL, connections);
    metrics_set(observer->metrics, METRIC_CONNECTIONS_MAX, LABEL_DOOR_AIRPORT, connections);
    atomic_store(&observer->slow_ns, slow_ms < 0 ? -1 : slow_ms * NS_PER_MS);
    atomic_store(&observer->log_statement, (enum observe_level)config_number(config, SETTING_LOG_STATEMENT));
    atomic_store(&observer->log_connections, config_number(config, SETTING_LOG_CONNECTIONS) != 0);
}

/* What the next start takes over stays as it is, so that what is checked is what will be in force. */
static void keep_fixed(struct server *server, struct config *fresh) {
    for (int id = 0; id < SETTING_COUNT; id++) {
        const struct setting *row = setting_row((enum setting_id)id);
        const struct config_value *now = &server->config.values[id];
        if (row->reload)
            continue;
        if (strcmp(now->text, fresh->values[id].text))
            log_write(server->log, LOG_LEVEL_WARNING, NULL, "reload: %s has changed, which the next start takes over",
                      row->name);
        fresh->values[id] = *now;
    }
}

static void tell_change(struct server *server, const struct setting *row, const struct config_value *then) {
    bool is_secret = row->type == SETTING_TYPE_SECRET;
    log_write(server->log, LOG_LEVEL_INFO, NULL, "reload: %s is now %s (from %s)", row->name,
              is_secret && then->text[0] ? "another one" : then->text[0] ? then->text : "not set", then->origin);
}

static void take_reloaded(struct server *server, const struct config *fresh) {
    for (int id = 0; id < SETTING_COUNT; id++) {
        struct config_value *now = &server->config.values[id];
        const struct config_value *then = &fresh->values[id];
        if (!strcmp(now->text, then->text))
            continue;
        tell_change(server, setting_row((enum setting_id)id), then);
        now->number = then->number;
        now->text = arena_copy_string(&server->config.arena, then->text);
    }
    shown_update(&server->shown, &server->config);
    log_set_level(server->log, (enum log_level)config_number(&server->config, SETTING_LOG_LEVEL));
    log_set_format(server->log, (enum log_format)config_number(&server->config, SETTING_LOG_FORMAT));
    configure_observer(server);
}

static void count_reload(struct server *server, bool done) {
    metrics_add(server->observer->metrics, 0, METRIC_RELOADS, done ? LABEL_RELOAD_DONE : LABEL_RELOAD_REFUSED, LABEL_NONE,
                1);
}

/* Settings with a problem leave all the old ones in force; files are opened and read again in any case. */
static void reload(struct server *server) {
    struct config fresh;
    struct error err;
    if (!log_reopen(server->log, &err))
        log_error(server->log, LOG_LEVEL_ERROR, NULL, &err, "reload: the log stays in the old file");
    if (!config_load(&fresh, server->input, &err)) {
        log_error(server->log, LOG_LEVEL_ERROR, NULL, &err, "reload: the old settings stay");
        count_reload(server, false);
        return;
    }
    keep_fixed(server, &fresh);
    config_check(&fresh);
    for (const struct config_problem *problem = fresh.problems; problem; problem = problem->next)
        log_write(server->log, LOG_LEVEL_ERROR, NULL, "reload: the old settings stay: %s", problem->text);
    count_reload(server, !fresh.problem_count);
    if (!fresh.problem_count) {
        take_reloaded(server, &fresh);
        if (doors_have_tls(server->doors) && !doors_reload_tls(server->doors, &err))
            log_error(server->log, LOG_LEVEL_ERROR, NULL, &err, "reload: the old TLS files stay");
        jobs_reload(server->jobs);
        if (!monitor_reload(server->monitor, &err))
            log_error(server->log, LOG_LEVEL_ERROR, NULL, &err, "reload: the old TLS files stay for the metrics");
        if (!doors_reload(server->doors, &err))
            log_error(server->log, LOG_LEVEL_ERROR, NULL, &err, "reload: the old passwords stay");
        log_write(server->log, LOG_LEVEL_INFO, NULL, "reload: done");
    }
    config_destroy(&fresh);
}

static void set_ready(struct server *server, bool ready) {
    metrics_set(server->observer->metrics, METRIC_READY, LABEL_NONE, ready);
}

/* Who holds the door's lock for ever keeps us from saying that all is well. */
static void feed_watchdog(struct server *server) {
    if (server->manager.pulse_ms < 0)
        return;
    doors_are_idle(server->doors);
    manager_tell(&server->manager, MANAGER_ALIVE);
}

static void serve(struct server *server) {
    for (;;) {
        feed_watchdog(server);
        switch (signals_wait(&server->signals, server->manager.pulse_ms)) {
        case SIGNALS_STOP:
            log_write(server->log, LOG_LEVEL_INFO, NULL, "stopping: waiting for running statements");
            manager_tell(&server->manager, MANAGER_STOPPING);
            set_ready(server, false);
            drain(server);
            return;
        case SIGNALS_STOP_FAST:
            log_write(server->log, LOG_LEVEL_INFO, NULL, "stopping at once");
            manager_tell(&server->manager, MANAGER_STOPPING);
            return;
        case SIGNALS_RELOAD:
            manager_tell(&server->manager, MANAGER_RELOADING);
            reload(server);
            manager_tell(&server->manager, MANAGER_READY);
            break;
        case SIGNALS_ENGINE_FAILED:
            log_write(server->log, LOG_LEVEL_WARNING, NULL,
                      "ending all sessions, so that the database can be opened anew");
            metrics_add(server->observer->metrics, 0, METRIC_ENGINE_FAILURES, LABEL_NONE, LABEL_NONE, 1);
            doors_tell_failure(server->doors);
            break;
        case SIGNALS_CHILD:
        case SIGNALS_TIMEOUT:
            break;
        }
    }
}

/* What is allowed but seldom meant. */
static void warn(const struct server *server) {
    struct error err;
    const struct config *config = &server->config;
    if (config_text(config, SETTING_PASSWORD) && !strcmp(config->values[SETTING_AUTH].text, "trust"))
        log_write(server->log, LOG_LEVEL_WARNING, NULL,
                  "auth is trust: PostgreSQL clients get in without the password");
    if (config_text(config, SETTING_PASSWORD) && !config_text(config, SETTING_TLS_CERT) &&
        !net_host_is_loopback(config_text(config, SETTING_HOST), &err))
        log_write(server->log, LOG_LEVEL_WARNING, NULL,
                  "without tls_cert and tls_key everything travels in the clear, tokens of Airport clients too");
}

/* The doors are closed with their last session, the threads stay. */
static void close_doors(struct server *server) {
    end_sessions(server);
    doors_close(server->doors);
}

static bool start_jobs(struct server *server, struct error *err) {
    const struct jobs_frame frame = {.config = &server->config,
                                     .database = server->store.database,
                                     .doors = server->doors,
                                     .log = server->log,
                                     .observer = server->observer};
    server->jobs = jobs_create(&frame, err);
    return server->jobs || err->kind == ERROR_NONE;
}

/* From the database that is open to the end of serving. */
static bool run_doors(struct server *server, struct error *err) {
    const struct doors_frame frame = {.config = &server->config,
                                      .shown = &server->shown,
                                      .database = server->store.database,
                                      .catalog = server->store.catalog,
                                      .host = server->store.host,
                                      .log = server->log,
                                      .observer = server->observer};
    shown_update(&server->shown, &server->config);
    server->doors = doors_create(&frame, err);
    if (!server->doors)
        return false;
    bool ok = initialise(server, err);
    close_doors(server);
    ok = ok && doors_open(server->doors, err) && start_jobs(server, err);
    if (ok) {
        warn(server);
        announce(stdout, &server->config, server->store.database, server->doors, monitor_port(server->monitor));
        monitor_attach(server->monitor, server->doors, server->store.database);
        set_ready(server, true);
        log_write(server->log, LOG_LEVEL_INFO, NULL, "ready");
        manager_tell(&server->manager, MANAGER_READY);
        serve(server);
        set_ready(server, false);
        monitor_attach(server->monitor, NULL, NULL);
    }
    jobs_stop(server->jobs);
    end_sessions(server);
    jobs_destroy(server->jobs);
    close_doors(server);
    doors_destroy(server->doors);
    return ok;
}

static bool observe(struct server *server, struct error *err) {
    int32_t limit = (int32_t)config_number(&server->config, SETTING_STATEMENT_STATISTICS);
    server->observer = observer_create(server->log, limit, err);
    if (!server->observer)
        return false;
    metrics_set(server->observer->metrics, METRIC_UP_SINCE, LABEL_NONE, clock_wall_us() * 1000);
    configure_observer(server);
    server->monitor = monitor_create(&server->config, server->observer, err);
    return server->monitor != NULL;
}

static bool run(struct server *server, struct error *err) {
    server->manager = manager_find(server->log);
    limits_raise(&server->config, server->log);
    if (!store_open(&server->store, &server->config, server->log, &server->signals, err))
        return false;
    bool ok = run_doors(server, err);
    store_close(&server->store);
    if (ok)
        log_write(server->log, LOG_LEVEL_INFO, NULL, "stopped");
    return ok;
}

int server_run(const struct config_input *input) {
    struct server server = {.input = input, .signals = {-1, -1}};
    struct error err = {0};
    bool ok = config_load(&server.config, input, &err);
    if (ok)
        config_check(&server.config);
    if (ok && print_problems(&server.config, stderr) == EXIT_FAILURE) {
        config_destroy(&server.config);
        return EXIT_FAILURE;
    }
    ok = ok && signals_open(&server.signals, &err) && (server.log = open_log(&server.config, &err)) &&
         observe(&server, &err) && run(&server, &err);
    if (!ok && server.log)
        log_error(server.log, LOG_LEVEL_FATAL, NULL, &err, "cannot serve");
    else if (!ok)
        fprintf(stderr, "mallardb: %s\n", err.message);
    monitor_destroy(server.monitor);
    observer_destroy(server.observer);
    log_destroy(server.log);
    signals_close(&server.signals);
    config_destroy(&server.config);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
