/* Initialisation scripts: the .sql and .sh files of a directory, in the order of their names.
 *
 * A .sql file is executed statement by statement by the engine. A .sh file is run if it is executable and otherwise sourced
 * by a shell, as the official PostgreSQL container image does it; it reaches the server by the environment (PGHOST …).
 * The first failure ends it all. The main thread's.
 */
#ifndef SERVER_SCRIPTS_H
#define SERVER_SCRIPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "engine/database.h"
#include "server/config.h"
#include "server/signals.h"

struct scripts {
    const struct config *config;
    struct engine_database *database;
    struct log *log;
    struct signals *signals; /* SIGTERM and SIGINT end the running script and with it the start */
    uint16_t port;           /* where programs find the PostgreSQL door on this machine */
};

/* Whether there is a .sh file, which needs an open door. False for a NULL directory. */
bool scripts_need_door(const char *directory);
/* Runs all; a NULL directory has none. */
bool scripts_run(const struct scripts *scripts, const char *directory, struct error *err);

#endif
