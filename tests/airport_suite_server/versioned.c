#include "versioned.h"

#include <string.h>

/* What `self` of the handles is; all live as long as the call. */
struct catalog {
    struct airport_catalog inner, constant;
    const char *name;
    struct history *history;
};

struct schema {
    const struct catalog *catalog;
    struct airport_schema inner;
    const char *name;
};

struct table {
    struct airport_table_methods methods; /* those of the groups that the inner table has */
    const struct schema *schema;
    struct airport_table inner;
    const char *name;
};

static struct history_key key_of(const struct table *t) {
    return (struct history_key){t->schema->catalog->name, t->schema->name, t->name};
}

/* The name of a handle's description, in the call's memory; NULL with the error set. */
static const char *name_of_table(struct airport_table table, struct airport_call *call, struct airport_error *err) {
    struct airport_table_info info = {.size = sizeof info};
    if (!table.methods->describe(table.self, call, NULL, &info, err))
        return NULL;
    const char *name = airport_call_copy_string(call, info.name);
    info.schema.release(&info.schema);
    if (!name)
        airport_fail_no_memory(err);
    return name;
}

/* ---- finding again what a change has made ---- */

static bool find_schema(const struct catalog *c, struct airport_call *call, const char *name, struct airport_schema *out,
                        struct airport_error *err) {
    struct airport_schemas *list = airport_schemas_create(call);
    if (!list)
        return airport_fail_no_memory(err);
    if (!c->inner.methods->schemas(c->inner.self, call, name, list, err))
        return false;
    if (!airport_schemas_count(list))
        return airport_fail(err, AIRPORT_NOT_FOUND, "there is no schema \"%s\"", name);
    *out = airport_schemas_get(list, 0);
    return true;
}

static bool record(const struct catalog *c, struct airport_call *call, const char *schema_name, const char *name,
                   struct airport_error *err) {
    struct airport_schema schema;
    struct airport_tables *list = airport_tables_create(call);
    if (!list)
        return airport_fail_no_memory(err);
    if (!find_schema(c, call, schema_name, &schema, err) ||
        !schema.methods->tables(schema.self, call, name, list, err))
        return false;
    if (!airport_tables_count(list))
        return airport_fail(err, AIRPORT_NOT_FOUND, "there is no table \"%s\"", name);
    const struct history_key key = {c->name, schema_name, name};
    return history_record(c->history, key, airport_tables_get(list, 0), call, err);
}

static bool record_table(const struct table *t, struct airport_call *call, struct airport_error *err) {
    return record(t->schema->catalog, call, t->schema->name, t->name, err);
}

/* ---- tables: reading ---- */

static bool describe_table(void *self, struct airport_call *call, const struct airport_time_point *at,
                           struct airport_table_info *out, struct airport_error *err) {
    const struct table *t = self;
    if (!t->inner.methods->describe(t->inner.self, call, NULL, out, err))
        return false;
    if (!at)
        return true;
    struct version *version = history_find(t->schema->catalog->history, key_of(t), at, err);
    out->schema.release(&out->schema);
    bool ok = version && airport_schema_copy(version_schema(version), &out->schema, err);
    version_release(version);
    return ok;
}

static bool plan_scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct airport_endpoints *out, struct airport_error *err) {
    const struct table *t = self;
    const struct airport_scan_methods *inner = t->inner.methods->scan;
    if (!options->time_point && inner->plan)
        return inner->plan(t->inner.self, call, options, out, err);
    const struct airport_endpoint whole = {.size = sizeof whole};
    return airport_endpoints_add(out, &whole, err);
}

static bool open_scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    const struct table *t = self;
    if (!options->time_point)
        return t->inner.methods->scan->open(t->inner.self, call, options, out, err);
    struct version *version = history_find(t->schema->catalog->history, key_of(t), options->time_point, err);
    bool ok = version && version_scan(version, out, err);
    version_release(version);
    return ok;
}

/* ---- tables: writing ---- */

struct writer {
    const struct table *table;
    struct airport_writer inner;
};

static void release_writer(void *self) {
    const struct writer *w = self;
    w->inner.methods->release(w->inner.self);
}

static bool write_rows(void *self, struct airport_call *call, struct ArrowArray *batch, struct ArrowArray *returned,
                       struct airport_error *err) {
    const struct writer *w = self;
    return w->inner.methods->write(w->inner.self, call, batch, returned, err);
}

static bool finish_writing(void *self, struct airport_call *call, int64_t *changed_rows, struct airport_error *err) {
    const struct writer *w = self;
    struct history *history = w->table->schema->catalog->history;
    history_lock(history);
    bool ok = w->inner.methods->finish(w->inner.self, call, changed_rows, err) &&
              (*changed_rows == 0 || record_table(w->table, call, err));
    history_unlock(history);
    return ok;
}

static const struct airport_writer_methods writer_methods = {
    .size = sizeof writer_methods, .release = release_writer, .write = write_rows, .finish = finish_writing};

