/* What ALTER TABLE does to columns. */
#include <string.h>
#include <strings.h>

#include "pgddl/alter.h"
#include "pgsql/lexer.h"

static const char *renamed(const struct alteration *a, const char *sql, const char *from, const char *to) {
    const char *text = sql ? pgsql_rename(a->ddl->arena, sql, from, to) : NULL;
    return text ? text : sql;
}

static bool contains_name(const struct alteration *a, const char *sql, const char *name) {
    const char *renamed = pgsql_rename(a->ddl->arena, sql, name, "");
    return renamed && strcmp(renamed, sql) != 0;
}

static struct pgsql_shape_column *find_column(const struct alteration *a, struct error *err) {
    struct pgsql_shape_column *column = table_column(a->table, a->action->name);
    if (!column)
        error_set_state(err, ERROR_NOT_FOUND, "42703", "column \"%s\" of relation \"%s\" does not exist", a->action->name,
                        a->table->shape.name);
    return column;
}

/* As its type's length has it; "" without one. */
static const char *length_check(const struct alteration *a, const struct pgsql_shape_column *column) {
    const char *check = pgsql_length_check(a->ddl->arena, column);
    return check ? check : "";
}

static bool is_constrained(const struct alteration *a, const char *column) {
    const struct pgsql_shape_column *found = table_column(a->table, column);
    if (found && length_check(a, found)[0])
        return true;

    for (int32_t i = 0; i < a->table->shape.constraint_count; i++)
        if (pgsql_name_position(&a->table->shape.constraints[i].columns, column) >= 0)
            return true;
    return false;
}

static bool engine_type_of(const struct alteration *a, const char *type, const char **name, struct error *err) {
    const char *sql = arena_format(a->ddl->arena, "SELECT typeof(CAST(NULL AS %s))", type);
    return sql ? engine_connection_query_text(a->ddl->connection, a->ddl->arena, sql, name, err) : error_set_no_memory(err);
}

bool alter_apply_add_column(struct alteration *a, struct error *err) {
    struct pgsql_shape *shape = &a->table->shape;
    const struct pgsql_shape_column *column = &a->action->column;
    if (table_column(a->table, column->name)) {
        if (!a->action->if_exists)
            return error_set_state(err, ERROR_ALREADY_EXISTS, "42701", "column \"%s\" of relation \"%s\" already exists", column->name,
                                   shape->name);
        alter_tell(a, "column \"%s\" of relation \"%s\" already exists, skipping", column->name, shape->name);
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
    bool simple = !draws && !column->generated && !a->action->constraint_count && !length_check(a, column)[0] &&
                  (!column->not_null || alter_is_loose(a));
    if (!simple)
        alter_rebuild(a);
    for (int32_t i = 0; i < a->action->constraint_count; i++)
        if (!alter_add_constraint(a, &a->action->constraints[i], err))
            return false;
    if (!simple)
        return alter_settle_references(a, err);
    const char *name = alter_quoted(a, column->name);
    const char *not_null = column->not_null ? arena_format(a->ddl->arena, "; ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
                                                           a->table->name, name)
                                            : "";
    return alter_in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ADD COLUMN %s %s%s%s%s", a->table->name, name, column->type,
                                    column->value ? " DEFAULT " : "", column->value ? column->value : "", not_null ? not_null : ""),
                    err);
}

