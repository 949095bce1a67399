/* Statements on tables that others reference.
 *
 * The engine knows no actions of foreign keys, refuses to delete or change what is referenced before it looks at what else the
 * statement does, and takes rows that the same transaction has deleted for being there still. Where that stands in the way, the
 * tables that reference the statement's are put aside: their rows wait in temporary tables while the statement runs, the actions are
 * carried out on the rows that wait, and the tables are made anew with what is left. All that is one transaction's.
 *
 * A departure from PostgreSQL: RESTRICT is looked at when the statement ends, like NO ACTION.
 */
#include <string.h>
#include <strings.h>

#include "pgddl/table.h"

struct pgddl_family {
    struct table **tables; /* the statement's, then those that reference it, each behind all that it references */
    int32_t count;
    bool *lost_rows; /* tables whose rows were deleted: what references them does as ON DELETE says */
};

/* ---- conditions ---- */

static const char *quoted_name(const struct pgddl *ddl, const char *name) {
    const char *text = pgsql_quoted(ddl->arena, name, '"');
    return text ? text : "\"\"";
}

bool table_refers(const struct table *table, const struct pgsql_shape_constraint *constraint, const struct table *referenced) {
    const char *schema = constraint->foreign_schema ? constraint->foreign_schema : table->shape.schema;
    return constraint->kind == 'f' && !constraint->unenforced && constraint->foreign_table &&
           strcasecmp(constraint->foreign_table, referenced->shape.name) == 0 && strcasecmp(schema, referenced->shape.schema) == 0;
}

const char *table_reference_condition(const struct pgddl *ddl, const struct pgsql_shape_constraint *constraint, const char *row,
                                      const char *referenced) {
    const char *condition = "true";
    for (int32_t i = 0; condition && i < constraint->columns.count && i < constraint->foreign_columns.count; i++)
        condition = arena_format(ddl->arena, "%s AND %s.%s = %s.%s", condition, referenced,
                                 quoted_name(ddl, constraint->foreign_columns.names[i]), row,
                                 quoted_name(ddl, constraint->columns.names[i]));
    return condition ? condition : "NULL";
}

const char *table_reference_present(const struct pgddl *ddl, const struct pgsql_shape_constraint *constraint, const char *row) {
    const char *condition = "true";
    for (int32_t i = 0; condition && i < constraint->columns.count; i++)
        condition = arena_format(ddl->arena, "%s AND %s.%s IS NOT NULL", condition, row,
                                 quoted_name(ddl, constraint->columns.names[i]));
    return condition ? condition : "NULL";
}

/* ---- actions, on the rows that wait ---- */

struct act {
    const struct pgddl *ddl;
    struct table *table;
    const struct pgsql_shape_constraint *constraint;
    const struct table *referenced;
    const char *orphaned; /* the condition: a row whose key is gone */
};

/* The key of a row that stands in the way; NULL: none does. */
static bool find_orphan(const struct act *act, const char **values, struct error *err) {
    const char *columns = pgsql_quoted_list(act->ddl->arena, &act->constraint->columns);
    const char *sql = columns ? arena_format(act->ddl->arena, "SELECT concat_ws(', ', %s) FROM %s waiting WHERE %s LIMIT 1", columns,
                                             act->table->saved, act->orphaned)
                              : NULL;
    return sql ? engine_connection_query_text(act->ddl->connection, act->ddl->arena, sql, values, err) : error_set_no_memory(err);
}

static const char *names(const struct act *act, const struct pgsql_name_list *list) {
    const char *text = "";
    for (int32_t i = 0; text && i < list->count; i++)
        text = arena_format(act->ddl->arena, "%s%s%s", text, i ? ", " : "", list->names[i]);
    return text ? text : "";
}

/* NO ACTION, RESTRICT, and what cannot be carried out. */
static bool forbid(const struct act *act, char action, struct error *err) {
    const char *values;
    if (!find_orphan(act, &values, err))
        return false;
    if (!values)
        return true;
    violation_set_referenced(err, &act->referenced->shape, &act->table->shape, act->constraint->shown,
                             names(act, &act->constraint->foreign_columns), values);
    if (action == 'c')
        error_set_hint(err, "ON UPDATE CASCADE is declared, but not carried out: insert a row with the new key, change what "
                            "references the old one, then delete that.");
    return false;
}

