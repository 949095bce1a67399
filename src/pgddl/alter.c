/* ALTER TABLE: an action is applied to the shape of its table; then the engine makes the table so, by a statement of its own where it
 * can, by rebuilding otherwise. */
#include "pgddl/alter.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *alter_quoted(const struct alteration *a, const char *text) {
    const char *copy = pgsql_quoted(a->ddl->arena, text, '"');
    return copy ? copy : "\"\"";
}

bool alter_rebuild(struct alteration *a) {
    a->method = METHOD_REBUILD;
    return true;
}

bool alter_in_place(struct alteration *a, const char *script, struct error *err) {
    a->method = METHOD_IN_PLACE;
    a->script = script;
    return script || error_set_no_memory(err);
}

static void tell(const struct alteration *a, bool warning, const char *format, va_list args) {
    char text[512];
    vsnprintf(text, sizeof text, format, args);
    a->ddl->notice(a->ddl->self, warning, text);
}

void alter_tell(const struct alteration *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    tell(a, false, format, args);
    va_end(args);
}

void alter_warn(const struct alteration *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    tell(a, true, format, args);
    va_end(args);
}

/* The engine alters no table that has indexes or foreign keys, nor one whose rows the transaction has changed. */
bool alter_is_loose(const struct alteration *a) {
    return !a->table->index_count && !a->table->is_referenced && !a->table->references && !*a->ddl->has_written;
}

void alter_remove_constraint(struct table *table, int32_t at) {
    struct pgsql_shape *shape = &table->shape;
    memmove(shape->constraints + at, shape->constraints + at + 1,
            (size_t)(shape->constraint_count - at - 1) * sizeof *shape->constraints);
    shape->constraint_count--;
}

/* ---- the table itself ---- */

/* RENAME TO and SET SCHEMA: foreign keys that point here follow. */
static bool move_table(struct alteration *a, const char *schema, const char *name, struct error *err) {
    struct pgsql_shape *shape = &a->table->shape;
    const struct pgsql_alter wanted = {.database = shape->database, .schema = schema, .table = name};
    struct table *other = NULL;
    if (!table_find(a->ddl, &wanted, &other, err))
        return false;
    if (other)
        return error_set_state(err, ERROR_ALREADY_EXISTS, "42P07", "relation \"%s\" already exists", name);
    const char *facts_name = arena_format(a->ddl->arena, "%s.%s", shape->schema, shape->name);
    a->old_name = facts_name ? pgsql_quoted(a->ddl->arena, facts_name, '"') : NULL;
    alter_fix_names(a->table);
    for (int32_t f = 0; f < a->family_count; f++)
        for (int32_t i = 0; i < a->family[f]->shape.constraint_count; i++) {
            struct pgsql_shape_constraint *constraint = &a->family[f]->shape.constraints[i];
            if (constraint->kind != 'f' || !constraint->foreign_table || strcasecmp(constraint->foreign_table, shape->name) != 0)
                continue;
            constraint->foreign_table = name;
            constraint->foreign_schema = schema;
        }
    bool in_schema = strcmp(shape->schema, schema) == 0;
    shape->schema = schema;
    shape->name = name;
    if (!alter_is_loose(a) || !in_schema)
        return alter_rebuild(a);
    return alter_in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s RENAME TO %s", a->table->name, alter_quoted(a, name)), err);
}

static bool apply_rename(struct alteration *a, struct error *err) {
    return move_table(a, a->table->shape.schema, a->action->new_name, err);
}

static bool apply_set_schema(struct alteration *a, struct error *err) {
    return strcmp(a->action->new_name, a->table->shape.schema) == 0 || move_table(a, a->action->new_name, a->table->shape.name, err);
}

static bool (*const appliers[])(struct alteration *a, struct error *err) = {
    [PGSQL_ALTER_ADD_COLUMN] = alter_apply_add_column,
    [PGSQL_ALTER_DROP_COLUMN] = alter_apply_drop_column,
    [PGSQL_ALTER_TYPE] = alter_apply_type,
    [PGSQL_ALTER_DEFAULT] = alter_apply_default,
    [PGSQL_ALTER_NOT_NULL] = alter_apply_not_null,
    [PGSQL_ALTER_IDENTITY] = alter_apply_identity,
    [PGSQL_ALTER_RENAME_COLUMN] = alter_apply_rename_column,
    [PGSQL_ALTER_RENAME] = apply_rename,
    [PGSQL_ALTER_SET_SCHEMA] = apply_set_schema,
    [PGSQL_ALTER_ADD_CONSTRAINT] = alter_apply_add_constraint,
    [PGSQL_ALTER_DROP_CONSTRAINT] = alter_apply_drop_constraint,
    [PGSQL_ALTER_RENAME_CONSTRAINT] = alter_apply_rename_constraint,
};

