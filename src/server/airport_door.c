#include "server/airport_door.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"
#include "duckcat/duckcat.h"
#include "net/attempts.h"
#include "server/limits.h"

enum { PID_COUNT = INT32_MAX - PGDOOR_PID_MAX, QUERY_BYTES = 512 };

static const char writer_identity[] = "writer", reader_identity[] = "reader";

/* airport_server_stop() waits: it has a thread of its own. */
struct stop {
    struct airport_door *door;
    int32_t drain_ms;
    bool begun;
    pthread_t thread;
};

struct airport_door {
    struct log *log;
    struct observer *observer;
    _Atomic(const char *) user, token;                 /* NULL: no token */
    _Atomic(const char *) reader_user, reader_token; /* NULL: none */
    struct net_attempts *attempts;
    const char *database_name;
    struct duckcat *catalog;
    struct airport_server *server;
    struct stop stops[2]; /* in order, and at once */
    atomic_bool stopped;
};

/* Without tokens everybody who can connect may write: the server listens to this machine only. */
static bool authenticate(void *self, struct airport_call *call, const char *token, const char **identity,
                         struct airport_error *err) {
    struct airport_door *door = self;
    const char *writer = atomic_load(&door->token);
    struct error why;
    if (writer && !net_attempts_allow(door->attempts, airport_call_peer(call), clock_monotonic_ns(), &why))
        return airport_fail(err, AIRPORT_RESOURCE_EXHAUSTED, "%s (%s)", why.message, why.hint);
    if (!writer || airport_token_equal(token, writer)) {
        *identity = writer_identity;
        return true;
    }
    if (airport_token_equal(token, atomic_load(&door->reader_token))) {
        *identity = reader_identity;
        return true;
    }
    if (token)
        net_attempts_fail(door->attempts, airport_call_peer(call), clock_monotonic_ns());
    return airport_fail(err, AIRPORT_UNAUTHORIZED, token ? "the bearer token is wrong" : "a bearer token is required");
}

static void log_line(void *self, enum airport_log_level level, const struct airport_call *call, const char *message) {
    static const enum log_level levels[] = {
        [AIRPORT_LOG_DEFAULT] = LOG_LEVEL_INFO, [AIRPORT_LOG_DEBUG] = LOG_LEVEL_DEBUG,
        [AIRPORT_LOG_INFO] = LOG_LEVEL_INFO,    [AIRPORT_LOG_WARNING] = LOG_LEVEL_WARNING,
        [AIRPORT_LOG_ERROR] = LOG_LEVEL_ERROR,  [AIRPORT_LOG_OFF] = LOG_LEVEL_DEBUG,
    };
    const struct airport_door *door = self;
    const struct log_identity who = {.door = "airport"};
    log_write(door->log, levels[level], &who, "%s%s%s", call ? airport_call_peer(call) : "", call ? ": " : "", message);
}

/* The user whom a call's token belongs to. */
static const char *user_of(const struct airport_door *door, const char *identity) {
    const char *reader = atomic_load(&door->reader_user);
    return strcmp(identity, reader_identity) ? atomic_load(&door->user) : reader ? reader : reader_identity;
}

/* ---- what the observer is told ---- */

static const struct statement_kind methods[] = {
    {"DoGet", LABEL_KIND_DO_GET, OBSERVE_ALL},
    {"DoExchange", LABEL_KIND_DO_EXCHANGE, OBSERVE_ALL},
    {"DoAction", LABEL_KIND_DO_ACTION, OBSERVE_ALL},
    {"ListFlights", LABEL_KIND_LIST_FLIGHTS, OBSERVE_ALL},
    {"GetFlightInfo", LABEL_KIND_GET_FLIGHT_INFO, OBSERVE_ALL},
    {"GetSchema", LABEL_KIND_GET_SCHEMA, OBSERVE_ALL},
    {"ListActions", LABEL_KIND_LIST_ACTIONS, OBSERVE_ALL},
    {"Handshake", LABEL_KIND_HANDSHAKE, OBSERVE_ALL},
    {"", LABEL_KIND_OTHER_CALL, OBSERVE_ALL},
};

