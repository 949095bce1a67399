/* DROP, TRUNCATE, sequences, types, schemas, views, comments, VACUUM: small statements, each with a form or an option that
 * DuckDB lacks. */
#include "pgsql/define.h"

/* What was declared of tables that are gone goes as well; DROP SCHEMA and CASCADE may take any number of them along. */
static void forget_facts(struct rewriter *r, struct steps *steps) {
    step_generate(r, steps,
                  "SELECT string_agg(format('DROP VIEW " PGSQL_DECLARED_SCHEMA ".\"{}\"', replace(view_name, '\"', '\"\"')), '; ') "
                  "FROM duckdb_views() WHERE database_name = current_database() AND schema_name = '" PGSQL_DECLARED_SCHEMA "' AND "
                  "lower(view_name) NOT IN (SELECT lower(schema_name || '.' || table_name) FROM duckdb_tables() "
                  "WHERE database_name = current_database())");
}

/* DROP kind [CONCURRENTLY] [IF EXISTS] a, b, … [CASCADE | RESTRICT]: DuckDB drops one object a statement. */
void define_drop(struct rewriter *r, struct steps *steps) {
    int32_t kind = 1;
    if (is_word(r, kind + 1, KW_CONCURRENTLY))
        edit_delete(r, kind + 1, kind + 1);
    int32_t i = skip_if_exists(r, kind + 1 + is_word(r, kind + 1, KW_CONCURRENTLY));
    const char *head = arena_format(r->arena, "DROP %s%s", token_range_text(r, kind, kind),
                                    is_word(r, i - 1, KW_EXISTS) ? " IF EXISTS" : "");
    const char *tail = is_word(r, r->count - 1, KW_CASCADE) ? " CASCADE" : "";
    bool tables = is_word(r, kind, KW_TABLE) || is_word(r, kind, KW_SCHEMA);
    for (struct qualified name; i < r->count; i = behind(name) + 1) {
        name = qualified_at(r, i);
        int32_t open = behind(name), close = is_kind(r, open, PGSQL_OPEN_PAREN) ? r->partner[open] : -1;
        if (close > 0) { /* DROP FUNCTION f(int) */
            edit_delete(r, open, close);
            name.last = close;
        }
        if (!is_kind(r, behind(name), PGSQL_COMMA))
            break;
        struct qualified next = qualified_at(r, behind(name) + 1);
        step_behind(r, steps, "%s %s%s", head, qualified_text(r, next), tail);
        edit_delete(r, behind(name), next.last);
    }
    if (tables)
        forget_facts(r, steps);
}

/* The sequences that the tables of these names, in the first schema of the search path that has one, draw from. */
static void restart_sequences(struct rewriter *r, struct steps *steps, const char *names) {
    step_behind(r, steps,
                "SELECT setval(format('\"{}\".\"{}\"', replace(s.schema_name, '\"', '\"\"'), replace(s.sequence_name, '\"', '\"\"')), "
                "s.start_value, false) FROM duckdb_sequences() s JOIN duckdb_dependencies() d ON d.objid = s.sequence_oid JOIN "
                "duckdb_tables() t ON t.table_oid = d.refobjid WHERE s.database_name = current_database() AND "
                "t.database_name = current_database() AND t.table_name IN (%s)",
                names ? names : "NULL");
}

/* TRUNCATE [TABLE] [ONLY] a, b [RESTART IDENTITY | CONTINUE IDENTITY] [CASCADE | RESTRICT] */
void define_truncate(struct rewriter *r, struct steps *steps) {
    int32_t i = 1 + is_word(r, 1, KW_TABLE);
    bool first = true;
    const char *names = "";
    for (;; i++) {
        i += is_word(r, i, KW_ONLY);
        struct qualified name = qualified_at(r, i);
        names = arena_format(r->arena, "%s%s%s", names ? names : "", first ? "" : ", ", quote_literal(r, value_at(r, name.last)));
        if (first)
            step_instead(r, steps, "TRUNCATE %s", qualified_text(r, name));
        else
            step_behind(r, steps, "TRUNCATE %s", qualified_text(r, name));
        first = false;
        i = behind(name);
        i += is_text(r, i, "*");
        if (!is_kind(r, i, PGSQL_COMMA))
            break;
    }
    if (is_word(r, i, KW_RESTART))
        restart_sequences(r, steps, names);
    i += 2 * (is_word(r, i, KW_RESTART) || is_word(r, i, KW_CONTINUE));
    i += is_word(r, i, KW_CASCADE) || is_word(r, i, KW_RESTRICT);
    if (i < r->count) {
        r->parser.at = token_at(r, i);
        parser_fail(&r->parser);
    }
}