/* Rows that stand in the way of the action, in PostgreSQL's words. */
static void explain_rows(const struct alteration *a, struct error *err) {
    const struct pgsql_shape_constraint *wanted = a->action->constraint_count ? a->action->constraints : NULL;
    const char *table = a->table->shape.name, *name = wanted ? wanted->name : NULL, *column = a->action->name;
    if (err->kind != ERROR_CONSTRAINT)
        return;
    if (strstr(err->message, "NOT NULL") && (a->action->kind == PGSQL_ALTER_NOT_NULL || a->action->kind == PGSQL_ALTER_ADD_COLUMN)) {
        error_set_state(err, ERROR_CONSTRAINT, "23502", "column \"%s\" of relation \"%s\" contains null values", column, table);
        snprintf(err->column, sizeof err->column, "%s", column);
    } else if (wanted && wanted->kind == 'c') {
        const char *chosen = name ? name : arena_format(a->ddl->arena, "%s_check", table);
        error_set_state(err, ERROR_CONSTRAINT, "23514", "check constraint \"%s\" of relation \"%s\" is violated by some row",
                        chosen ? chosen : "", table);
        snprintf(err->constraint, sizeof err->constraint, "%s", chosen ? chosen : "");
    } else if (wanted && wanted->kind == 'f') {
        error_set_state(err, ERROR_CONSTRAINT, "23503", "insert or update on table \"%s\" violates foreign key constraint \"%s\"", table,
                        name ? name : "");
        snprintf(err->constraint, sizeof err->constraint, "%s", name ? name : "");
    } else if (wanted && (wanted->kind == 'u' || wanted->kind == 'p')) {
        const char *index = name ? name : arena_format(a->ddl->arena, "%s_%s", table, wanted->kind == 'p' ? "pkey" : "key");
        error_set_state(err, ERROR_CONSTRAINT, "23505", "could not create unique index \"%s\"", index ? index : "");
        snprintf(err->constraint, sizeof err->constraint, "%s", index ? index : "");
    }
    snprintf(err->schema, sizeof err->schema, "%s", a->table->shape.schema);
    snprintf(err->table, sizeof err->table, "%s", table);
}

static bool change(const struct alteration *a, struct error *err) {
    *a->ddl->has_written |= a->method == METHOD_REBUILD;
    switch (a->method) {
    case METHOD_IN_PLACE:
        return table_run(a->ddl, err, "%s", a->script);
    case METHOD_REBUILD:
        return table_rebuild(a->ddl, a->family, a->family_count, err);
    case METHOD_NOTHING:
        break;
    }
    return true;
}

static bool carry_out(struct alteration *a, struct error *err) {
    if (!change(a, err)) {
        explain_rows(a, err);
        return false;
    }
    if (a->old_name && a->table->facts[0]) {
        if (!table_run(a->ddl, err, "DROP VIEW IF EXISTS %s." PGSQL_DECLARED_SCHEMA ".%s", alter_quoted(a, a->table->shape.database),
                       a->old_name))
            return false;
        a->table->facts = "";
    }
    for (int32_t f = 0; f < a->family_count; f++)
        if (!table_keep_facts(a->ddl, a->family[f], err))
            return false;
    return true;
}

/* Only tables have constraints, and the engine has no statement about them. */
static bool is_about_constraint(const struct pgsql_alter *alter) {
    return alter->kind == PGSQL_ALTER_ADD_CONSTRAINT || alter->kind == PGSQL_ALTER_DROP_CONSTRAINT ||
           alter->kind == PGSQL_ALTER_RENAME_CONSTRAINT;
}

static bool tell_skipped(const struct pgddl *ddl, const struct pgsql_alter *alter, struct error *err) {
    const char *notice = arena_format(ddl->arena, "relation \"%s\" does not exist, skipping", alter->table);
    if (!notice)
        return error_set_no_memory(err);
    ddl->notice(ddl->self, false, notice);
    return true;
}

/* What is no table of the engine's own (a view, a table of an attached database of another kind) is its business. */
static bool alter_other(const struct pgddl *ddl, const struct pgsql_alter *alter, struct error *err) {
    const char *view = NULL;
    if (alter->kind == PGSQL_ALTER_RENAME && !table_find_view(ddl, alter, &view, err))
        return false;
    const char *name = view ? pgsql_quoted(ddl->arena, alter->new_name, '"') : NULL;
    bool ok = name ? table_run(ddl, err, "ALTER VIEW %s RENAME TO %s", view, name) : table_run(ddl, err, "%s", alter->sql);
    if (!ok && strcmp(error_sqlstate(err), "42P01") == 0)
        error_set_state(err, ERROR_CATALOG, "42P01", "relation \"%s\" does not exist", alter->table);
    return ok;
}

bool pgddl_alter_table(const struct pgddl *ddl, const struct pgsql_alter *alter, struct error *err) {
    struct alteration a = {.ddl = ddl, .action = alter};
    if (!table_find(ddl, alter, &a.table, err))
        return false;
    if (!a.table && alter->table_if_exists && is_about_constraint(alter))
        return tell_skipped(ddl, alter, err);
    if (!a.table)
        return alter_other(ddl, alter, err);
    if (!table_family(ddl, a.table, &a.family, &a.family_count, err))
        return false;
    for (int32_t f = 0; f < a.family_count; f++)
        table_set_sources(ddl, a.family[f]);
    return appliers[alter->kind](&a, err) && carry_out(&a, err);
}
