/* ALTER TABLE: an action is applied to the shape of its table; then the engine makes the table so, by a statement of its own where it
 * can, by rebuilding otherwise. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "pgddl/table.h"
#include "pgsql/lexer.h"

enum method {
    METHOD_NOTHING,  /* at most the facts change */
    METHOD_IN_PLACE, /* the scripts do it */
    METHOD_REBUILD,
};

struct alteration {
    const struct pgddl *ddl;
    const struct pgsql_alter *action;
    struct table *table;
    struct table **family; /* the table and those that reference it */
    int32_t family_count;
    enum method method;
    const char *script; /* of METHOD_IN_PLACE */
    const char *old_name; /* of RENAME: that the facts lie under */
};

static const char *quoted(const struct alteration *a, const char *text) {
    const char *copy = pgsql_quoted(a->ddl->arena, text, '"');
    return copy ? copy : "\"\"";
}

static bool rebuild(struct alteration *a) {
    a->method = METHOD_REBUILD;
    return true;
}

static bool in_place(struct alteration *a, const char *script, struct error *err) {
    a->method = METHOD_IN_PLACE;
    a->script = script;
    return script || error_set_no_memory(err);
}

static void tell(const struct alteration *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(const struct alteration *a, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    a->ddl->notice(a->ddl->self, text);
}

/* The engine alters no table that has indexes or foreign keys, nor one whose rows the transaction has changed. */
static bool is_loose(const struct alteration *a) {
    return !a->table->index_count && !a->table->is_referenced && !a->table->references && !*a->ddl->has_written;
}

static bool is_constrained(const struct alteration *a, const char *column) {
    for (int32_t i = 0; i < a->table->shape.constraint_count; i++)
        if (pgsql_name_position(&a->table->shape.constraints[i].columns, column) >= 0)
            return true;
    return false;
}

static struct pgsql_shape_column *find_column(const struct alteration *a, struct error *err) {
    struct pgsql_shape_column *column = table_column(a->table, a->action->name);
    if (!column)
        error_set_state(err, ERROR_NOT_FOUND, "42703", "column \"%s\" of relation \"%s\" does not exist", a->action->name,
                        a->table->shape.name);
    return column;
}

static int32_t constraint_position(const struct table *table, const char *name) {
    for (int32_t i = 0; i < table->shape.constraint_count; i++)
        if (table->shape.constraints[i].shown && strcasecmp(table->shape.constraints[i].shown, name) == 0)
            return i;
    return -1;
}

static void remove_constraint(struct table *table, int32_t at) {
    struct pgsql_shape *shape = &table->shape;
    memmove(shape->constraints + at, shape->constraints + at + 1,
            (size_t)(shape->constraint_count - at - 1) * sizeof *shape->constraints);
    shape->constraint_count--;
}

static bool contains_name(const struct alteration *a, const char *sql, const char *name) {
    const char *renamed = pgsql_rename(a->ddl->arena, sql, name, "");
    return renamed && strcmp(renamed, sql) != 0;
}

static const char *renamed(const struct alteration *a, const char *sql, const char *from, const char *to) {
    const char *text = sql ? pgsql_rename(a->ddl->arena, sql, from, to) : NULL;
    return text ? text : sql;
}

/* ---- constraints ---- */

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
    return in_place(a, columns ? arena_format(a->ddl->arena, "CREATE UNIQUE INDEX %s ON %s (%s)", quoted(a, constraint->name),
                                              a->table->name, columns)
                               : NULL,
                    err);
}

static bool add_primary(struct alteration *a, const struct pgsql_shape_constraint *constraint, struct error *err) {
    const char *columns = pgsql_quoted_list(a->ddl->arena, &constraint->columns);
    for (int32_t i = 0; i < constraint->columns.count; i++)
        table_column(a->table, constraint->columns.names[i])->not_null = true;
    if (!is_loose(a))
        return rebuild(a);
    return in_place(a, columns ? arena_format(a->ddl->arena, "ALTER TABLE %s ADD PRIMARY KEY (%s)", a->table->name, columns) : NULL,
                    err);
}

