/* Rules about functions that give rows, and about the catalog's vectors, whose subscripts count from 0. */
#include <string.h>

#include "pgsql/rewrite.h"

/* indkey[0]: these vectors count from 0. */
void rule_vector(struct rewriter *r, int32_t i) {
    int32_t open = i + 1;
    if (!is_kind(r, open, PGSQL_OPEN_BRACKET) || r->partner[open] < 0)
        return;
    edit_insert_behind(r, open, "1+");
    for (int32_t at = open + 1; at < r->partner[open]; at++)
        if (is_kind(r, at, PGSQL_COLON) && r->enclosing[at] == open)
            edit_insert_behind(r, at, "1+");
}

static bool is_vector(const struct rewriter *r, int32_t i) {
    static const uint16_t vectors[] = {KW_INDKEY,   KW_INDOPTION, KW_INDCLASS,  KW_INDCOLLATION,  KW_PROARGTYPES, KW_PRATTRS,
                                       KW_PARTATTRS, KW_PARTCLASS, KW_PARTCOLLATION, KW_TGATTR,    KW_STXKEYS};
    for (size_t n = 0; n < sizeof vectors / sizeof *vectors; n++)
        if (is_word(r, i, vectors[n]))
            return true;
    return false;
}

/* The first argument of the call at `i` is such a vector, alone. */
static bool takes_vector(const struct rewriter *r, int32_t i) {
    if (!is_kind(r, i + 1, PGSQL_OPEN_PAREN) || !is_name(r, i + 2))
        return false;
    int32_t last = i + 2;
    while (is_kind(r, last + 1, PGSQL_DOT))
        last += 2;
    return is_vector(r, last) && (is_kind(r, last + 1, PGSQL_COMMA) || is_kind(r, last + 1, PGSQL_CLOSE_PAREN));
}

/* array_upper(indkey, 1) and the like count from 0, too. */
void rule_vector_function(struct rewriter *r, int32_t i) {
    if (!takes_vector(r, i) || r->partner[i + 1] < 0)
        return;
    edit_insert_before(r, i, "(");
    edit_insert_behind(r, r->partner[i + 1], " - 1)");
}

/* The commas between the arguments of a call. */
static int32_t count_commas(const struct rewriter *r, int32_t open) {
    int32_t commas = 0;
    for (int32_t at = open + 1; at < r->partner[open]; at++) {
        commas += is_kind(r, at, PGSQL_COMMA);
        if (r->partner[at] > at)
            at = r->partner[at];
    }
    return commas;
}

/* unnest(a, b) runs through its arguments side by side: (SELECT unnest(a), unnest(b)). */
static void split_unnest(struct rewriter *r, int32_t i, bool ordinality) {
    int32_t open = i + 1, close = r->partner[open], first_end = 0;
    edit_insert_before(r, i, "(SELECT ");
    for (int32_t at = open + 1; at < close; at++) {
        if (is_kind(r, at, PGSQL_COMMA)) {
            edit_replace(r, at, at, "), unnest(");
            first_end = first_end ? first_end : at - 1;
        }
        if (r->partner[at] > at)
            at = r->partner[at];
    }
    if (ordinality)
        edit_insert_behind(r, close, ", generate_subscripts(%s, 1))", token_range_text(r, open + 1, first_end));
    else
        edit_insert_behind(r, close, ")");
}

/* Names the columns of a function among the tables by its alias, as PostgreSQL does. */
static void name_row(struct rewriter *r, int32_t behind, bool subquery, bool ordinality, const char *function) {
    int32_t alias = is_word(r, behind, KW_AS) ? behind + 1 : behind;
    bool named = is_name(r, alias) && !is_kind(r, alias + 1, PGSQL_DOT) && !is_word(r, alias, KW_LEFT) &&
                 !is_word(r, alias, KW_RIGHT) && !(alias == behind && is_word(r, alias, KW_SET));
    const char *name = named ? token_range_text(r, alias, alias) : function;
    const char *rest = ordinality ? ", ordinality" : "";
    if (named && !is_kind(r, alias + 1, PGSQL_OPEN_PAREN))
        edit_insert_behind(r, alias, "(%s%s)", name, rest);
    else if (!named && (subquery || ordinality))
        edit_insert_behind(r, behind - 1, " AS %s(%s%s)", function, function, rest);
}

/* A row function whose column has a name of its own, which an alias does not change. */
static bool has_own_column(const struct rewriter *r, int32_t i) {
    return is_word(r, i, KW_JSON_ARRAY_ELEMENTS) || is_word(r, i, KW_JSONB_ARRAY_ELEMENTS) ||
           is_word(r, i, KW_JSON_ARRAY_ELEMENTS_TEXT) || is_word(r, i, KW_JSONB_ARRAY_ELEMENTS_TEXT);
}

/* The alias is used as if it were a column, which is what it means where the function gives but one. */
static bool is_used_bare(const struct rewriter *r, int32_t alias) {
    const struct pgsql_token *name = token_at(r, alias);
    for (int32_t i = 0; i < r->count && i < REWRITER_FAR; i++) {
        const struct pgsql_token *token = token_at(r, i);
        bool same = i != alias && token->length == name->length &&
                    strncasecmp(r->text + token->start, r->text + name->start, name->length) == 0;
        if (same && !is_kind(r, i - 1, PGSQL_DOT) && !is_kind(r, i + 1, PGSQL_DOT) && !is_word(r, i - 1, KW_AS))
            return true;
    }
    return false;
}

