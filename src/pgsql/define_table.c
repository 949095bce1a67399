/* CREATE TABLE, CREATE TABLE AS, SELECT INTO. */
#include "pgsql/declare.h"

/* CREATE [LOCAL | GLOBAL] [TEMP | UNLOGGED] TABLE [IF NOT EXISTS] name; gives the token behind the name. */
static int32_t read_head(struct rewriter *r, struct table *table) {
    int32_t i = find_word(r, 0, KW_TABLE);
    for (int32_t n = 0; n < i; n++)
        table->temporary |= is_word(r, n, KW_TEMP) || is_word(r, n, KW_TEMPORARY);
    int32_t name = skip_if_exists(r, i + 1);
    table->if_not_exists = name > i + 1;
    table->name = qualified_at(r, name);
    return behind(table->name);
}

static void add_declared_constraint(struct rewriter *r, int32_t i, int32_t end, struct declared_table *declared) {
    struct pgsql_shape_constraint constraint;
    if (declare_constraint(r, i, end, NULL, &constraint) == i)
        return;
    struct pgsql_shape_constraint *kept = parser_list_add(&r->parser, &declared->constraints, sizeof *kept);
    if (kept)
        *kept = constraint;
}

/* One item between the brackets: a column or a constraint. */
static void define_item(struct rewriter *r, struct steps *steps, const struct table *table, int32_t i, int32_t end,
                        struct declared_table *declared) {
    switch (token_at(r, i)->keyword) {
    case KW_LIKE:
        refuse(r, i, "CREATE TABLE … (LIKE …) is not supported");
        error_set_hint(r->parser.err, "CREATE TABLE … AS SELECT * FROM … LIMIT 0 makes a table with the same columns.");
        break;
    case KW_CONSTRAINT:
    case KW_PRIMARY:
    case KW_UNIQUE:
    case KW_CHECK:
    case KW_FOREIGN:
    case KW_EXCLUDE:
        add_declared_constraint(r, i, end, declared);
        define_constraint(r, i, end);
        break;
    default: {
        struct column column = {.name = i, .first = i + 1, .end = end};
        struct pgsql_shape_column *kept = parser_list_add(&r->parser, &declared->columns, sizeof *kept);
        if (kept)
            declare_column(r, &column, kept, &declared->constraints);
        define_column(r, steps, table, &column);
    }
    }
}

/* What may stand behind the columns: deleted, kept or refused. Gives the token behind. */
static int32_t define_tail(struct rewriter *r, int32_t i) {
    int32_t last = i;
    if (is_word(r, i, KW_INHERITS))
        refuse(r, i, "table inheritance is not supported");
    else if (is_word(r, i, KW_PARTITION))
        refuse(r, i, "partitioned tables are not supported");
    else if (is_word(r, i, KW_ON) && is_word(r, i + 1, KW_COMMIT)) {
        if (!is_word(r, i + 2, KW_PRESERVE))
            refuse(r, i, "ON COMMIT %s is not supported", is_word(r, i + 2, KW_DROP) ? "DROP" : "DELETE ROWS");
        return i + 4;
    } else if (is_word(r, i, KW_USING) || is_word(r, i, KW_TABLESPACE) ||
               (is_word(r, i, KW_WITHOUT) && is_named(r, i + 1, "oids")))
        edit_delete(r, i, last = i + 1);
    else if (is_word(r, i, KW_WITH) && is_kind(r, i + 1, PGSQL_OPEN_PAREN) && r->partner[i + 1] > 0)
        edit_delete(r, i, last = r->partner[i + 1]);
    return last + 1;
}

/* Behind all else between the brackets. */
static void limit_lengths(struct rewriter *r, int32_t close, const struct declared_table *declared) {
    const struct pgsql_shape_column *columns = declared->columns.items;
    for (int32_t i = 0; i < declared->columns.count; i++) {
        const char *check = pgsql_length_check(r->arena, &columns[i]);
        if (!check)
            parser_no_memory(&r->parser);
        else if (check[0])
            edit_insert_before(r, close, ", CHECK (%s)", check);
    }
}

void define_create_table(struct rewriter *r, struct steps *steps) {
    struct table table = {0};
    struct declared_table declared = {0};
    int32_t open = read_head(r, &table);
    if (is_word(r, open, KW_PARTITION)) {
        refuse(r, open, "partitioned tables are not supported");
        return;
    }
    if (is_word(r, open, KW_OF)) {
        refuse(r, open, "typed tables are not supported");
        return;
    }
    if (!is_kind(r, open, PGSQL_OPEN_PAREN) || r->partner[open] < 0)
        return; /* DuckDB finds the syntax error */
    for (int32_t i = open + 1; i < r->partner[open] && !r->parser.failed;) {
        int32_t end = clause_end(r, i);
        define_item(r, steps, &table, i, end, &declared);
        i = end + 1;
    }
    for (int32_t i = r->partner[open] + 1; i < r->count && !r->parser.failed;)
        i = define_tail(r, i);
    limit_lengths(r, r->partner[open], &declared);
    declare_table(r, steps, &table, &declared);
}

void define_create_table_as(struct rewriter *r, struct steps *steps) {
    (void)steps;
    struct table table = {0};
    int32_t i = read_head(r, &table), as = find_word(r, i, KW_AS);
    if (is_kind(r, i, PGSQL_OPEN_PAREN) && r->partner[i] > 0)
        i = r->partner[i] + 1;
    while (i < as && !r->parser.failed)
        i = define_tail(r, i);
    if (is_word(r, as + 1, KW_EXECUTE))
        refuse(r, as + 1, "CREATE TABLE … AS EXECUTE is not supported");
}

/* SELECT … INTO [TEMP | UNLOGGED] [TABLE] name FROM … */
void define_select_into(struct rewriter *r, struct steps *steps) {
    (void)steps;
    static const uint16_t words[] = {KW_LOCAL, KW_GLOBAL, KW_TEMP, KW_TEMPORARY, KW_UNLOGGED, KW_TABLE};
    int32_t into = find_word(r, 0, KW_INTO);
    int32_t first = skip_words(r, into + 1, sizeof words / sizeof *words, words);
    bool temporary = false;
    for (int32_t i = into; i < first; i++)
        temporary |= is_word(r, i, KW_TEMP) || is_word(r, i, KW_TEMPORARY);
    struct qualified name = qualified_at(r, first);
    edit_insert_before(r, 0, "CREATE %sTABLE %s AS ", temporary ? "TEMPORARY " : "", qualified_text(r, name));
    edit_delete(r, into, name.last);
}
