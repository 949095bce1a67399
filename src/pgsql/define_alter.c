/* ALTER TABLE: each action becomes a step of its own, which the door carries out with a look at the table; what means nothing here
 * is left out. */
#include "pgsql/declare.h"

enum { MAX_ACTIONS = 1600 }; /* as many as a table of PostgreSQL's has columns */

struct alter {
    struct table table;
    bool if_exists;
};

static const char *alter_head(struct rewriter *r, const struct alter *a) {
    return arena_format(r->arena, "ALTER TABLE %s%s", a->if_exists ? "IF EXISTS " : "", qualified_text(r, a->table.name));
}

/* An action with what all of them say. */
static struct pgsql_alter *new_action(struct rewriter *r, const struct alter *a, enum pgsql_alter_kind kind, int32_t i, int32_t end) {
    struct pgsql_alter *action = arena_allocate_zeroed(r->arena, 1, sizeof *action);
    if (!action) {
        parser_no_memory(&r->parser);
        return NULL;
    }
    struct qualified name = a->table.name;
    action->kind = kind;
    action->table = value_at(r, name.last);
    action->schema = name.last > name.first ? value_at(r, name.last - 2) : NULL;
    action->database = name.last > name.first + 2 ? value_at(r, name.first) : NULL;
    action->table_if_exists = a->if_exists;
    action->sql = arena_format(r->arena, "%s %s", alter_head(r, a), edited_text(r, i, end - 1));
    return action;
}

/* ---- columns ---- */

/* The type at `i` with its collation, as the engine reads it; gives the token behind. */
static int32_t read_type(struct rewriter *r, int32_t i, const char **type) {
    define_type(r, i);
    int32_t last = type_end(r, i);
    if (is_word(r, last + 1, KW_COLLATE))
        last = qualified_at(r, last + 2).last;
    *type = edited_text(r, i, last);
    return last + 1;
}

static void add_constraint_to(struct rewriter *r, struct parser_list *list, const struct pgsql_shape_constraint *constraint) {
    struct pgsql_shape_constraint *kept = parser_list_add(&r->parser, list, sizeof *kept);
    if (kept)
        *kept = *constraint;
}

/* GENERATED …; gives the token behind. */
static int32_t read_generated(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t name, int32_t i,
                              struct pgsql_shape_column *column) {
    int32_t as = is_word(r, i + 1, KW_BY) ? i + 3 : i + 2, open = as + 1;
    if (is_word(r, open, KW_IDENTITY)) {
        int32_t options = open + 1;
        bool has_options = is_kind(r, options, PGSQL_OPEN_PAREN) && r->partner[options] > 0;
        column->value = define_sequence(r, steps, &a->table, name, options);
        column->declared.identity = is_word(r, i + 1, KW_ALWAYS) ? 'a' : 'd';
        column->not_null = true;
        return has_options ? r->partner[options] + 1 : options;
    }
    if (is_kind(r, open, PGSQL_OPEN_PAREN) && r->partner[open] > 0) {
        column->generated = edited_text(r, open + 1, r->partner[open] - 1);
        return r->partner[open] + 1 + (is_word(r, r->partner[open] + 1, KW_STORED) || is_named(r, r->partner[open] + 1, "virtual"));
    }
    return open;
}

/* What stands behind the type of a new column. */
static void read_clauses(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t name, int32_t i, int32_t end,
                         struct pgsql_shape_column *column, struct parser_list *constraints) {
    struct pgsql_shape_constraint constraint;
    while (i < end && !r->parser.failed) {
        int32_t next = declare_constraint(r, i, end, column->name, &constraint);
        if (next > i) {
            define_constraint(r, i, next);
            add_constraint_to(r, constraints, &constraint);
            i = next;
        } else if (is_word(r, i, KW_CONSTRAINT)) { /* of NOT NULL or NULL, whose names are not kept */
            i += 2;
        } else if (is_word(r, i, KW_NOT) && is_word(r, i + 1, KW_NULL)) {
            column->not_null = true;
            i += 2;
        } else if (is_word(r, i, KW_DEFAULT)) {
            next = default_end(r, i, end);
            column->value = edited_text(r, i + 1, next - 1);
            i = next;
        } else if (is_word(r, i, KW_GENERATED)) {
            i = read_generated(r, steps, a, name, i, column);
        } else {
            i += is_word(r, i, KW_STORAGE) || is_word(r, i, KW_COMPRESSION) ? 2 : 1;
        }
    }
}

