/* DuckDB as an Airport catalog: the server's own database, and every database attached to it, offered through
 * airport.h.
 *
 * The first user of libairport: it sees nothing of it but the public header, and of DuckDB nothing but the engine.
 * Each running call has a connection of its own from a bounded pool; what the catalogs hold is read once for each
 * version of them.
 *
 * Row ids are DuckDB's. They move only when a checkpoint finds no other transaction on the database, so a writer's
 * transaction, which begins before the client scans, keeps them in place until it ends; and as its snapshot is the
 * older one, rows that others have changed since then are conflicts, never lost updates.
 */
#ifndef DUCKCAT_DUCKCAT_H
#define DUCKCAT_DUCKCAT_H

#include "airport.h"
#include "base/log.h"
#include "engine/database.h"

struct duckcat;

struct duckcat_options {
    const char *reader_identity; /* whom authentication calls so may only read; NULL: everyone may write */
    bool admin_actions;          /* create_database, drop_database, reset */
    int64_t query_timeout_ms;    /* of each call's work; 0: none */
    int32_t max_connections;     /* calls that use the engine at the same time; 0: 256 */
    struct log *log;             /* borrowed; NULL: no log */
};

/* Owned, free with duckcat_destroy, once no server uses it. The database is borrowed until then. */
struct duckcat *duckcat_create(const struct duckcat_options *options, struct engine_database *database,
                               struct error *err);
void duckcat_destroy(struct duckcat *duckcat);
/* As in the options, for calls to come. Any thread. */
void duckcat_set_limits(struct duckcat *duckcat, int32_t max_connections, int64_t query_timeout_ms);
/* The instance has failed: lets go of its connections, so that it can be reopened. Any thread. */
void duckcat_engine_failed(struct duckcat *duckcat);
/* Puts the catalogs and the actions into a server's configuration. */
void duckcat_configure(struct duckcat *duckcat, struct airport_server_config *config);

#endif
