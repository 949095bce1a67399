#include "server/doors.h"

#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/attempts.h"
#include "net/connect.h"
#include "pgcat/pgcat.h"
#include "pgdoor/host.h"
#include "server/airport_door.h"
#include "server/postgres_door.h"

enum { WORKERS_PER_CORE = 8, WORKERS_FOR_NEWCOMERS = 8, CORES_PER_IO_THREAD = 4 };

struct doors {
    struct doors_frame frame;
    struct net_crew *crew; /* serves the PostgreSQL door's sessions */
    struct net_attempts *attempts; /* NULL: failed logins are not counted */
    struct net_loop *loop; /* accepts them */
    int32_t worker_max;
    struct pgdoor *postgres;      /* NULL: closed */
    struct airport_door *airport; /* likewise */
    struct pgdoor_guests guests;  /* the Airport door, as the PostgreSQL door shows it */
};

static struct postgres_frame frame_of(const struct doors *doors) {
    return (struct postgres_frame){.config = doors->frame.config,
                                   .shown = doors->frame.shown,
                                   .database = doors->frame.database,
                                   .catalog = doors->frame.catalog,
                                   .log = doors->frame.log,
                                   .observer = doors->frame.observer,
                                   .crew = doors->crew,
                                   .loop = doors->loop,
                                   .attempts = doors->attempts};
}

static int32_t core_count(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (int32_t)cores : 1;
}

/* The setting, or what the machine suggests when it is 0. */
static int32_t count_of(const struct config *config, enum setting_id id, int32_t suggested) {
    int64_t given = config_number(config, id);
    return given ? (int32_t)given : suggested > 0 ? suggested : 1;
}

static bool start_threads(struct doors *doors, struct error *err) {
    const struct config *config = doors->frame.config;
    /* As many as there can be sessions, and some for whoever comes to cancel or to be told that there are too many. */
    int32_t most = (int32_t)config_number(config, SETTING_MAX_CONNECTIONS) + WORKERS_FOR_NEWCOMERS;
    doors->worker_max = count_of(config, SETTING_WORKERS, most);
    int32_t failures = (int32_t)config_number(config, SETTING_AUTHENTICATION_FAILURES);
    if (failures && !(doors->attempts = net_attempts_create(failures, err)))
        return false;
    return (doors->crew = net_crew_create("worker", core_count(), doors->worker_max, err)) &&
           (doors->loop = net_loop_create("accept", 1, err));
}

static bool each_guest(void *self, bool (*take)(void *self, const struct pgdoor_session *session), void *take_self) {
    return doors_each_call(self, take, take_self);
}

static bool cancel_guest(void *self, int32_t pid) {
    const struct doors *doors = self;
    return airport_door_cancel(doors->airport, pid);
}

struct doors *doors_create(const struct doors_frame *frame, struct error *err) {
    struct doors *doors = memory_allocate_zeroed(1, sizeof *doors);
    if (!doors) {
        error_set_no_memory(err);
        return NULL;
    }
    doors->frame = *frame;
    doors->guests = (struct pgdoor_guests){.self = doors, .each = each_guest, .cancel = cancel_guest};
    if (start_threads(doors, err))
        return doors;
    doors_destroy(doors);
    return NULL;
}

static bool keep_postgres(struct doors *doors, struct pgdoor *door) {
    doors->postgres = door;
    if (door)
        pgdoor_host_attach(doors->frame.host, door, doors->airport ? &doors->guests : NULL);
    return door != NULL;
}

bool doors_open(struct doors *doors, struct error *err) {
    const struct postgres_frame frame = frame_of(doors);
    const struct airport_frame airport_frame = {.config = doors->frame.config,
                                                .database = doors->frame.database,
                                                .log = doors->frame.log,
                                                .observer = doors->frame.observer,
                                                .attempts = doors->attempts,
                                                .worker_count = count_of(doors->frame.config, SETTING_WORKERS,
                                                                         WORKERS_PER_CORE * core_count()),
                                                .io_thread_count = count_of(doors->frame.config, SETTING_IO_THREADS,
                                                                            core_count() / CORES_PER_IO_THREAD)};
    doors->airport = airport_door_open(&airport_frame, err);
    if (!doors->airport)
        return false;
    return keep_postgres(doors, postgres_door_open(&frame, err));
}