bool alter_apply_drop_column(struct alteration *a, struct error *err) {
    struct pgsql_shape *shape = &a->table->shape;
    const char *name = a->action->name;
    struct pgsql_shape_column *column = table_column(a->table, name);
    if (!column && a->action->if_exists) {
        alter_tell(a, "column \"%s\" of relation \"%s\" does not exist, skipping", name, shape->name);
        return true;
    }
    if (!find_column(a, err))
        return false;
    const char *what = arena_format(a->ddl->arena, "column %s of table %s", name, shape->name);
    bool loose = alter_is_loose(a) && !is_constrained(a, name) && shape->column_count > 1 &&
                 !(column->value && strstr(column->value, "nextval("));
    if (!what)
        return error_set_no_memory(err);
    if (!alter_release_key(a, &(struct pgsql_name_list){&name, 1}, what, what, err))
        return false;
    for (int32_t i = shape->constraint_count; i-- > 0;)
        if (pgsql_name_position(&shape->constraints[i].columns, name) >= 0)
            alter_remove_constraint(a->table, i);
    int32_t kept = 0;
    for (int32_t i = 0; i < a->table->index_count; i++)
        if (!contains_name(a, a->table->indexes[i].keys, name))
            a->table->indexes[kept++] = a->table->indexes[i];
    a->table->index_count = kept;
    int32_t at = (int32_t)(column - shape->columns);
    memmove(column, column + 1, (size_t)(shape->column_count - at - 1) * sizeof *column);
    shape->column_count--;
    if (!loose)
        return shape->column_count ? alter_rebuild(a)
                                   : error_set(err, ERROR_UNSUPPORTED, "a table without columns is not supported");
    return alter_in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s DROP COLUMN %s", a->table->name, alter_quoted(a, name)), err);
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

bool alter_apply_type(struct alteration *a, struct error *err) {
    struct pgsql_shape_column *column = find_column(a, err);
    const char *type = a->action->column.type, *engine = NULL;
    if (!column || (!strcasestr(type, "collate") && !engine_type_of(a, type, &engine, err)))
        return false;
    if (column->generated)
        return error_set(err, ERROR_UNSUPPORTED, "changing the type of a generated column is not supported");
    const char *check = length_check(a, column);
    char identity = column->declared.identity;
    column->declared = a->action->column.declared;
    column->declared.identity = identity;
    bool same_length = strcmp(check, length_check(a, column)) == 0;
    if (engine && strcmp(engine, column->type) == 0 && only_casts(a, column->name) && same_length)
        return true;
    bool is_enum = engine && strncmp(engine, "ENUM(", 5) == 0; /* the engine cannot write such an ALTER TABLE to its log */
    bool loose = alter_is_loose(a) && same_length && !is_enum && !is_constrained(a, column->name);
    column->type = engine ? engine : type;
    const char *name = alter_quoted(a, column->name);
    column->source = a->action->using ? arena_format(a->ddl->arena, "(%s)", a->action->using)
                                      : arena_format(a->ddl->arena, "CAST(%s AS %s)", name, column->type);
    if (!alter_settle_references(a, err))
        return false;
    if (!loose || a->method == METHOD_REBUILD)
        return alter_rebuild(a);
    return alter_in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s", a->table->name, name,
                                    column->type, column->source ? column->source : ""), err);
}

bool alter_apply_default(struct alteration *a, struct error *err) {
    struct pgsql_shape_column *column = find_column(a, err);
    const char *value = a->action->column.value;
    if (!column)
        return false;
    column->value = value;
    return alter_in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ALTER COLUMN %s %s%s", a->table->name,
                                          alter_quoted(a, column->name),
                                    value ? "SET DEFAULT " : "DROP DEFAULT", value ? value : ""), err);
}

bool alter_apply_not_null(struct alteration *a, struct error *err) {
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
    if (!alter_is_loose(a) || is_constrained(a, column->name))
        return alter_rebuild(a);
    return alter_in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ALTER COLUMN %s %s NOT NULL", a->table->name,
                                    alter_quoted(a, column->name), set ? "SET" : "DROP"), err);
}

bool alter_apply_identity(struct alteration *a, struct error *err) {
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
        alter_tell(a, "column \"%s\" of relation \"%s\" is not an identity column, skipping", column->name, a->table->shape.name);
        return true;
    }
    column->declared.identity = wanted->declared.identity;
    if (a->action->is_set)
        return true;
    column->value = wanted->value;
    return alter_in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s ALTER COLUMN %s %s%s", a->table->name,
                                          alter_quoted(a, column->name),
                                    wanted->value ? "SET DEFAULT " : "DROP DEFAULT", wanted->value ? wanted->value : ""), err);
}

static void rename_in_lists(struct pgsql_name_list *list, const char *from, const char *to) {
    int32_t at = pgsql_name_position(list, from);
    if (at >= 0)
        list->names[at] = to;
}

bool alter_apply_rename_column(struct alteration *a, struct error *err) {
    struct pgsql_shape *shape = &a->table->shape;
    struct pgsql_shape_column *column = find_column(a, err);
    const char *to = a->action->new_name;
    if (!column)
        return false;
    const char *from = column->name;
    if (table_column(a->table, to))
        return error_set_state(err, ERROR_ALREADY_EXISTS, "42701", "column \"%s\" of relation \"%s\" already exists", to, shape->name);
    bool loose = alter_is_loose(a) && !is_constrained(a, from);
    alter_fix_names(a->table);
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
        return alter_rebuild(a);
    return alter_in_place(a, arena_format(a->ddl->arena, "ALTER TABLE %s RENAME COLUMN %s TO %s", a->table->name, alter_quoted(a, from),
                                    alter_quoted(a, to)), err);
}
