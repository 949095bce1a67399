#include "server/monitor.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"
#include "observe/history.h"
#include "server/gauges.h"
#include "server/http.h"
#include "server/status_page.h"

enum { STEP_S = 2 /* between two looks at the engine; the history's steps are several of them */ };

struct monitor {
    const struct config *config;
    struct observer *observer;
    _Atomic(const char *) token; /* of the settings; NULL: none */
    struct http_server *http; /* NULL: no pages */
    pthread_t thread;
    bool has_thread;

    pthread_rwlock_t attached; /* held by who uses the doors and the database */
    struct doors *doors;       /* NULL: none is open */
    struct engine_database *database;

    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t wake;
    bool stops;
    struct history history;
    struct gauges_log wal; /* the sampling thread's */
};

/* ---- pages ---- */

static void show_metrics(struct monitor *monitor, struct http_response *response) {
    response->type = "text/plain; version=0.0.4; charset=utf-8";
    pthread_rwlock_rdlock(&monitor->attached);
    gauges_take(monitor->observer->metrics, monitor->doors);
    pthread_rwlock_unlock(&monitor->attached);
    metrics_write(monitor->observer->metrics, &response->body);
}

static void show_status(struct monitor *monitor, struct http_response *response) {
    response->type = "text/html; charset=utf-8";
    pthread_rwlock_rdlock(&monitor->attached);
    gauges_take(monitor->observer->metrics, monitor->doors);
    pthread_mutex_lock(&monitor->lock);
    const struct status_page page = {.config = monitor->config,
                                     .observer = monitor->observer,
                                     .history = &monitor->history,
                                     .doors = monitor->doors};
    status_page_write(&page, &response->body);
    pthread_mutex_unlock(&monitor->lock);
    pthread_rwlock_unlock(&monitor->attached);
}

static void show_health(struct monitor *monitor, struct http_response *response) {
    (void)monitor;
    writer_text(&response->body, "ok\n");
}

static void show_readiness(struct monitor *monitor, struct http_response *response) {
    bool ready = metrics_read(monitor->observer->metrics, METRIC_READY, LABEL_NONE, LABEL_NONE) != 0;
    response->status = ready ? 200 : 503;
    writer_text(&response->body, ready ? "ready\n" : "not ready\n");
}

static void show_index(struct monitor *monitor, struct http_response *response) {
    (void)monitor;
    writer_text(&response->body, "mallardb " MALLARDB_VERSION "\n\n/metrics\n/status\n/healthz\n/readyz\n");
}

static const struct page {
    const char *path;
    bool is_protected; /* by metrics_token */
    void (*show)(struct monitor *monitor, struct http_response *response);
} pages[] = {
    {"/", false, show_index},
    {"/metrics", true, show_metrics},
    {"/status", true, show_status},
    {"/healthz", false, show_health},
    {"/readyz", false, show_readiness},
};

static void handle(void *self, const struct http_request *request, struct http_response *response) {
    struct monitor *monitor = self;
    const char *token = atomic_load(&monitor->token);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        if (strcmp(pages[i].path, request->path))
            continue;
        if (!token || !pages[i].is_protected || http_request_has_token(request, token)) {
            pages[i].show(monitor, response);
            return;
        }
        response->status = 401;
        writer_text(&response->body, "this page asks for the token of the setting metrics_token\n");
        return;
    }
    response->status = 404;
    writer_text(&response->body, "there is no such page; / lists them\n");
}

/* ---- samples ---- */

static double rate(int64_t now, int64_t *before, double seconds) {
    double value = (double)(now - *before) / seconds;
    *before = now;
    return value;
}

/* The counters at the sample before. */
struct tally {
    int64_t statements, calls, errors, sent, received, cpu_ns, at_ns;
};

static void count_ended(const struct metrics *metrics, int64_t *statements, int64_t *calls, int64_t *errors) {
    *statements = *calls = *errors = 0;
    for (int kind = LABEL_KIND_SELECT; kind <= LABEL_KIND_OTHER_CALL; kind++) {
        int64_t all = 0;
        for (int outcome = LABEL_OUTCOME_00; outcome <= LABEL_OUTCOME_XX; outcome++) {
            int64_t ended =
                metrics_read(metrics, METRIC_STATEMENTS, (enum metric_label)kind, (enum metric_label)outcome);
            all += ended;
            *errors += outcome == LABEL_OUTCOME_00 ? 0 : ended;
        }
        *(kind < LABEL_KIND_DO_GET ? statements : calls) += all;
    }
}

static void take_sample(struct monitor *monitor, struct tally *before) {
    struct metrics *metrics = monitor->observer->metrics;
    int64_t statements, calls, errors, now_ns = clock_monotonic_ns();
    double seconds = (double)(now_ns - before->at_ns) / 1e9;
    count_ended(metrics, &statements, &calls, &errors);
    before->at_ns = now_ns;
    const double values[HISTORY_SERIES_COUNT] = {
        [HISTORY_STATEMENTS] = rate(statements, &before->statements, seconds),
        [HISTORY_CALLS] = rate(calls, &before->calls, seconds),
        [HISTORY_ERRORS] = rate(errors, &before->errors, seconds),
        [HISTORY_SENT] = rate(metrics_total(metrics, METRIC_BYTES_SENT), &before->sent, seconds),
        [HISTORY_RECEIVED] = rate(metrics_total(metrics, METRIC_BYTES_RECEIVED), &before->received, seconds),
        [HISTORY_SESSIONS] = (double)metrics_total(metrics, METRIC_CONNECTIONS),
        [HISTORY_PROCESSOR] = rate(metrics_total(metrics, METRIC_PROCESS_CPU), &before->cpu_ns, seconds) / 1e9,
        [HISTORY_MEMORY] = (double)metrics_total(metrics, METRIC_ENGINE_MEMORY),
    };
    pthread_mutex_lock(&monitor->lock);
    history_add(&monitor->history, values);
    pthread_mutex_unlock(&monitor->lock);
}

