/* What ALTER TABLE does to constraints. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "pgddl/alter.h"

static int32_t constraint_position(const struct table *table, const char *name) {
    for (int32_t i = 0; i < table->shape.constraint_count; i++)
        if (table->shape.constraints[i].shown && strcasecmp(table->shape.constraints[i].shown, name) == 0)
            return i;
    return -1;
}

/* The key that a foreign key without columns means. */
static bool resolve_reference(const struct alteration *a, struct pgsql_shape_constraint *constraint, struct error *err) {
    struct pgsql_alter target = {.schema = constraint->foreign_schema, .table = constraint->foreign_table};
    struct table *table = NULL;
    if (!table_find(a->ddl, &target, &table, err))
        return false;
    if (!table)
        return error_set_state(err, ERROR_NOT_FOUND, "42P01", "relation \"%s\" does not exist", constraint->foreign_table);
    constraint->foreign_schema = table->shape.schema;
    for (int32_t i = 0; i < table->shape.constraint_count && !constraint->foreign_columns.count; i++)
        if (table->shape.constraints[i].kind == 'p')
            constraint->foreign_columns = table->shape.constraints[i].columns;
    if (!constraint->foreign_columns.count)
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "42704", "there is no primary key for referenced table \"%s\"",
                               constraint->foreign_table);
    for (int32_t i = 0; i < constraint->foreign_columns.count; i++)
        if (!table_column(table, constraint->foreign_columns.names[i]))
            return error_set_state(err, ERROR_NOT_FOUND, "42703", "column \"%s\" referenced in foreign key constraint does not exist",
                                   constraint->foreign_columns.names[i]);
    return true;
}

static bool check_columns(const struct alteration *a, const struct pgsql_shape_constraint *constraint, struct error *err) {
    for (int32_t i = 0; i < constraint->columns.count; i++)
        if (!table_column(a->table, constraint->columns.names[i]))
            return error_set_state(err, ERROR_NOT_FOUND, "42703",
                                   constraint->kind == 'f' ? "column \"%s\" referenced in foreign key constraint does not exist"
                                                           : "column \"%s\" named in key does not exist",
                                   constraint->columns.names[i]);
    if (constraint->name && constraint_position(a->table, constraint->name) >= 0)
        return error_set_state(err, ERROR_ALREADY_EXISTS, "42710", "constraint \"%s\" for relation \"%s\" already exists",
                               constraint->name, a->table->shape.name);
    for (int32_t i = 0; i < a->table->shape.constraint_count && constraint->kind == 'p'; i++)
        if (a->table->shape.constraints[i].kind == 'p')
            return error_set_state(err, ERROR_INVALID_ARGUMENT, "42P16", "multiple primary keys for table \"%s\" are not allowed",
                                   a->table->shape.name);
    return true;
}

/* Whether the name is free for a constraint of the table, and for an index. */
static bool is_free(const struct alteration *a, const struct table *table, const char *name, bool *free_name, struct error *err) {
    const char *taken, *literal = pgsql_quoted(a->ddl->arena, name, '\'');
    const char *sql = literal ? arena_format(a->ddl->arena, "SELECT count(*)::VARCHAR FROM duckdb_indexes() WHERE index_name = %s", literal)
                              : NULL;
    if (!sql)
        return error_set_no_memory(err);
    if (!engine_connection_query_text(a->ddl->connection, a->ddl->arena, sql, &taken, err))
        return false;
    *free_name = strcmp(taken, "0") == 0 && constraint_position(table, name) < 0;
    return true;
}

