#include "airport/static_catalog.h"

#include <pthread.h>
#include <string.h>

#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/schema.h"
#include "base/memory.h"

struct simple_table {
    struct airport_simple_table given; /* texts are copies */
    struct ArrowSchema schema;
    struct ipc_schema *ipc;
    uint64_t fingerprint;
};

struct simple_function {
    struct airport_simple_function given; /* texts are copies */
    struct ArrowSchema parameters, result;
};

struct simple_table_function {
    struct airport_simple_table_function given; /* texts are copies */
    struct ArrowSchema parameters, columns;
};

struct static_schema {
    struct airport_schema_info info;
    struct airport_tag *tags;
    struct airport_table *tables;
    int32_t table_count;
    struct airport_function *functions;
    int32_t function_count;
};

struct static_catalog {
    struct arena arena;
    struct static_schema *schemas;
    int32_t schema_count;
    pthread_mutex_t lock; /* of what is remembered */
    char *listing_name;
    struct writer listing;
};

struct airport_catalog_builder {
    struct static_catalog *catalog;
    struct airport_error error;
};

/* ---- simple tables ---- */

static bool describe_simple_table(void *self, struct airport_call *call, const struct airport_time_point *at,
                                  struct airport_table_info *out, struct airport_error *err) {
    (void)call;
    const struct simple_table *t = self;
    if (at)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "table \"%s\" has no past", t->given.name);
    out->name = t->given.name;
    out->comment = t->given.comment;
    out->check_constraints = t->given.check_constraints;
    out->check_constraint_count = t->given.check_constraint_count;
    return airport_schema_copy(&t->schema, &out->schema, err);
}

static bool open_simple_table(void *self, struct airport_call *call, const struct airport_scan_options *options,
                              struct ArrowArrayStream *out, struct airport_error *err) {
    const struct simple_table *t = self;
    return t->given.scan(t->given.self, call, options, out, err);
}

static const struct airport_scan_methods simple_scan = {.size = sizeof simple_scan, .open = open_simple_table};
static bool simple_statistics(void *self, struct airport_call *call, const char *column, const char *type,
                              struct airport_column_statistics *out, struct airport_error *err) {
    const struct simple_table *t = self;
    return t->given.statistics(t->given.self, call, column, type, out, err);
}

static const struct airport_statistics_methods simple_statistics_methods = {
    .size = sizeof simple_statistics_methods, .column = simple_statistics};
static const struct airport_table_methods simple_table_methods = {
    .size = sizeof simple_table_methods, .describe = describe_simple_table, .scan = &simple_scan};
static const struct airport_table_methods known_table_methods = {.size = sizeof known_table_methods,
                                                                 .describe = describe_simple_table,
                                                                 .scan = &simple_scan,
                                                                 .statistics = &simple_statistics_methods};

/* The simple table behind a handle, NULL if it is another's. */
static struct simple_table *simple_table_of(struct airport_table table) {
    return table.methods == &simple_table_methods || table.methods == &known_table_methods ? table.self : NULL;
}

struct ipc_schema *static_table_schema(struct airport_table table, uint64_t *fingerprint) {
    const struct simple_table *t = simple_table_of(table);
    if (!t || t->given.check_constraint_count || t->given.statistics)
        return NULL; /* its metadata is completed at each description */
    *fingerprint = t->fingerprint;
    return t->ipc;
}

/* ---- simple functions ---- */

static bool describe_simple_function(void *self, struct airport_call *call, struct airport_function_info *out,
                                     struct airport_error *err) {
    (void)call;
    const struct simple_function *f = self;
    out->name = f->given.name;
    out->description = f->given.description;
    out->stability = f->given.stability;
    return airport_schema_copy(&f->parameters, &out->parameters, err) &&
           airport_schema_copy(&f->result, &out->result, err);
}

static bool execute_simple_function(void *self, struct airport_call *call, const struct ArrowSchema *schema,
                                    struct ArrowArray *input, struct ArrowArray *out, struct airport_error *err) {
    const struct simple_function *f = self;
    return f->given.execute(f->given.self, call, schema, input, out, err);
}

static const struct airport_scalar_methods simple_scalar = {.size = sizeof simple_scalar,
                                                            .execute = execute_simple_function};
