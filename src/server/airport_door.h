/* The Airport door: a libairport server that offers the database, opened as the settings say. The main thread's. */
#ifndef SERVER_AIRPORT_DOOR_H
#define SERVER_AIRPORT_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "airport.h"
#include "engine/database.h"
#include "observe/observer.h"
#include "pgdoor/pgdoor.h"
#include "server/config.h"

struct airport_door;

/* Borrowed while the door stands. */
struct airport_frame {
    const struct config *config;
    struct engine_database *database;
    struct log *log;
    struct observer *observer;
    struct net_attempts *attempts;
    int32_t worker_count, io_thread_count;
};

/* Owned, free with airport_door_destroy. */
struct airport_door *airport_door_open(const struct airport_frame *frame, struct error *err);
uint16_t airport_door_port(const struct airport_door *door);
/* The engine has failed: its connections are given up. */
void airport_door_engine_failed(struct airport_door *door);
/* Takes over users, tokens, limits and times of the settings, whose texts are borrowed. */
void airport_door_reload(struct airport_door *door, const struct config *config);
bool airport_door_reload_tls(struct airport_door *door, struct error *err);
void airport_door_read_counters(const struct airport_door *door, struct airport_server_counters *counters);
/* Its calls, shown as sessions that are active for as long as they last; what `take` returned last, true without any. */
bool airport_door_each_call(struct airport_door *door, bool (*take)(void *self, const struct pgdoor_session *session),
                            void *self);
/* False when no call has that pid. */
bool airport_door_cancel(struct airport_door *door, int32_t pid);
/* Begins to stop: accepts no more and lets calls end for up to `drain_ms`, then cancels them; returns at once. 0
 * cancels them now, after another airport_door_stop() too. */
void airport_door_stop(struct airport_door *door, int32_t drain_ms);
/* Whether all has ended after airport_door_stop(). */
bool airport_door_has_stopped(const struct airport_door *door);
/* Stops, if that has not begun, and waits for the end. */
void airport_door_destroy(struct airport_door *door);

#endif