/* The peer has a table that refuses every row, to show how constraint errors arrive. */
static bool refuses_rows(const struct table *t, struct airport_error *err) {
    return strcmp(t->name, "constraint_demo") == 0 &&
           !airport_fail(err, AIRPORT_CONSTRAINT_EXCEPTION, "Duplicate key \"id: 1\" violates primary key constraint.");
}

static bool open_writer(const struct table *t, const struct airport_write_methods *inner, struct airport_call *call,
                        const struct airport_write_options *options, struct airport_writer *out,
                        struct airport_error *err) {
    struct writer *w = airport_call_allocate(call, sizeof *w);
    if (!w)
        return airport_fail_no_memory(err);
    w->table = t;
    if (refuses_rows(t, err) || !inner->open(t->inner.self, call, options, &w->inner, err))
        return false;
    *out = (struct airport_writer){&writer_methods, w};
    return true;
}

#define OPEN_WRITER(group)                                                                                             \
    static bool open_##group(void *self, struct airport_call *call, const struct airport_write_options *options,       \
                             struct airport_writer *out, struct airport_error *err) {                                  \
        const struct table *t = self;                                                                                  \
        return open_writer(t, t->inner.methods->group, call, options, out, err);                                       \
    }
OPEN_WRITER(insert)
OPEN_WRITER(update)
OPEN_WRITER(remove)

static const struct airport_scan_methods scan_methods = {.size = sizeof scan_methods, .plan = plan_scan, .open = open_scan};
static const struct airport_write_methods insert_methods = {.size = sizeof insert_methods, .open = open_insert};
static const struct airport_write_methods update_methods = {.size = sizeof update_methods, .open = open_update};
static const struct airport_write_methods remove_methods = {.size = sizeof remove_methods, .open = open_remove};

/* ---- tables: altering ---- */

#define LIST(...) __VA_ARGS__
/* A method of airport_alter_methods: the inner table's, then a new version. */
#define ALTER(verb, parameters, arguments)                                                                             \
    static bool verb(void *self, struct airport_call *call, parameters, struct airport_error *err) {                   \
        const struct table *t = self;                                                                                  \
        struct history *history = t->schema->catalog->history;                                                         \
        if (!t->inner.methods->alter->verb)                                                                            \
            return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, #verb " is not supported");                              \
        history_lock(history);                                                                                         \
        bool ok = t->inner.methods->alter->verb(t->inner.self, call, arguments, err) && record_table(t, call, err);    \
        history_unlock(history);                                                                                       \
        return ok;                                                                                                     \
    }
ALTER(add_column, LIST(const struct ArrowSchema *column, const struct airport_alter_options *options), LIST(column, options))
ALTER(remove_column, LIST(const char *column, const struct airport_alter_options *options), LIST(column, options))
ALTER(rename_column, LIST(const char *column, const char *new_name), LIST(column, new_name))
ALTER(change_column_type, LIST(const struct ArrowSchema *column, const char *expression), LIST(column, expression))
ALTER(set_not_null, const char *column, column)
ALTER(drop_not_null, const char *column, column)
ALTER(set_default, LIST(const char *column, const char *expression), LIST(column, expression))
ALTER(add_field, LIST(const struct airport_field_path *parent, const struct ArrowSchema *field,
                      const struct airport_alter_options *options), LIST(parent, field, options))
ALTER(remove_field, LIST(const struct airport_field_path *path, const struct airport_alter_options *options),
      LIST(path, options))
ALTER(rename_field, LIST(const struct airport_field_path *path, const char *new_name), LIST(path, new_name))

static const struct airport_alter_methods alter_methods = {
    .size = sizeof alter_methods,
    .add_column = add_column,
    .remove_column = remove_column,
    .rename_column = rename_column,
    .change_column_type = change_column_type,
    .set_not_null = set_not_null,
    .drop_not_null = drop_not_null,
    .set_default = set_default,
    .add_field = add_field,
    .remove_field = remove_field,
    .rename_field = rename_field,
};

/* ---- schemas ---- */

static bool add_table(const struct schema *s, struct airport_call *call, struct airport_table inner,
                      struct airport_tables *out, struct airport_error *err) {
    const struct airport_table_methods *m = inner.methods;
    struct table *t = airport_call_allocate(call, sizeof *t);
    if (!t)
        return airport_fail_no_memory(err);
    *t = (struct table){
        .methods = {.size = sizeof t->methods,
                    .describe = describe_table,
                    .scan = m->scan ? &scan_methods : NULL,
                    .insert = m->insert ? &insert_methods : NULL,
                    .update = m->update ? &update_methods : NULL,
                    .remove = m->remove ? &remove_methods : NULL,
                    .alter = m->alter ? &alter_methods : NULL},
        .schema = s,
        .inner = inner,
        .name = name_of_table(inner, call, err),
    };
    return t->name && airport_tables_add(out, (struct airport_table){&t->methods, t}, err);
}

static bool describe_schema(void *self, struct airport_call *call, struct airport_schema_info *out,
                            struct airport_error *err) {
    const struct schema *s = self;
    return s->inner.methods->describe(s->inner.self, call, out, err);
}

