/* The actions that change a catalog: each calls its method, then tells the client the new state. */
#include <string.h>

#include "airport/action.h"
#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/info.h"
#include "airport/schema.h"
#include "flight/ipc.h"

static bool not_implemented(struct airport_error *err, const char *what) {
    return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "this catalog does not support %s", what);
}

/* Whether a failure of `kind` was asked to be ignored; clears it then. */
static bool is_ignored(struct airport_error *err, enum airport_error_kind kind, bool ignore) {
    if (!ignore || err->kind != kind)
        return false;
    *err = (struct airport_error){AIRPORT_OK, ""};
    return true;
}

/* ---- schemas ---- */

bool action_create_schema(struct airport_call *call, struct flight_request *request, struct writer *result,
                          struct airport_error *err) {
    struct airport_catalog catalog;
    struct found_schema schema;
    if (!action_catalog(call, request, &catalog, err))
        return false;
    const struct airport_schema_ddl_methods *ddl = METHOD(catalog.methods, ddl);
    if (!METHOD(ddl, create_schema))
        return not_implemented(err, "CREATE SCHEMA");
    struct airport_tag *tags = airport_call_allocate(call, (size_t)request->tags.count * sizeof *tags + 1);
    if (!tags)
        return airport_fail_no_memory(err);
    for (int32_t i = 0; i < request->tags.count; i++)
        tags[i] = (struct airport_tag){request->tags.keys[i], request->tags.values[i]};
    const struct airport_schema_info info = {
        .size = sizeof info,
        .name = request->schema,
        .comment = *request->comment ? request->comment : NULL,
        .tags = tags,
        .tag_count = (size_t)request->tags.count,
    };
    return ddl->create_schema(catalog.self, call, &info, err) &&
           lookup_schema(call, catalog, request->schema, &schema, err) &&
           info_write_contents(result, call, schema.handle, request->schema, err);
}

bool action_drop_schema(struct airport_call *call, struct flight_request *request, struct writer *result,
                        struct airport_error *err) {
    (void)result;
    struct airport_catalog catalog;
    if (!action_catalog(call, request, &catalog, err))
        return false;
    const struct airport_schema_ddl_methods *ddl = METHOD(catalog.methods, ddl);
    if (!METHOD(ddl, drop_schema))
        return not_implemented(err, "DROP SCHEMA");
    return ddl->drop_schema(catalog.self, call, request->name, request->ignore_not_found, err) ||
           is_ignored(err, AIRPORT_NOT_FOUND, request->ignore_not_found);
}

/* ---- tables ---- */

static bool find_schema(struct airport_call *call, struct flight_request *request, const char *name,
                        struct found_schema *out, struct airport_error *err) {
    struct airport_catalog catalog;
    return action_catalog(call, request, &catalog, err) && lookup_schema(call, catalog, name, out, err);
}

/* The table as it is now, as the answer. The schema's handle is asked afresh: it may have been a snapshot. */
static bool answer_with_table(struct airport_call *call, struct flight_request *request, const char *schema_name,
                              const char *table_name, struct writer *result, struct airport_error *err) {
    struct found_schema schema;
    struct found_table table;
    return find_schema(call, request, schema_name, &schema, err) &&
           lookup_table(call, schema.handle, table_name, NULL, &table, err) &&
           info_write_table(result, call, schema_name, &table, NULL, false, err);
}

static bool set_not_null(struct airport_call *call, const struct flight_request *request,
                         const struct ArrowSchema *schema, struct airport_create_table *out,
                         struct airport_error *err) {
    int32_t count = request->not_null_constraints.count;
    int32_t *columns = airport_call_allocate(call, (size_t)count * sizeof *columns + 1);
    if (!columns)
        return airport_fail_no_memory(err);
    for (int32_t i = 0; i < count; i++) {
        if (request->not_null_constraints.values[i] >= (uint64_t)schema->n_children)
            return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "a NOT NULL column is out of range");
        columns[i] = (int32_t)request->not_null_constraints.values[i];
    }
    out->not_null_columns = columns;
    out->not_null_column_count = count;
    return true;
}