/* OWNED BY t.c: DuckDB's sequences belong to a table. */
static void define_owner(struct rewriter *r, struct steps *steps, struct qualified sequence, int32_t owned) {
    struct qualified column = qualified_at(r, owned + 2);
    if (is_word(r, column.first, KW_NONE) || column.last == column.first)
        return;
    struct qualified table = {column.first, column.last - 2};
    step_behind(r, steps, "ALTER SEQUENCE %s OWNED BY %s", qualified_text(r, sequence), owner_text(r, table, false));
}

/* AS type, CACHE n and OWNED BY are not for DuckDB's CREATE SEQUENCE. */
static void edit_sequence_options(struct rewriter *r, struct steps *steps, struct qualified sequence) {
    for (int32_t i = behind(sequence); i < r->count; i++) {
        if (is_word(r, i, KW_AS) || is_word(r, i, KW_CACHE)) {
            edit_delete(r, i, i + 1);
            i++;
        } else if (is_word(r, i, KW_OWNED)) {
            define_owner(r, steps, sequence, i);
            edit_delete(r, i, qualified_at(r, i + 2).last);
            i = qualified_at(r, i + 2).last;
        }
    }
}

void define_create_sequence(struct rewriter *r, struct steps *steps) {
    int32_t i = skip_if_exists(r, find_word(r, 0, KW_SEQUENCE) + 1);
    edit_sequence_options(r, steps, qualified_at(r, i));
}

/* RESTART [[WITH] value] */
static void restart_sequence(struct rewriter *r, struct steps *steps, struct qualified sequence, int32_t value) {
    const char *name = quote_literal(r, qualified_text(r, sequence));
    if (value < r->count)
        step_behind(r, steps, "SELECT setval(%s, %s, false)", name, token_range_text(r, value, r->count - 1));
    else
        step_behind(r, steps, "SELECT setval(%s, coalesce((SELECT start_value FROM duckdb_sequences() WHERE "
                              "database_name = current_database() AND sequence_name = %s%s%s LIMIT 1), 1), false)",
                    name, quote_literal(r, value_at(r, sequence.last)), sequence.last > sequence.first ? " AND schema_name = " : "",
                    sequence.last > sequence.first ? quote_literal(r, value_at(r, sequence.last - 2)) : "");
    step_nothing(steps, NULL);
}

void define_alter_sequence(struct rewriter *r, struct steps *steps) {
    struct qualified sequence = qualified_at(r, skip_if_exists(r, 2));
    int32_t i = behind(sequence);
    if (is_word(r, i, KW_OWNED)) {
        define_owner(r, steps, sequence, i);
        step_nothing(steps, NULL);
    } else if (is_word(r, i, KW_OWNER)) {
        step_nothing(steps, NULL);
    } else if (is_word(r, i, KW_RESTART)) {
        restart_sequence(r, steps, sequence, i + 1 + is_word(r, i + 1, KW_WITH));
    }
}

/* CREATE TYPE t AS (a int, …): a STRUCT. */
void define_create_type(struct rewriter *r, struct steps *steps) {
    (void)steps;
    int32_t as = find_word(r, 0, KW_AS);
    if (is_word(r, as + 1, KW_RANGE))
        refuse(r, as + 1, "range types are not supported");
    else if (as < r->count && is_kind(r, as + 1, PGSQL_OPEN_PAREN))
        edit_insert_before(r, as + 1, "STRUCT");
    else if (as >= r->count)
        refuse(r, 0, "base types are not supported");
}

/* ADD VALUE [IF NOT EXISTS] v [BEFORE | AFTER v], RENAME VALUE v TO v; the strings that it must find make it fail elsewhere. */
static void change_labels(struct rewriter *r, struct steps *steps, struct qualified type, int32_t i) {
    struct pgsql_enum_change *labels = arena_allocate_zeroed(r->arena, 1, sizeof *labels);
    bool adds = is_word(r, i, KW_ADD);
    int32_t value = skip_if_exists(r, i + 2), more = value + 1;
    if (!labels) {
        parser_no_memory(&r->parser);
        return;
    }
    labels->type = value_at(r, type.last);
    labels->schema = type.last > type.first ? value_at(r, type.last - 2) : NULL;
    labels->if_not_exists = value > i + 2;
    labels->value = value_at(r, value);
    labels->before = is_word(r, more, KW_BEFORE);
    bool has_more = adds ? labels->before || is_word(r, more, KW_AFTER) : is_word(r, more, KW_TO);
    if (!is_string(r, value) || (has_more && !is_string(r, more + 1)) || r->count != more + 2 * has_more || !(adds || has_more)) {
        r->parser.at = token_at(r, is_string(r, value) ? more + has_more : value);
        parser_fail(&r->parser);
        return;
    }
    if (has_more)
        *(adds ? &labels->neighbour : &labels->new_value) = value_at(r, more + 1);
    step_enum(r, steps, labels);
    step_nothing(steps, NULL);
}

