/* A DuckDB database instance: opening, settings, recovery. Any thread, unless a function says otherwise.
 *
 * A fatal engine error makes DuckDB refuse everything until the instance is closed. The instance notices it in any error
 * that passes by, tells `failed` once, and is reopened by the first engine_connection_create() after the last old
 * connection was destroyed; what was committed is there again (DuckDB replays its WAL).
 */
#ifndef ENGINE_DATABASE_H
#define ENGINE_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct engine_database;
struct engine_connection;

struct engine_options {
    const char *path;                /* a file, or ":memory:" */
    const char *extension_directory; /* NULL: DuckDB's own */
    const char *memory_limit;        /* DuckDB's syntax, e.g. "8GB"; NULL: DuckDB's own (80 % of RAM) */
    const char *storage_version;     /* of new files: "latest", or e.g. "v1.2.0"; NULL: DuckDB's own default, an old one */
    int32_t threads;                 /* 0: one per core */
    bool read_only;
    bool allow_unsigned_extensions;
    /* Called for each instance opened, with a connection of it, before anybody else gets one: registers types and
     * functions, attaches, sets. Failing fails the opening. May be NULL. */
    bool (*opened)(void *self, struct engine_connection *connection, struct error *err);
    /* Called once when the instance has failed; from any thread; must not call the engine. May be NULL. */
    void (*failed)(void *self, const struct error *why);
    void *self;
};

/* Owned, free with engine_database_destroy. An occupied file gives ERROR_IO with a message that names the holder. */
struct engine_database *engine_database_create(const struct engine_options *options, struct error *err);
/* Closes the instance, checkpointing it; all connections must have been destroyed. */
void engine_database_destroy(struct engine_database *database);
bool engine_database_has_failed(struct engine_database *database);
/* The name of the default database (catalog), borrowed; e.g. "mallard" for ./data/mallard.db. */
const char *engine_database_name(const struct engine_database *database);
/* Grows with every statement, of any connection, that may have changed a catalog, after its change can be seen: what was read
 * from the catalogs of DuckDB files is current while the number stays. From 1; goes on over a reopening. */
uint64_t engine_database_catalog_version(struct engine_database *database);
/* Grows likewise with every statement that may have changed rows. A plan holds what the engine's statistics said when it was
 * made (row counts, extremes, filters that nothing passes), so one from another version of the data may answer wrongly. */
uint64_t engine_database_data_version(struct engine_database *database);
/* Before the engine gets threads of its own, with SET threads: they and the helpers would take each other's wake-ups, and who has
 * lost his waits for ever. By a thread that has a connection. */
void engine_database_dismiss_helpers(struct engine_database *database);
/* DuckDB's version without the "v", e.g. "1.5.5"; static. */
const char *engine_version(void);

#endif
