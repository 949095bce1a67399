/* The doors of the server, and the threads behind them. The main thread's. */
#ifndef SERVER_DOORS_H
#define SERVER_DOORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "engine/database.h"
#include "server/config.h"

struct doors;
struct pgcat;
struct pgdoor_host;

/* What all doors stand on; borrowed while they are open. */
struct doors_frame {
    const struct config *config;
    struct engine_database *database;
    struct pgcat *catalog;
    struct pgdoor_host *host;
    struct log *log;
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