static bool list_tables(void *self, struct airport_call *call, const char *name, struct airport_tables *out,
                        struct airport_error *err) {
    const struct schema *s = self;
    struct airport_tables *list = airport_tables_create(call);
    bool ok = list ? s->inner.methods->tables(s->inner.self, call, name, list, err) : airport_fail_no_memory(err);
    for (int32_t i = 0; ok && i < airport_tables_count(list); i++)
        ok = add_table(s, call, airport_tables_get(list, i), out, err);
    return ok;
}

static bool list_functions(void *self, struct airport_call *call, const char *name, struct airport_functions *out,
                           struct airport_error *err) {
    const struct schema *s = self;
    return s->inner.methods->functions(s->inner.self, call, name, out, err);
}

static bool create_table(void *self, struct airport_call *call, const struct airport_create_table *request,
                         struct airport_error *err) {
    const struct schema *s = self;
    struct history *history = s->catalog->history;
    history_lock(history);
    bool ok = s->inner.methods->ddl->create_table(s->inner.self, call, request, err) &&
              record(s->catalog, call, s->name, request->name, err);
    history_unlock(history);
    return ok;
}

static bool drop_table(void *self, struct airport_call *call, const char *name, bool if_exists,
                       struct airport_error *err) {
    const struct schema *s = self;
    if (!s->inner.methods->ddl->drop_table(s->inner.self, call, name, if_exists, err))
        return false;
    history_forget(s->catalog->history, (struct history_key){s->catalog->name, s->name, name});
    return true;
}

static bool rename_table(void *self, struct airport_call *call, const char *name, const char *new_name,
                         struct airport_error *err) {
    const struct schema *s = self;
    const struct history_key key = {s->catalog->name, s->name, name};
    return s->inner.methods->ddl->rename_table(s->inner.self, call, name, new_name, err) &&
           history_rename(s->catalog->history, key, new_name, err);
}

static const struct airport_table_ddl_methods table_ddl = {
    .size = sizeof table_ddl, .create_table = create_table, .drop_table = drop_table, .rename_table = rename_table};
static const struct airport_schema_methods schema_methods = {.size = sizeof schema_methods,
                                                             .describe = describe_schema,
                                                             .tables = list_tables,
                                                             .functions = list_functions,
                                                             .ddl = &table_ddl};

/* ---- the catalog ---- */

static bool add_schema(const struct catalog *c, struct airport_call *call, struct airport_schema inner,
                       struct airport_schemas *out, struct airport_error *err) {
    struct airport_schema_info info = {.size = sizeof info};
    if (!inner.methods->describe(inner.self, call, &info, err))
        return false;
    struct schema *s = airport_call_allocate(call, sizeof *s);
    if (!s)
        return airport_fail_no_memory(err);
    *s = (struct schema){c, inner, info.name};
    return airport_schemas_add(out, (struct airport_schema){&schema_methods, s}, err);
}

static bool list_schemas(void *self, struct airport_call *call, const char *name, struct airport_schemas *out,
                         struct airport_error *err) {
    const struct catalog *c = self;
    struct airport_schemas *list = airport_schemas_create(call);
    bool ok = list ? c->inner.methods->schemas(c->inner.self, call, name, list, err) : airport_fail_no_memory(err);
    for (int32_t i = 0; ok && i < airport_schemas_count(list); i++)
        ok = add_schema(c, call, airport_schemas_get(list, i), out, err);
    return ok && c->constant.methods->schemas(c->constant.self, call, name, out, err);
}

static bool tell_version(void *self, struct airport_call *call, struct airport_catalog_version *out,
                         struct airport_error *err) {
    const struct catalog *c = self;
    return c->inner.methods->version(c->inner.self, call, out, err);
}

static bool create_schema(void *self, struct airport_call *call, const struct airport_schema_info *request,
                          struct airport_error *err) {
    const struct catalog *c = self;
    return c->inner.methods->ddl->create_schema(c->inner.self, call, request, err);
}

static bool drop_schema(void *self, struct airport_call *call, const char *name, bool if_exists,
                        struct airport_error *err) {
    const struct catalog *c = self;
    if (!c->inner.methods->ddl->drop_schema(c->inner.self, call, name, if_exists, err))
        return false;
    history_forget(c->history, (struct history_key){c->name, name, NULL});
    return true;
}

static void release_catalog(void *self) {
    const struct catalog *c = self;
    airport_catalog_release(c->inner);
}

struct airport_catalog versioned_catalog(struct airport_call *call, struct airport_catalog inner,
                                         struct airport_catalog constant, const char *name, struct history *history) {
    static const struct airport_schema_ddl_methods ddl = {
        .size = sizeof ddl, .create_schema = create_schema, .drop_schema = drop_schema};
    static const struct airport_catalog_methods methods = {
        .size = sizeof methods, .release = release_catalog, .schemas = list_schemas, .version = tell_version, .ddl = &ddl};
    struct catalog *c = airport_call_allocate(call, sizeof *c);
    if (c)
        *c = (struct catalog){inner, constant, airport_call_copy_string(call, name), history};
    if (c && c->name)
        return (struct airport_catalog){&methods, c};
    airport_catalog_release(inner);
    return (struct airport_catalog){NULL, NULL};
}
