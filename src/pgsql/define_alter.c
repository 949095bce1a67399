/* ALTER TABLE: DuckDB takes one action a statement, and fewer of them. */
#include "pgsql/define.h"

enum { MAX_ACTIONS = 1600 }; /* as many as a table of PostgreSQL's has columns */

struct alter {
    struct table table;
    bool if_exists;
    int32_t actions; /* the first token of the first action */
};

static const char *alter_head(struct rewriter *r, const struct alter *a) {
    return arena_format(r->arena, "ALTER TABLE %s%s", a->if_exists ? "IF EXISTS " : "", qualified_text(r, a->table.name));
}

/* An action that DuckDB takes as it is written: of several, each becomes a statement. */
static void run_action(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t i, int32_t end, bool only) {
    if (!only)
        step_behind(r, steps, "%s %s", alter_head(r, a), edited_text(r, i, end - 1));
}

/* ADD [CONSTRAINT name] UNIQUE (…) as a unique index, which does the same. */
static void add_unique(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t name, int32_t open) {
    if (!is_kind(r, open, PGSQL_OPEN_PAREN) || r->partner[open] < 0) {
        refuse(r, open, "constraints over an existing index are not supported");
        return;
    }
    const char *index = name >= 0 ? value_at(r, name) : NULL;
    if (!index)
        index = arena_format(r->arena, "%s_%s_key", value_at(r, a->table.name.last), value_at(r, open + 1));
    step_behind(r, steps, "CREATE UNIQUE INDEX %s ON %s %s", quote_name(r, index ? index : ""),
                qualified_text(r, a->table.name), edited_text(r, open, r->partner[open]));
}

static void add_constraint(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t i) {
    int32_t name = is_word(r, i, KW_CONSTRAINT) ? i + 1 : -1;
    int32_t kind = name >= 0 ? i + 2 : i;
    if (is_word(r, kind, KW_UNIQUE)) {
        add_unique(r, steps, a, name, kind + 1);
    } else if (is_word(r, kind, KW_PRIMARY)) {
        int32_t open = kind + 2;
        if (!is_kind(r, open, PGSQL_OPEN_PAREN) || r->partner[open] < 0)
            refuse(r, open, "constraints over an existing index are not supported");
        else
            step_behind(r, steps, "%s ADD %s", alter_head(r, a), token_range_text(r, i, r->partner[open]));
    } else if (is_word(r, kind, KW_FOREIGN)) {
        /* Tools create their tables first and the references between them afterwards. */
        step_behind(r, steps, "FROM %s LIMIT 0", qualified_text(r, a->table.name));
        steps->notice = "foreign keys that are added to an existing table are not enforced";
    } else {
        refuse(r, kind, "adding a %s constraint to an existing table is not supported",
               is_word(r, kind, KW_CHECK) ? "CHECK" : "EXCLUDE");
        error_set_hint(r->parser.err, "DuckDB takes such constraints only in CREATE TABLE.");
    }
}

/* The rows of duckdb_columns() that are of the table. */
static const char *of_table(struct rewriter *r, const struct alter *a) {
    struct qualified name = a->table.name;
    const char *schema = name.last > name.first ? value_at(r, name.last - 2) : r->options->schema ? r->options->schema : "main";
    const char *text = arena_format(r->arena,
                                    "database_name = current_database() AND schema_name = %s AND "
                                    "lower(table_name) = lower(%s)",
                                    quote_literal(r, schema), quote_literal(r, value_at(r, name.last)));
    if (!text)
        parser_no_memory(&r->parser);
    return text ? text : "";
}