static const struct airport_function_methods simple_function_methods = {
    .size = sizeof simple_function_methods, .describe = describe_simple_function, .scalar = &simple_scalar};

/* ---- simple table functions ---- */

static bool describe_simple_table_function(void *self, struct airport_call *call, struct airport_function_info *out,
                                           struct airport_error *err) {
    (void)call;
    const struct simple_table_function *f = self;
    out->name = f->given.name;
    out->description = f->given.description;
    return airport_schema_copy(&f->parameters, &out->parameters, err) &&
           airport_schema_copy(&f->columns, &out->result, err);
}

static bool bind_simple_table_function(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                                       struct ArrowSchema *out, struct airport_error *err) {
    const struct simple_table_function *f = self;
    return f->given.bind ? f->given.bind(f->given.self, call, arguments, out, err)
                         : airport_schema_copy(&f->columns, out, err);
}

static bool open_simple_table_function(void *self, struct airport_call *call, const struct airport_scan_options *options,
                                       struct ArrowArrayStream *out, struct airport_error *err) {
    const struct simple_table_function *f = self;
    return f->given.scan(f->given.self, call, options, out, err);
}

static const struct airport_scan_methods simple_function_scan = {.size = sizeof simple_function_scan,
                                                                 .open = open_simple_table_function};
static const struct airport_table_function_methods simple_table_function = {
    .size = sizeof simple_table_function, .bind = bind_simple_table_function, .scan = &simple_function_scan};
static const struct airport_function_methods simple_table_function_methods = {
    .size = sizeof simple_table_function_methods,
    .describe = describe_simple_table_function,
    .table = &simple_table_function,
};

/* ---- schemas and the catalog ---- */

/* Handles of a static catalog live with it: listings get them without a release. */
static bool list_tables(void *self, struct airport_call *call, const char *name, struct airport_tables *out,
                        struct airport_error *err) {
    (void)call;
    const struct static_schema *s = self;
    for (int32_t i = 0; i < s->table_count; i++) {
        const struct airport_table table = s->tables[i];
        const struct simple_table *simple = simple_table_of(table);
        if (name && simple && strcmp(simple->given.name, name) != 0)
            continue;
        if (!tables_add_borrowed(out, table, err))
            return false;
    }
    return true;
}

static bool list_functions(void *self, struct airport_call *call, const char *name, struct airport_functions *out,
                           struct airport_error *err) {
    (void)call;
    (void)name;
    const struct static_schema *s = self;
    for (int32_t i = 0; i < s->function_count; i++)
        if (!functions_add_borrowed(out, s->functions[i], err))
            return false;
    return true;
}

static bool describe_static_schema(void *self, struct airport_call *call, struct airport_schema_info *out,
                                   struct airport_error *err) {
    (void)call;
    (void)err;
    const struct static_schema *s = self;
    *out = s->info;
    return true;
}

static const struct airport_schema_methods static_schema_methods = {
    .size = sizeof static_schema_methods,
    .describe = describe_static_schema,
    .tables = list_tables,
    .functions = list_functions,
};

static bool list_static_schemas(void *self, struct airport_call *call, const char *name, struct airport_schemas *out,
                                struct airport_error *err) {
    (void)call;
    const struct static_catalog *c = self;
    for (int32_t i = 0; i < c->schema_count; i++) {
        if (name && strcmp(c->schemas[i].info.name, name) != 0)
            continue;
        if (!airport_schemas_add(out, (struct airport_schema){&static_schema_methods, &c->schemas[i]}, err))
            return false;
    }
    return true;
}

static bool static_version(void *self, struct airport_call *call, struct airport_catalog_version *out,
                           struct airport_error *err) {
    (void)self;
    (void)call;
    (void)err;
    out->version = 1;
    out->is_fixed = true;
    return true;
}

