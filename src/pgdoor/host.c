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
    pthread_mutex_t lock; /* guards what follows */
    struct pgdoor *door;
    const struct pgdoor_guests *guests;
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

/* To cancel a call of others is to end it. */
static bool reach(struct pgdoor_host *host, int32_t pid, bool terminate) {
    if (pid > PGDOOR_PID_MAX)
        return host->guests && host->guests->cancel(host->guests->self, pid);
    return host->door && (terminate ? pgdoor_terminate(host->door, pid) : pgdoor_cancel(host->door, pid));
}

static bool send_signal(void *self, int32_t backend_pid, bool terminate) {
    struct pgdoor_host *host = self;
    pthread_mutex_lock(&host->lock);
    bool found = reach(host, backend_pid, terminate);
    pthread_mutex_unlock(&host->lock);
    return found;
}

const char *pgdoor_split_peer(const char *peer, char address[PGDOOR_ADDRESS_BYTES], const char **port) {
    const char *colon = strrchr(peer, ':');
    *port = NULL;
    if (!colon)
        return NULL;
    bool bracket = peer[0] == '[';
    snprintf(address, PGDOOR_ADDRESS_BYTES, "%.*s", (int)(colon - peer) - 2 * bracket, peer + bracket);
    *port = colon + 1;
    return address;
}

static bool interrupted(void *self, void *door) {
    struct session *session = door;
    (void)self;
    return session && atomic_load(&session->interrupt) != INTERRUPT_NONE;
}

/* ---- lists ---- */

static bool add_session(void *self, const struct pgdoor_session *session) {
    static const char *const states[] = {
        [PGDOOR_ACTIVE] = "active",
        [PGDOOR_IDLE] = "idle",
        [PGDOOR_IN_TRANSACTION] = "idle in transaction",
        [PGDOOR_FAILED_TRANSACTION] = "idle in transaction (aborted)",
    };
    bool waits = session->state != PGDOOR_ACTIVE;
    char pid[NUMBER_BYTES], address[PGDOOR_ADDRESS_BYTES], times[4][TIME_BYTES];
    const char *port, *client = pgdoor_split_peer(session->peer, address, &port);
    if (session->state == PGDOOR_STARTING)
        return true;
    snprintf(pid, sizeof pid, "%d", session->pid);
    const char *values[] = {
        NULL, session->database, pid, NULL, NULL, session->user, session->application, client, NULL, port,
        print_time(times[0], session->started_us),
        print_time(times[1], session->transaction_started_us),
        print_time(times[2], session->statement_started_us),
        print_time(times[3], session->state_changed_us),
        waits ? "Client" : NULL,
        waits ? "ClientRead" : NULL,
        states[session->state], NULL, NULL, NULL, session->query, session->kind,
    };
    return pgcat_rows_add(self, values, sizeof values / sizeof values[0]);
}

static bool activity(void *self, struct pgcat_rows *rows) {
    struct pgdoor_host *host = self;
    bool ok = true;
    pthread_mutex_lock(&host->lock);
    if (host->door)
        ok = pgdoor_each_session(host->door, add_session, rows);
    if (ok && host->guests)
        ok = host->guests->each(host->guests->self, add_session, rows);
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

/* ---- statistics of statements ---- */

static bool add_statement(void *self, const struct statistics_row *row) {
    enum { REAL_BYTES = 32 };
    const double times[] = {row->total_ms, row->min_ms, row->max_ms, row->mean_ms, row->deviation_ms};
    char id[REAL_BYTES], calls[REAL_BYTES], rows[REAL_BYTES], reals[5][REAL_BYTES];
    snprintf(id, sizeof id, "%lld", (long long)row->id);
    snprintf(calls, sizeof calls, "%lld", (long long)row->calls);
    snprintf(rows, sizeof rows, "%lld", (long long)row->rows);
    for (int i = 0; i < 5; i++)
        snprintf(reals[i], sizeof reals[i], "%.6f", times[i]);
    const char *values[] = {row->user, row->database, id,       row->text, calls, reals[0],
                            reals[1],  reals[2],      reals[3], reals[4],  rows};
    return pgcat_rows_add(self, values, sizeof values / sizeof values[0]);
}

static struct statistics *statistics_of(const struct pgdoor_host *host) {
    return host->door ? host->door->options.observer->statistics : NULL;
}

static bool statements(void *self, struct pgcat_rows *rows) {
    struct pgdoor_host *host = self;
    pthread_mutex_lock(&host->lock);
    struct statistics *statistics = statistics_of(host);
    bool ok = !statistics || statistics_each(statistics, add_statement, rows);
    pthread_mutex_unlock(&host->lock);
    return ok;
}

static bool statements_info(void *self, struct pgcat_rows *rows) {
    struct pgdoor_host *host = self;
    char dropped[NUMBER_BYTES] = "0", since[TIME_BYTES] = "";
    pthread_mutex_lock(&host->lock);
    struct statistics *statistics = statistics_of(host);
    if (statistics) {
        snprintf(dropped, sizeof dropped, "%d", (int)statistics_dropped(statistics));
        print_time(since, statistics_since_us(statistics));
    }
    pthread_mutex_unlock(&host->lock);
    const char *values[] = {dropped, since[0] ? since : NULL};
    return pgcat_rows_add(rows, values, sizeof values / sizeof values[0]);
}

static void reset_statements(void *self) {
    struct pgdoor_host *host = self;
    pthread_mutex_lock(&host->lock);
    struct statistics *statistics = statistics_of(host);
    if (statistics)
        statistics_reset(statistics);
    pthread_mutex_unlock(&host->lock);
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
                                        .interrupted = interrupted,
                                        .activity = activity,
                                        .prepared_statements = prepared_statements,
                                        .cursors = cursors,
                                        .statements = statements,
                                        .statements_info = statements_info,
                                        .reset_statements = reset_statements};
    return host;
}

const struct pgcat_host *pgdoor_host_catalog(const struct pgdoor_host *host) {
    return &host->catalog;
}

void pgdoor_host_attach(struct pgdoor_host *host, struct pgdoor *door, const struct pgdoor_guests *guests) {
    pthread_mutex_lock(&host->lock);
    host->door = door;
    host->guests = guests;
    pthread_mutex_unlock(&host->lock);
}

void pgdoor_host_destroy(struct pgdoor_host *host) {
    if (!host)
        return;
    pthread_mutex_destroy(&host->lock);
    memory_free(host);
}
