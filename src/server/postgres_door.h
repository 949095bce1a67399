/* The PostgreSQL door, opened as the settings say. */
#ifndef SERVER_POSTGRES_DOOR_H
#define SERVER_POSTGRES_DOOR_H

#include "base/error.h"
#include "base/log.h"
#include "pgdoor/pgdoor.h"
#include "server/config.h"
#include "server/shown.h"

/* Borrowed while the door stands. */
struct postgres_frame {
    const struct config *config;
    struct shown *shown;
    struct engine_database *database;
    struct pgcat *catalog;
    struct log *log;
    struct observer *observer;
    struct net_crew *crew;
    struct net_loop *loop;
    struct net_attempts *attempts;
};

/* Owned, free with pgdoor_destroy. */
struct pgdoor *postgres_door_open(const struct postgres_frame *frame, struct error *err);
/* On a free port of 127.0.0.1, without TLS, with md5 authentication (none without a password). */
struct pgdoor *postgres_door_open_private(const struct postgres_frame *frame, struct error *err);
/* Takes over users' passwords and what else a reload may change, for connections to come. */
bool postgres_door_reload(struct pgdoor *door, const struct config *config, struct error *err);
/* Reads the TLS files again, for connections to come. */
bool postgres_door_reload_tls(struct pgdoor *door, const struct config *config, struct error *err);

#endif
