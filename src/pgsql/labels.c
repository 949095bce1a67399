/* Names of columns that last: those of a view or a new table, and those by which a query refers to a query in its FROM. There
 * PostgreSQL's names must be the engine's, so they become labels in the text. */
#include <string.h>

#include "pgsql/names.h"

/* The word or name stands somewhere outside of the brackets, and not as a function. */
static bool is_referred_to(const struct rewriter *r, int32_t open, const char *name) {
    for (int32_t i = 0; i < r->count; i++) {
        if (i == open)
            i = r->partner[open];
        else if (is_named(r, i, name) && !is_kind(r, i + 1, PGSQL_OPEN_PAREN))
            return true;
    }
    return false;
}

enum { MAX_COLUMNS = 1664 }; /* of a select list of PostgreSQL's */

/* Labels the columns of the select list at `select`; with `open` (0 or greater) only those that are referred to outside. */
static void label_list(struct rewriter *r, int32_t select, int32_t open) {
    struct parser_list items = names_of_list(r, select);
    const struct named_item *item = items.items;
    for (int32_t i = 0; i < items.count && items.count <= MAX_COLUMNS; i++) {
        bool twice = false;
        for (int32_t n = 0; item[i].name && n < items.count; n++)
            twice |= n != i && item[n].name && strcmp(item[n].name, item[i].name) == 0;
        if (item[i].name && !item[i].labelled && !twice && (open < 0 || is_referred_to(r, open, item[i].name)))
            edit_insert_behind(r, item[i].last, " AS %s", quote_name(r, item[i].name));
    }
}

void rewriter_label_definition(struct rewriter *r) {
    int32_t as = names_find_at_level(r, 0, -1, KW_AS);
    if (r->statement->kind == PGSQL_STATEMENT_SELECT_INTO)
        as = -1;
    else if (is_kind(r, as - 1, PGSQL_CLOSE_PAREN) || as >= r->count) /* the columns have names of their own */
        return;
    int32_t i = as + 1;
    while (is_kind(r, i, PGSQL_OPEN_PAREN))
        i++;
    if (is_word(r, i, KW_FROM)) /* DuckDB's form, with DuckDB's names */
        return;
    int32_t select = names_find_at_level(r, i, i < r->count ? r->enclosing[i] : -1, KW_SELECT);
    if (select < r->count)
        label_list(r, select, -1);
}

/* (SELECT …) among the tables, or the query of a WITH, whose columns get no names outside. */
static bool is_named_query(const struct rewriter *r, int32_t open) {
    if (r->partner[open] < 0)
        return false;
    if (is_word(r, open - 1, KW_AS) || is_word(r, open - 1, KW_MATERIALIZED))
        return !is_kind(r, open - 2, PGSQL_CLOSE_PAREN);
    int32_t alias = r->partner[open] + 1;
    alias += is_word(r, alias, KW_AS);
    return r->places[open] == PLACE_FROM && !is_kind(r, alias + 1, PGSQL_OPEN_PAREN);
}

void rewriter_label_queries(struct rewriter *r) {
    if (r->count > REWRITER_FAR)
        return;
    for (int32_t i = 1; i < r->count && !r->parser.failed; i++)
        if (is_word(r, i, KW_SELECT) && is_kind(r, i - 1, PGSQL_OPEN_PAREN) && is_named_query(r, i - 1))
            label_list(r, i, i - 1);
}