/* As PostgreSQL names a constraint (ChooseConstraintName): table_column_…_suffix, with a number behind where that is taken. */
static bool choose_name(const struct alteration *a, const struct table *table, struct pgsql_shape_constraint *constraint,
                        const char *suffix, struct error *err) {
    enum { NAME_BYTES = 63 };
    const char *base = table->shape.name;
    bool free_name = false;
    if (constraint->name || constraint->shown) {
        constraint->name = constraint->name ? constraint->name : constraint->shown;
        return true;
    }
    for (int32_t i = 0; base && i < constraint->columns.count; i++)
        base = arena_format(a->ddl->arena, "%s_%s", base, constraint->columns.names[i]);
    for (int32_t n = 0; base && !free_name; n++) {
        char number[16] = "";
        if (n)
            snprintf(number, sizeof number, "%d", n);
        int room = NAME_BYTES - 1 - (int)strlen(suffix) - (int)strlen(number);
        constraint->name = arena_format(a->ddl->arena, "%.*s_%s%s", room, base, suffix, number);
        if (!constraint->name || !is_free(a, table, constraint->name, &free_name, err))
            return constraint->name ? false : error_set_no_memory(err);
    }
    constraint->shown = constraint->name;
    return base || error_set_no_memory(err);
}

/* A unique index does what the constraint says, and the table can stay. */
static bool add_unique(struct alteration *a, struct pgsql_shape_constraint *constraint, struct error *err) {
    const char *columns = pgsql_quoted_list(a->ddl->arena, &constraint->columns);
    if (!choose_name(a, a->table, constraint, "key", err))
        return false;
    constraint->by_index = true;
    return alter_in_place(a, columns ? arena_format(a->ddl->arena, "CREATE UNIQUE INDEX %s ON %s (%s)", alter_quoted(a, constraint->name),
                                              a->table->name, columns)
                               : NULL,
                    err);
}

static bool add_primary(struct alteration *a, const struct pgsql_shape_constraint *constraint, struct error *err) {
    const char *columns = pgsql_quoted_list(a->ddl->arena, &constraint->columns);
    for (int32_t i = 0; i < constraint->columns.count; i++)
        table_column(a->table, constraint->columns.names[i])->not_null = true;
    if (!alter_is_loose(a))
        return alter_rebuild(a);
    return alter_in_place(a, columns ? arena_format(a->ddl->arena, "ALTER TABLE %s ADD PRIMARY KEY (%s)", a->table->name, columns) : NULL,
                    err);
}

/* Rows whose key is not there. */
static bool check_rows(const struct alteration *a, const struct table *table, const struct pgsql_shape_constraint *constraint,
                       struct error *err) {
    const char *missing, *condition = table_reference_condition(a->ddl, constraint, "checked", "referenced");
    const char *sql = arena_format(a->ddl->arena,
                                   "SELECT 'x' FROM %s checked WHERE %s AND NOT EXISTS (FROM %s.%s.%s referenced WHERE %s) LIMIT 1",
                                   table->name, table_reference_present(a->ddl, constraint, "checked"),
                                   alter_quoted(a, table->shape.database), alter_quoted(a, constraint->foreign_schema),
                                   alter_quoted(a, constraint->foreign_table), condition);
    if (!sql)
        return error_set_no_memory(err);
    if (!engine_connection_query_text(a->ddl->connection, a->ddl->arena, sql, &missing, err))
        return false;
    if (!missing)
        return true;
    error_set_state(err, ERROR_CONSTRAINT, "23503", "insert or update on table \"%s\" violates foreign key constraint \"%s\"",
                    table->shape.name, constraint->name);
    snprintf(err->schema, sizeof err->schema, "%s", table->shape.schema);
    snprintf(err->table, sizeof err->table, "%s", table->shape.name);
    snprintf(err->constraint, sizeof err->constraint, "%s", constraint->name);
    return false;
}

static bool add_reference(struct alteration *a, struct pgsql_shape_constraint *constraint, struct error *err) {
    a->table->references = true;
    return resolve_reference(a, constraint, err) && alter_rebuild(a);
}