/* Rows whose key is not there. */
static bool check_rows(const struct alteration *a, const struct pgsql_shape_constraint *constraint, struct error *err) {
    const char *condition = "true", *present = "true", *missing;
    for (int32_t i = 0; i < constraint->columns.count && i < constraint->foreign_columns.count; i++) {
        const char *own = quoted(a, constraint->columns.names[i]), *foreign = quoted(a, constraint->foreign_columns.names[i]);
        condition = condition ? arena_format(a->ddl->arena, "%s AND referenced.%s = checked.%s", condition, foreign, own) : NULL;
        present = present ? arena_format(a->ddl->arena, "%s AND checked.%s IS NOT NULL", present, own) : NULL;
    }
    const char *sql = !condition || !present ? NULL
                                             : arena_format(a->ddl->arena,
                                                            "SELECT 'x' FROM %s checked WHERE %s AND NOT EXISTS (FROM %s.%s.%s referenced "
                                                            "WHERE %s) LIMIT 1",
                                                            a->table->name, present, quoted(a, a->table->shape.database),
                                                            quoted(a, constraint->foreign_schema),
                                                            quoted(a, constraint->foreign_table), condition);
    if (!sql)
        return error_set_no_memory(err);
    if (!engine_connection_query_text(a->ddl->connection, a->ddl->arena, sql, &missing, err))
        return false;
    if (!missing)
        return true;
    error_set_state(err, ERROR_CONSTRAINT, "23503", "insert or update on table \"%s\" violates foreign key constraint \"%s\"",
                    a->table->shape.name, constraint->name);
    snprintf(err->schema, sizeof err->schema, "%s", a->table->shape.schema);
    snprintf(err->table, sizeof err->table, "%s", a->table->shape.name);
    snprintf(err->constraint, sizeof err->constraint, "%s", constraint->name);
    return false;
}

/* The engine checks foreign keys at once. One that is to be checked at the end of the transaction cannot be had from it. */
static bool add_reference(struct alteration *a, struct pgsql_shape_constraint *constraint, struct error *err) {
    if (!resolve_reference(a, constraint, err))
        return false;
    a->table->references = true;
    if (!constraint->deferred)
        return rebuild(a);
    if (!choose_name(a, a->table, constraint, "fkey", err))
        return false;
    constraint->unenforced = true;
    tell(a, "deferred foreign keys are declared, but not enforced");
    return check_rows(a, constraint, err);
}

/* Adds it to the shape, and says how the table gets it. Nothing is done in place for a table that is rebuilt already. */
static bool add_constraint(struct alteration *a, const struct pgsql_shape_constraint *wanted, struct error *err) {
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
        rebuild(a);
    if (rebuilt)
        rebuild(a);
    constraint.shown = constraint.name;
    shape->constraints[shape->constraint_count++] = constraint;
    return ok;
}

/* The engine takes no foreign key between columns of different types, which PostgreSQL does: such a one is declared only, until the
 * types are the same again. */
static bool settle_reference(struct alteration *a, struct table *table, struct pgsql_shape_constraint *constraint, struct error *err) {
    const struct pgsql_alter target = {.schema = constraint->foreign_schema, .table = constraint->foreign_table};
    struct table *referenced = NULL;
    for (int32_t f = 0; f < a->family_count; f++)
        if (strcasecmp(a->family[f]->shape.name, constraint->foreign_table) == 0 &&
            strcasecmp(a->family[f]->shape.schema, constraint->foreign_schema) == 0)
            referenced = a->family[f];
    if (!referenced && !table_find(a->ddl, &target, &referenced, err))
        return false;
    bool same = referenced != NULL, unenforced = constraint->unenforced;
    for (int32_t i = 0; same && i < constraint->columns.count && i < constraint->foreign_columns.count; i++) {
        const struct pgsql_shape_column *own = table_column(table, constraint->columns.names[i]);
        const struct pgsql_shape_column *other = table_column(referenced, constraint->foreign_columns.names[i]);
        same = own && other && strcmp(own->type, other->type) == 0;
    }
    constraint->unenforced = !same || constraint->deferred;
    if (constraint->unenforced && !choose_name(a, table, constraint, "fkey", err))
        return false;
    if (constraint->unenforced && !unenforced)
        tell(a, "foreign key \"%s\" is not enforced while its columns have other types than those it references", constraint->name);
    if (constraint->unenforced != unenforced)
        rebuild(a);
    return true;
}

