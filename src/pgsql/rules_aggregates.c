/* Rules about aggregates whose results are of other types here. */
#include "pgsql/rewrite.h"

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
    edit_insert_behind(r, call_end(r, close), ")");
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

/* sum(x) of integers is a bigint, avg(x) of numbers is numeric, and so on; the engine's are of other types. What takes their place
 * are macros, which take no DISTINCT and no OVER, and FILTER's condition as an argument. */
void rule_sum(struct rewriter *r, int32_t i) {
    int32_t open = i + 1, close = is_kind(r, open, PGSQL_OPEN_PAREN) ? r->partner[open] : -1;
    if (close < 0 || is_word(r, open + 1, KW_DISTINCT) || is_word(r, open + 1, KW_ALL) || is_word(r, open + 1, KW_COLUMNS) ||
        is_kind(r, i - 1, PGSQL_DOT) || !is_query(r->statement) ||
        find_in_arguments(r, open, close, PGSQL_WORD, KW_ORDER) != close || pivots(r, i))
        return;
    int32_t end = call_end(r, close), filter = is_word(r, close + 1, KW_FILTER) ? r->partner[close + 2] : close;
    if (end != filter || (filter > close && !is_word(r, close + 3, KW_WHERE)))
        return;
    edit_replace(r, i, i, "pgcat_%s%s", pgsql_keyword_text(token_at(r, i)->keyword), filter > close ? "_where" : "");
    if (filter > close) {
        edit_replace(r, close, close + 3, ", (");
        edit_insert_behind(r, filter, ")");
    }
}