bool doors_open_private(struct doors *doors, struct error *err) {
    const struct postgres_frame frame = frame_of(doors);
    return keep_postgres(doors, postgres_door_open_private(&frame, err));
}

uint16_t doors_postgres_port(const struct doors *doors) {
    return pgdoor_port(doors->postgres);
}

uint16_t doors_airport_port(const struct doors *doors) {
    return airport_door_port(doors->airport);
}

bool doors_have_tls(const struct doors *doors) {
    return config_text(doors->frame.config, SETTING_TLS_CERT) &&
           config_number(doors->frame.config, SETTING_TLS_MODE) != 0;
}

bool doors_reload_tls(struct doors *doors, struct error *err) {
    return postgres_door_reload_tls(doors->postgres, doors->frame.config, err) &&
           airport_door_reload_tls(doors->airport, err);
}

int doors_connect(struct doors *doors, struct error *err) {
    int fds[2];
    if (!net_pair(fds, err))
        return -1;
    if (pgdoor_serve(doors->postgres, fds[1], err))
        return fds[0];
    close(fds[0]);
    return -1;
}

bool doors_each_session(struct doors *doors, bool (*take)(void *self, const struct pgdoor_session *session), void *self) {
    return pgdoor_each_session(doors->postgres, take, self);
}

bool doors_each_call(struct doors *doors, bool (*take)(void *self, const struct pgdoor_session *session), void *self) {
    return airport_door_each_call(doors->airport, take, self);
}

void doors_read_counters(struct doors *doors, struct doors_counters *counters) {
    struct airport_server_counters airport;
    airport_door_read_counters(doors->airport, &airport);
    *counters = (struct doors_counters){
        .workers_busy = net_crew_busy(doors->crew),
        .workers_max = doors->worker_max,
        .airport_connections = airport.connections,
        .airport_connections_total = airport.connections_total,
        .airport_calls_active = airport.calls_active,
        .airport_calls_queued = airport.calls_queued,
        .airport_bytes_received = airport.bytes_received,
        .airport_bytes_sent = airport.bytes_sent,
    };
}

bool doors_reload(struct doors *doors, struct error *err) {
    const struct config *config = doors->frame.config;
    airport_door_reload(doors->airport, config);
    pgcat_name_roles(doors->frame.catalog, config_text(config, SETTING_USER), config_text(config, SETTING_READONLY_USER));
    return postgres_door_reload(doors->postgres, doors->frame.config, err);
}

void doors_drain(struct doors *doors, int32_t drain_ms) {
    if (doors->postgres)
        pgdoor_drain(doors->postgres);
    if (doors->airport)
        airport_door_stop(doors->airport, drain_ms);
}

void doors_terminate(struct doors *doors) {
    if (doors->postgres)
        pgdoor_terminate_all(doors->postgres);
    if (doors->airport)
        airport_door_stop(doors->airport, 0);
}

void doors_tell_failure(struct doors *doors) {
    if (doors->postgres)
        pgdoor_engine_failed(doors->postgres);
    if (doors->airport)
        airport_door_engine_failed(doors->airport);
}

bool doors_are_idle(struct doors *doors) {
    return (!doors->postgres || pgdoor_session_count(doors->postgres) == 0) &&
           (!doors->airport || airport_door_has_stopped(doors->airport));
}

void doors_close(struct doors *doors) {
    pgdoor_host_attach(doors->frame.host, NULL, NULL);
    airport_door_destroy(doors->airport);
    pgdoor_destroy(doors->postgres);
    doors->airport = NULL;
    doors->postgres = NULL;
}

void doors_destroy(struct doors *doors) {
    if (!doors)
        return;
    net_crew_destroy(doors->crew);
    net_attempts_destroy(doors->attempts);
    net_loop_destroy(doors->loop);
    memory_free(doors);
}