static void release_schema(struct static_schema *s) {
    for (int32_t i = 0; i < s->table_count; i++) {
        struct simple_table *t = simple_table_of(s->tables[i]);
        if (t) {
            schema_release(&t->schema);
            ipc_schema_destroy(t->ipc);
        } else if (METHOD(s->tables[i].methods, release)) {
            s->tables[i].methods->release(s->tables[i].self);
        }
    }
    for (int32_t i = 0; i < s->function_count; i++) {
        if (s->functions[i].methods == &simple_function_methods) {
            struct simple_function *f = s->functions[i].self;
            schema_release(&f->parameters);
            schema_release(&f->result);
        } else if (s->functions[i].methods == &simple_table_function_methods) {
            struct simple_table_function *f = s->functions[i].self;
            schema_release(&f->parameters);
            schema_release(&f->columns);
        } else if (METHOD(s->functions[i].methods, release)) {
            s->functions[i].methods->release(s->functions[i].self);
        }
    }
}

static void destroy_catalog(void *self) {
    struct static_catalog *c = self;
    if (!c)
        return;
    for (int32_t i = 0; i < c->schema_count; i++)
        release_schema(&c->schemas[i]);
    writer_destroy(&c->listing);
    memory_free(c->listing_name);
    pthread_mutex_destroy(&c->lock);
    arena_destroy(&c->arena);
    memory_free(c);
}

static const struct airport_catalog_methods static_catalog_methods = {
    .size = sizeof static_catalog_methods,
    .release = destroy_catalog,
    .schemas = list_static_schemas,
    .version = static_version,
};

/* Whether nothing in it is described afresh at each listing. */
static bool is_wholly_static(const struct static_catalog *c) {
    for (int32_t i = 0; i < c->schema_count; i++) {
        for (int32_t k = 0; k < c->schemas[i].table_count; k++)
            if (!simple_table_of(c->schemas[i].tables[k]))
                return false;
        for (int32_t k = 0; k < c->schemas[i].function_count; k++)
            if (c->schemas[i].functions[k].methods != &simple_function_methods &&
                c->schemas[i].functions[k].methods != &simple_table_function_methods)
                return false;
    }
    return true;
}

bool static_catalog_recall(struct airport_catalog catalog, const char *name, struct writer *w) {
    if (catalog.methods != &static_catalog_methods)
        return false;
    struct static_catalog *c = catalog.self;
    pthread_mutex_lock(&c->lock);
    bool known = c->listing_name && strcmp(c->listing_name, name) == 0;
    if (known)
        writer_bytes(w, c->listing.bytes, c->listing.length);
    pthread_mutex_unlock(&c->lock);
    return known;
}

void static_catalog_remember(struct airport_catalog catalog, const char *name, const void *bytes, size_t length) {
    if (catalog.methods != &static_catalog_methods || !is_wholly_static(catalog.self))
        return;
    struct static_catalog *c = catalog.self;
    pthread_mutex_lock(&c->lock);
    memory_free(c->listing_name);
    c->listing_name = memory_copy_string(name);
    writer_reset(&c->listing);
    writer_bytes(&c->listing, bytes, length);
    if (!writer_ok(&c->listing)) {
        memory_free(c->listing_name);
        c->listing_name = NULL;
    }
    pthread_mutex_unlock(&c->lock);
}

/* ---- the builder ---- */

struct airport_catalog_builder *airport_catalog_builder_create(void) {
    struct airport_catalog_builder *b = memory_allocate_zeroed(1, sizeof *b);
    struct static_catalog *c = memory_allocate_zeroed(1, sizeof *c);
    if (!b || !c) {
        memory_free(b);
        memory_free(c);
        return NULL;
    }
    pthread_mutex_init(&c->lock, NULL);
    b->catalog = c;
    return b;
}

void airport_catalog_builder_destroy(struct airport_catalog_builder *builder) {
    if (!builder)
        return;
    destroy_catalog(builder->catalog);
    memory_free(builder);
}

/* A place behind `count` items; arrays double. NULL sets the builder's error. */
static void *add_item(struct airport_catalog_builder *b, void *items, int32_t count, size_t size) {
    bool is_full = count == 0 || (count >= 4 && (count & (count - 1)) == 0);
    if (!is_full)
        return items;
    void *grown = arena_allocate(&b->catalog->arena, (size_t)(count ? 2 * count : 4) * size);
    if (!grown)
        airport_fail_no_memory(&b->error);
    else if (count)
        memcpy(grown, items, (size_t)count * size);
    return grown;
}

