/* Rules about expressions: ANY and ALL, functions with words between their arguments, BETWEEN SYMMETRIC. */
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
