/* The provider: options, roles, and what a server's configuration gets. */
#include "duckcat/duckcat.h"

#include <string.h>

#include "base/memory.h"
#include "duckcat/admin.h"
#include "duckcat/catalog.h"
#include "duckcat/internal.h"

enum { DEFAULT_CONNECTIONS = 256 };

static int32_t count_or_default(int32_t connections) {
    return connections > 0 ? connections : DEFAULT_CONNECTIONS;
}

struct duckcat *duckcat_create(const struct duckcat_options *options, struct engine_database *database,
                               struct error *err) {
    struct duckcat *duckcat = memory_allocate_zeroed(1, sizeof *duckcat);
    if (!duckcat) {
        error_set_no_memory(err);
        return NULL;
    }
    duckcat->options = *options;
    duckcat->database = database;
    duckcat->default_catalog.owner = duckcat;
    pthread_mutex_init(&duckcat->lock, NULL);
    duckcat->leases = lease_pool_create(database, count_or_default(options->max_connections), options->query_timeout_ms, err);
    bool ok = duckcat->leases != NULL;
    if (ok && options->reader_identity)
        ok = (duckcat->options.reader_identity = arena_copy_string(&duckcat->arena, options->reader_identity)) ||
             error_set_no_memory(err);
    if (ok)
        ok = (duckcat->snapshots = snapshot_cache_create(database, duckcat->leases, options->log)) ||
             error_set_no_memory(err);
    if (ok)
        return duckcat;
    duckcat_destroy(duckcat);
    return NULL;
}

void duckcat_destroy(struct duckcat *duckcat) {
    if (!duckcat)
        return;
    admin_destroy(duckcat);
    snapshot_cache_destroy(duckcat->snapshots);
    lease_pool_destroy(duckcat->leases);
    arena_destroy(&duckcat->arena);
    pthread_mutex_destroy(&duckcat->lock);
    memory_free(duckcat);
}

void duckcat_set_limits(struct duckcat *duckcat, int32_t max_connections, int64_t query_timeout_ms) {
    lease_pool_set_limits(duckcat->leases, count_or_default(max_connections), query_timeout_ms);
}

void duckcat_engine_failed(struct duckcat *duckcat) {
    lease_pool_give_up(duckcat->leases);
}

bool duckcat_may_write(const struct duckcat *duckcat, const struct airport_call *call, const char *statement,
                       struct airport_error *err) {
    const char *reader = duckcat->options.reader_identity;
    if (!reader || strcmp(airport_call_identity(call), reader) != 0)
        return true;
    return airport_fail(err, AIRPORT_PERMISSION_DENIED, "%s is not allowed: this token may only read", statement);
}

static bool find_catalog(void *self, struct airport_call *call, const char *name, struct airport_catalog *out,
                         struct airport_error *err) {
    return catalog_find(self, call, name, out, err);
}

void duckcat_configure(struct duckcat *duckcat, struct airport_server_config *config) {
    config->catalog = (struct airport_catalog){&catalog_methods, &duckcat->default_catalog};
    config->find_catalog = find_catalog;
    config->find_catalog_self = duckcat;
    if (duckcat->options.admin_actions) {
        admin_fill_actions(duckcat, duckcat->actions);
        config->actions = duckcat->actions;
        config->action_count = ADMIN_ACTION_COUNT;
    }
}