static bool settle_references(struct alteration *a, struct error *err) {
    for (int32_t f = 0; f < a->family_count; f++)
        for (int32_t i = 0; i < a->family[f]->shape.constraint_count; i++) {
            struct pgsql_shape_constraint *constraint = &a->family[f]->shape.constraints[i];
            if (constraint->kind == 'f' && constraint->foreign_table && constraint->foreign_schema &&
                !settle_reference(a, a->family[f], constraint, err))
                return false;
        }
    return true;
}

static bool apply_add_constraint(struct alteration *a, struct error *err) {
    return add_constraint(a, a->action->constraints, err) && settle_references(a, err);
}

/* Foreign keys of other tables that need this key go, or stand in the way. */
static bool release_key(struct alteration *a, const struct pgsql_name_list *columns, const char *what, const char *needed,
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
            remove_constraint(a->family[f], i);
            rebuild(a);
        }
    return true;
}

static bool apply_drop_constraint(struct alteration *a, struct error *err) {
    const char *name = a->action->name;
    int32_t at = constraint_position(a->table, name);
    if (at < 0 && a->action->if_exists) {
        tell(a, "constraint \"%s\" of relation \"%s\" does not exist, skipping", name, a->table->shape.name);
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
    remove_constraint(a->table, at);
    if (!constraint.unenforced && !constraint.by_index)
        rebuild(a);
    if ((constraint.kind == 'p' || constraint.kind == 'u') && !release_key(a, &constraint.columns, what, needed, err))
        return false;
    if (constraint.by_index)
        return in_place(a, arena_format(a->ddl->arena, "DROP INDEX %s.%s.%s", quoted(a, a->table->shape.database),
                                        quoted(a, a->table->shape.schema), quoted(a, constraint.shown)), err);
    return true;
}

static bool apply_rename_constraint(struct alteration *a, struct error *err) {
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
        return in_place(a, arena_format(a->ddl->arena, "DROP INDEX %s.%s.%s; CREATE UNIQUE INDEX %s ON %s %s",
                                        quoted(a, a->table->shape.database), quoted(a, a->table->shape.schema), quoted(a, index->name),
                                        quoted(a, constraint->name), a->table->name, index->keys), err);
    }
    return true;
}

/* PostgreSQL chooses names when constraints are made; from now on the table or column that ours stood for has another one. */
static void fix_names(struct table *table) {
    for (int32_t i = 0; i < table->shape.constraint_count; i++)
        if (!table->shape.constraints[i].name)
            table->shape.constraints[i].name = table->shape.constraints[i].shown;
}

/* ---- columns ---- */

static bool engine_type_of(const struct alteration *a, const char *type, const char **name, struct error *err) {
    const char *sql = arena_format(a->ddl->arena, "SELECT typeof(CAST(NULL AS %s))", type);
    return sql ? engine_connection_query_text(a->ddl->connection, a->ddl->arena, sql, name, err) : error_set_no_memory(err);
}

static bool apply_add_column(struct alteration *a, struct error *err) {
    struct pgsql_shape *shape = &a->table->shape;
    const struct pgsql_shape_column *column = &a->action->column;
    if (table_column(a->table, column->name)) {
        if (!a->action->if_exists)
            return error_set_state(err, ERROR_ALREADY_EXISTS, "42701", "column \"%s\" of relation \"%s\" already exists", column->name,
                                   shape->name);
        tell(a, "column \"%s\" of relation \"%s\" already exists, skipping", column->name, shape->name);
        return true;
    }
    struct pgsql_shape_column *columns = arena_allocate(a->ddl->arena, ((size_t)shape->column_count + 1) * sizeof *columns);
    if (!columns)
        return error_set_no_memory(err);
    memcpy(columns, shape->columns, (size_t)shape->column_count * sizeof *columns);
    columns[shape->column_count] = *column;
    if (a->action->constraint_count && !engine_type_of(a, column->type, &columns[shape->column_count].type, err))
        return false;
    shape->column_count++;
    shape->columns = columns;
    bool draws = column->value && strcasestr(column->value, "nextval(");
    bool simple = !draws && !column->generated && !a->action->constraint_count && (!column->not_null || is_loose(a));
    if (!simple)
        rebuild(a);
    for (int32_t i = 0; i < a->action->constraint_count; i++)
        if (!add_constraint(a, &a->action->constraints[i], err))
            return false;
    if (!simple)
        return settle_references(a, err);
    const char *name = quoted(a, column->name);
    const char *not_null = column->not_null ? arena_format(a->ddl->arena, "; ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
                                                           a->table->name, name)
                                            : "";
    return in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ADD COLUMN %s %s%s%s%s", a->table->name, name, column->type,
                                    column->value ? " DEFAULT " : "", column->value ? column->value : "", not_null ? not_null : ""),
                    err);
}