static char *copy(struct airport_catalog_builder *b, const char *text) {
    char *made = text ? arena_copy_string(&b->catalog->arena, text) : NULL;
    if (text && !made)
        airport_fail_no_memory(&b->error);
    return made;
}

/* False if a failure stands; then what was to be added is dropped. */
static bool is_ready(const struct airport_catalog_builder *b) {
    return b && b->error.kind == AIRPORT_OK;
}

/* The schema that things are added to. */
static struct static_schema *current(struct airport_catalog_builder *b) {
    if (!is_ready(b))
        return NULL;
    if (!b->catalog->schema_count) {
        airport_fail(&b->error, AIRPORT_FAILED_PRECONDITION, "the catalog builder was given no schema yet");
        return NULL;
    }
    return &b->catalog->schemas[b->catalog->schema_count - 1];
}

void airport_builder_schema(struct airport_catalog_builder *builder, const char *name, const char *comment) {
    if (!is_ready(builder))
        return;
    struct static_catalog *c = builder->catalog;
    for (int32_t i = 0; name && i < c->schema_count; i++)
        if (strcmp(c->schemas[i].info.name, name) == 0)
            airport_fail(&builder->error, AIRPORT_ALREADY_EXISTS, "there are two schemas \"%s\"", name);
    if (!name || !*name)
        airport_fail(&builder->error, AIRPORT_INVALID_ARGUMENT, "a schema has no name");
    if (!is_ready(builder))
        return;
    struct static_schema *schemas = add_item(builder, c->schemas, c->schema_count, sizeof *schemas);
    if (!schemas)
        return;
    c->schemas = schemas;
    schemas[c->schema_count] = (struct static_schema){
        .info = {.size = sizeof schemas->info,
                 .name = copy(builder, name),
                 .comment = copy(builder, comment),
                 .is_default = c->schema_count == 0}};
    if (is_ready(builder))
        c->schema_count++;
}

void airport_builder_tag(struct airport_catalog_builder *builder, const char *key, const char *value) {
    struct static_schema *s = current(builder);
    struct airport_tag *tags = s ? add_item(builder, s->tags, (int32_t)s->info.tag_count, sizeof *tags) : NULL;
    if (!tags)
        return;
    s->tags = tags;
    s->info.tags = tags;
    tags[s->info.tag_count] = (struct airport_tag){copy(builder, key), copy(builder, value)};
    if (is_ready(builder))
        s->info.tag_count++;
}

void airport_builder_table(struct airport_catalog_builder *builder, struct airport_table table) {
    struct static_schema *s = current(builder);
    struct airport_table *tables = s ? add_item(builder, s->tables, s->table_count, sizeof *tables) : NULL;
    if (!tables) {
        if (METHOD(table.methods, release))
            table.methods->release(table.self);
        return;
    }
    s->tables = tables;
    tables[s->table_count++] = table;
}

void airport_builder_function(struct airport_catalog_builder *builder, struct airport_function function) {
    struct static_schema *s = current(builder);
    struct airport_function *functions = s ? add_item(builder, s->functions, s->function_count, sizeof *functions) : NULL;
    if (!functions) {
        if (METHOD(function.methods, release))
            function.methods->release(function.self);
        return;
    }
    s->functions = functions;
    functions[s->function_count++] = function;
}

static bool copy_checks(struct airport_catalog_builder *b, struct airport_simple_table *table) {
    const char **checks = arena_allocate(&b->catalog->arena, (table->check_constraint_count + 1) * sizeof *checks);
    if (!checks)
        return airport_fail_no_memory(&b->error);
    for (size_t i = 0; i < table->check_constraint_count; i++)
        checks[i] = copy(b, table->check_constraints[i]);
    table->check_constraints = checks;
    return is_ready(b);
}

/* Its schema, checked and encoded once. */
static bool make_table_schema(struct airport_catalog_builder *b, struct simple_table *t) {
    struct error inner = {0};
    bool ok = t->given.schema ? airport_schema_copy(t->given.schema, &t->schema, &b->error)
                              : airport_schema_from_fields(t->given.fields, t->given.field_count, &t->schema, &b->error);
    if (!ok)
        return false;
    t->ipc = ipc_schema_create(&t->schema, &inner);
    t->fingerprint = schema_fingerprint(&t->schema);
    if (t->ipc)
        return true;
    schema_release(&t->schema);
    return failure_from_error(&b->error, &inner);
}

