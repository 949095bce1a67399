#include "airport/lookup.h"

#include <string.h>

#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/schema.h"
#include "airport/server.h"
#include "airport/static_catalog.h"
#include "airport/statistics.h"
#include "base/memory.h"
#include "flight/msgpack.h"

/* What is released when the call ends, newest first. */
struct call_kept {
    struct call_kept *next;
    void (*release)(void *self);
    void *self;
};

bool call_keep(struct airport_call *call, void (*release)(void *self), void *self, struct airport_error *err) {
    if (!release)
        return true;
    struct call_kept *kept = arena_allocate(&call->arena, sizeof *kept);
    if (!kept) {
        release(self);
        return airport_fail_no_memory(err);
    }
    *kept = (struct call_kept){call->kept, release, self};
    call->kept = kept;
    return true;
}

void call_release_kept(struct airport_call *call) {
    while (call->kept) {
        struct call_kept *kept = call->kept;
        call->kept = kept->next;
        kept->release(kept->self);
    }
}

/* ---- listings ---- */

/* Room for one more item behind `count`; NULL when memory is out. */
static void *grow(struct airport_call *call, void *items, int32_t count, int32_t *capacity, size_t size) {
    if (count < *capacity)
        return items;
    int32_t wanted = *capacity ? 2 * *capacity : 8;
    void *grown = arena_allocate(&call->arena, (size_t)wanted * size);
    if (grown && count)
        memcpy(grown, items, (size_t)count * size);
    if (grown)
        *capacity = wanted;
    return grown;
}

/* Appends a handle to the listing `out`; a macro because the three kinds of handles have the same shape, not the same type. */
#define APPEND(out, handle, err)                                                                                       \
    do {                                                                                                               \
        if (!(handle).methods)                                                                                         \
            return airport_fail((err), AIRPORT_INTERNAL, "a listing was given an empty handle");                       \
        void *items = grow((out)->call, (out)->items, (out)->count, &(out)->capacity, sizeof *(out)->items);           \
        if (!items)                                                                                                    \
            return airport_fail_no_memory(err);                                                                        \
        (out)->items = items;                                                                                          \
        (out)->items[(out)->count++] = (handle);                                                                       \
        return true;                                                                                                   \
    } while (0)

bool tables_add_borrowed(struct airport_tables *out, struct airport_table table, struct airport_error *err) {
    APPEND(out, table, err);
}

bool functions_add_borrowed(struct airport_functions *out, struct airport_function function, struct airport_error *err) {
    APPEND(out, function, err);
}

bool airport_schemas_add(struct airport_schemas *out, struct airport_schema schema, struct airport_error *err) {
    if (!call_keep(out->call, METHOD(schema.methods, release), schema.self, err))
        return false;
    APPEND(out, schema, err);
}

bool airport_tables_add(struct airport_tables *out, struct airport_table table, struct airport_error *err) {
    return call_keep(out->call, METHOD(table.methods, release), table.self, err) &&
           tables_add_borrowed(out, table, err);
}

bool airport_functions_add(struct airport_functions *out, struct airport_function function, struct airport_error *err) {
    return call_keep(out->call, METHOD(function.methods, release), function.self, err) &&
           functions_add_borrowed(out, function, err);
}

/* A listing for another catalog's methods; as APPEND a macro. */
#define CREATE(call_, type)                                                                                            \
    do {                                                                                                               \
        type *made = arena_allocate_zeroed(&(call_)->arena, 1, sizeof *made);                                          \
        if (made)                                                                                                      \
            made->call = (call_);                                                                                      \
        return made;                                                                                                   \
    } while (0)

struct airport_schemas *airport_schemas_create(struct airport_call *call) {
    CREATE(call, struct airport_schemas);
}

int32_t airport_schemas_count(const struct airport_schemas *schemas) {
    return schemas->count;
}

struct airport_schema airport_schemas_get(const struct airport_schemas *schemas, int32_t index) {
    return schemas->items[index];
}

struct airport_tables *airport_tables_create(struct airport_call *call) {
    CREATE(call, struct airport_tables);
}

int32_t airport_tables_count(const struct airport_tables *tables) {
    return tables->count;
}

struct airport_table airport_tables_get(const struct airport_tables *tables, int32_t index) {
    return tables->items[index];
}

/* ---- catalogs ---- */

static const struct airport_catalog *named_catalog(const struct airport_server_config *config, const char *name) {
    for (size_t i = 0; i < config->catalog_count; i++)
        if (strcmp(config->catalogs[i].name, name) == 0)
            return &config->catalogs[i].catalog;
    return NULL;
}

