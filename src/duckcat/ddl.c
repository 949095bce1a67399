/* CREATE and DROP of tables and schemas, and how every data definition statement is run. */
#include "duckcat/ddl.h"

#include <strings.h>

#include "duckcat/catalog.h"
#include "duckcat/failure.h"
#include "duckcat/sql.h"
#include "engine/arrow.h"

static void fail(struct ddl *ddl, const struct error *why) {
    lease_return(ddl->lease);
    ddl->lease = NULL;
    failure_tell(why, ddl->err);
}

void ddl_begin(struct ddl *ddl, struct duckcat *owner, struct airport_call *call, const char *statement,
               struct airport_error *err) {
    struct error why;
    *ddl = (struct ddl){.owner = owner, .call = call, .err = err};
    if (!duckcat_may_write(owner, call, statement, err))
        return;
    ddl->lease = lease_take(owner->leases, call, &why);
    if (!ddl->lease)
        fail(ddl, &why);
}

const struct engine_type *const *ddl_read_types(struct ddl *ddl, const struct ArrowSchema *schema) {
    const struct engine_type *const *types;
    struct error why;
    if (!ddl->lease)
        return NULL;
    if (engine_arrow_read_types(lease_connection(ddl->lease), schema, &ddl->arena, &types, &why))
        return types;
    fail(ddl, &why);
    return NULL;
}

void ddl_write_expression(struct ddl *ddl, const char *expression) {
    struct error why;
    if (!ddl->lease)
        return;
    if (sql_is_expression(expression)) {
        writer_text(&ddl->sql, expression);
    } else {
        error_set(&why, ERROR_INVALID_ARGUMENT, "not one SQL expression: %s", expression);
        fail(ddl, &why);
    }
}

bool ddl_run(struct ddl *ddl) {
    struct error why;
    bool ok = ddl->lease != NULL;
    error_clear(&why);
    if (ok) {
        const char *text = sql_finish(&ddl->sql, &why);
        ok = text && lease_run(ddl->lease, text, NULL, &why);
        if (!ok)
            fail(ddl, &why);
    }
    lease_return(ddl->lease);
    writer_destroy(&ddl->sql);
    arena_destroy(&ddl->arena);
    return ok;
}

static bool is_listed(int32_t column, const int32_t *list, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if (list[i] == column)
            return true;
    return false;
}

static void write_columns(struct ddl *ddl, const struct airport_create_table *request) {
    struct writer *sql = &ddl->sql;
    const struct engine_type *const *types = ddl_read_types(ddl, request->schema);
    for (int32_t i = 0; types && i < request->schema->n_children; i++) {
        writer_text(sql, i ? ", " : " (");
        sql_identifier(sql, request->schema->children[i]->name);
        writer_u8(sql, ' ');
        sql_type(sql, types[i]);
        if (is_listed(i, request->not_null_columns, request->not_null_column_count))
            writer_text(sql, " NOT NULL");
    }
}

static void write_constraints(struct ddl *ddl, const struct airport_create_table *request) {
    struct writer *sql = &ddl->sql;
    for (int32_t i = 0; i < request->primary_key_column_count; i++) {
        writer_text(sql, i ? ", " : ", PRIMARY KEY (");
        sql_identifier(sql, request->primary_key_columns[i]);
    }
    writer_text(sql, request->primary_key_column_count ? ")" : "");
    for (int32_t i = 0; i < request->unique_column_count; i++) {
        writer_text(sql, ", UNIQUE (");
        sql_identifier(sql, request->unique_columns[i]);
        writer_u8(sql, ')');
    }
    for (int32_t i = 0; i < request->check_constraint_count; i++) {
        writer_text(sql, ", CHECK (");
        ddl_write_expression(ddl, request->check_constraints[i]);
        writer_u8(sql, ')');
    }
    for (int32_t i = 0; i < request->extra_constraint_count; i++) {
        writer_text(sql, ", ");
        ddl_write_expression(ddl, request->extra_constraints[i]);
    }
    writer_u8(sql, ')');
}

static void write_path(struct ddl *ddl, const struct schema *schema, const char *name) {
    sql_path(&ddl->sql, schema->snapshot->database, schema->facts->real_name, name);
}