/* A single-column key and a key of several columns come in different places. */
static void set_keys(const struct flight_request *request, struct airport_create_table *out) {
    const struct request_texts *key =
        request->multi_key_primary_keys.count ? &request->multi_key_primary_keys : &request->primary_key_columns;
    out->primary_key_columns = key->values;
    out->primary_key_column_count = key->count;
    out->unique_columns = request->unique_columns.values;
    out->unique_column_count = request->unique_columns.count;
    out->check_constraints = request->check_constraints.values;
    out->check_constraint_count = request->check_constraints.count;
    out->extra_constraints = request->extra_constraints.values;
    out->extra_constraint_count = request->extra_constraints.count;
}

bool action_create_table(struct airport_call *call, struct flight_request *request, struct writer *result,
                         struct airport_error *err) {
    struct found_schema schema;
    if (!find_schema(call, request, request->schema_name, &schema, err))
        return false;
    const struct airport_table_ddl_methods *ddl = METHOD(schema.handle.methods, ddl);
    if (!METHOD(ddl, create_table))
        return not_implemented(err, "CREATE TABLE");
    struct airport_create_table create = {.size = sizeof create, .name = request->table_name};
    create.schema = read_request_schema(call, &request->arrow_schema, err);
    create.if_not_exists = strcmp(request->on_conflict, "ignore") == 0;
    set_keys(request, &create);
    if (!create.schema || !set_not_null(call, request, create.schema, &create, err))
        return false;
    if (!ddl->create_table(schema.handle.self, call, &create, err) &&
        !is_ignored(err, AIRPORT_ALREADY_EXISTS, create.if_not_exists))
        return false;
    return answer_with_table(call, request, request->schema_name, request->table_name, result, err);
}

bool action_drop_table(struct airport_call *call, struct flight_request *request, struct writer *result,
                       struct airport_error *err) {
    (void)result;
    struct found_schema schema;
    if (!find_schema(call, request, request->schema_name, &schema, err))
        return is_ignored(err, AIRPORT_NOT_FOUND, request->ignore_not_found);
    const struct airport_table_ddl_methods *ddl = METHOD(schema.handle.methods, ddl);
    if (!METHOD(ddl, drop_table))
        return not_implemented(err, "DROP TABLE");
    return ddl->drop_table(schema.handle.self, call, request->name, request->ignore_not_found, err) ||
           is_ignored(err, AIRPORT_NOT_FOUND, request->ignore_not_found);
}

bool action_rename_table(struct airport_call *call, struct flight_request *request, struct writer *result,
                         struct airport_error *err) {
    struct found_schema schema;
    if (!find_schema(call, request, request->schema, &schema, err))
        return false;
    const struct airport_table_ddl_methods *ddl = METHOD(schema.handle.methods, ddl);
    if (!METHOD(ddl, rename_table))
        return not_implemented(err, "ALTER TABLE RENAME TO");
    return ddl->rename_table(schema.handle.self, call, request->name, request->new_table_name, err) &&
           answer_with_table(call, request, request->schema, request->new_table_name, result, err);
}

/* ---- columns ---- */

/* What an ALTER action finds and hands on. */
struct alter {
    struct found_table table;
    const struct airport_alter_methods *methods;
    void *self;
    struct airport_alter_options options;
    struct airport_field_path path;
};

static bool begin_alter(struct airport_call *call, struct flight_request *request, struct alter *out,
                        struct airport_error *err) {
    struct found_schema schema;
    if (!find_schema(call, request, request->schema, &schema, err) ||
        !lookup_table(call, schema.handle, request->name, NULL, &out->table, err))
        return false;
    out->methods = METHOD(out->table.handle.methods, alter);
    out->self = out->table.handle.self;
    out->options = (struct airport_alter_options){
        .size = sizeof out->options,
        .if_exists = request->if_column_exists,
        .if_not_exists = request->if_column_not_exists || request->if_field_not_exists,
        .cascade = request->cascade,
    };
    out->path = (struct airport_field_path){request->column_path.values, request->column_path.count};
    return true;
}

