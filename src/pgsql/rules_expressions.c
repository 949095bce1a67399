/* Rules about expressions: ANY and ALL, aggregates, vectors that count from 0, functions among the tables. */
#include <string.h>

#include "pgsql/rewrite.h"

/* = ANY('{a,b}') as IN ('a','b'), so that the literals take the type of the left side. */
static bool rewrite_any_literal(struct rewriter *r, int32_t i, bool negated) {
    int32_t dimensions;
    const char *elements = array_elements(r, value_at(r, i + 2), &dimensions);
    if (!elements || dimensions > 1)
        return false;
    const char *in = negated ? "NOT IN" : "IN";
    if (*elements)
        edit_replace(r, i - 1, i + 3, "%s (%s)", in, elements);
    else
        edit_replace(r, i - 1, i + 3, "%s (SELECT NULL WHERE false)", in);
    return true;
}

static bool begins_query(const struct rewriter *r, int32_t i) {
    while (is_kind(r, i, PGSQL_OPEN_PAREN))
        i++;
    return is_word(r, i, KW_SELECT) || is_word(r, i, KW_WITH) || is_word(r, i, KW_VALUES) || is_word(r, i, KW_TABLE) ||
           is_word(r, i, KW_FROM);
}

/* = ANY(array) and <> ALL(array): among the conditions of an outer join DuckDB takes no subquery, which it makes of these. */
void rule_any(struct rewriter *r, int32_t i) {
    int32_t close = is_kind(r, i + 1, PGSQL_OPEN_PAREN) ? r->partner[i + 1] : -1;
    bool all = is_word(r, i, KW_ALL);
    bool negated = all && (is_text(r, i - 1, "<>") || is_text(r, i - 1, "!="));
    bool equals = negated || (!all && is_text(r, i - 1, "="));
    if (close < 0 || !equals || begins_query(r, i + 2))
        return;
    if (close == i + 3 && is_kind(r, i + 2, PGSQL_STRING) && rewrite_any_literal(r, i, negated))
        return;
    if (r->places[i] == PLACE_CONDITION) {
        edit_replace(r, i - 1, i, negated ? " NOT IN coalesce" : " IN coalesce");
    }
}

/* substring(x FROM pattern) with a literal pattern. */
void rule_substring(struct rewriter *r, int32_t i) {
    int32_t close = is_kind(r, i + 1, PGSQL_OPEN_PAREN) ? r->partner[i + 1] : -1;
    if (close < 0 || close < i + 5 || !is_string(r, close - 1))
        return;
    bool by_word = is_word(r, close - 2, KW_FROM);
    if (!by_word && !is_kind(r, close - 2, PGSQL_COMMA))
        return;
    const char *pattern = value_at(r, close - 1);
    bool has_group = false; /* the first parenthesised part is the answer, if there is one */
    for (const char *at = pattern; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '(' && at[1] != '?')
            has_group = true;
    }
    edit_replace(r, i, i, "nullif(regexp_extract");
    if (by_word)
        edit_replace(r, close - 2, close - 2, ",");
    edit_insert_before(r, close, ", %d", has_group);
    edit_insert_behind(r, close, ", '')");
}

/* overlay(a PLACING b FROM c [FOR d]) */
void rule_overlay(struct rewriter *r, int32_t i) {
    int32_t close = is_kind(r, i + 1, PGSQL_OPEN_PAREN) ? r->partner[i + 1] : -1;
    if (close > 0) /* unquoted, DuckDB's parser wants PLACING and has no function for it */
        edit_replace(r, i, i, "\"overlay\"");
    for (int32_t at = i + 2; at < close; at++) {
        if (r->enclosing[at] == i + 1 && (is_word(r, at, KW_PLACING) || is_word(r, at, KW_FROM) || is_word(r, at, KW_FOR)))
            edit_replace(r, at, at, ",");
        if (r->partner[at] > at)
            at = r->partner[at];
    }
}

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

