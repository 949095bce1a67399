/* Which token calls for which rule, and the walk over all tokens. */
#include "pgsql/rewrite.h"

static rule_function *const keyword_rules[PGSQL_KEYWORD_COUNT] = {
#define PGSQL_RULE(keyword, rule) [KW_##keyword] = rule,
#include "pg_rules.def"
#undef PGSQL_RULE
};

/* The word before a label without AS is one of these when the label may be meant as one. */
static bool may_precede_label(const struct pgsql_token *token) {
    return (token->kind == PGSQL_WORD && !(pgsql_keyword_traits(token->keyword) & PGSQL_RESERVED)) ||
           token->kind == PGSQL_QUOTED_WORD || token->kind == PGSQL_CLOSE_PAREN || token->kind == PGSQL_CLOSE_BRACKET ||
           (token->kind >= PGSQL_STRING && token->kind <= PGSQL_PARAMETER) || token->keyword == KW_END ||
           token->keyword == KW_NULL || token->keyword == KW_TRUE || token->keyword == KW_FALSE;
}

/* Words that are frequent outside of what their rule is about need a look at the word before. */
static bool word_triggers(const struct pgsql_token *token, int32_t count) {
    const struct pgsql_token *previous = count ? token - 1 : NULL;
    switch (token->keyword) {
    case KW_FROM:
        return previous && previous->keyword == KW_SELECT;
    case KW_ALL:
    case KW_ANY:
    case KW_SOME:
        return previous && previous->kind == PGSQL_OPERATOR;
    default:
        return keyword_rules[token->keyword] || (pgsql_keyword_traits(token->keyword) & PGSQL_NAME) ||
               (previous && (pgsql_keyword_traits(token->keyword) & PGSQL_LABEL) && may_precede_label(previous));
    }
}

/* The first byte of a string's value. */
static char string_begin(const char *text, const struct pgsql_token *token) {
    return token->length > 2 ? text[token->start + 1] : '\0';
}

static bool has_unicode_escape(const char *text, const struct pgsql_token *token) {
    for (uint32_t i = 2; i + 1 < token->length; i++)
        if (text[token->start + i] == '\\' && (text[token->start + ++i] | 0x20) == 'u')
            return true;
    return false;
}

/* E'{…}': an array with escapes, or any other text that begins so. */
static void rule_escape_braces(struct rewriter *r, int32_t i) {
    int32_t before = r->edits.count;
    rule_array_literal(r, i);
    if (r->edits.count == before && has_unicode_escape(r->text, token_at(r, i)))
        rule_escape_string(r, i);
}

static rule_function *find_rule(const char *text, const struct pgsql_token *token) {
    switch (token->kind) {
    case PGSQL_WORD:
        return keyword_rules[token->keyword] ? keyword_rules[token->keyword]
               : pgsql_keyword_traits(token->keyword) & PGSQL_NAME  ? rule_name
               : pgsql_keyword_traits(token->keyword) & PGSQL_LABEL ? rule_label
                                                                    : NULL;
    case PGSQL_QUOTED_WORD: /* "char", "pg_catalog", "information_schema" */
        return token->length == 6 || token->length == 12 || token->length == 20 ? rule_quoted_word : NULL;
    case PGSQL_STRING:
        return string_begin(text, token) == '{'    ? rule_array_literal
               : string_begin(text, token) == '\\' ? rule_bytea_literal
                                                  : NULL;
    case PGSQL_ESCAPE_STRING:
        return token->length > 2 && text[token->start + 2] == '{' ? rule_escape_braces
               : has_unicode_escape(text, token)                  ? rule_escape_string
                                                                  : NULL;
    case PGSQL_UNICODE_STRING:
    case PGSQL_UNICODE_QUOTED_WORD:
        return rule_escape_string;
    case PGSQL_BIT_STRING:
    case PGSQL_HEX_STRING:
        return rule_bit_string;
    case PGSQL_OPEN_BRACKET:
        return rule_subscript;
    case PGSQL_OPERATOR:
        return rules_of_operator(text, token);
    default:
        return NULL;
    }
}

bool rules_triggered_by(const char *text, const struct pgsql_token *token, int32_t count) {
    if (token->kind == PGSQL_WORD)
        return token->keyword != PGSQL_NO_KEYWORD && word_triggers(token, count);
    return find_rule(text, token) != NULL;
}

void rewriter_walk(struct rewriter *r) {
    for (int32_t i = 0; i < r->count && !r->parser.failed; i++) {
        rule_function *rule = find_rule(r->text, &r->tokens[i]);
        if (rule)
            rule(r, i);
        if (rule && rule != rule_label && rule != rule_name && pgsql_keyword_traits(r->tokens[i].keyword) & PGSQL_LABEL)
            rule_label(r, i);
    }
}