/* The outcome of a method: ignores what it was asked to ignore, then answers. */
static bool end_alter(struct airport_call *call, struct flight_request *request, const struct alter *a, bool done,
                      struct writer *result, struct airport_error *err) {
    if (!done && !is_ignored(err, AIRPORT_NOT_FOUND, a->options.if_exists) &&
        !is_ignored(err, AIRPORT_ALREADY_EXISTS, a->options.if_not_exists))
        return false;
    return answer_with_table(call, request, request->schema, request->name, result, err);
}

/* The one field of a request's column_schema. */
static const struct ArrowSchema *read_column(struct airport_call *call, struct flight_request *request,
                                             struct airport_error *err) {
    const struct ArrowSchema *schema = read_request_schema(call, &request->column_schema, err);
    if (schema && schema->n_children != 1) {
        airport_fail(err, AIRPORT_INVALID_ARGUMENT, "column_schema must hold one field");
        return NULL;
    }
    return schema ? schema->children[0] : NULL;
}

/* Defines action_NAME: METHOD is called with `arguments`, which may use a, call, request and err. */
#define ALTER_ACTION(name, method, what, ...)                                                                          \
    bool action_##name(struct airport_call *call, struct flight_request *request, struct writer *result,              \
                       struct airport_error *err) {                                                                   \
        struct alter a;                                                                                                \
        if (!begin_alter(call, request, &a, err))                                                                      \
            return false;                                                                                              \
        if (!METHOD(a.methods, method))                                                                                \
            return not_implemented(err, what);                                                                         \
        return end_alter(call, request, &a, a.methods->method(a.self, call, __VA_ARGS__, err), result, err);           \
    }

/* The same for methods that take a field: `column` stands for it. */
#define ALTER_WITH_COLUMN(name, method, what, ...)                                                                     \
    bool action_##name(struct airport_call *call, struct flight_request *request, struct writer *result,              \
                       struct airport_error *err) {                                                                   \
        struct alter a;                                                                                                \
        if (!begin_alter(call, request, &a, err))                                                                      \
            return false;                                                                                              \
        if (!METHOD(a.methods, method))                                                                                \
            return not_implemented(err, what);                                                                         \
        const struct ArrowSchema *column = read_column(call, request, err);                                            \
        return column && end_alter(call, request, &a, a.methods->method(a.self, call, __VA_ARGS__, err), result, err); \
    }

ALTER_WITH_COLUMN(add_column, add_column, "ADD COLUMN", column, &a.options)
ALTER_WITH_COLUMN(change_column_type, change_column_type, "ALTER COLUMN TYPE", column, request->expression)
ALTER_WITH_COLUMN(add_field, add_field, "ADD COLUMN inside a struct", &a.path, column, &a.options)
ALTER_ACTION(remove_column, remove_column, "DROP COLUMN", request->removed_column, &a.options)
ALTER_ACTION(rename_column, rename_column, "RENAME COLUMN", request->old_name, request->new_name)
ALTER_ACTION(set_not_null, set_not_null, "SET NOT NULL", request->column_name)
ALTER_ACTION(drop_not_null, drop_not_null, "DROP NOT NULL", request->column_name)
ALTER_ACTION(set_default, set_default, "SET DEFAULT", request->column_name, request->expression)
ALTER_ACTION(remove_field, remove_field, "DROP COLUMN inside a struct", &a.path, &a.options)
ALTER_ACTION(rename_field, rename_field, "RENAME COLUMN inside a struct", &a.path, request->new_name)
ALTER_ACTION(add_constraint, add_constraint, "ADD CONSTRAINT", request->constraint)