static bool create_table(void *self, struct airport_call *call, const struct airport_create_table *request,
                         struct airport_error *err) {
    const struct schema *schema = self;
    struct ddl ddl;
    ddl_begin(&ddl, schema->owner, call, "CREATE TABLE", err);
    writer_text(&ddl.sql, "CREATE TABLE ");
    write_path(&ddl, schema, request->name);
    write_columns(&ddl, request);
    write_constraints(&ddl, request);
    return ddl_run(&ddl);
}

static bool drop_table(void *self, struct airport_call *call, const char *name, bool if_exists,
                       struct airport_error *err) {
    const struct schema *schema = self;
    struct ddl ddl;
    (void)if_exists; /* the library's business */
    ddl_begin(&ddl, schema->owner, call, "DROP TABLE", err);
    writer_text(&ddl.sql, "DROP TABLE ");
    write_path(&ddl, schema, name);
    return ddl_run(&ddl);
}

static bool rename_table(void *self, struct airport_call *call, const char *name, const char *new_name,
                         struct airport_error *err) {
    const struct schema *schema = self;
    struct ddl ddl;
    ddl_begin(&ddl, schema->owner, call, "ALTER TABLE", err);
    writer_text(&ddl.sql, "ALTER TABLE ");
    write_path(&ddl, schema, name);
    writer_text(&ddl.sql, " RENAME TO ");
    sql_identifier(&ddl.sql, new_name);
    return ddl_run(&ddl);
}

const struct airport_table_ddl_methods schema_table_ddl_methods = {
    .size = sizeof schema_table_ddl_methods,
    .create_table = create_table,
    .drop_table = drop_table,
    .rename_table = rename_table,
};

static void write_schema(struct ddl *ddl, const struct catalog *catalog, const char *name) {
    sql_identifier(&ddl->sql, catalog_database(catalog));
    writer_u8(&ddl->sql, '.');
    sql_identifier(&ddl->sql, name);
}

/* A schema called public would hide main, which is offered by that name. */
static bool name_is_taken(const struct catalog *catalog, struct airport_call *call, const char *name) {
    struct error ignored;
    struct snapshot *snapshot = snapshot_get(catalog->owner->snapshots, call, catalog_database(catalog), &ignored);
    bool is_taken = snapshot && snapshot_find_schema(snapshot, name);
    snapshot_release(snapshot);
    return is_taken;
}

static bool comment_schema(const struct catalog *catalog, struct airport_call *call, const char *name,
                           const char *comment, struct airport_error *err) {
    struct ddl ddl;
    ddl_begin(&ddl, catalog->owner, call, "COMMENT", err);
    writer_text(&ddl.sql, "COMMENT ON SCHEMA ");
    write_schema(&ddl, catalog, name);
    writer_text(&ddl.sql, " IS ");
    sql_literal(&ddl.sql, comment);
    return ddl_run(&ddl);
}

static bool create_schema(void *self, struct airport_call *call, const struct airport_schema_info *request,
                          struct airport_error *err) {
    const struct catalog *catalog = self;
    struct ddl ddl;
    if (!duckcat_may_write(catalog->owner, call, "CREATE SCHEMA", err))
        return false;
    if (name_is_taken(catalog, call, request->name))
        return airport_fail(err, AIRPORT_ALREADY_EXISTS, "schema \"%s\" already exists", request->name);
    ddl_begin(&ddl, catalog->owner, call, "CREATE SCHEMA", err);
    writer_text(&ddl.sql, "CREATE SCHEMA ");
    write_schema(&ddl, catalog, request->name);
    if (!ddl_run(&ddl))
        return false;
    return !request->comment || comment_schema(catalog, call, request->name, request->comment, err);
}

/* Whether the statement said CASCADE does not reach the server, and CREATE OR REPLACE SCHEMA is sent as DROP and
 * CREATE: so a schema goes with all that is in it. */
static bool drop_schema(void *self, struct airport_call *call, const char *name, bool if_exists,
                        struct airport_error *err) {
    const struct catalog *catalog = self;
    struct ddl ddl;
    (void)if_exists; /* the library's business */
    ddl_begin(&ddl, catalog->owner, call, "DROP SCHEMA", err);
    writer_text(&ddl.sql, "DROP SCHEMA ");
    write_schema(&ddl, catalog, name);
    writer_text(&ddl.sql, " CASCADE");
    return ddl_run(&ddl);
}

const struct airport_schema_ddl_methods catalog_schema_ddl_methods = {
    .size = sizeof catalog_schema_ddl_methods,
    .create_schema = create_schema,
    .drop_schema = drop_schema,
};