/* ADD [COLUMN] [IF NOT EXISTS] name type … */
static struct pgsql_alter *add_column(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t add, int32_t end) {
    struct pgsql_alter *action = new_action(r, a, PGSQL_ALTER_ADD_COLUMN, add, end);
    int32_t i = add + 1 + is_word(r, add + 1, KW_COLUMN), name = skip_if_exists(r, i);
    struct parser_list constraints = {0};
    if (!action || is_kind(r, name + 1, PGSQL_DOT)) /* a field of a STRUCT, in DuckDB's form */
        return NULL;
    struct pgsql_shape_column *column = &action->column;
    action->if_exists = name > i;
    action->name = column->name = value_at(r, name);
    const char *serial = serial_type(r, name + 1);
    i = name + 2;
    if (serial) {
        column->type = serial;
        column->value = define_sequence(r, steps, &a->table, name, -1);
        column->not_null = true;
    } else {
        declare_type(r, name + 1, &column->declared);
        i = read_type(r, name + 1, &column->type);
    }
    read_clauses(r, steps, a, name, i, end, column, &constraints);
    action->constraints = constraints.items;
    action->constraint_count = constraints.count;
    return action;
}

static struct pgsql_alter *change_type(struct rewriter *r, const struct alter *a, int32_t i, int32_t type, int32_t end) {
    struct pgsql_alter *action = new_action(r, a, PGSQL_ALTER_TYPE, i, end);
    if (!action)
        return NULL;
    declare_type(r, type, &action->column.declared);
    int32_t using = read_type(r, type, &action->column.type);
    if (is_word(r, using, KW_USING) && using + 1 < end)
        action->using = edited_text(r, using + 1, end - 1);
    return action;
}

/* ALTER [COLUMN] c … ; NULL: nothing to do, or the engine's own form. */
static struct pgsql_alter *alter_column(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t i, int32_t end,
                                        bool *nothing) {
    int32_t name = i + 1 + is_word(r, i + 1, KW_COLUMN), what = name + 1;
    bool set = is_word(r, what, KW_SET), drop = is_word(r, what, KW_DROP);
    uint16_t object = token_at(r, what + 1)->keyword;
    struct pgsql_alter *action = NULL;
    if (is_word(r, what, KW_TYPE) || (set && object == KW_DATA)) {
        action = change_type(r, a, i, what + (set ? 3 : 1), end);
    } else if ((set || drop) && object == KW_DEFAULT) {
        action = new_action(r, a, PGSQL_ALTER_DEFAULT, i, end);
        if (action && set)
            action->column.value = edited_text(r, what + 2, end - 1);
    } else if ((set || drop) && object == KW_NOT) {
        action = new_action(r, a, PGSQL_ALTER_NOT_NULL, i, end);
    } else if ((is_word(r, what, KW_ADD) || set) && object == KW_GENERATED) {
        action = new_action(r, a, PGSQL_ALTER_IDENTITY, i, end);
        if (action && set)
            action->column.declared.identity = is_word(r, what + 2, KW_ALWAYS) ? 'a' : 'd';
        else if (action)
            read_generated(r, steps, a, name, what + 1, &action->column);
    } else if (drop && object == KW_IDENTITY) {
        action = new_action(r, a, PGSQL_ALTER_IDENTITY, i, end);
        if (action)
            action->if_exists = skip_if_exists(r, what + 2) > what + 2;
    } else if (drop && object == KW_EXPRESSION) {
        refuse(r, what, "DROP EXPRESSION is not supported");
    } else if (is_word(r, what, KW_RESTART) || (set && (object == KW_START || object == KW_INCREMENT || object == KW_CACHE))) {
        refuse(r, what, "changing the sequence of an identity column is not supported");
    } else {
        *nothing = set && (object == KW_STATISTICS || object == KW_STORAGE || object == KW_COMPRESSION ||
                           is_kind(r, what + 1, PGSQL_OPEN_PAREN));
    }
    if (action) {
        action->name = value_at(r, name);
        action->is_set = set;
    }
    return action;
}

