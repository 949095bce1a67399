/* Rules about patterns: LIKE's backslash, SIMILAR TO, and patterns compared with all elements of an array. */
#include <string.h>

#include "pgsql/rewrite.h"

/* x LIKE ANY ('{a%,b%}') or ANY (array): a question to each element. */
static void rewrite_quantified(struct rewriter *r, int32_t i) {
    int32_t open = i + 2, close = is_kind(r, open, PGSQL_OPEN_PAREN) ? r->partner[open] : -1;
    bool negated = is_word(r, i - 1, KW_NOT), all = is_word(r, i + 1, KW_ALL);
    int32_t left = i - 1 - negated;
    if (close < 0 || is_word(r, open + 1, KW_SELECT) || !ends_operand(r, left))
        return;
    int32_t first = operand_start(r, left), dimensions;
    const char *elements = close == open + 2 && is_string(r, open + 1) ? array_elements(r, value_at(r, open + 1), &dimensions) : NULL;
    const char *operand = token_range_text(r, first, left);
    const char *comparison = is_word(r, i, KW_LIKE) ? "LIKE" : "ILIKE";
    edit_replace(r, first, open, "coalesce(list_%s(list_transform(", all ? "bool_and" : "bool_or");
    if (elements)
        edit_replace(r, open + 1, open + 1, "[%s]::VARCHAR[]", elements);
    edit_replace(r, close, close, ", lambda pgcat_pattern: %s %s%s pgcat_pattern ESCAPE '\\')), %s)", operand, negated ? "NOT " : "",
                 comparison, all ? "true" : "false");
}

/* x LIKE y: a backslash escapes, unless another character is said to. Literals without one stay as they are: DuckDB looks for
 * those fast. */
void rule_like(struct rewriter *r, int32_t i) {
    if (is_word(r, i + 1, KW_ANY) || is_word(r, i + 1, KW_ALL) || is_word(r, i + 1, KW_SOME)) {
        rewrite_quantified(r, i);
        return;
    }
    int32_t end = operand_end(r, i + 1);
    while (is_text(r, end + 1, "||") && end + 2 < r->count)
        end = operand_end(r, end + 2);
    bool plain = end == i + 1 && is_string(r, end) && !memchr(r->text + token_at(r, end)->start, '\\', token_at(r, end)->length);
    if (plain || is_word(r, end + 1, KW_ESCAPE) || !ends_operand(r, i - 1 - is_word(r, i - 1, KW_NOT)))
        return;
    edit_insert_behind(r, end, " ESCAPE '\\'");
}

/* PostgreSQL's pattern as a regular expression: % and _ stand for any text and any character, what else is special in regular
 * expressions but not here is escaped (PostgreSQL 15, 9.7.2). */
static const char *similar_pattern(struct rewriter *r, const char *pattern) {
    char *out = arena_allocate(r->arena, strlen(pattern) * 2 + 1), *to = out;
    bool in_brackets = false;
    if (!out) {
        parser_no_memory(&r->parser);
        return "";
    }
    for (const char *at = pattern; *at; at++) {
        if (*at == '\\' && at[1]) {
            *to++ = *at++;
            *to++ = *at;
        } else if (in_brackets) {
            in_brackets = *at != ']';
            *to++ = *at;
        } else if (*at == '%') {
            to = stpcpy(to, ".*");
        } else {
            in_brackets = *at == '[';
            if (strchr(".^$", *at))
                *to++ = '\\';
            *to++ = *at == '_' ? '.' : *at;
        }
    }
    *to = '\0';
    return out;
}

/* x SIMILAR TO 'pattern' */
void rule_similar(struct rewriter *r, int32_t i) {
    if (is_word(r, i + 1, KW_TO) && is_string(r, i + 2) && !is_word(r, i + 3, KW_ESCAPE))
        edit_replace(r, i + 2, i + 2, "%s", quote_literal(r, similar_pattern(r, value_at(r, i + 2))));
}