/* Adds it to the shape, and says how the table gets it. Nothing is done in place for a table that is rebuilt already. */
bool alter_add_constraint(struct alteration *a, const struct pgsql_shape_constraint *wanted, struct error *err) {
    struct pgsql_shape *shape = &a->table->shape;
    struct pgsql_shape_constraint constraint = *wanted;
    if (!check_columns(a, &constraint, err))
        return false;
    bool rebuilt = a->method == METHOD_REBUILD, ok = true;
    if (constraint.kind == 'f')
        ok = add_reference(a, &constraint, err);
    else if (constraint.kind == 'p')
        ok = add_primary(a, &constraint, err);
    else if (constraint.kind == 'u' && !*a->ddl->has_written && !rebuilt)
        ok = add_unique(a, &constraint, err);
    else
        alter_rebuild(a);
    if (rebuilt)
        alter_rebuild(a);
    constraint.shown = constraint.name;
    shape->constraints[shape->constraint_count++] = constraint;
    return ok;
}

static int32_t family_position(const struct alteration *a, const struct pgsql_shape_constraint *constraint) {
    int32_t f = a->family_count;
    while (f-- > 0 && (strcasecmp(a->family[f]->shape.name, constraint->foreign_table) != 0 ||
                       strcasecmp(a->family[f]->shape.schema, constraint->foreign_schema) != 0))
        ;
    return f;
}

static bool same_types(const struct table *table, const struct table *referenced, const struct pgsql_shape_constraint *constraint) {
    bool same = true;
    for (int32_t i = 0; same && i < constraint->columns.count && i < constraint->foreign_columns.count; i++) {
        const struct pgsql_shape_column *own = table_column(table, constraint->columns.names[i]);
        const struct pgsql_shape_column *other = table_column(referenced, constraint->foreign_columns.names[i]);
        same = own && other && strcmp(own->type, other->type) == 0;
    }
    return same;
}

/* The engine takes no foreign key between columns of different types, and none to a table made later, as tables that refer to each
 * other need: such a one is declared only, until that is no longer so. */
static bool settle_reference(struct alteration *a, int32_t f, struct pgsql_shape_constraint *constraint, struct error *err) {
    const struct pgsql_alter target = {.schema = constraint->foreign_schema, .table = constraint->foreign_table};
    int32_t position = family_position(a, constraint);
    struct table *referenced = position < 0 ? NULL : a->family[position];
    bool unenforced = constraint->unenforced, circular = position > f;
    if (!referenced && !table_find(a->ddl, &target, &referenced, err))
        return false;
    constraint->unenforced = circular || !referenced || !same_types(a->family[f], referenced, constraint);
    if (constraint->unenforced != unenforced)
        alter_rebuild(a);
    if (!constraint->unenforced || unenforced)
        return true;
    if (!choose_name(a, a->family[f], constraint, "fkey", err))
        return false;
    alter_warn(a, "foreign key \"%s\" is declared, but not enforced: %s", constraint->name,
               circular ? "the tables reference each other" : "its columns have other types than those it references");
    return a->action->kind != PGSQL_ALTER_ADD_CONSTRAINT || check_rows(a, a->family[f], constraint, err);
}

bool alter_settle_references(struct alteration *a, struct error *err) {
    for (int32_t f = 0; f < a->family_count; f++)
        for (int32_t i = 0; i < a->family[f]->shape.constraint_count; i++) {
            struct pgsql_shape_constraint *constraint = &a->family[f]->shape.constraints[i];
            if (constraint->kind == 'f' && constraint->foreign_table && constraint->foreign_schema &&
                !settle_reference(a, f, constraint, err))
                return false;
        }
    return true;
}

bool alter_apply_add_constraint(struct alteration *a, struct error *err) {
    return alter_add_constraint(a, a->action->constraints, err) && alter_settle_references(a, err);
}

