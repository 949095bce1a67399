/* Columns and constraints of CREATE TABLE and ALTER TABLE. */
#include <string.h>

#include "pgsql/define.h"

/* A sequence ends where its column's type does. */
static const char *sequence_limit(const struct rewriter *r, int32_t type, const char *options) {
    static const struct {
        const char *type, *limit;
    } limits[] = {
        {"integer", " MAXVALUE 2147483647"}, {"int", " MAXVALUE 2147483647"},  {"int4", " MAXVALUE 2147483647"},
        {"serial", " MAXVALUE 2147483647"},  {"serial4", " MAXVALUE 2147483647"}, {"smallint", " MAXVALUE 32767"},
        {"int2", " MAXVALUE 32767"},         {"smallserial", " MAXVALUE 32767"}, {"serial2", " MAXVALUE 32767"},
    };
    if (strcasestr(options, "maxvalue") || strcasestr(options, "increment")) /* one that descends has another limit */
        return "";
    for (size_t n = 0; n < sizeof limits / sizeof *limits; n++)
        if (is_named(r, type, limits[n].type))
            return limits[n].limit;
    return "";
}

/* What DuckDB reads too of the options in the brackets that open at `open`; NULL: no memory. */
static const char *sequence_options(struct rewriter *r, int32_t open) {
    struct parser_list options = {0};
    for (int32_t i = open + 1, next; is_kind(r, open, PGSQL_OPEN_PAREN) && i < r->partner[open]; i = next) {
        next = is_word(r, i, KW_SEQUENCE) ? behind(qualified_at(r, i + 2)) : i + 1;
        while (next < r->partner[open] && (is_kind(r, next, PGSQL_INTEGER) || is_kind(r, next, PGSQL_OPERATOR) ||
                                           is_word(r, next, KW_WITH) || is_word(r, next, KW_BY) ||
                                           (is_word(r, next - 1, KW_NO) && next == i + 1)))
            next++;
        if (is_word(r, i, KW_SEQUENCE) || is_word(r, i, KW_CACHE))
            continue;
        const char **option = parser_list_add(&r->parser, &options, sizeof *option);
        if (option)
            *option = token_range_text(r, i, next - 1);
    }
    return options.count ? arena_format(r->arena, " %s", join_texts(r, &options, " ")) : "";
}

/* SEQUENCE NAME among the options, as pg_dump writes them, or a name of the column's. */
static const char *sequence_name(struct rewriter *r, const struct table *table, int32_t column, int32_t open) {
    if (is_kind(r, open, PGSQL_OPEN_PAREN) && is_word(r, open + 1, KW_SEQUENCE) && is_word(r, open + 2, KW_NAME))
        return qualified_text(r, qualified_at(r, open + 3));
    const char *name = arena_format(r->arena, "%s_%s_seq", value_at(r, table->name.last), value_at(r, column));
    return sibling(r, table->name, name ? name : "");
}

const char *define_sequence(struct rewriter *r, struct steps *steps, const struct table *table, int32_t column, int32_t open) {
    const char *options = sequence_options(r, open);
    if (!options) {
        parser_no_memory(&r->parser);
        return "NULL";
    }
    const char *limit = sequence_limit(r, column + 1, options);
    const char *sequence = sequence_name(r, table, column, open);
    step_before(r, steps, "CREATE %sSEQUENCE %s%s%s%s", table->temporary ? "TEMPORARY " : "",
                table->if_not_exists ? "IF NOT EXISTS " : "", sequence, options, limit);
    step_behind(r, steps, "ALTER SEQUENCE %s OWNED BY %s", sequence, owner_text(r, table->name, table->temporary));
    const char *value = arena_format(r->arena, "nextval(%s)", quote_literal(r, sequence));
    return value ? value : "NULL";
}

/* Whether a word begins the next constraint of a column. */
static bool begins_constraint(const struct rewriter *r, int32_t i) {
    switch (token_at(r, i)->keyword) {
    case KW_CONSTRAINT:
    case KW_NOT:
    case KW_NULL:
    case KW_CHECK:
    case KW_DEFAULT:
    case KW_GENERATED:
    case KW_UNIQUE:
    case KW_PRIMARY:
    case KW_REFERENCES:
    case KW_DEFERRABLE:
    case KW_INITIALLY:
    case KW_COLLATE:
    case KW_STORAGE:
    case KW_COMPRESSION:
        return true;
    default:
        return false;
    }
}

/* What any constraint may carry and DuckDB does not read. Gives the token behind what was looked at. */
static int32_t edit_attribute(struct rewriter *r, int32_t i) {
    if (is_word(r, i, KW_NOT) && is_word(r, i + 1, KW_DEFERRABLE)) {
        edit_delete(r, i, i + 1);
        return i + 2;
    }
    if (is_word(r, i, KW_DEFERRABLE)) { /* constraints are checked at once */
        edit_delete(r, i, i);
        return i + 1;
    }
    if (is_word(r, i, KW_INITIALLY) || (is_word(r, i, KW_NO) && is_word(r, i + 1, KW_INHERIT)) ||
        (is_word(r, i, KW_NOT) && is_word(r, i + 1, KW_VALID))) {
        edit_delete(r, i, i + 1);
        return i + 2;
    }
    if ((is_word(r, i, KW_INCLUDE) || is_word(r, i, KW_WITH)) && is_kind(r, i + 1, PGSQL_OPEN_PAREN) && r->partner[i + 1] > 0) {
        edit_delete(r, i, r->partner[i + 1]);
        return r->partner[i + 1] + 1;
    }
    if (is_word(r, i, KW_USING) && is_word(r, i + 1, KW_INDEX)) { /* USING INDEX TABLESPACE x */
        if (!is_word(r, i + 2, KW_TABLESPACE))
            refuse(r, i, "constraints over an existing index are not supported");
        edit_delete(r, i, i + 3);
        return i + 4;
    }
    if (is_word(r, i, KW_NULLS)) { /* NULLS [NOT] DISTINCT */
        if (is_word(r, i + 1, KW_NOT))
            refuse(r, i, "UNIQUE NULLS NOT DISTINCT is not supported");
        edit_delete(r, i, i + 1);
        return i + 2;
    }
    return i;
}