/* DuckDB numbers the rows of its own functions only. */
static void number_rows(struct rewriter *r, int32_t i, int32_t close) {
    edit_insert_before(r, i, "(SELECT *, row_number() OVER () AS ordinality FROM ");
    edit_replace(r, close + 1, close + 2, ")");
}

/* A literal among the bounds of a series takes the type of the first one, the step is an interval. */
static void type_bounds(struct rewriter *r, int32_t open, int32_t close) {
    int32_t second = find_in_arguments(r, open, close, PGSQL_COMMA, PGSQL_NO_KEYWORD);
    int32_t third = find_in_arguments(r, second, close, PGSQL_COMMA, PGSQL_NO_KEYWORD);
    if (third == close)
        return;
    int32_t cast = open + 2; /* 'x'::type */
    bool typed = is_kind(r, cast, PGSQL_CAST) && type_end(r, cast + 1) == second - 1;
    if (is_string(r, second + 1) && third == second + 2 && typed)
        edit_insert_behind(r, second + 1, "::%s", token_range_text(r, cast + 1, second - 1));
    if (is_string(r, third + 1) && close == third + 2)
        edit_insert_behind(r, third + 1, "::INTERVAL");
}

/* PostgreSQL's subscripts are integers, and start where the vector does. */
static void rewrite_subscripts(struct rewriter *r, int32_t i) {
    bool vector = takes_vector(r, i);
    if (vector)
        edit_insert_before(r, i, "(");
    edit_insert_behind(r, r->partner[i + 1], vector ? " - 1)::INTEGER" : "::INTEGER");
}

/* In the select list, perhaps in brackets or as an argument there: then it gives rows. */
static bool in_select_list(const struct rewriter *r, int32_t i) {
    for (int32_t tries = 0; tries < 8 && r->places[i] == PLACE_ARGUMENTS && r->enclosing[i] >= 0; tries++)
        i = r->enclosing[i];
    return r->places[i] == PLACE_SELECT_LIST;
}

void rule_row_function(struct rewriter *r, int32_t i) {
    int32_t open = i + 1, close = is_kind(r, open, PGSQL_OPEN_PAREN) ? r->partner[open] : -1;
    if (close < 0)
        return;
    bool subscripts = is_word(r, i, KW_GENERATE_SUBSCRIPTS);
    if (is_word(r, i, KW_GENERATE_SERIES))
        type_bounds(r, open, close);
    if (r->places[i] != PLACE_FROM) {
        if (subscripts)
            rewrite_subscripts(r, i);
        else if (is_word(r, i, KW_GENERATE_SERIES) && in_select_list(r, i))
            edit_replace(r, i, i, "pgcat_series");
        return;
    }
    bool ordinality = is_word(r, close + 1, KW_WITH) && is_word(r, close + 2, KW_ORDINALITY);
    bool several = is_word(r, i, KW_UNNEST) && count_commas(r, open) > 0;
    int32_t behind = ordinality ? close + 3 : close + 1;
    if (several) {
        split_unnest(r, i, ordinality);
        if (ordinality)
            edit_delete(r, close + 1, close + 2);
        return;
    }
    if (subscripts) {
        edit_insert_before(r, i, "(SELECT ");
        rewrite_subscripts(r, i);
        edit_insert_behind(r, close, ")");
    }
    bool own = has_own_column(r, i);
    bool numbers = ordinality && !is_word(r, i, KW_UNNEST) && !is_word(r, i, KW_GENERATE_SERIES) && !subscripts;
    if (numbers)
        number_rows(r, i, close);
    int32_t alias = is_word(r, behind, KW_AS) ? behind + 1 : behind;
    if (!own || (!ordinality && is_name(r, alias) && is_used_bare(r, alias)))
        name_row(r, behind, subscripts, ordinality, pgsql_keyword_text(token_at(r, i)->keyword));
}

/* A function of one value among the tables is a table of one row. */
void rule_value_function(struct rewriter *r, int32_t i) {
    int32_t close = is_kind(r, i + 1, PGSQL_OPEN_PAREN) ? r->partner[i + 1] : -1;
    if (close < 0 || r->places[i] != PLACE_FROM)
        return;
    edit_insert_before(r, i, "(SELECT ");
    edit_insert_behind(r, close, ")");
    name_row(r, close + 1, true, false, pgsql_keyword_text(token_at(r, i)->keyword));
}

/* pg_partition_ancestors(…): no table has any. */
void rule_ancestors(struct rewriter *r, int32_t i) {
    int32_t close = is_kind(r, i + 1, PGSQL_OPEN_PAREN) ? r->partner[i + 1] : -1;
    if (close < 0)
        return;
    if (r->places[i] != PLACE_FROM) {
        edit_replace(r, i, close, "unnest([]::regclass[])");
        return;
    }
    bool ordinality = is_word(r, close + 1, KW_WITH) && is_word(r, close + 2, KW_ORDINALITY);
    edit_replace(r, i, ordinality ? close + 2 : close, "(SELECT NULL::regclass AS relid%s WHERE false)",
                 ordinality ? ", 0::BIGINT AS ordinality" : "");
}
