/* The server's database with PostgreSQL's catalog over it: opened, and initialised when it is new. The main thread's.
 */
#ifndef SERVER_STORE_H
#define SERVER_STORE_H

#include <sys/types.h>

#include "base/error.h"
#include "base/log.h"
#include "engine/database.h"
#include "server/config.h"
#include "server/newborn.h"
#include "server/signals.h"

struct pgcat;
struct pgdoor_host;

struct store {
    struct engine_database *database;
    struct pgcat *catalog;
    struct pgdoor_host *host; /* what the catalog asks the PostgreSQL door */
    struct newborn newborn;
    bool in_memory, read_only;
    struct log *log;
    struct signals *signals;
};

/* The process that has the database file open; 0 when none has. */
pid_t store_holder(const char *path);

/* Opens the database of the settings; a new one gets its schema `public`. On failure nothing is left to close. */
bool store_open(struct store *store, const struct config *config, struct log *log, struct signals *signals,
                struct error *err);
/* Whether the scripts of a new database are still to be run. */
bool store_is_new(const struct store *store);
/* They have run: from now on the database stays. */
void store_complete(struct store *store);
/* All connections must have been destroyed. A new database that was never completed is removed. */
void store_close(struct store *store);

#endif
