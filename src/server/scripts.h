/* Initialisation scripts: the .sql and .sh files of a directory, in the order of their names.
 *
 * The statements of a .sql file are sent to the PostgreSQL door, as psql would send them. A .sh file is run if it is
 * executable and otherwise sourced by a shell, as the official PostgreSQL container image does it; it reaches the
 * server by the environment (PGHOST …). The first failure ends it all. The main thread's.
 */
#ifndef SERVER_SCRIPTS_H
#define SERVER_SCRIPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "server/config.h"
#include "server/signals.h"

struct scripts {
    const struct config *config;
    const char *database; /* its name */
    struct log *log;
    struct signals *signals; /* SIGTERM and SIGINT end the running script and with it the start */
    uint16_t port;           /* of the PostgreSQL door on this machine */
};

bool scripts_run(const struct scripts *scripts, const char *directory, struct error *err);

#endif