/* Foreign keys of other tables that need this key go, or stand in the way. */
bool alter_release_key(struct alteration *a, const struct pgsql_name_list *columns, const char *what, const char *needed,
                        struct error *err) {
    for (int32_t f = 0; f < a->family_count; f++)
        for (int32_t i = a->family[f]->shape.constraint_count; i-- > 0;) {
            const struct pgsql_shape_constraint *constraint = &a->family[f]->shape.constraints[i];
            bool needs = constraint->kind == 'f' && constraint->foreign_table &&
                         strcasecmp(constraint->foreign_table, a->table->shape.name) == 0 && constraint->foreign_schema &&
                         strcasecmp(constraint->foreign_schema, a->table->shape.schema) == 0 && constraint->foreign_columns.count;
            for (int32_t n = 0; needs && n < constraint->foreign_columns.count; n++)
                needs = pgsql_name_position(columns, constraint->foreign_columns.names[n]) >= 0;
            if (!needs)
                continue;
            if (!a->action->cascade) {
                error_set_state(err, ERROR_DEPENDENCY, "2BP01", "cannot drop %s because other objects depend on it", what);
                error_set_detail(err, "constraint %s on table %s depends on %s", constraint->shown, a->family[f]->shape.name, needed);
                error_set_hint(err, "Use DROP ... CASCADE to drop the dependent objects too.");
                return false;
            }
            alter_remove_constraint(a->family[f], i);
            alter_rebuild(a);
        }
    return true;
}

bool alter_apply_drop_constraint(struct alteration *a, struct error *err) {
    const char *name = a->action->name;
    int32_t at = constraint_position(a->table, name);
    if (at < 0 && a->action->if_exists) {
        alter_tell(a, "constraint \"%s\" of relation \"%s\" does not exist, skipping", name, a->table->shape.name);
        return true;
    }
    if (at < 0)
        return error_set_state(err, ERROR_NOT_FOUND, "42704", "constraint \"%s\" of relation \"%s\" does not exist", name,
                               a->table->shape.name);
    struct pgsql_shape_constraint constraint = a->table->shape.constraints[at];
    const char *what = arena_format(a->ddl->arena, "constraint %s on table %s", name, a->table->shape.name);
    const char *needed = arena_format(a->ddl->arena, "index %s", name);
    if (!what || !needed)
        return error_set_no_memory(err);
    alter_remove_constraint(a->table, at);
    if (!constraint.unenforced && !constraint.by_index)
        alter_rebuild(a);
    if ((constraint.kind == 'p' || constraint.kind == 'u') && !alter_release_key(a, &constraint.columns, what, needed, err))
        return false;
    if (constraint.by_index)
        return alter_in_place(a, arena_format(a->ddl->arena, "DROP INDEX %s.%s.%s", alter_quoted(a, a->table->shape.database),
                                        alter_quoted(a, a->table->shape.schema), alter_quoted(a, constraint.shown)), err);
    return true;
}

bool alter_apply_rename_constraint(struct alteration *a, struct error *err) {
    int32_t at = constraint_position(a->table, a->action->name);
    if (at < 0)
        return error_set_state(err, ERROR_NOT_FOUND, "42704", "constraint \"%s\" for table \"%s\" does not exist", a->action->name,
                               a->table->shape.name);
    if (constraint_position(a->table, a->action->new_name) >= 0)
        return error_set_state(err, ERROR_ALREADY_EXISTS, "42710", "constraint \"%s\" for relation \"%s\" already exists",
                               a->action->new_name, a->table->shape.name);
    struct pgsql_shape_constraint *constraint = &a->table->shape.constraints[at];
    constraint->name = a->action->new_name;
    for (int32_t i = 0; i < a->table->index_count && constraint->by_index; i++) {
        struct table_index *index = &a->table->indexes[i];
        if (strcasecmp(index->name, constraint->shown) != 0)
            continue;
        return alter_in_place(a, arena_format(a->ddl->arena, "DROP INDEX %s.%s.%s; CREATE UNIQUE INDEX %s ON %s %s",
                                        alter_quoted(a, a->table->shape.database), alter_quoted(a, a->table->shape.schema),
                                        alter_quoted(a, index->name),
                                        alter_quoted(a, constraint->name), a->table->name, index->keys), err);
    }
    return true;
}

/* PostgreSQL chooses names when constraints are made; from now on the table or column that ours stood for has another one. */
void alter_fix_names(struct table *table) {
    for (int32_t i = 0; i < table->shape.constraint_count; i++)
        if (!table->shape.constraints[i].name)
            table->shape.constraints[i].name = table->shape.constraints[i].shown;
}