static bool apply_drop_column(struct alteration *a, struct error *err) {
    struct pgsql_shape *shape = &a->table->shape;
    const char *name = a->action->name;
    struct pgsql_shape_column *column = table_column(a->table, name);
    if (!column && a->action->if_exists) {
        tell(a, "column \"%s\" of relation \"%s\" does not exist, skipping", name, shape->name);
        return true;
    }
    if (!find_column(a, err))
        return false;
    const char *what = arena_format(a->ddl->arena, "column %s of table %s", name, shape->name);
    bool loose = is_loose(a) && !is_constrained(a, name) && shape->column_count > 1 &&
                 !(column->value && strstr(column->value, "nextval("));
    if (!what)
        return error_set_no_memory(err);
    if (!release_key(a, &(struct pgsql_name_list){&name, 1}, what, what, err))
        return false;
    for (int32_t i = shape->constraint_count; i-- > 0;)
        if (pgsql_name_position(&shape->constraints[i].columns, name) >= 0)
            remove_constraint(a->table, i);
    int32_t kept = 0;
    for (int32_t i = 0; i < a->table->index_count; i++)
        if (!contains_name(a, a->table->indexes[i].keys, name))
            a->table->indexes[kept++] = a->table->indexes[i];
    a->table->index_count = kept;
    int32_t at = (int32_t)(column - shape->columns);
    memmove(column, column + 1, (size_t)(shape->column_count - at - 1) * sizeof *column);
    shape->column_count--;
    if (!loose)
        return shape->column_count ? rebuild(a)
                                   : error_set(err, ERROR_UNSUPPORTED, "a table without columns is not supported");
    return in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s DROP COLUMN %s", a->table->name, quoted(a, name)), err);
}

/* USING that only casts the column itself, as PostgreSQL does without. */
static bool only_casts(const struct alteration *a, const char *column) {
    const char *using = a->action->using;
    if (!using)
        return true;
    struct pgsql_lexer lexer = pgsql_lexer_over(using, strlen(using));
    struct pgsql_token token;
    for (int32_t n = 0; pgsql_lexer_next(&lexer, &token, NULL) && token.kind != PGSQL_END; n++) {
        const char *value = n == 0 ? pgsql_token_value(a->ddl->arena, using, &token, NULL) : NULL;
        bool fits = n == 0   ? value && strcasecmp(value, column) == 0
                    : n == 1 ? token.kind == PGSQL_CAST
                             : token.kind == PGSQL_WORD || token.kind == PGSQL_OPEN_PAREN || token.kind == PGSQL_CLOSE_PAREN ||
                                   token.kind == PGSQL_INTEGER || token.kind == PGSQL_COMMA;
        if (!fits)
            return false;
    }
    return true;
}

static bool apply_type(struct alteration *a, struct error *err) {
    struct pgsql_shape_column *column = find_column(a, err);
    const char *type = a->action->column.type, *engine = NULL;
    if (!column || (!strcasestr(type, "collate") && !engine_type_of(a, type, &engine, err)))
        return false;
    if (column->generated)
        return error_set(err, ERROR_UNSUPPORTED, "changing the type of a generated column is not supported");
    char identity = column->declared.identity;
    column->declared = a->action->column.declared;
    column->declared.identity = identity;
    if (engine && strcmp(engine, column->type) == 0 && only_casts(a, column->name))
        return true;
    bool loose = is_loose(a) && !is_constrained(a, column->name);
    column->type = engine ? engine : type;
    const char *name = quoted(a, column->name);
    column->source = a->action->using ? arena_format(a->ddl->arena, "(%s)", a->action->using)
                                      : arena_format(a->ddl->arena, "CAST(%s AS %s)", name, column->type);
    if (!settle_references(a, err))
        return false;
    if (!loose || a->method == METHOD_REBUILD)
        return rebuild(a);
    return in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s", a->table->name, name,
                                    column->type, column->source ? column->source : ""), err);
}