/* ---- constraints and names ---- */

static struct pgsql_alter *add_constraint(struct rewriter *r, const struct alter *a, int32_t i, int32_t end) {
    struct pgsql_shape_constraint *constraint = arena_allocate(r->arena, sizeof *constraint);
    struct pgsql_alter *action = new_action(r, a, PGSQL_ALTER_ADD_CONSTRAINT, i, end);
    if (!constraint || !action) {
        parser_no_memory(&r->parser);
        return NULL;
    }
    define_constraint(r, i + 1, end);
    if (declare_constraint(r, i + 1, end, NULL, constraint) == i + 1)
        return NULL; /* DuckDB finds the syntax error */
    action->name = constraint->name;
    action->constraints = constraint;
    action->constraint_count = 1;
    return action;
}

/* DROP [COLUMN | CONSTRAINT] [IF EXISTS] name [CASCADE | RESTRICT] */
static struct pgsql_alter *drop_part(struct rewriter *r, const struct alter *a, int32_t i, int32_t end) {
    bool constraint = is_word(r, i + 1, KW_CONSTRAINT);
    int32_t what = i + 1 + (constraint || is_word(r, i + 1, KW_COLUMN)), name = skip_if_exists(r, what);
    if (is_kind(r, name + 1, PGSQL_DOT))
        return NULL;
    struct pgsql_alter *action =
        new_action(r, a, constraint ? PGSQL_ALTER_DROP_CONSTRAINT : PGSQL_ALTER_DROP_COLUMN, i, end);
    if (action) {
        action->name = value_at(r, name);
        action->if_exists = name > what;
        action->cascade = is_word(r, end - 1, KW_CASCADE) && end - 1 > name;
    }
    return action;
}

/* RENAME TO n, RENAME [COLUMN] a TO b, RENAME CONSTRAINT a TO b */
static struct pgsql_alter *rename_part(struct rewriter *r, const struct alter *a, int32_t i, int32_t end) {
    int32_t to = find_word(r, i + 1, KW_TO);
    if (to != end - 2 || is_kind(r, to - 2, PGSQL_DOT))
        return NULL;
    bool constraint = is_word(r, i + 1, KW_CONSTRAINT) && to == i + 3;
    struct pgsql_alter *action = new_action(
        r, a, to == i + 1 ? PGSQL_ALTER_RENAME : constraint ? PGSQL_ALTER_RENAME_CONSTRAINT : PGSQL_ALTER_RENAME_COLUMN, i, end);
    if (action) {
        action->name = to == i + 1 ? NULL : value_at(r, to - 1);
        action->new_name = value_at(r, to + 1);
    }
    return action;
}

/* Actions about storage, ownership and the like, which have nothing to act on here. */
static bool means_nothing(const struct rewriter *r, int32_t i) {
    switch (token_at(r, i)->keyword) {
    case KW_OWNER:
    case KW_CLUSTER:
    case KW_REPLICA:
    case KW_VALIDATE:
        return true;
    case KW_ALTER: /* ALTER CONSTRAINT … [NOT] DEFERRABLE */
        return is_word(r, i + 1, KW_CONSTRAINT);
    case KW_RESET:
        return is_kind(r, i + 1, PGSQL_OPEN_PAREN);
    case KW_DISABLE:
    case KW_ENABLE:
        return is_word(r, i + 1, KW_TRIGGER);
    case KW_SET:
        return is_kind(r, i + 1, PGSQL_OPEN_PAREN) || is_word(r, i + 1, KW_LOGGED) || is_word(r, i + 1, KW_UNLOGGED) ||
               is_word(r, i + 1, KW_TABLESPACE) || is_word(r, i + 1, KW_WITHOUT) || is_word(r, i + 1, KW_ACCESS);
    default:
        return false;
    }
}