/* The word at the level of the arguments between two brackets; `close` when it is not there. */
static int32_t find_in_arguments(const struct rewriter *r, int32_t open, int32_t close, enum pgsql_token_kind kind, enum pgsql_keyword word) {
    for (int32_t at = open + 1; at < close; at++) {
        if (token_at(r, at)->kind == kind && (kind != PGSQL_WORD || is_word(r, at, word)))
            return at;
        if (r->partner[at] > at)
            at = r->partner[at];
    }
    return close;
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
    bool own = has_own_column(r, i), numbers = ordinality && !is_word(r, i, KW_UNNEST) && !is_word(r, i, KW_GENERATE_SERIES) && !subscripts;
    if (numbers)
        number_rows(r, i, close);
    int32_t alias = is_word(r, behind, KW_AS) ? behind + 1 : behind;
    if (!own || (!ordinality && is_name(r, alias) && is_used_bare(r, alias)))
        name_row(r, behind, subscripts, ordinality, pgsql_keyword_text(token_at(r, i)->keyword));
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

/* The last token of the aggregate whose arguments end at `close`: with FILTER (…) and OVER (…) or OVER w. */
static int32_t aggregate_end(const struct rewriter *r, int32_t close) {
    if (is_word(r, close + 1, KW_FILTER) && is_kind(r, close + 2, PGSQL_OPEN_PAREN) && r->partner[close + 2] > 0)
        close = r->partner[close + 2];
    if (is_word(r, close + 1, KW_OVER))
        close = is_kind(r, close + 2, PGSQL_OPEN_PAREN) && r->partner[close + 2] > 0 ? r->partner[close + 2] : close + 2;
    return close;
}

/* json_agg(x ORDER BY y) FILTER (…): a function over the list of all x. */
void rule_json_agg(struct rewriter *r, int32_t i) {
    int32_t open = i + 1, close = is_kind(r, open, PGSQL_OPEN_PAREN) ? r->partner[open] : -1;
    if (close < 0)
        return;
    bool pairs = is_word(r, i, KW_JSON_OBJECT_AGG) || is_word(r, i, KW_JSONB_OBJECT_AGG);
    int32_t comma = find_in_arguments(r, open, close, PGSQL_COMMA, PGSQL_NO_KEYWORD);
    if (pairs && comma < close) {
        edit_insert_behind(r, open, "{'k': ");
        edit_replace(r, comma, comma, ", 'v': ");
        edit_insert_before(r, find_in_arguments(r, open, close, PGSQL_WORD, KW_ORDER), "} ");
    }
    edit_replace(r, i, i, "pgcat_%s(list", pgsql_keyword_text(token_at(r, i)->keyword));
    edit_insert_behind(r, aggregate_end(r, close), ")");
}

/* Within PIVOT (sum(x) FOR …), or behind PIVOT … USING, stands an aggregate and no macro. */
static bool pivots(const struct rewriter *r, int32_t i) {
    int32_t open = r->enclosing[i];
    for (int32_t at = i - 1; at > open && i - at < REWRITER_FAR && !is_word(r, at, KW_SELECT); at--) {
        if (is_word(r, at, KW_USING))
            return true;
        if (r->partner[at] >= 0 && r->partner[at] < at)
            at = r->partner[at];
    }
    return open > 0 && is_word(r, open - 1, KW_PIVOT);
}

/* sum(x) of integers is a bigint, and so on; the engine's sums of integers are wider. A macro takes no DISTINCT, FILTER or OVER. */
void rule_sum(struct rewriter *r, int32_t i) {
    int32_t open = i + 1, close = is_kind(r, open, PGSQL_OPEN_PAREN) ? r->partner[open] : -1;
    if (close < 0 || is_word(r, open + 1, KW_DISTINCT) || is_word(r, open + 1, KW_ALL) || is_word(r, open + 1, KW_COLUMNS) ||
        is_kind(r, i - 1, PGSQL_DOT) || aggregate_end(r, close) != close || !is_query(r->statement) ||
        find_in_arguments(r, open, close, PGSQL_WORD, KW_ORDER) != close || pivots(r, i))
        return;
    edit_replace(r, i, i, "pgcat_sum");
}

/* The last token of an operand with what is added to it, multiplied and so on. */
static int32_t sum_end(const struct rewriter *r, int32_t start) {
    int32_t end = operand_end(r, start);
    while (is_kind(r, end + 1, PGSQL_OPERATOR) && end + 2 < r->count)
        end = operand_end(r, end + 2);
    return end;
}

/* x BETWEEN SYMMETRIC a AND b: whichever is less comes first. */
void rule_symmetric(struct rewriter *r, int32_t i) {
    int32_t last = sum_end(r, i + 1), and = last + 1;
    if (!is_word(r, i - 1, KW_BETWEEN) || !is_word(r, and, KW_AND))
        return;
    int32_t end = sum_end(r, and + 1);
    edit_replace(r, i, i, "least(%s, ", token_range_text(r, and + 1, end));
    edit_insert_behind(r, last, ")");
    edit_insert_before(r, and + 1, "greatest(%s, ", token_range_text(r, i + 1, last));
    edit_insert_behind(r, end, ")");
}

void rule_asymmetric(struct rewriter *r, int32_t i) {
    if (is_word(r, i - 1, KW_BETWEEN))
        edit_delete(r, i, i);
}

/* extract(second FROM x): with its fraction, which the engine cuts off. */
void rule_extract(struct rewriter *r, int32_t i) {
    static const struct {
        const char *field, *function;
    } functions[] = {
        {"second", "pgcat_second"}, {"seconds", "pgcat_second"}, {"epoch", "pgcat_epoch"},
        {"millisecond", "pgcat_millisecond"}, {"milliseconds", "pgcat_millisecond"},
    };
    int32_t open = i + 1, field = i + 2;
    if (!is_kind(r, open, PGSQL_OPEN_PAREN) || !is_word(r, field + 1, KW_FROM) || !is_query(r->statement))
        return;
    const char *name = value_at(r, field);
    for (size_t n = 0; n < sizeof functions / sizeof *functions; n++)
        if (strcasecmp(name, functions[n].field) == 0) {
            edit_replace(r, i, i, "%s", functions[n].function);
            edit_delete(r, field, field + 1);
        }
}