static bool apply_default(struct alteration *a, struct error *err) {
    struct pgsql_shape_column *column = find_column(a, err);
    const char *value = a->action->column.value;
    if (!column)
        return false;
    column->value = value;
    return in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ALTER COLUMN %s %s%s", a->table->name, quoted(a, column->name),
                                    value ? "SET DEFAULT " : "DROP DEFAULT", value ? value : ""), err);
}

static bool apply_not_null(struct alteration *a, struct error *err) {
    struct pgsql_shape_column *column = find_column(a, err);
    bool set = a->action->is_set;
    if (!column)
        return false;
    for (int32_t i = 0; i < a->table->shape.constraint_count; i++) {
        const struct pgsql_shape_constraint *key = &a->table->shape.constraints[i];
        if (key->kind != 'p' || pgsql_name_position(&key->columns, column->name) < 0)
            continue;
        return set || error_set_state(err, ERROR_INVALID_ARGUMENT, "42P16", "column \"%s\" is in a primary key", column->name);
    }
    if (column->not_null == set)
        return true;
    column->not_null = set;
    if (!is_loose(a) || is_constrained(a, column->name))
        return rebuild(a);
    return in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ALTER COLUMN %s %s NOT NULL", a->table->name,
                                    quoted(a, column->name), set ? "SET" : "DROP"), err);
}

static bool apply_identity(struct alteration *a, struct error *err) {
    struct pgsql_shape_column *column = find_column(a, err);
    const struct pgsql_shape_column *wanted = &a->action->column;
    if (!column)
        return false;
    bool is_identity = column->declared.identity != 0;
    if (wanted->value && is_identity)
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "55000", "column \"%s\" of relation \"%s\" is already an identity column",
                               column->name, a->table->shape.name);
    if (wanted->value && column->value)
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "55000", "column \"%s\" of relation \"%s\" already has a default value",
                               column->name, a->table->shape.name);
    if (!wanted->value && !is_identity) {
        if (!a->action->if_exists)
            return error_set_state(err, ERROR_INVALID_ARGUMENT, "55000", "column \"%s\" of relation \"%s\" is not an identity column",
                                   column->name, a->table->shape.name);
        tell(a, "column \"%s\" of relation \"%s\" is not an identity column, skipping", column->name, a->table->shape.name);
        return true;
    }
    column->declared.identity = wanted->declared.identity;
    if (a->action->is_set)
        return true;
    column->value = wanted->value;
    return in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ALTER COLUMN %s %s%s", a->table->name, quoted(a, column->name),
                                    wanted->value ? "SET DEFAULT " : "DROP DEFAULT", wanted->value ? wanted->value : ""), err);
}

static void rename_in_lists(struct pgsql_name_list *list, const char *from, const char *to) {
    int32_t at = pgsql_name_position(list, from);
    if (at >= 0)
        list->names[at] = to;
}