static bool cascade(const struct act *act, bool *deleted, struct error *err) {
    const char *values;
    if (!find_orphan(act, &values, err))
        return false;
    *deleted = values != NULL;
    return !values || table_run(act->ddl, err, "DELETE FROM %s waiting WHERE %s", act->table->saved, act->orphaned);
}

/* SET NULL where that may not be. */
static bool forbid_null(const struct act *act, struct error *err) {
    const char *values;
    for (int32_t i = 0; i < act->constraint->columns.count; i++) {
        const struct pgsql_shape_column *column = table_column(act->table, act->constraint->columns.names[i]);
        if (!column || !column->not_null)
            continue;
        if (!find_orphan(act, &values, err))
            return false;
        return !values || violation_set_null(err, &act->table->shape, column->name);
    }
    return true;
}

static bool set_columns(const struct act *act, bool to_default, struct error *err) {
    const char *list = "";
    for (int32_t i = 0; list && i < act->constraint->columns.count; i++) {
        const struct pgsql_shape_column *column = table_column(act->table, act->constraint->columns.names[i]);
        const char *value = to_default && column && column->value ? column->value : "NULL";
        list = arena_format(act->ddl->arena, "%s%s%s = %s", list, i ? ", " : "",
                            quoted_name(act->ddl, act->constraint->columns.names[i]), value);
    }
    if (!list)
        return error_set_no_memory(err);
    return (to_default || forbid_null(act, err)) &&
           table_run(act->ddl, err, "UPDATE %s waiting SET %s WHERE %s", act->table->saved, list, act->orphaned);
}

static bool apply(const struct act *act, char action, bool deletes, bool *deleted, struct error *err) {
    switch (action) {
    case 'c':
        return deletes ? cascade(act, deleted, err) : forbid(act, action, err);
    case 'n':
        return set_columns(act, false, err);
    case 'd':
        return set_columns(act, true, err) && forbid(act, 0, err);
    default:
        return forbid(act, action, err);
    }
}

/* Once through the foreign keys of the nth table, whose rows wait. */
static bool apply_all(const struct pgddl *ddl, struct pgddl_family *family, int32_t n, bool *deleted, struct error *err) {
    struct table *table = family->tables[n];
    for (int32_t r = 0; r <= n; r++)
        for (int32_t i = 0; i < table->shape.constraint_count; i++) {
            const struct table *referenced = family->tables[r];
            struct act act = {ddl, table, &table->shape.constraints[i], referenced, NULL};
            bool once = false, deletes = family->lost_rows[r];
            if (!table_refers(table, act.constraint, referenced))
                continue;
            const char *name = r == n ? table->saved : referenced->name;
            act.orphaned = arena_format(ddl->arena, "%s AND NOT EXISTS (FROM %s referenced WHERE %s)",
                                        table_reference_present(ddl, act.constraint, "waiting"), name,
                                        table_reference_condition(ddl, act.constraint, "waiting", "referenced"));
            if (!act.orphaned)
                return error_set_no_memory(err);
            if (!apply(&act, deletes ? act.constraint->on_delete : act.constraint->on_update, deletes, &once, err))
                return false;
            *deleted |= once;
        }
    return true;
}

/* Rows that go may take others of the same table along. */
static bool settle(const struct pgddl *ddl, struct pgddl_family *family, int32_t n, struct error *err) {
    for (bool deleted = true; deleted;) {
        deleted = false;
        if (!apply_all(ddl, family, n, &deleted, err))
            return false;
        family->lost_rows[n] |= deleted;
    }
    return true;
}

/* ---- the family ---- */