void define_alter_type(struct rewriter *r, struct steps *steps) {
    struct qualified type = qualified_at(r, 2);
    int32_t i = behind(type);
    if (is_word(r, i, KW_OWNER)) {
        step_nothing(steps, NULL);
        return;
    }
    if ((is_word(r, i, KW_ADD) || is_word(r, i, KW_RENAME)) && is_word(r, i + 1, KW_VALUE)) {
        change_labels(r, steps, type, i);
        return;
    }
    refuse(r, 0, "this form of ALTER TYPE is not supported");
    error_set_hint(r->parser.err, "DuckDB's types cannot be changed: create a new one and alter the columns to it.");
}

/* CREATE SCHEMA [IF NOT EXISTS] [name] [AUTHORIZATION role] */
void define_create_schema(struct rewriter *r, struct steps *steps) {
    (void)steps;
    int32_t i = skip_if_exists(r, find_word(r, 0, KW_SCHEMA) + 1);
    if (is_word(r, i, KW_AUTHORIZATION)) {
        edit_delete(r, i, i);
        i += 2;
    } else {
        i = behind(qualified_at(r, i));
        if (is_word(r, i, KW_AUTHORIZATION)) {
            edit_delete(r, i, i + 1);
            i += 2;
        }
    }
    if (i < r->count)
        refuse(r, i, "schema elements in CREATE SCHEMA are not supported");
}

/* WITH (…) before AS, WITH CHECK OPTION at the end. */
void define_create_view(struct rewriter *r, struct steps *steps) {
    (void)steps;
    int32_t as = find_word(r, 0, KW_AS), with = find_word(r, 0, KW_WITH);
    if (with < as && is_kind(r, with + 1, PGSQL_OPEN_PAREN) && r->partner[with + 1] > 0)
        edit_delete(r, with, r->partner[with + 1]);
    if (is_word(r, r->count - 1, KW_OPTION) && is_word(r, r->count - 2, KW_CHECK))
        refuse(r, r->count - 2, "WITH CHECK OPTION is not supported");
}

/* ALTER VIEW, INDEX, SCHEMA … OWNER TO and storage: nothing to act on. */
void define_alter_object(struct rewriter *r, struct steps *steps) {
    int32_t i = behind(qualified_at(r, skip_if_exists(r, 2)));
    bool storage = (is_word(r, i, KW_SET) || is_word(r, i, KW_RESET)) &&
                   (is_kind(r, i + 1, PGSQL_OPEN_PAREN) || is_word(r, i + 1, KW_TABLESPACE));
    if (is_word(r, i, KW_OWNER) || storage)
        step_nothing(steps, NULL);
}

/* DuckDB keeps comments on these; others are let go of, and the client is told. */
void define_comment(struct rewriter *r, struct steps *steps) {
    switch (token_at(r, 2)->keyword) {
    case KW_TABLE:
    case KW_COLUMN:
    case KW_VIEW:
    case KW_INDEX:
    case KW_SEQUENCE:
    case KW_TYPE:
    case KW_MACRO:
        break;
    case KW_FUNCTION: {
        struct qualified name = qualified_at(r, 3);
        edit_replace(r, 2, 2, "MACRO");
        if (is_kind(r, behind(name), PGSQL_OPEN_PAREN) && r->partner[behind(name)] > 0)
            edit_delete(r, behind(name), r->partner[behind(name)]);
        break;
    }
    default:
        step_nothing(steps, "comments on objects of this kind are not kept");
    }
}

/* VACUUM [(options)] [FULL] [FREEZE] [VERBOSE] [ANALYZE] [tables] and ANALYZE [(options) | VERBOSE] [tables] */
void define_vacuum(struct rewriter *r, struct steps *steps) {
    bool analyze = r->statement->kind != PGSQL_STATEMENT_VACUUM;
    int32_t i = 1;
    if (is_kind(r, i, PGSQL_OPEN_PAREN) && r->partner[i] > 0) {
        for (int32_t n = i; n < r->partner[i]; n++)
            analyze |= is_word(r, n, KW_ANALYZE) || is_word(r, n, KW_ANALYSE);
        i = r->partner[i] + 1;
    }
    while (is_word(r, i, KW_FULL) || is_word(r, i, KW_FREEZE) || is_word(r, i, KW_VERBOSE) || is_word(r, i, KW_ANALYZE) ||
           is_word(r, i, KW_ANALYSE)) {
        analyze |= is_word(r, i, KW_ANALYZE) || is_word(r, i, KW_ANALYSE);
        i++;
    }
    const char *verb = analyze ? "ANALYZE" : "VACUUM";
    if (i >= r->count)
        step_instead(r, steps, "%s", verb);
    for (bool first = true; i < r->count; first = false, i++) {
        int32_t end = clause_end(r, i);
        const char *table = token_range_text(r, i, end - 1);
        if (first)
            step_instead(r, steps, "%s %s", verb, table);
        else
            step_behind(r, steps, "%s %s", verb, table);
        i = end;
    }
}