static bool apply_rename_column(struct alteration *a, struct error *err) {
    struct pgsql_shape *shape = &a->table->shape;
    struct pgsql_shape_column *column = find_column(a, err);
    const char *to = a->action->new_name;
    if (!column)
        return false;
    const char *from = column->name;
    if (table_column(a->table, to))
        return error_set_state(err, ERROR_ALREADY_EXISTS, "42701", "column \"%s\" of relation \"%s\" already exists", to, shape->name);
    bool loose = is_loose(a) && !is_constrained(a, from);
    fix_names(a->table);
    column->name = to;
    for (int32_t i = 0; i < shape->column_count; i++)
        shape->columns[i].generated = renamed(a, shape->columns[i].generated, from, to);
    for (int32_t i = 0; i < shape->constraint_count; i++) {
        rename_in_lists(&shape->constraints[i].columns, from, to);
        shape->constraints[i].expression = renamed(a, shape->constraints[i].expression, from, to);
    }
    for (int32_t i = 0; i < a->table->index_count; i++)
        a->table->indexes[i].keys = renamed(a, a->table->indexes[i].keys, from, to);
    for (int32_t f = 0; f < a->family_count; f++)
        for (int32_t i = 0; i < a->family[f]->shape.constraint_count; i++) {
            struct pgsql_shape_constraint *constraint = &a->family[f]->shape.constraints[i];
            if (constraint->kind == 'f' && constraint->foreign_table && strcasecmp(constraint->foreign_table, shape->name) == 0)
                rename_in_lists(&constraint->foreign_columns, from, to);
        }
    if (!loose)
        return rebuild(a);
    return in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s RENAME COLUMN %s TO %s", a->table->name, quoted(a, from),
                                    quoted(a, to)), err);
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
    fix_names(a->table);
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
    if (!is_loose(a) || !in_schema)
        return rebuild(a);
    return in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s RENAME TO %s", a->table->name, quoted(a, name)), err);
}

static bool apply_rename(struct alteration *a, struct error *err) {
    return move_table(a, a->table->shape.schema, a->action->new_name, err);
}

static bool apply_set_schema(struct alteration *a, struct error *err) {
    return strcmp(a->action->new_name, a->table->shape.schema) == 0 || move_table(a, a->action->new_name, a->table->shape.name, err);
}

static bool (*const appliers[])(struct alteration *a, struct error *err) = {
    [PGSQL_ALTER_ADD_COLUMN] = apply_add_column,
    [PGSQL_ALTER_DROP_COLUMN] = apply_drop_column,
    [PGSQL_ALTER_TYPE] = apply_type,
    [PGSQL_ALTER_DEFAULT] = apply_default,
    [PGSQL_ALTER_NOT_NULL] = apply_not_null,
    [PGSQL_ALTER_IDENTITY] = apply_identity,
    [PGSQL_ALTER_RENAME_COLUMN] = apply_rename_column,
    [PGSQL_ALTER_RENAME] = apply_rename,
    [PGSQL_ALTER_SET_SCHEMA] = apply_set_schema,
    [PGSQL_ALTER_ADD_CONSTRAINT] = apply_add_constraint,
    [PGSQL_ALTER_DROP_CONSTRAINT] = apply_drop_constraint,
    [PGSQL_ALTER_RENAME_CONSTRAINT] = apply_rename_constraint,
};

/* Until an action says otherwise, values come from where they are. */
static void set_sources(const struct alteration *a) {
    for (int32_t f = 0; f < a->family_count; f++)
        for (int32_t i = 0; i < a->family[f]->shape.column_count; i++)
            a->family[f]->shape.columns[i].source = quoted(a, a->family[f]->shape.columns[i].name);
}

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
        if (!table_run(a->ddl, err, "DROP VIEW IF EXISTS %s." PGSQL_DECLARED_SCHEMA ".%s", quoted(a, a->table->shape.database),
                       a->old_name))
            return false;
        a->table->facts = "";
    }
    for (int32_t f = 0; f < a->family_count; f++)
        if (!table_keep_facts(a->ddl, a->family[f], err))
            return false;
    return true;
}

/* What is no table of the engine's own (a view, a table of an attached database of another kind) is its business. */
bool pgddl_alter_table(const struct pgddl *ddl, const struct pgsql_alter *alter, struct error *err) {
    struct alteration a = {.ddl = ddl, .action = alter};
    if (!table_find(ddl, alter, &a.table, err))
        return false;
    if (!a.table) {
        bool ok = table_run(ddl, err, "%s", alter->sql);
        if (!ok && strcmp(error_sqlstate(err), "42P01") == 0)
            error_set_state(err, ERROR_CATALOG, "42P01", "relation \"%s\" does not exist", alter->table);
        return ok;
    }
    if (!table_family(ddl, a.table, &a.family, &a.family_count, err))
        return false;
    set_sources(&a);
    return appliers[alter->kind](&a, err) && carry_out(&a, err);
}