static void refuse_action(struct rewriter *r, int32_t i) {
    static const struct {
        uint16_t first, second;
        const char *name;
    } refused[] = {
        {KW_INHERIT, 0, "table inheritance"},       {KW_NO, KW_INHERIT, "table inheritance"},
        {KW_ATTACH, 0, "partitioned tables"},       {KW_DETACH, 0, "partitioned tables"},
        {KW_ENABLE, KW_ROW, "row security"},        {KW_FORCE, KW_ROW, "row security"},
        {KW_ENABLE, KW_RULE, "rules"},
    };
    for (size_t n = 0; n < sizeof refused / sizeof *refused; n++)
        if (is_word(r, i, refused[n].first) && (!refused[n].second || is_word(r, i + 1, refused[n].second)))
            refuse(r, i, "%s is not supported", refused[n].name);
}

static bool begins_table_constraint(const struct rewriter *r, int32_t i) {
    switch (token_at(r, i)->keyword) {
    case KW_CONSTRAINT:
    case KW_PRIMARY:
    case KW_UNIQUE:
    case KW_CHECK:
    case KW_FOREIGN:
    case KW_EXCLUDE:
        return true;
    default:
        return false;
    }
}

/* NULL: nothing to do, or a form of the engine's own. */
static struct pgsql_alter *read_action(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t i, int32_t end,
                                       bool *nothing) {
    struct pgsql_alter *action = NULL;
    *nothing = means_nothing(r, i);
    if (*nothing)
        return NULL;
    switch (token_at(r, i)->keyword) {
    case KW_ADD:
        return begins_table_constraint(r, i + 1) ? add_constraint(r, a, i, end) : add_column(r, steps, a, i, end);
    case KW_DROP:
        return drop_part(r, a, i, end);
    case KW_ALTER:
        return alter_column(r, steps, a, i, end, nothing);
    case KW_RENAME:
        return rename_part(r, a, i, end);
    case KW_SET:
        if (is_word(r, i + 1, KW_SCHEMA) && (action = new_action(r, a, PGSQL_ALTER_SET_SCHEMA, i, end)))
            action->new_name = value_at(r, i + 2);
        return action;
    default:
        return NULL;
    }
}

void define_alter_table(struct rewriter *r, struct steps *steps) {
    struct alter a = {0};
    int32_t i = skip_if_exists(r, 2), end, actions = 0;
    a.if_exists = i > 2;
    if (is_word(r, i, KW_ALL))
        return;
    i += is_word(r, i, KW_ONLY);
    a.table.name = qualified_at(r, i);
    i = behind(a.table.name);
    i += is_text(r, i, "*");
    for (; i < r->count && !r->parser.failed; i = end + 1) {
        bool nothing;
        end = clause_end(r, i);
        if (++actions > MAX_ACTIONS)
            refuse(r, i, "more than %d actions in one ALTER TABLE are not supported", MAX_ACTIONS);
        refuse_action(r, i);
        struct parser_list behind_action = steps->after;
        steps->after = (struct parser_list){0};
        struct pgsql_alter *action = read_action(r, steps, &a, i, end, &nothing);
        struct parser_list own = steps->after; /* the sequence becomes the column's when that is there */
        steps->after = behind_action;
        if (action)
            step_alter(r, steps, action);
        else if (!nothing)
            step_behind(r, steps, "%s %s", alter_head(r, &a), edited_text(r, i, end - 1));
        const struct pgsql_step *more = own.items;
        for (int32_t n = 0; n < own.count; n++)
            step_behind(r, steps, "%s", more[n].sql);
    }
    step_nothing(steps, NULL);
}
