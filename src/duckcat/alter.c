/* ALTER TABLE.
 *
 * ADD COLUMN a.b adds the field under the name that the request gives it. Clients of today send the name of the struct
 * there instead of the field's own, so that it becomes a.a, until it is renamed.
 */
#include "duckcat/ddl.h"
#include "duckcat/sql.h"
#include "duckcat/table.h"

static void begin(struct ddl *ddl, const struct table *table, struct airport_call *call, const char *what,
                  struct airport_error *err) {
    ddl_begin(ddl, table->owner, call, "ALTER TABLE", err);
    writer_text(&ddl->sql, "ALTER TABLE ");
    sql_path(&ddl->sql, table->facts->database, table->facts->schema, table->facts->name);
    writer_text(&ddl->sql, what);
}

static void write_path(struct ddl *ddl, const struct airport_field_path *path) {
    for (int32_t i = 0; i < path->count; i++) {
        writer_text(&ddl->sql, i ? "." : "");
        sql_identifier(&ddl->sql, path->names[i]);
    }
}

/* The type of a column that came as a field. */
static void write_field_type(struct ddl *ddl, const struct ArrowSchema *field) {
    struct ArrowSchema *children[] = {(struct ArrowSchema *)(uintptr_t)field};
    struct ArrowSchema row = {.format = "+s", .name = "", .n_children = 1, .children = children,
                              .release = field->release};
    const struct engine_type *const *types = ddl_read_types(ddl, &row);
    writer_u8(&ddl->sql, ' ');
    if (types)
        sql_type(&ddl->sql, types[0]);
}

static bool add_column(void *self, struct airport_call *call, const struct ArrowSchema *column,
                       const struct airport_alter_options *options, struct airport_error *err) {
    struct ddl ddl;
    (void)options;
    begin(&ddl, self, call, " ADD COLUMN ", err);
    sql_identifier(&ddl.sql, column->name);
    write_field_type(&ddl, column);
    return ddl_run(&ddl);
}

static bool remove_column(void *self, struct airport_call *call, const char *column,
                          const struct airport_alter_options *options, struct airport_error *err) {
    struct ddl ddl;
    begin(&ddl, self, call, " DROP COLUMN ", err);
    sql_identifier(&ddl.sql, column);
    writer_text(&ddl.sql, options->cascade ? " CASCADE" : "");
    return ddl_run(&ddl);
}

static bool rename_column(void *self, struct airport_call *call, const char *column, const char *new_name,
                          struct airport_error *err) {
    struct ddl ddl;
    begin(&ddl, self, call, " RENAME COLUMN ", err);
    sql_identifier(&ddl.sql, column);
    writer_text(&ddl.sql, " TO ");
    sql_identifier(&ddl.sql, new_name);
    return ddl_run(&ddl);
}

static bool change_column_type(void *self, struct airport_call *call, const struct ArrowSchema *column,
                               const char *expression, struct airport_error *err) {
    struct ddl ddl;
    begin(&ddl, self, call, " ALTER COLUMN ", err);
    sql_identifier(&ddl.sql, column->name);
    writer_text(&ddl.sql, " SET DATA TYPE");
    write_field_type(&ddl, column);
    if (expression && expression[0]) {
        writer_text(&ddl.sql, " USING ");
        ddl_write_expression(&ddl, expression);
    }
    return ddl_run(&ddl);
}

static bool alter_column(struct table *table, struct airport_call *call, const char *column, const char *what,
                         struct airport_error *err) {
    struct ddl ddl;
    begin(&ddl, table, call, " ALTER COLUMN ", err);
    sql_identifier(&ddl.sql, column);
    writer_text(&ddl.sql, what);
    return ddl_run(&ddl);
}

static bool set_not_null(void *self, struct airport_call *call, const char *column, struct airport_error *err) {
    return alter_column(self, call, column, " SET NOT NULL", err);
}

static bool drop_not_null(void *self, struct airport_call *call, const char *column, struct airport_error *err) {
    return alter_column(self, call, column, " DROP NOT NULL", err);
}

static bool set_default(void *self, struct airport_call *call, const char *column, const char *expression,
                        struct airport_error *err) {
    struct ddl ddl;
    begin(&ddl, self, call, " ALTER COLUMN ", err);
    sql_identifier(&ddl.sql, column);
    writer_text(&ddl.sql, " SET DEFAULT ");
    ddl_write_expression(&ddl, expression);
    return ddl_run(&ddl);
}

static bool add_field(void *self, struct airport_call *call, const struct airport_field_path *parent,
                      const struct ArrowSchema *field, const struct airport_alter_options *options,
                      struct airport_error *err) {
    struct ddl ddl;
    (void)options; /* the library's business */
    begin(&ddl, self, call, " ADD COLUMN ", err);
    write_path(&ddl, parent);
    writer_u8(&ddl.sql, '.');
    sql_identifier(&ddl.sql, field->name);
    write_field_type(&ddl, field);
    return ddl_run(&ddl);
}

static bool remove_field(void *self, struct airport_call *call, const struct airport_field_path *path,
                         const struct airport_alter_options *options, struct airport_error *err) {
    struct ddl ddl;
    begin(&ddl, self, call, " DROP COLUMN ", err);
    write_path(&ddl, path);
    writer_text(&ddl.sql, options->cascade ? " CASCADE" : "");
    return ddl_run(&ddl);
}

static bool rename_field(void *self, struct airport_call *call, const struct airport_field_path *path,
                         const char *new_name, struct airport_error *err) {
    struct ddl ddl;
    begin(&ddl, self, call, " RENAME COLUMN ", err);
    write_path(&ddl, path);
    writer_text(&ddl.sql, " TO ");
    sql_identifier(&ddl.sql, new_name);
    return ddl_run(&ddl);
}

static bool add_constraint(void *self, struct airport_call *call, const char *constraint, struct airport_error *err) {
    struct ddl ddl;
    begin(&ddl, self, call, " ADD ", err);
    ddl_write_expression(&ddl, constraint);
    return ddl_run(&ddl);
}

const struct airport_alter_methods table_alter_methods = {
    .size = sizeof table_alter_methods,
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
    .add_constraint = add_constraint,
};