static const struct statement_kind *method_kind(const char *method) {
    const struct statement_kind *kind = methods;
    while (kind->word[0] && strcmp(kind->word, method))
        kind++;
    return kind;
}

/* What a PostgreSQL client would have been told in its place; the class is what counts. */
static const char *sqlstate_of(enum airport_error_kind outcome) {
    static const char *const states[] = {
        [AIRPORT_OK] = "00000",
        [AIRPORT_CANCELLED] = "57014",
        [AIRPORT_INVALID_ARGUMENT] = "22023",
        [AIRPORT_DEADLINE_EXCEEDED] = "57014",
        [AIRPORT_NOT_FOUND] = "42704",
        [AIRPORT_ALREADY_EXISTS] = "42710",
        [AIRPORT_PERMISSION_DENIED] = "42501",
        [AIRPORT_RESOURCE_EXHAUSTED] = "53000",
        [AIRPORT_FAILED_PRECONDITION] = "55000",
        [AIRPORT_ABORTED] = "40001",
        [AIRPORT_OUT_OF_RANGE] = "22003",
        [AIRPORT_NOT_IMPLEMENTED] = "0A000",
        [AIRPORT_UNAVAILABLE] = "57P03",
        [AIRPORT_DATA_LOSS] = "58030",
        [AIRPORT_UNAUTHORIZED] = "28P01",
        [AIRPORT_SCHEMA_NOT_EMPTY] = "2BP01",
        [AIRPORT_NULL_ROW_ID] = "22004",
        [AIRPORT_NO_MEMORY] = "53200",
        [AIRPORT_CONSTRAINT_EXCEPTION] = "23000",
        [AIRPORT_PERMISSION_EXCEPTION] = "42501",
        [AIRPORT_INVALID_INPUT_EXCEPTION] = "22023",
    };
    bool known = outcome >= 0 && (size_t)outcome < sizeof states / sizeof *states && states[outcome];
    return known ? states[outcome] : "XX000";
}

static void call_ended(void *self, const struct airport_call *call, const struct airport_call_report *report) {
    const struct airport_door *door = self;
    struct observer *observer = door->observer;
    int64_t now_ns = clock_monotonic_ns();
    const struct observation run = {.started_ns = now_ns - report->duration_ns, .kind = method_kind(report->method)};
    unsigned shard = (unsigned)((uintptr_t)call >> 6);
    observer_end(observer, shard, &run, now_ns, sqlstate_of(report->outcome));
    if (report->outcome == AIRPORT_UNAUTHORIZED)
        metrics_add(observer->metrics, shard, METRIC_CONNECTIONS_REFUSED, LABEL_REFUSAL_AIRPORT_PASSWORD, LABEL_NONE, 1);
    if (observer_is_slow(observer, report->duration_ns)) {
        const struct observed_client client = {.who = {.door = "airport"},
                                               .user = user_of(door, airport_call_identity(call)),
                                               .database = airport_call_catalog_name(call),
                                               .peer = airport_call_peer(call)};
        observer_log_slow(observer, &client, LABEL_DOOR_AIRPORT, report->duration_ns, -1, report->method);
    }
}

