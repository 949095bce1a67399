/* Listing: a catalog's schemas, a schema's tables and functions, all from the snapshot of the moment. */
#include "duckcat/catalog.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "duckcat/ddl.h"
#include "duckcat/failure.h"
#include "duckcat/table.h"

const char *catalog_database(const struct catalog *catalog) {
    return catalog->database ? catalog->database : engine_database_name(catalog->owner->database);
}

static void release_schema(void *self) {
    struct schema *schema = self;
    snapshot_release(schema->snapshot);
    memory_free(schema);
}

static bool describe_schema(void *self, struct airport_call *call, struct airport_schema_info *out,
                            struct airport_error *err) {
    const struct schema *schema = self;
    (void)call;
    (void)err;
    out->name = schema->facts->name;
    out->comment = schema->facts->comment;
    out->is_default = schema->facts->is_default;
    return true;
}

static bool list_tables(void *self, struct airport_call *call, const char *name, struct airport_tables *out,
                        struct airport_error *err) {
    const struct schema *schema = self;
    (void)call;
    for (int32_t i = 0; i < schema->facts->table_count; i++) {
        const struct snapshot_table *facts = &schema->facts->tables[i];
        if ((!name || strcasecmp(name, facts->name) == 0) &&
            !table_add(schema->owner, schema->snapshot, facts, out, err))
            return false;
    }
    return true;
}

static bool list_functions(void *self, struct airport_call *call, const char *name, struct airport_functions *out,
                           struct airport_error *err) {
    const struct schema *schema = self;
    struct error why;
    if (!snapshot_need_functions(schema->snapshot, schema->owner->leases, call, &why))
        return failure_tell(&why, err);
    for (int32_t i = 0; i < schema->facts->function_count; i++) {
        const struct snapshot_function *facts = &schema->facts->functions[i];
        if ((!name || strcasecmp(name, facts->name) == 0) &&
            !function_add(schema->owner, schema->snapshot, facts, out, err))
            return false;
    }
    return true;
}

static const struct airport_schema_methods schema_methods = {
    .size = sizeof schema_methods,
    .release = release_schema,
    .describe = describe_schema,
    .tables = list_tables,
    .functions = list_functions,
    .ddl = &schema_table_ddl_methods,
};

static bool add_schema(const struct catalog *catalog, struct snapshot *snapshot, const struct snapshot_schema *facts,
                       struct airport_schemas *out, struct airport_error *err) {
    struct schema *schema = memory_allocate(sizeof *schema);
    if (!schema)
        return airport_fail_no_memory(err);
    *schema = (struct schema){catalog->owner, snapshot_retain(snapshot), facts};
    return airport_schemas_add(out, (struct airport_schema){&schema_methods, schema}, err);
}

/* What was found with the catalog, unless it has been changed since. */
static struct snapshot *current_snapshot(const struct catalog *catalog, struct airport_call *call,
                                         struct error *why) {
    struct snapshot *found = catalog->snapshot;
    if (found && found->version == engine_database_catalog_version(catalog->owner->database))
        return snapshot_retain(found);
    return snapshot_get(catalog->owner->snapshots, call, catalog_database(catalog), why);
}

static bool list_schemas(void *self, struct airport_call *call, const char *name, struct airport_schemas *out,
                         struct airport_error *err) {
    const struct catalog *catalog = self;
    struct error why;
    struct snapshot *snapshot = current_snapshot(catalog, call, &why);
    if (!snapshot)
        return failure_tell(&why, err);
    bool ok = true;
    for (int32_t i = 0; ok && i < snapshot->schema_count; i++)
        if (!name || strcasecmp(name, snapshot->schemas[i].name) == 0)
            ok = add_schema(catalog, snapshot, &snapshot->schemas[i], out, err);
    snapshot_release(snapshot);
    return ok;
}

static bool tell_version(void *self, struct airport_call *call, struct airport_catalog_version *out,
                         struct airport_error *err) {
    const struct catalog *catalog = self;
    (void)call;
    (void)err;
    out->version = engine_database_catalog_version(catalog->owner->database);
    out->is_shared = !catalog->snapshot || catalog->snapshot->is_native;
    return true;
}

static void release_catalog(void *self) {
    struct catalog *catalog = self;
    if (!catalog->database)
        return; /* the default one is the provider's */
    snapshot_release(catalog->snapshot);
    memory_free(catalog->database);
    memory_free(catalog);
}

const struct airport_catalog_methods catalog_methods = {
    .size = sizeof catalog_methods,
    .release = release_catalog,
    .schemas = list_schemas,
    .version = tell_version,
    .ddl = &catalog_schema_ddl_methods,
    .find_flight = databases_find,
};

bool catalog_find(struct duckcat *owner, struct airport_call *call, const char *name, struct airport_catalog *out,
                  struct airport_error *err) {
    struct error why;
    if (!*name) /* the default one is in the server's configuration */
        return true;
    struct snapshot *snapshot = snapshot_get(owner->snapshots, call, name, &why);
    if (!snapshot)
        return why.kind == ERROR_NOT_FOUND || failure_tell(&why, err);
    struct catalog *catalog = memory_allocate_zeroed(1, sizeof *catalog);
    char *database = memory_copy_string(snapshot->database);
    if (!catalog || !database) {
        snapshot_release(snapshot);
        memory_free(catalog);
        memory_free(database);
        return airport_fail_no_memory(err);
    }
    *catalog = (struct catalog){owner, database, snapshot};
    *out = (struct airport_catalog){&catalog_methods, catalog};
    return true;
}