static bool begins_action(const struct rewriter *r, int32_t i) {
    return is_word(r, i, KW_ON) && (is_word(r, i + 1, KW_DELETE) || is_word(r, i + 1, KW_UPDATE));
}

/* ON DELETE or ON UPDATE and its action: declared, and carried out by pgddl. Gives the token behind. */
static int32_t edit_action(struct rewriter *r, int32_t i) {
    int32_t action = i + 2, last = action + (is_word(r, action, KW_NO) || is_word(r, action, KW_SET));
    if (is_kind(r, last + 1, PGSQL_OPEN_PAREN))
        refuse(r, last + 1, "SET %s of some columns is not supported", token_range_text(r, last, last));
    edit_delete(r, i, last);
    return last + 1;
}

int32_t define_constraint(struct rewriter *r, int32_t i, int32_t end) {
    while (i < end && !r->parser.failed) {
        int32_t next = edit_attribute(r, i);
        if (next > i)
            i = next;
        else if (begins_action(r, i))
            i = edit_action(r, i);
        else if (is_word(r, i, KW_EXCLUDE))
            refuse(r, i, "exclusion constraints are not supported");
        else
            i = r->partner[i] > i ? r->partner[i] + 1 : i + 1;
    }
    return i;
}

static const struct {
    uint16_t word;
    const char *type;
} serial_types[] = {
    {KW_SERIAL, "INTEGER"},  {KW_SERIAL4, "INTEGER"},   {KW_BIGSERIAL, "BIGINT"},
    {KW_SERIAL8, "BIGINT"},  {KW_SMALLSERIAL, "SMALLINT"}, {KW_SERIAL2, "SMALLINT"},
};

const char *serial_type(const struct rewriter *r, int32_t i) {
    for (size_t n = 0; n < sizeof serial_types / sizeof *serial_types; n++)
        if (is_word(r, i, serial_types[n].word))
            return serial_types[n].type;
    return NULL;
}

/* GENERATED … AS IDENTITY [(…)] or GENERATED ALWAYS AS (…) STORED. Gives the token behind. */
static int32_t define_generated(struct rewriter *r, struct steps *steps, const struct table *table, struct column *column,
                                int32_t i) {
    int32_t as = is_word(r, i + 1, KW_BY) ? i + 3 : i + 2;
    int32_t options = as + 2;
    if (!is_word(r, as + 1, KW_IDENTITY)) {
        int32_t stored = is_kind(r, as + 1, PGSQL_OPEN_PAREN) && r->partner[as + 1] > 0 ? r->partner[as + 1] + 1 : as + 1;
        if (is_word(r, stored, KW_STORED)) /* computed when read instead: the same values */
            edit_replace(r, stored, stored, "VIRTUAL");
        return stored;
    }
    int32_t last = is_kind(r, options, PGSQL_OPEN_PAREN) && r->partner[options] > 0 ? r->partner[options] : as + 1;
    const char *value = define_sequence(r, steps, table, column->name, options);
    edit_replace(r, i, last, "NOT NULL DEFAULT %s", value);
    return last + 1;
}

/* Behind the expression of DEFAULT. */
int32_t default_end(const struct rewriter *r, int32_t i, int32_t end) {
    for (i += 2; i < end && !(begins_constraint(r, i) && !is_word(r, i, KW_COLLATE)); i++)
        if (r->partner[i] > i)
            i = r->partner[i];
    return i;
}

void define_type(struct rewriter *r, int32_t i) {
    if (is_word(r, i, KW_VARBIT))
        edit_replace(r, i, i, "BIT");
    if (is_open_numeric(r, i))
        edit_replace(r, i, i, PGSQL_NUMERIC);
}

void define_column(struct rewriter *r, struct steps *steps, const struct table *table, struct column *column) {
    if (pgsql_keyword_traits(token_at(r, column->name)->keyword) & PGSQL_NAME)
        edit_replace(r, column->name, column->name, "%s", quote_name(r, value_at(r, column->name)));
    define_type(r, column->first);
    const char *serial = serial_type(r, column->first);
    if (serial) {
        const char *value = define_sequence(r, steps, table, column->name, -1);
        edit_replace(r, column->first, column->first, "%s NOT NULL DEFAULT %s", serial, value);
    }
    for (int32_t i = column->first + 1; i < column->end && !r->parser.failed;) {
        if (is_word(r, i, KW_GENERATED)) {
            i = define_generated(r, steps, table, column, i);
        } else if (is_word(r, i, KW_DEFAULT)) {
            i = default_end(r, i, column->end);
        } else if (is_word(r, i, KW_STORAGE) || is_word(r, i, KW_COMPRESSION)) {
            edit_delete(r, i, i + 1);
            i += 2;
        } else if (serial && is_word(r, i, KW_NOT) && is_word(r, i + 1, KW_NULL)) {
            edit_delete(r, i, i + 1);
            i += 2;
        } else {
            i = define_constraint(r, i, i + 1);
        }
    }
}