/* ADD [COLUMN] [IF NOT EXISTS] name type … : its constraints are added one by one. */
static void add_column(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t i, int32_t end, bool only) {
    int32_t add = i++;
    i += is_word(r, i, KW_COLUMN);
    i = skip_if_exists(r, i);
    struct column column = {.name = i, .first = i + 1, .end = end};
    struct steps inner = {0};
    define_column(r, &inner, &a->table, &column);
    const char *table = qualified_text(r, a->table.name), *name = token_range_text(r, i, i);
    const struct pgsql_step *before = inner.before.items, *after = inner.after.items;
    for (int32_t n = 0; n < inner.before.count; n++)
        step_before(r, steps, "%s", before[n].sql);
    if (!only)
        step_behind(r, steps, "%s %s", alter_head(r, a), edited_text(r, add, end - 1));
    for (int32_t n = 0; n < inner.after.count; n++)
        step_behind(r, steps, "%s", after[n].sql);
    if (column.not_null)
        step_behind(r, steps, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", table, name);
    if (column.primary)
        step_behind(r, steps, "ALTER TABLE %s ADD PRIMARY KEY (%s)", table, name);
    if (column.unique) {
        const char *index = arena_format(r->arena, "%s_%s_key", value_at(r, a->table.name.last), value_at(r, i));
        step_behind(r, steps, "CREATE UNIQUE INDEX %s ON %s (%s)", quote_name(r, index ? index : ""), table, name);
    }
}

/* ALTER c TYPE varchar(n): DuckDB's texts have no length, so a text stays as it is, with the indexes that forbid a change. */
static void change_to_text(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t i, int32_t name,
                           int32_t end) {
    const char *statement = arena_format(r->arena, "%s %s", alter_head(r, a), edited_text(r, i, end - 1));
    step_generate(r, steps,
                  "SELECT CASE WHEN NOT EXISTS (FROM duckdb_columns() WHERE %s AND lower(column_name) = lower(%s) AND "
                  "data_type = 'VARCHAR') THEN %s END",
                  of_table(r, a), quote_literal(r, value_at(r, name)), quote_literal(r, statement ? statement : ""));
}

static bool is_text_type(const struct rewriter *r, int32_t i, int32_t end) {
    bool text = is_named(r, i, "varchar") || is_named(r, i, "text") || is_named(r, i, "character") || is_named(r, i, "char");
    return text && type_end(r, i) == end - 1;
}

/* ALTER [COLUMN] c … ; true when nothing is left for DuckDB. */
static bool alter_column(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t i, int32_t end) {
    int32_t name = i + 1 + is_word(r, i + 1, KW_COLUMN), what = name + 1;
    const char *table = qualified_text(r, a->table.name), *column = token_range_text(r, name, name);
    int32_t type = is_word(r, what, KW_TYPE) ? what + 1 : is_word(r, what + 1, KW_DATA) ? what + 3 : 0;
    if (type && is_text_type(r, type, end)) {
        change_to_text(r, steps, a, i, name, end);
        return true;
    }
    if (is_word(r, what, KW_ADD) && is_word(r, what + 1, KW_GENERATED)) {
        const char *value = define_sequence(r, steps, &a->table, name, "");
        step_behind(r, steps, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", table, column, value);
        return true;
    }
    if (is_word(r, what, KW_DROP) && is_word(r, what + 1, KW_IDENTITY)) {
        step_behind(r, steps, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, column);
        return true;
    }
    if (is_word(r, what, KW_DROP) && is_word(r, what + 1, KW_EXPRESSION))
        refuse(r, what, "DROP EXPRESSION is not supported");
    return is_word(r, what, KW_SET) &&
           (is_word(r, what + 1, KW_STATISTICS) || is_word(r, what + 1, KW_STORAGE) || is_word(r, what + 1, KW_COMPRESSION) ||
            is_kind(r, what + 1, PGSQL_OPEN_PAREN) || is_word(r, what + 1, KW_GENERATED));
}

/* Actions about storage, ownership and the like, which have nothing to act on here. */
static bool means_nothing(const struct rewriter *r, int32_t i) {
    switch (token_at(r, i)->keyword) {
    case KW_OWNER:
    case KW_CLUSTER:
    case KW_REPLICA:
    case KW_VALIDATE:
        return true;
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
        {KW_ENABLE, KW_RULE, "rules"},              {KW_RENAME, KW_CONSTRAINT, "renaming a constraint"},
        {KW_SET, KW_SCHEMA, "moving a table to another schema"},
    };
    for (size_t n = 0; n < sizeof refused / sizeof *refused; n++)
        if (is_word(r, i, refused[n].first) && (!refused[n].second || is_word(r, i + 1, refused[n].second)))
            refuse(r, i, "%s is not supported", refused[n].name);
}

/* One action; true when the statement's own text must not run because a step stands for it. */
static bool define_action(struct rewriter *r, struct steps *steps, const struct alter *a, int32_t i, int32_t end, bool only) {
    refuse_action(r, i);
    if (means_nothing(r, i))
        return true;
    if (is_word(r, i, KW_ADD)) {
        switch (token_at(r, i + 1)->keyword) {
        case KW_CONSTRAINT:
        case KW_PRIMARY:
        case KW_UNIQUE:
        case KW_CHECK:
        case KW_FOREIGN:
        case KW_EXCLUDE:
            add_constraint(r, steps, a, i + 1);
            return true;
        default:
            add_column(r, steps, a, i, end, only);
            return false;
        }
    }
    if (is_word(r, i, KW_DROP) && is_word(r, i + 1, KW_CONSTRAINT)) {
        int32_t name = skip_if_exists(r, i + 2);
        step_behind(r, steps, "DROP INDEX IF EXISTS %s", sibling(r, a->table.name, value_at(r, name)));
        steps->notice = "only constraints that are unique indexes can be dropped";
        return true;
    }
    if (is_word(r, i, KW_ALTER) && alter_column(r, steps, a, i, end))
        return true;
    run_action(r, steps, a, i, end, only);
    return false;
}

void define_alter_table(struct rewriter *r, struct steps *steps) {
    struct alter a = {.table.altered = true};
    int32_t i = skip_if_exists(r, 2);
    a.if_exists = i > 2;
    i += is_word(r, i, KW_ONLY);
    a.table.name = qualified_at(r, i);
    a.actions = behind(a.table.name);
    a.actions += is_text(r, a.actions, "*");
    if (is_word(r, 1, KW_TABLE) && is_word(r, i - 1, KW_ALL))
        return;
    int32_t end = clause_end(r, a.actions);
    bool only = end >= r->count, replaced = false;
    int32_t actions = 0;
    for (i = a.actions; i < r->count && !r->parser.failed; i = end + 1) {
        end = clause_end(r, i);
        if (++actions > MAX_ACTIONS)
            refuse(r, i, "more than %d actions in one ALTER TABLE are not supported", MAX_ACTIONS);
        replaced |= define_action(r, steps, &a, i, end, only);
    }
    if (replaced || !only)
        step_nothing(steps, NULL);
}