void airport_builder_simple_table(struct airport_catalog_builder *builder, const struct airport_simple_table *table) {
    struct static_schema *s = current(builder);
    struct simple_table *t = s ? arena_allocate_zeroed(&builder->catalog->arena, 1, sizeof *t) : NULL;
    if (s && !t)
        airport_fail_no_memory(&builder->error);
    if (!t)
        return;
    if (!copy_sized(&t->given, sizeof t->given, table, "airport_simple_table", &builder->error))
        return;
    if (!t->given.name || !*t->given.name || !t->given.scan) {
        airport_fail(&builder->error, AIRPORT_INVALID_ARGUMENT, "a simple table needs a name and a scan function");
        return;
    }
    t->given.name = copy(builder, t->given.name);
    t->given.comment = copy(builder, t->given.comment);
    if (is_ready(builder) && copy_checks(builder, &t->given) && make_table_schema(builder, t))
        airport_builder_table(builder,
                              (struct airport_table){t->given.statistics ? &known_table_methods : &simple_table_methods, t});
}

void airport_builder_simple_function(struct airport_catalog_builder *builder,
                                     const struct airport_simple_function *function) {
    struct static_schema *s = current(builder);
    struct simple_function *f = s ? arena_allocate_zeroed(&builder->catalog->arena, 1, sizeof *f) : NULL;
    if (s && !f)
        airport_fail_no_memory(&builder->error);
    if (!f)
        return;
    if (!copy_sized(&f->given, sizeof f->given, function, "airport_simple_function", &builder->error))
        return;
    if (!f->given.name || !*f->given.name || !f->given.execute || !f->given.result) {
        airport_fail(&builder->error, AIRPORT_INVALID_ARGUMENT, "a simple function needs a name, a result and an execute");
        return;
    }
    f->given.name = copy(builder, f->given.name);
    f->given.description = copy(builder, f->given.description);
    if (is_ready(builder) &&
        airport_schema_from_fields(f->given.parameters, f->given.parameter_count, &f->parameters, &builder->error) &&
        airport_schema_from_fields(f->given.result, 1, &f->result, &builder->error))
        airport_builder_function(builder, (struct airport_function){&simple_function_methods, f});
    else
        schema_release(&f->parameters);
}

void airport_builder_simple_table_function(struct airport_catalog_builder *builder,
                                           const struct airport_simple_table_function *function) {
    struct static_schema *s = current(builder);
    struct simple_table_function *f = s ? arena_allocate_zeroed(&builder->catalog->arena, 1, sizeof *f) : NULL;
    if (s && !f)
        airport_fail_no_memory(&builder->error);
    if (!f)
        return;
    if (!copy_sized(&f->given, sizeof f->given, function, "airport_simple_table_function", &builder->error))
        return;
    if (!f->given.name || !*f->given.name || !f->given.scan || !f->given.columns) {
        airport_fail(&builder->error, AIRPORT_INVALID_ARGUMENT, "a simple table function needs a name, columns and a scan");
        return;
    }
    f->given.name = copy(builder, f->given.name);
    f->given.description = copy(builder, f->given.description);
    if (is_ready(builder) &&
        airport_schema_from_fields(f->given.parameters, f->given.parameter_count, &f->parameters, &builder->error) &&
        airport_schema_from_fields(f->given.columns, f->given.column_count, &f->columns, &builder->error))
        airport_builder_function(builder, (struct airport_function){&simple_table_function_methods, f});
    else
        schema_release(&f->parameters);
}

bool airport_catalog_builder_finish(struct airport_catalog_builder *builder, struct airport_catalog *out,
                                    struct airport_error *err) {
    if (!builder)
        return airport_fail_no_memory(err);
    if (!is_ready(builder)) {
        if (err)
            *err = builder->error;
        airport_catalog_builder_destroy(builder);
        return false;
    }
    *out = (struct airport_catalog){&static_catalog_methods, builder->catalog};
    memory_free(builder);
    return true;
}

void airport_catalog_release(struct airport_catalog catalog) {
    if (METHOD(catalog.methods, release))
        catalog.methods->release(catalog.self);
}