static bool find_catalog(struct airport_call *call, const char *name, struct airport_catalog *out,
                         struct airport_error *err) {
    const struct airport_server_config *config = &call->server->config;
    const struct airport_catalog *named = named_catalog(config, name);
    *out = (struct airport_catalog){NULL, NULL};
    if (named) {
        *out = *named;
        return true;
    }
    if (config->find_catalog) {
        if (!config->find_catalog(config->find_catalog_self, call, name, out, err))
            return false;
        if (out->methods)
            return call_keep(call, METHOD(out->methods, release), out->self, err);
    }
    bool answers_to_all = !config->find_catalog && !config->catalog_count;
    if (answers_to_all || !*name)
        *out = config->catalog;
    return true;
}

bool lookup_catalog(struct airport_call *call, const char *name, struct airport_catalog *out,
                    struct airport_error *err) {
    struct airport_catalog catalog;
    roster_tell_catalog(call, name);
    if (!server_authorize(call, name, err) || !find_catalog(call, name, &catalog, err))
        return false;
    if (!catalog.methods)
        return airport_fail(err, AIRPORT_NOT_FOUND, "there is no catalog \"%s\"", name);
    *out = catalog;
    return true;
}

/* ---- schemas ---- */

bool lookup_schemas(struct airport_call *call, struct airport_catalog catalog, const char *name,
                    struct airport_schemas *out, struct airport_error *err) {
    *out = (struct airport_schemas){.call = call};
    return REQUIRE(call, catalog.methods, schemas, err) && catalog.methods->schemas(catalog.self, call, name, out, err);
}

bool describe_schema(struct airport_call *call, struct airport_schema schema, struct airport_schema_info *out,
                     struct airport_error *err) {
    *out = (struct airport_schema_info){.size = sizeof *out};
    if (!REQUIRE(call, schema.methods, describe, err) || !schema.methods->describe(schema.self, call, out, err))
        return false;
    if (!out->name || !*out->name)
        return airport_fail(err, AIRPORT_INTERNAL, "a schema has no name");
    return true;
}

bool lookup_schema(struct airport_call *call, struct airport_catalog catalog, const char *name,
                   struct found_schema *out, struct airport_error *err) {
    struct airport_schemas list;
    if (!lookup_schemas(call, catalog, name, &list, err))
        return false;
    for (int32_t i = 0; i < list.count; i++) {
        out->handle = list.items[i];
        if (!describe_schema(call, list.items[i], &out->info, err))
            return false;
        if (strcmp(out->info.name, name) == 0)
            return true;
    }
    return airport_fail(err, AIRPORT_NOT_FOUND, "there is no schema \"%s\"", name);
}

/* ---- tables ---- */

bool lookup_tables(struct airport_call *call, struct airport_schema schema, const char *name,
                   struct airport_tables *out, struct airport_error *err) {
    *out = (struct airport_tables){.call = call};
    return REQUIRE(call, schema.methods, tables, err) && schema.methods->tables(schema.self, call, name, out, err);
}

static void destroy_schema(void *self) {
    ipc_schema_destroy(self);
}

struct ipc_schema *keep_schema(struct airport_call *call, struct ArrowSchema *schema, struct airport_error *err) {
    struct error inner = {0};
    struct ipc_schema *made = NULL;
    if (!schema_is_well_formed(schema))
        airport_fail(err, AIRPORT_INTERNAL, "an Arrow schema is missing or incomplete");
    else if (!(made = ipc_schema_create(schema, &inner)))
        failure_from_error(err, &inner);
    schema_release(schema);
    return made && call_keep(call, destroy_schema, made, err) ? made : NULL;
}

static void release_request_schema(void *self) {
    schema_release(self);
}

const struct ArrowSchema *read_request_schema(struct airport_call *call, const struct request_bytes *bytes,
                                              struct airport_error *err) {
    struct error inner = {0};
    struct ArrowSchema *schema = arena_allocate_zeroed(&call->arena, 1, sizeof *schema);
    if (!schema)
        airport_fail_no_memory(err);
    else if (!ipc_read_schema(bytes->bytes, bytes->length, schema, &inner))
        failure_from_error(err, &inner);
    else if (call_keep(call, release_request_schema, schema, err))
        return schema;
    return NULL;
}

/* {constraints: [sql text]} in msgpack, which the client checks in INSERT (the extension's airport_constraints.cpp). */
static bool add_check_constraints(struct ArrowSchema *schema, const struct airport_table_info *info) {
    if (!info->check_constraint_count)
        return true;
    struct writer w = {0};
    msgpack_write_map(&w, 1);
    msgpack_write_text(&w, "constraints");
    msgpack_write_array(&w, (uint32_t)info->check_constraint_count);
    for (size_t i = 0; i < info->check_constraint_count; i++)
        msgpack_write_text(&w, info->check_constraints[i]);
    bool ok = writer_ok(&w) && schema_set_metadata(schema, "check_constraints", w.bytes, w.length);
    writer_destroy(&w);
    return ok;
}