static struct airport_server *create_server(struct airport_door *door, const struct airport_frame *frame,
                                            struct airport_error *err) {
    const struct config *config = frame->config;
    int64_t port = config_number(config, SETTING_AIRPORT_PORT);
    bool tls = config_number(config, SETTING_TLS_MODE) != 0;
    struct airport_server_config options = {
        .size = sizeof options,
        .host = config_text(config, SETTING_HOST),
        .port = port ? (int32_t)port : -1,
        .tls_certificate_file = tls ? config_text(config, SETTING_TLS_CERT) : NULL,
        .tls_key_file = tls ? config_text(config, SETTING_TLS_KEY) : NULL,
        .tls_client_ca_file = tls ? config_text(config, SETTING_TLS_CA) : NULL,
        .authenticate = authenticate,
        .authenticate_self = door,
        .log = log_line,
        .log_self = door,
        .call_ended = call_ended,
        .call_ended_self = door,
        .log_level = AIRPORT_LOG_DEBUG, /* the log itself knows its level */
        .worker_threads = frame->worker_count,
        .io_threads = frame->io_thread_count,
        .max_received_message_bytes = (size_t)config_number(config, SETTING_MAX_MESSAGE_BYTES),
        .batch_bytes = (size_t)config_number(config, SETTING_BATCH_BYTES),
        .max_connections = (int32_t)config_number(config, SETTING_MAX_CONNECTIONS),
        .max_unauthenticated_connections = limits_strangers(config),
        .authentication_timeout_ms = (int32_t)config_number(config, SETTING_AUTHENTICATION_TIMEOUT_MS),
        .idle_timeout_ms = (int32_t)config_number(config, SETTING_IDLE_TIMEOUT_MS),
    };
    duckcat_configure(door->catalog, &options);
    return airport_server_create(&options, err);
}

/* ---- calls under way ---- */

static int32_t pid_of(int64_t id) {
    return (int32_t)(PGDOOR_PID_MAX + 1 + id % PID_COUNT);
}

/* "DoGet public.ducks", "DoAction create_table public.ducks". */
static void describe_call(char text[QUERY_BYTES], const struct airport_running_call *call) {
    const char *object = call->object_name, *schema = call->schema_name;
    snprintf(text, QUERY_BYTES, "%s%s%s%s%s%s%s", call->method, call->operation[0] ? " " : "", call->operation,
             object[0] ? " " : "", schema, object[0] ? "." : "", object);
}

struct call_list {
    const struct airport_door *door;
    bool (*take)(void *self, const struct pgdoor_session *session);
    void *self;
    int64_t now_us;
};

static bool show_call(void *self, const struct airport_running_call *call) {
    const struct call_list *list = self;
    char query[QUERY_BYTES];
    describe_call(query, call);
    int64_t started_us = list->now_us - call->duration_ns / 1000;
    const struct pgdoor_session shown = {
        .pid = pid_of(call->id),
        .kind = "airport call",
        .state = PGDOOR_ACTIVE,
        .user = user_of(list->door, call->identity),
        .database = call->catalog_name[0] ? call->catalog_name : list->door->database_name,
        .application = call->user_agent,
        .peer = call->peer,
        .query = query,
        .started_us = started_us,
        .transaction_started_us = started_us,
        .statement_started_us = started_us,
        .state_changed_us = started_us,
    };
    return list->take(list->self, &shown);
}

bool airport_door_each_call(struct airport_door *door, bool (*take)(void *self, const struct pgdoor_session *session),
                            void *self) {
    struct call_list list = {.door = door, .take = take, .self = self, .now_us = clock_wall_us()};
    return airport_server_each_call(door->server, show_call, &list);
}

struct call_search {
    int32_t pid;
    int64_t id; /* 0: not found */
};

static bool match_call(void *self, const struct airport_running_call *call) {
    struct call_search *search = self;
    if (pid_of(call->id) == search->pid)
        search->id = call->id;
    return search->id == 0;
}

bool airport_door_cancel(struct airport_door *door, int32_t pid) {
    struct call_search search = {.pid = pid};
    airport_server_each_call(door->server, match_call, &search);
    return search.id && airport_server_cancel_call(door->server, search.id);
}

/* ---- opened and closed ---- */

/* Tokens that are not set are the passwords. */
static const char *token_of(const struct config *config, enum setting_id token, enum setting_id password) {
    const char *given = config_text(config, token);
    return given ? given : config_text(config, password);
}

