#include "pgdoor/host.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "pgdoor/door.h"
#include "pgdoor/parameters.h"
#include "pgdoor/portal.h"
#include "pgdoor/prepared.h"

struct pgdoor_host {
    struct pgcat_host catalog;
    pthread_mutex_t lock; /* guards door */
    struct pgdoor *door;
};

enum { TIME_BYTES = 40, NUMBER_BYTES = 16 };

/* As PostgreSQL prints a timestamptz in UTC; NULL for 0. */
static const char *print_time(char text[TIME_BYTES], int64_t us) {
    if (!us)
        return NULL;
    time_t seconds = (time_t)(us / 1000000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    size_t length = strftime(text, TIME_BYTES, "%Y-%m-%d %H:%M:%S", &parts);
    snprintf(text + length, TIME_BYTES - length, ".%06d+00", (int)(us % 1000000));
    return text;
}

/* ---- settings: of the session whose statement asks, on whatever thread that runs ---- */

static const char *setting(void *self, void *door, struct arena *arena, const char *name) {
    struct session *session = door;
    (void)self;
    if (session) {
        const char *value = parameters_value(session, name);
        return value ? arena_copy_string(arena, value) : NULL;
    }
    static const struct settings initial;
    enum parameter_id id = settings_find(name);
    return id == PARAMETER_UNKNOWN ? NULL : settings_get(&initial, id);
}

static bool set(void *self, void *door, const char *name, const char *value, bool is_local, struct error *err) {
    struct session *session = door;
    (void)self;
    return session ? parameters_set_later(session, name, value, is_local, err)
                   : error_set(err, ERROR_UNSUPPORTED, "set_config() needs a session");
}

static bool send_signal(void *self, int32_t backend_pid, bool terminate) {
    struct pgdoor_host *host = self;
    pthread_mutex_lock(&host->lock);
    bool found = host->door && (terminate ? pgdoor_terminate(host->door, backend_pid) : pgdoor_cancel(host->door, backend_pid));
    pthread_mutex_unlock(&host->lock);
    return found;
}

/* ---- lists ---- */

/* "127.0.0.1:54321" and "[::1]:54321" without the port. */
static const char *split_peer(const char *peer, char address[64], const char **port) {
    const char *colon = strrchr(peer, ':');
    *port = NULL;
    if (!colon)
        return NULL;
    bool bracket = peer[0] == '[';
    snprintf(address, 64, "%.*s", (int)(colon - peer) - 2 * bracket, peer + bracket);
    *port = colon + 1;
    return address;
}

static const char *state_of(struct session *session) {
    if (atomic_load(&session->running))
        return "active";
    switch (atomic_load(&session->shown_status)) {
    case PGWIRE_IN_TRANSACTION:
        return "idle in transaction";
    case PGWIRE_FAILED_TRANSACTION:
        return "idle in transaction (aborted)";
    default:
        return "idle";
    }
}

static bool add_session(struct session *session, struct pgcat_rows *rows) {
    const struct session_activity *activity = &session->activity;
    char pid[NUMBER_BYTES], address[64], times[4][TIME_BYTES];
    const char *port, *client = split_peer(net_stream_peer(session->stream), address, &port);
    snprintf(pid, sizeof pid, "%d", session->pid);
    const char *values[] = {
        NULL, activity->database, pid, NULL, NULL, activity->user, activity->application, client, NULL, port,
        print_time(times[0], activity->started_us),
        print_time(times[1], activity->transaction_started_us),
        print_time(times[2], activity->statement_started_us),
        print_time(times[3], activity->state_changed_us),
        atomic_load(&session->running) ? NULL : "Client",
        atomic_load(&session->running) ? NULL : "ClientRead",
        state_of(session), NULL, NULL, NULL, activity->query, "client backend",
    };
    return pgcat_rows_add(rows, values, sizeof values / sizeof values[0]);
}

static bool activity(void *self, struct pgcat_rows *rows) {
    struct pgdoor_host *host = self;
    bool ok = true;
    pthread_mutex_lock(&host->lock);
    struct pgdoor *door = host->door;
    if (door) {
        pthread_mutex_lock(&door->registry_lock);
        for (struct session *session = door->sessions; ok && session; session = session->next)
            if (session->admitted)
                ok = add_session(session, rows);
        pthread_mutex_unlock(&door->registry_lock);
    }
    pthread_mutex_unlock(&host->lock);
    return ok;
}

static bool prepared_statements(void *self, void *door, struct pgcat_rows *rows) {
    struct session *session = door;
    bool ok = true;
    (void)self;
    for (struct prepared *prepared = session ? session->prepared : NULL; ok && prepared; prepared = prepared->next) {
        struct writer types = {0};
        char time[TIME_BYTES];
        if (!prepared->name || !prepared->name[0])
            continue;
        writer_u8(&types, '{');
        for (int32_t i = 0; i < prepared->parameter_count; i++)
            writer_format(&types, "%s%u", i ? "," : "", prepared->parameter_oids[i]);
        writer_string(&types, "}");
        const char *values[] = {prepared->name, prepared->text, print_time(time, prepared->prepared_us),
                                writer_ok(&types) ? (const char *)types.bytes : NULL, prepared->by_sql ? "t" : "f", "0", "0"};
        ok = pgcat_rows_add(rows, values, sizeof values / sizeof values[0]);
        writer_destroy(&types);
    }
    return ok;
}

static bool cursors(void *self, void *door, struct pgcat_rows *rows) {
    struct session *session = door;
    bool ok = true;
    (void)self;
    for (struct portal *portal = session ? session->portals : NULL; ok && portal; portal = portal->next) {
        char time[TIME_BYTES];
        const char *values[] = {portal->name, portal->prepared->text, portal->hold ? "t" : "f",
                                portal->format_count ? "t" : "f", "f", print_time(time, portal->created_us)};
        ok = pgcat_rows_add(rows, values, sizeof values / sizeof values[0]);
    }
    return ok;
}

/* ---- made and attached ---- */

struct pgdoor_host *pgdoor_host_create(struct error *err) {
    struct pgdoor_host *host = memory_allocate_zeroed(1, sizeof *host);
    if (!host) {
        error_set_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&host->lock, NULL);
    host->catalog = (struct pgcat_host){.self = host,
                                        .setting = setting,
                                        .set = set,
                                        .signal = send_signal,
                                        .activity = activity,
                                        .prepared_statements = prepared_statements,
                                        .cursors = cursors};
    return host;
}

const struct pgcat_host *pgdoor_host_catalog(const struct pgdoor_host *host) {
    return &host->catalog;
}

void pgdoor_host_attach(struct pgdoor_host *host, struct pgdoor *door) {
    pthread_mutex_lock(&host->lock);
    host->door = door;
    pthread_mutex_unlock(&host->lock);
}

void pgdoor_host_destroy(struct pgdoor_host *host) {
    if (!host)
        return;
    pthread_mutex_destroy(&host->lock);
    memory_free(host);
}