bool pgddl_family_find(const struct pgddl *ddl, const char *schema, const char *table, struct pgddl_family **family,
                       struct error *err) {
    const struct pgsql_alter wanted = {.schema = schema, .table = table};
    struct table *found = NULL;
    *family = NULL;
    if (!table_find(ddl, &wanted, &found, err))
        return false;
    if (!found || !found->is_referenced)
        return true;
    struct pgddl_family *made = arena_allocate_zeroed(ddl->arena, 1, sizeof *made);
    if (!made)
        return error_set_no_memory(err);
    if (!table_family(ddl, found, &made->tables, &made->count, err))
        return false;
    made->lost_rows = arena_allocate_zeroed(ddl->arena, (size_t)made->count, sizeof *made->lost_rows);
    *family = made;
    return made->lost_rows || error_set_no_memory(err);
}

static bool refers_to_itself(const struct pgddl_family *family) {
    for (int32_t i = 0; i < family->tables[0]->shape.constraint_count; i++)
        if (table_refers(family->tables[0], &family->tables[0]->shape.constraints[i], family->tables[0]))
            return true;
    return false;
}

bool pgddl_family_acts(const struct pgddl_family *family) {
    for (int32_t n = 0; n < family->count; n++)
        for (int32_t i = 0; i < family->tables[n]->shape.constraint_count; i++) {
            const struct pgsql_shape_constraint *constraint = &family->tables[n]->shape.constraints[i];
            if (table_refers(family->tables[n], constraint, family->tables[0]) &&
                (strchr("cnd", constraint->on_delete) || strchr("nd", constraint->on_update)))
                return true;
        }
    return refers_to_itself(family);
}

/* The engine checks at once what a row references in its own table: meanwhile it does not. */
static bool lift_own_references(const struct pgddl *ddl, struct table *table, struct error *err) {
    struct table lifted = *table;
    size_t count = (size_t)table->shape.constraint_count;
    lifted.shape.constraints = arena_allocate(ddl->arena, count * sizeof *lifted.shape.constraints);
    if (!lifted.shape.constraints)
        return error_set_no_memory(err);
    memcpy(lifted.shape.constraints, table->shape.constraints, count * sizeof *lifted.shape.constraints);
    for (int32_t i = 0; i < lifted.shape.constraint_count; i++)
        if (table_refers(table, &lifted.shape.constraints[i], table))
            lifted.shape.constraints[i].unenforced = true;
    return table_create(ddl, &lifted, err);
}

bool pgddl_family_detach(const struct pgddl *ddl, struct pgddl_family *family, struct error *err) {
    int32_t first = refers_to_itself(family) ? 0 : 1;
    bool ok = true;
    for (int32_t n = 0; n < family->count; n++)
        table_set_sources(ddl, family->tables[n]);
    for (int32_t n = first; ok && n < family->count; n++)
        ok = table_save_rows(ddl, family->tables[n], err);
    for (int32_t n = family->count; ok && n-- > first;)
        ok = table_run(ddl, err, "DROP TABLE %s", family->tables[n]->name);
    return ok && (first == 1 || lift_own_references(ddl, family->tables[0], err));
}

/* The statement may have drawn from its sequences, and the table has another number meanwhile. */
static bool save_again(const struct pgddl *ddl, struct table **table, struct error *err) {
    const struct pgsql_shape *shape = &(*table)->shape;
    const struct pgsql_alter wanted = {.database = shape->database, .schema = shape->schema, .table = shape->name};
    struct table *now = NULL;
    if (!table_find(ddl, &wanted, &now, err))
        return false;
    if (!now)
        return error_set(err, ERROR_NOT_FOUND, "relation \"%s\" does not exist", shape->name);
    now->shape.constraints = shape->constraints;
    now->shape.constraint_count = shape->constraint_count;
    *table = now;
    table_set_sources(ddl, now);
    return table_save_rows(ddl, now, err) && table_run(ddl, err, "DROP TABLE %s", now->name);
}

bool pgddl_family_attach(const struct pgddl *ddl, struct pgddl_family *family, bool deletes, struct error *err) {
    int32_t first = refers_to_itself(family) ? 0 : 1;
    family->lost_rows[0] = deletes;
    bool ok = first == 1 || save_again(ddl, &family->tables[0], err);
    for (int32_t n = first; ok && n < family->count; n++)
        ok = settle(ddl, family, n, err) && table_create(ddl, family->tables[n], err);
    return ok;
}