/* Waits for the next sample's time; false: it is over. */
static bool wait_for_step(struct monitor *monitor, struct timespec *due) {
    pthread_mutex_lock(&monitor->lock);
    while (!monitor->stops && pthread_cond_timedwait(&monitor->wake, &monitor->lock, due) == 0)
        continue;
    bool goes_on = !monitor->stops;
    pthread_mutex_unlock(&monitor->lock);
    return goes_on;
}

static void *run(void *self) {
    struct monitor *monitor = self;
    struct tally before = {.at_ns = clock_monotonic_ns()};
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    for (int step = 0; wait_for_step(monitor, &due); step++, due.tv_sec += STEP_S) {
        pthread_rwlock_rdlock(&monitor->attached);
        gauges_take(monitor->observer->metrics, monitor->doors);
        gauges_take_engine(monitor->observer->metrics, monitor->config, monitor->database, &monitor->wal);
        pthread_rwlock_unlock(&monitor->attached);
        if (step > 0 && step % (HISTORY_STEP_S / STEP_S) == 0)
            take_sample(monitor, &before);
    }
    return NULL;
}

/* ---- life ---- */

static void take_token(struct monitor *monitor) {
    atomic_store(&monitor->token, config_text(monitor->config, SETTING_METRICS_TOKEN));
}

/* NULL is no failure without metrics_tls. */
static bool create_tls(const struct config *config, struct net_tls_context **tls, struct error *err) {
    const struct net_tls_options options = {.certificate_file = config_text(config, SETTING_TLS_CERT),
                                            .key_file = config_text(config, SETTING_TLS_KEY)};
    *tls = NULL;
    return !config_number(config, SETTING_METRICS_TLS) || (*tls = net_tls_context_create(&options, err));
}

static bool open_http(struct monitor *monitor, struct error *err) {
    struct http_options options = {
        .host = config_text(monitor->config, SETTING_METRICS_HOST),
        .port = (uint16_t)config_number(monitor->config, SETTING_METRICS_PORT),
        .handle = handle,
        .self = monitor,
    };
    if (!create_tls(monitor->config, &options.tls, err))
        return config_blame(monitor->config, SETTING_METRICS_TLS, err);
    monitor->http = http_server_create(&options, err);
    net_tls_context_release(options.tls);
    return monitor->http || config_blame(monitor->config, SETTING_METRICS_PORT, err);
}

static bool open_pages(struct monitor *monitor, struct error *err) {
    if (!open_http(monitor, err))
        return false;
    int failure = thread_start(&monitor->thread, "monitor", run, monitor);
    monitor->has_thread = !failure;
    return !failure || error_set_errno(err, ERROR_SYSTEM, failure, "cannot start a thread");
}

struct monitor *monitor_create(const struct config *config, struct observer *observer, struct error *err) {
    struct monitor *monitor = memory_allocate_zeroed(1, sizeof *monitor);
    if (!monitor) {
        error_set_no_memory(err);
        return NULL;
    }
    monitor->config = config;
    monitor->observer = observer;
    take_token(monitor);
    pthread_rwlock_init(&monitor->attached, NULL);
    pthread_mutex_init(&monitor->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&monitor->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (!config_text(config, SETTING_METRICS_PORT) || open_pages(monitor, err))
        return monitor;
    monitor_destroy(monitor);
    return NULL;
}

bool monitor_reload(struct monitor *monitor, struct error *err) {
    struct net_tls_context *tls;
    take_token(monitor);
    if (!monitor->http)
        return true;
    if (!create_tls(monitor->config, &tls, err))
        return false;
    http_server_set_tls(monitor->http, tls);
    net_tls_context_release(tls);
    return true;
}

uint16_t monitor_port(const struct monitor *monitor) {
    return monitor->http ? http_server_port(monitor->http) : 0;
}

void monitor_attach(struct monitor *monitor, struct doors *doors, struct engine_database *database) {
    pthread_rwlock_wrlock(&monitor->attached);
    monitor->doors = doors;
    monitor->database = database;
    pthread_rwlock_unlock(&monitor->attached);
}

void monitor_destroy(struct monitor *monitor) {
    if (!monitor)
        return;
    http_server_destroy(monitor->http);
    if (monitor->has_thread) {
        pthread_mutex_lock(&monitor->lock);
        monitor->stops = true;
        pthread_cond_signal(&monitor->wake);
        pthread_mutex_unlock(&monitor->lock);
        pthread_join(monitor->thread, NULL);
    }
    pthread_cond_destroy(&monitor->wake);
    pthread_mutex_destroy(&monitor->lock);
    pthread_rwlock_destroy(&monitor->attached);
    memory_free(monitor);
}
