/* Declarations: types, constraints and identities as PostgreSQL's statements spell them. */
#include "pgsql/declare.h"

#include <stdlib.h>

enum tail { TAIL_NONE, TAIL_ZONE, TAIL_NO_ZONE };
enum modifier { MODIFIER_LENGTH, MODIFIER_PLAIN, MODIFIER_INTERVAL };

struct type_row {
    const char *first, *second;
    enum tail tail;
    uint32_t oid, array_oid;
    enum modifier modifier;
    int32_t otherwise;
    const char *engine;
};

static const struct type_row type_rows[] = {
#define DECLARED_TYPE(first, second, tail, oid, array_oid, modifier, otherwise, engine)                                \
    {first, second, TAIL_##tail, oid, array_oid, MODIFIER_##modifier, otherwise, engine},
#include "pg_declared_types.def"
#undef DECLARED_TYPE
};

/* The modifier in brackets at `i`, if there is one of one number. */
static int32_t read_modifier(struct rewriter *r, int32_t i, const struct type_row *row) {
    enum { LENGTH_HEADER = 4, INTERVAL_FULL_RANGE = 0x7FFF << 16, LONGEST = 10485760 };
    if (!is_kind(r, i, PGSQL_OPEN_PAREN) || !is_kind(r, i + 1, PGSQL_INTEGER) || !is_kind(r, i + 2, PGSQL_CLOSE_PAREN))
        return row->otherwise;
    long number = strtol(value_at(r, i + 1), NULL, 10);
    if (number < 0 || number > LONGEST)
        return row->otherwise;
    return (int32_t)number + (row->modifier == MODIFIER_LENGTH ? LENGTH_HEADER
                              : row->modifier == MODIFIER_INTERVAL ? INTERVAL_FULL_RANGE : 0);
}

void declare_type(struct rewriter *r, int32_t i, struct pgsql_declared *declared) {
    if (is_word(r, i, KW_PG_CATALOG) && is_kind(r, i + 1, PGSQL_DOT))
        i += 2;
    for (size_t n = 0; n < sizeof type_rows / sizeof *type_rows && is_kind(r, i, PGSQL_WORD); n++) {
        const struct type_row *row = &type_rows[n];
        if (!is_named(r, i, row->first) || (row->second[0] && !is_named(r, i + 1, row->second)))
            continue;
        int32_t open = i + 1 + (row->second[0] != '\0');
        int32_t behind = is_kind(r, open, PGSQL_OPEN_PAREN) && r->partner[open] > 0 ? r->partner[open] + 1 : open;
        if ((row->tail == TAIL_ZONE) != is_word(r, behind, KW_WITH) && row->tail != TAIL_NONE)
            continue;
        if (row->tail != TAIL_NONE && (is_word(r, behind, KW_WITH) || is_word(r, behind, KW_WITHOUT)))
            behind += 3;
        bool array = is_kind(r, behind, PGSQL_OPEN_BRACKET) || is_word(r, behind, KW_ARRAY);
        const char *engine = array ? arena_format(r->arena, "%s[]", row->engine) : row->engine;
        *declared = (struct pgsql_declared){array ? row->array_oid : row->oid, read_modifier(r, open, row), engine, 0};
        return;
    }
}

struct pgsql_name_list declare_names(struct rewriter *r, int32_t open) {
    struct parser_list names = {0};
    for (int32_t i = open + 1; is_kind(r, open, PGSQL_OPEN_PAREN) && i < r->partner[open]; i = clause_end(r, i) + 1) {
        const char **name = parser_list_add(&r->parser, &names, sizeof *name);
        if (name)
            *name = value_at(r, i);
    }
    return (struct pgsql_name_list){names.items, names.count};
}

static struct pgsql_name_list one_name(struct rewriter *r, const char *name) {
    const char **names = arena_allocate(r->arena, sizeof *names);
    if (!names) {
        parser_no_memory(&r->parser);
        return (struct pgsql_name_list){0};
    }
    names[0] = name;
    return (struct pgsql_name_list){names, 1};
}

/* REFERENCES table [(columns)]; gives the token behind. */
static int32_t declare_reference(struct rewriter *r, int32_t i, struct pgsql_shape_constraint *constraint) {
    struct qualified table = qualified_at(r, i + 1);
    constraint->foreign_table = value_at(r, table.last);
    constraint->foreign_schema = table.last > table.first ? value_at(r, table.last - 2) : NULL;
    int32_t open = behind(table);
    if (!is_kind(r, open, PGSQL_OPEN_PAREN) || r->partner[open] < 0)
        return open;
    constraint->foreign_columns = declare_names(r, open);
    return r->partner[open] + 1;
}

/* ON DELETE or ON UPDATE, as pg_constraint abbreviates the action. */
static char action_letter(const struct rewriter *r, int32_t i) {
    switch (token_at(r, i)->keyword) {
    case KW_RESTRICT:
        return 'r';
    case KW_CASCADE:
        return 'c';
    case KW_SET:
        return is_word(r, i + 1, KW_NULL) ? 'n' : 'd';
    default:
        return 'a';
    }
}

/* What may stand behind a constraint; gives the token behind, or `i`. */
static int32_t declare_attribute(struct rewriter *r, int32_t i, struct pgsql_shape_constraint *constraint) {
    bool negated = is_word(r, i, KW_NOT);
    if (is_word(r, i + negated, KW_DEFERRABLE)) {
        constraint->deferrable = !negated;
        return i + negated + 1;
    }
    if (is_word(r, i, KW_INITIALLY)) {
        constraint->deferred = is_word(r, i + 1, KW_DEFERRED);
        constraint->deferrable |= constraint->deferred;
        return i + 2;
    }
    if (is_word(r, i, KW_ON) && (is_word(r, i + 1, KW_DELETE) || is_word(r, i + 1, KW_UPDATE))) {
        *(is_word(r, i + 1, KW_DELETE) ? &constraint->on_delete : &constraint->on_update) = action_letter(r, i + 2);
        return i + (is_word(r, i + 2, KW_NO) || is_word(r, i + 2, KW_SET) ? 4 : 3);
    }
    if (is_word(r, i, KW_NULLS))
        return i + 2 + is_word(r, i + 1, KW_NOT);
    if (is_word(r, i, KW_MATCH) || (is_word(r, i, KW_NO) && is_word(r, i + 1, KW_INHERIT)) || (negated && is_word(r, i + 1, KW_VALID)))
        return i + 2;
    if (is_word(r, i, KW_USING) && is_word(r, i + 1, KW_INDEX))
        return i + 4;
    if ((is_word(r, i, KW_INCLUDE) || is_word(r, i, KW_WITH)) && is_kind(r, i + 1, PGSQL_OPEN_PAREN) && r->partner[i + 1] > 0)
        return r->partner[i + 1] + 1;
    return i;
}

/* The constraint's own words; gives the token behind, or `i` if there is none. */
static int32_t declare_kind(struct rewriter *r, int32_t i, const char *column, struct pgsql_shape_constraint *constraint) {
    int32_t open = i + 1;
    switch (token_at(r, i)->keyword) {
    case KW_PRIMARY:
        constraint->kind = 'p';
        open++;
        break;
    case KW_UNIQUE:
        constraint->kind = 'u';
        open = declare_attribute(r, open, constraint);
        break;
    case KW_FOREIGN:
        constraint->kind = 'f';
        open++;
        break;
    case KW_CHECK:
        constraint->kind = 'c';
        if (!is_kind(r, open, PGSQL_OPEN_PAREN) || r->partner[open] < 0)
            return i;
        constraint->expression = edited_text(r, open + 1, r->partner[open] - 1);
        return r->partner[open] + 1;
    case KW_REFERENCES:
        constraint->kind = 'f';
        constraint->columns = one_name(r, column ? column : "");
        return declare_reference(r, i, constraint);
    default:
        return i;
    }
    if (column) {
        constraint->columns = one_name(r, column);
        return open;
    }
    if (!is_kind(r, open, PGSQL_OPEN_PAREN) || r->partner[open] < 0)
        return i;
    constraint->columns = declare_names(r, open);
    i = r->partner[open] + 1;
    return constraint->kind == 'f' && is_word(r, i, KW_REFERENCES) ? declare_reference(r, i, constraint) : i;
}

int32_t declare_constraint(struct rewriter *r, int32_t i, int32_t end, const char *column,
                           struct pgsql_shape_constraint *constraint) {
    bool named = is_word(r, i, KW_CONSTRAINT);
    int32_t kind = named ? i + 2 : i;
    *constraint = (struct pgsql_shape_constraint){.on_update = 'a', .on_delete = 'a'};
    int32_t next = declare_kind(r, kind, column, constraint);
    if (next == kind)
        return i;
    if (named)
        constraint->name = value_at(r, i + 1);
    for (int32_t at = next; at < end; at = next) {
        next = declare_attribute(r, at, constraint);
        if (next == at)
            break;
    }
    return next;
}

void declare_column(struct rewriter *r, const struct column *column, struct pgsql_shape_column *declared,
                    struct parser_list *constraints) {
    *declared = (struct pgsql_shape_column){.name = value_at(r, column->name)};
    declare_type(r, column->first, &declared->declared);
    for (int32_t i = column->first + 1; i < column->end && !r->parser.failed;) {
        struct pgsql_shape_constraint constraint;
        int32_t next = declare_constraint(r, i, column->end, declared->name, &constraint);
        struct pgsql_shape_constraint *kept = next > i ? parser_list_add(&r->parser, constraints, sizeof *kept) : NULL;
        if (kept)
            *kept = constraint;
        if (is_word(r, i, KW_GENERATED))
            for (int32_t n = i + 1; n <= i + 4; n++)
                if (is_word(r, n, KW_IDENTITY))
                    declared->declared.identity = is_word(r, i + 1, KW_ALWAYS) ? 'a' : 'd';
        i = next > i ? next : r->partner[i] > i ? r->partner[i] + 1 : i + 1;
    }
}

/* Temporary tables have no place for facts: the engine's temporary catalog takes no schemas. */
void declare_table(struct rewriter *r, struct steps *steps, const struct table *table, const struct declared_table *declared) {
    struct qualified name = table->name;
    if (table->temporary || r->parser.failed)
        return;
    const char *schema = name.last > name.first ? value_at(r, name.last - 2) : r->options->schema;
    struct pgsql_shape shape = {
        .database = name.last > name.first + 2 ? value_at(r, name.first) : "",
        .schema = schema ? schema : "main",
        .name = value_at(r, name.last),
        .columns = declared->columns.items,
        .column_count = declared->columns.count,
        .constraints = declared->constraints.items,
        .constraint_count = declared->constraints.count,
    };
    const char *facts = pgsql_shape_facts(r->arena, &shape);
    const char *script = facts ? pgsql_shape_keep(r->arena, &shape, facts) : NULL;
    if (!script)
        parser_no_memory(&r->parser);
    else if (!facts[0] && !is_word(r, 1, KW_OR)) /* OR REPLACE: the old table's go */
        return;
    else if (table->if_not_exists)
        step_generate_before(r, steps,
                             "SELECT CASE WHEN NOT EXISTS (FROM duckdb_tables() WHERE database_name = %s AND schema_name = %s "
                             "AND table_name = %s) THEN %s END",
                             shape.database[0] ? quote_literal(r, shape.database) : "current_database()", quote_literal(r, shape.schema),
                             quote_literal(r, shape.name), quote_literal(r, script));
    else
        step_behind(r, steps, "%s", script);
}