/* What the table tells about itself, into the metadata of a schema of ours. */
static bool complete_schema(const struct found_table *table, struct ArrowSchema *schema) {
    bool statistics = METHOD(table->handle.methods, statistics) && statistics_are_possible(schema);
    return add_check_constraints(schema, &table->info) &&
           (!statistics || schema_set_metadata_text(schema, "can_produce_statistics", "1"));
}

bool describe_table(struct airport_call *call, struct airport_table table, const struct airport_time_point *at,
                    struct found_table *out, struct airport_error *err) {
    struct ArrowSchema schema = {.release = NULL};
    *out = (struct found_table){.handle = table, .info = {.size = sizeof out->info}};
    if (!REQUIRE(call, table.methods, describe, err) ||
        !table.methods->describe(table.self, call, at, &out->info, err)) {
        schema_release(&out->info.schema);
        return false;
    }
    out->schema = static_table_schema(table, &out->fingerprint);
    if (out->schema) {
        schema_release(&out->info.schema);
        return true;
    }
    if (!out->info.name || !*out->info.name)
        airport_fail(err, AIRPORT_INTERNAL, "a table has no name");
    else if (airport_schema_copy(&out->info.schema, &schema, err) && !complete_schema(out, &schema)) {
        airport_fail_no_memory(err);
        schema_release(&schema);
    }
    schema_release(&out->info.schema);
    if (!schema.release)
        return false;
    out->fingerprint = schema_fingerprint(&schema);
    out->schema = keep_schema(call, &schema, err);
    return out->schema != NULL;
}

bool lookup_table(struct airport_call *call, struct airport_schema schema, const char *name,
                  const struct airport_time_point *at, struct found_table *out, struct airport_error *err) {
    struct airport_tables list;
    if (!lookup_tables(call, schema, name, &list, err))
        return false;
    for (int32_t i = 0; i < list.count; i++) {
        if (!describe_table(call, list.items[i], at, out, err))
            return false;
        if (strcmp(out->info.name, name) == 0)
            return true;
    }
    return airport_fail(err, AIRPORT_NOT_FOUND, "there is no table \"%s\"", name);
}

/* ---- functions ---- */

bool lookup_functions(struct airport_call *call, struct airport_schema schema, const char *name,
                      struct airport_functions *out, struct airport_error *err) {
    *out = (struct airport_functions){.call = call};
    return !METHOD(schema.methods, functions) || schema.methods->functions(schema.self, call, name, out, err);
}

static bool check_function(struct airport_call *call, const struct found_function *f, struct airport_error *err) {
    int groups = (f->scalar != NULL) + (f->table != NULL) + (f->in_out != NULL);
    const char *name = f->info.name ? f->info.name : "";
    if (!*name)
        return airport_fail(err, AIRPORT_INTERNAL, "a function has no name");
    if (groups != 1)
        return airport_fail(err, AIRPORT_INTERNAL, "function \"%s\" must have exactly one group of methods", name);
    if (f->scalar && (!f->info.result.release || f->info.result.n_children != 1))
        return airport_fail(err, AIRPORT_INTERNAL, "scalar function \"%s\" must have one result", name);
    return (!f->scalar || REQUIRE(call, f->scalar, execute, err)) &&
           (!f->table || (REQUIRE(call, f->table, bind, err) && REQUIRE(call, f->table, scan, err))) &&
           (!f->in_out || (REQUIRE(call, f->in_out, bind, err) && REQUIRE(call, f->in_out, open, err)));
}

bool describe_function(struct airport_call *call, struct airport_function function, struct found_function *out,
                       struct airport_error *err) {
    *out = (struct found_function){
        .handle = function,
        .info = {.size = sizeof out->info},
        .scalar = METHOD(function.methods, scalar),
        .table = METHOD(function.methods, table),
        .in_out = METHOD(function.methods, in_out),
    };
    bool ok = REQUIRE(call, function.methods, describe, err) &&
              function.methods->describe(function.self, call, &out->info, err) && check_function(call, out, err);
    bool has_result = out->info.result.release != NULL;
    if (ok) {
        out->parameters = keep_schema(call, &out->info.parameters, err);
        ok = out->parameters != NULL;
    }
    if (ok && has_result) {
        out->result = keep_schema(call, &out->info.result, err);
        ok = out->result != NULL;
    }
    schema_release(&out->info.parameters);
    schema_release(&out->info.result);
    if (ok)
        out->fingerprint = schema_fingerprint(&out->parameters->schema);
    return ok;
}
