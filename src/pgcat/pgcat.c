/* The server's catalog: made once, installed in each instance of the engine. */
#include "pgcat/pgcat.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "engine/database.h"
#include "pgcat/pgcat_data.h"
#include "pgcat/session.h"

void pgcat_name_roles(struct pgcat *pgcat, const char *writer, const char *reader) {
    atomic_store(&pgcat->writer, writer);
    atomic_store(&pgcat->reader, reader);
}

static bool copy_options(struct pgcat *pgcat, const struct pgcat_options *options) {
    struct arena *arena = &pgcat->arena;
    pgcat->options = (struct pgcat_options){
        .server_version = arena_copy_string(arena, options->server_version),
        .product_version = arena_copy_string(arena, options->product_version),
        .host = options->host,
    };
    pgcat_name_roles(pgcat, options->writer, options->reader);
    return pgcat->options.server_version && pgcat->options.product_version;
}

struct pgcat *pgcat_create(const struct pgcat_options *options, struct error *err) {
    struct pgcat *pgcat = memory_allocate_zeroed(1, sizeof *pgcat);
    if (!pgcat) {
        error_set_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&pgcat->mutex, NULL);
    pgcat_locks_init(&pgcat->locks);
    pthread_mutex_init(&pgcat->making, NULL);
    pthread_mutex_init(&pgcat->loading, NULL);
    atomic_init(&pgcat->changes, 0);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    pgcat->started_micros = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    bool ok = copy_options(pgcat, options) ? true : error_set_no_memory(err);
    ok = ok && pgcat_relations_load(&pgcat->relations, &pgcat->arena, err);
    for (int scope = 0; ok && scope < PGCAT_SCOPE_COUNT; scope++)
        if (!pgcat_fact_scope_is_static((enum pgcat_fact_scope)scope))
            pgcat_facts_relations((enum pgcat_fact_scope)scope, &pgcat->relations, &pgcat->facts_read[scope]);
    ok = ok && (pgcat->oids = pgcat_oid_map_create(options->oid_path, err));
    if (ok)
        return pgcat;
    pgcat_destroy(pgcat);
    return NULL;
}

/* Everything that belonged to an instance of the engine. */
static void forget_instance(struct pgcat *pgcat) {
    pthread_mutex_lock(&pgcat->mutex);
    for (struct pgcat_database *database = pgcat->databases; database; database = database->next)
        pgcat_database_destroy(database);
    pgcat->databases = NULL;
    pthread_mutex_unlock(&pgcat->mutex);
    memset(pgcat->static_loaded, 0, sizeof pgcat->static_loaded);
    pgcat_oid_map_forget_engine(pgcat->oids);
}

void pgcat_destroy(struct pgcat *pgcat) {
    if (!pgcat)
        return;
    if (pgcat->oids)
        forget_instance(pgcat);
    pgcat_oid_map_destroy(pgcat->oids);
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++)
        pgcat_facts_release(pgcat->static_facts[scope]);
    arena_destroy(&pgcat->arena);
    pgcat_locks_destroy(&pgcat->locks);
    pthread_mutex_destroy(&pgcat->loading);
    pthread_mutex_destroy(&pgcat->making);
    pthread_mutex_destroy(&pgcat->mutex);
    memory_free(pgcat);
}

/* Our macros, file by file in the order of their names. DuckDB binds them as they are made, so there must be a database's
 * catalog to bind them to; whose it is matters at each use only. */
static bool install_macros(struct engine_connection *connection, const struct pgcat_database *database, struct error *err) {
    char path[512];
    snprintf(path, sizeof path, PGCAT_SHARED ".static,%s.catalog", database->hidden);
    bool ok = engine_connection_set(connection, "search_path", path, err);
    for (size_t i = 0; ok && i < pgcat_data_count; i++)
        if (strncmp(pgcat_data[i].name, "pg_catalog/functions/", 21) == 0) {
            ok = engine_connection_execute(connection, pgcat_data[i].text, err);
            if (!ok && err)
                error_set_detail(err, "In %s.", pgcat_data[i].name);
        }
    return ok;
}

bool pgcat_install(void *self, struct engine_connection *connection, struct error *err) {
    struct pgcat *pgcat = self;
    forget_instance(pgcat);
    engine_connection_set_quiet(connection);
    pgcat->engine = engine_connection_database(connection);
    pgcat_changed(pgcat);
    if (!pgcat_register_types(pgcat, connection, err) || !pgcat_register_casts(connection, err) ||
        !pgcat_register_functions(pgcat, connection, err) || !pgcat_register_value_functions(pgcat, connection, err) ||
        !pgcat_register_quotients(connection, err) ||
        !pgcat_register_rows(pgcat, connection, err) || !pgcat_install_shared(pgcat, connection, err))
        return false;
    const char *name = engine_database_name(pgcat->engine);
    const struct pgcat_database *database = pgcat_database_get(pgcat, name, connection, err);
    return database && install_macros(connection, database, err) &&
           engine_connection_execute(connection, "RESET search_path", err);
}

struct engine_connection *pgcat_connect(struct pgcat *pgcat, struct error *err) {
    struct engine_connection *connection = engine_connection_create(pgcat->engine, err);
    if (connection)
        engine_connection_set_quiet(connection);
    return connection;
}

void pgcat_changed(struct pgcat *pgcat) {
    atomic_fetch_add(&pgcat->changes, 1);
}

/* Both numbers only grow, and so does their sum. */
uint64_t pgcat_generation(struct pgcat *pgcat) {
    return atomic_load(&pgcat->changes) + engine_database_catalog_version(pgcat->engine);
}
