/* Rules about expressions: operators, ANY and ALL, vectors that count from 0, functions among the tables. */
#include <string.h>

#include "pgsql/rewrite.h"

/* Regular expressions: PostgreSQL's operators look for a match anywhere and let . match a newline, DuckDB's wants the whole
 * text to match. So the pattern is wrapped, inside its literal where it is one. */
const char *rewrite_match(struct rewriter *r, const char *operator_text, int32_t right) {
    bool fold = strchr(operator_text, '*') != NULL;
    const char *flags = fold ? "(?is)" : "(?s)";
    const char *engine_operator = operator_text[0] == '!' ? "!~" : "~";
    const struct pgsql_token *token = token_at(r, right);
    if ((token->kind == PGSQL_STRING || token->kind == PGSQL_ESCAPE_STRING) && token->length >= 2) {
        const char *begin = arena_format(r->arena, "%s.*(?:", flags);
        const char *quote = memchr(r->text + token->start, '\'', token->length);
        edit_bytes(r, (uint32_t)(quote - r->text) + 1, 0, begin);
        edit_bytes(r, token->start + token->length - 1, 0, ").*");
    } else {
        edit_insert_before(r, right, "('%s.*(?:'||", flags);
        edit_insert_behind(r, operand_end(r, right), "||').*')");
    }
    return engine_operator;
}

static bool is_match_operator(const char *text) {
    static const char *const operators[] = {"~", "~*", "!~", "!~*"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(text, operators[i]) == 0)
            return true;
    return false;
}

/* a ~ b; not ~ b, the complement of bits, and not LIKE's ~~. */
void rule_match(struct rewriter *r, int32_t i) {
    const char *text = token_range_text(r, i, i);
    bool quantified = is_word(r, i + 1, KW_ANY) || is_word(r, i + 1, KW_ALL) || is_word(r, i + 1, KW_SOME);
    if (is_match_operator(text) && ends_operand(r, i - 1) && !quantified)
        edit_replace(r, i, i, "%s", rewrite_match(r, text, i + 1));
}

/* OPERATOR(pg_catalog.~) */
void rule_operator(struct rewriter *r, int32_t i) {
    int32_t close = is_kind(r, i + 1, PGSQL_OPEN_PAREN) ? r->partner[i + 1] : -1;
    if (close < 0 || !is_kind(r, close - 1, PGSQL_OPERATOR))
        return;
    const char *text = token_range_text(r, close - 1, close - 1);
    if (is_match_operator(text) && ends_operand(r, i - 1))
        text = rewrite_match(r, text, close + 1);
    edit_replace(r, i, close, " %s ", text);
}

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

/* PostgreSQL's subscripts are integers, and start where the vector does. */
static void rewrite_subscripts(struct rewriter *r, int32_t i) {
    bool vector = takes_vector(r, i);
    if (vector)
        edit_insert_before(r, i, "(");
    edit_insert_behind(r, r->partner[i + 1], vector ? " - 1)::INTEGER" : "::INTEGER");
}

void rule_row_function(struct rewriter *r, int32_t i) {
    int32_t open = i + 1, close = is_kind(r, open, PGSQL_OPEN_PAREN) ? r->partner[open] : -1;
    if (close < 0)
        return;
    bool subscripts = is_word(r, i, KW_GENERATE_SUBSCRIPTS);
    if (r->places[i] != PLACE_FROM) {
        if (subscripts)
            rewrite_subscripts(r, i);
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

/* json #> '{a,0}' and #>>: the path in DuckDB's form. */
void rule_json_path(struct rewriter *r, int32_t i) {
    int32_t dimensions;
    const char *value = is_string(r, i + 1) ? value_at(r, i + 1) : "";
    const char *elements = array_elements(r, value, &dimensions);
    if (!elements || dimensions > 1)
        return;
    char *path = arena_allocate(r->arena, strlen(elements) * 2 + 4), *to = path;
    if (!path) {
        parser_no_memory(&r->parser);
        return;
    }
    *to++ = '$';
    for (const char *at = elements; *at;) {
        const char *end = at + 1; /* every element but NULL is quoted, with its quotes doubled */
        while (*end && (*end != '\'' || *++end == '\''))
            end++;
        size_t length = end - at > 2 ? (size_t)(end - at) - 2 : 0;
        bool number = length > 0 && strspn(at + 1, "0123456789") == length;
        to = stpcpy(to, number ? "[" : ".\"");
        to = mempcpy(to, at + 1, length);
        to = stpcpy(to, number ? "]" : "\"");
        at = *end == ',' ? end + 1 : end;
    }
    *to = '\0';
    edit_replace(r, i, i + 1, "%s '%s'", is_text(r, i, "#>>") ? "->>" : "->", path);
}
