/* The doors of the server, and the threads behind them. The main thread's. */
#ifndef SERVER_DOORS_H
#define SERVER_DOORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "engine/database.h"
#include "observe/observer.h"
#include "pgdoor/pgdoor.h"
#include "server/config.h"

struct doors;
struct pgcat;
struct pgdoor_host;
struct shown;

struct doors_counters {
    int64_t workers_busy, workers_max; /* of the PostgreSQL door */
    int64_t airport_connections, airport_connections_total, airport_calls_active, airport_calls_queued,
        airport_bytes_received, airport_bytes_sent;
};

/* What all doors stand on; borrowed while they are open. */
struct doors_frame {
    const struct config *config;
    struct shown *shown;
    struct engine_database *database;
    struct pgcat *catalog;
    struct pgdoor_host *host;
    struct log *log;
    struct observer *observer;
};

/* Starts the threads; no door is open yet. Owned, free with doors_destroy. */
struct doors *doors_create(const struct doors_frame *frame, struct error *err);
/* Opens both doors where the settings say; after a failure doors_close() closes what is open. */
bool doors_open(struct doors *doors, struct error *err);
/* Opens the PostgreSQL door alone, on a free port of 127.0.0.1, until doors_close(): for initialisation scripts. */
bool doors_open_private(struct doors *doors, struct error *err);
uint16_t doors_postgres_port(const struct doors *doors);
uint16_t doors_airport_port(const struct doors *doors);
bool doors_have_tls(const struct doors *doors);
/* Reads the TLS files again. */
bool doors_reload_tls(struct doors *doors, struct error *err);
/* A conversation with the PostgreSQL door as a user without a password; -1 on failure. Any thread, likewise. */
int doors_connect(struct doors *doors, struct error *err);
/* The sessions of the PostgreSQL door, the calls of the Airport door, and what both count. Any thread, between doors_open() and doors_close(). */
bool doors_each_session(struct doors *doors, bool (*take)(void *self, const struct pgdoor_session *session), void *self);
bool doors_each_call(struct doors *doors, bool (*take)(void *self, const struct pgdoor_session *session), void *self);
void doors_read_counters(struct doors *doors, struct doors_counters *counters);
/* Takes over what the settings say of passwords, tokens and the time to log in, for clients to come. */
bool doors_reload(struct doors *doors, struct error *err);
/* Refuses newcomers and lets what runs come to its end, for `drain_ms` at most at the Airport door. */
void doors_drain(struct doors *doors, int32_t drain_ms);
/* Cancels what runs and ends every session. */
void doors_terminate(struct doors *doors);
/* The engine has failed: ends every session, so that it can be reopened for those to come. */
void doors_tell_failure(struct doors *doors);
/* Whether the last client has gone. */
bool doors_are_idle(struct doors *doors);
/* Closes the doors, which must be idle; the threads stay. */
void doors_close(struct doors *doors);
void doors_destroy(struct doors *doors);

#endif