static void take_users(struct airport_door *door, const struct config *config) {
    atomic_store(&door->user, config_text(config, SETTING_USER));
    atomic_store(&door->reader_user, config_text(config, SETTING_READONLY_USER));
    atomic_store(&door->token, token_of(config, SETTING_TOKEN, SETTING_PASSWORD));
    atomic_store(&door->reader_token, token_of(config, SETTING_READONLY_TOKEN, SETTING_READONLY_PASSWORD));
}

void airport_door_reload(struct airport_door *door, const struct config *config) {
    take_users(door, config);
    int32_t max_connections = (int32_t)config_number(config, SETTING_MAX_CONNECTIONS);
    duckcat_set_limits(door->catalog, max_connections, config_number(config, SETTING_QUERY_TIMEOUT_MS));
    airport_server_set_limits(door->server, max_connections, (int32_t)config_number(config, SETTING_IDLE_TIMEOUT_MS));
}

static bool open_server(struct airport_door *door, const struct airport_frame *frame, struct error *err) {
    struct airport_error failure = {0};
    door->server = create_server(door, frame, &failure);
    if (door->server && airport_server_start(door->server, &failure))
        return true;
    error_set(err, ERROR_CONFIG, "%s", failure.message);
    return config_blame(frame->config, SETTING_AIRPORT_PORT, err);
}

struct airport_door *airport_door_open(const struct airport_frame *frame, struct error *err) {
    struct airport_door *door = memory_allocate_zeroed(1, sizeof *door);
    if (!door) {
        error_set_no_memory(err);
        return NULL;
    }
    door->log = frame->log;
    door->observer = frame->observer;
    door->attempts = frame->attempts;
    door->database_name = engine_database_name(frame->database);
    take_users(door, frame->config);
    const struct duckcat_options options = {
        .reader_identity = reader_identity,
        .admin_actions = config_number(frame->config, SETTING_AIRPORT_ADMIN) != 0,
        .query_timeout_ms = config_number(frame->config, SETTING_QUERY_TIMEOUT_MS),
        .max_connections = (int32_t)config_number(frame->config, SETTING_MAX_CONNECTIONS),
        .log = frame->log,
    };
    door->catalog = duckcat_create(&options, frame->database, err);
    if (door->catalog && open_server(door, frame, err))
        return door;
    airport_door_destroy(door);
    return NULL;
}

uint16_t airport_door_port(const struct airport_door *door) {
    return (uint16_t)airport_server_port(door->server);
}

void airport_door_read_counters(const struct airport_door *door, struct airport_server_counters *counters) {
    *counters = (struct airport_server_counters){.size = sizeof *counters};
    airport_server_read_counters(door->server, counters);
}

void airport_door_engine_failed(struct airport_door *door) {
    duckcat_engine_failed(door->catalog);
}

bool airport_door_reload_tls(struct airport_door *door, struct error *err) {
    struct airport_error failure = {0};
    return airport_server_reload_tls(door->server, &failure) || error_set(err, ERROR_CONFIG, "%s", failure.message);
}

static void *run_stop(void *self) {
    const struct stop *stop = self;
    airport_server_stop(stop->door->server, stop->drain_ms);
    atomic_store(&stop->door->stopped, true);
    return NULL;
}

void airport_door_stop(struct airport_door *door, int32_t drain_ms) {
    struct stop *stop = &door->stops[drain_ms ? 0 : 1];
    if (stop->begun)
        return;
    stop->door = door;
    stop->drain_ms = drain_ms;
    stop->begun = thread_start(&stop->thread, "airport-stop", run_stop, stop) == 0;
    if (!stop->begun)
        run_stop(stop);
}

bool airport_door_has_stopped(const struct airport_door *door) {
    return atomic_load(&door->stopped);
}

void airport_door_destroy(struct airport_door *door) {
    if (!door)
        return;
    for (int i = 0; i < 2; i++)
        if (door->stops[i].begun)
            pthread_join(door->stops[i].thread, NULL);
    airport_server_destroy(door->server);
    duckcat_destroy(door->catalog);
    memory_free(door);
}
