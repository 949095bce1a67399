/* Looking at tokens, and making edits: what all rules stand on. */
#include "pgsql/rewrite.h"

#include <stdio.h>
#include <string.h>

#include "pgsql/lexer.h"

bool is_text(const struct rewriter *r, int32_t i, const char *text) {
    const struct pgsql_token *token = token_at(r, i);
    return token->length == strlen(text) && memcmp(r->text + token->start, text, token->length) == 0;
}

bool is_name(const struct rewriter *r, int32_t i) {
    const struct pgsql_token *token = token_at(r, i);
    return token->kind == PGSQL_QUOTED_WORD || token->kind == PGSQL_UNICODE_QUOTED_WORD ||
           (token->kind == PGSQL_WORD && !(pgsql_keyword_traits(token->keyword) & PGSQL_RESERVED));
}

bool is_named(const struct rewriter *r, int32_t i, const char *lower) {
    const struct pgsql_token *token = token_at(r, i);
    size_t length = strlen(lower);
    if (token->kind == PGSQL_WORD)
        return token->length == length && strncasecmp(r->text + token->start, lower, length) == 0;
    return token->kind == PGSQL_QUOTED_WORD && token->length == length + 2 &&
           memcmp(r->text + token->start + 1, lower, length) == 0;
}

bool is_string(const struct rewriter *r, int32_t i) {
    uint8_t kind = token_at(r, i)->kind;
    return kind == PGSQL_STRING || kind == PGSQL_ESCAPE_STRING || kind == PGSQL_UNICODE_STRING || kind == PGSQL_DOLLAR_STRING;
}

bool is_query(const struct pgsql_statement *statement) {
    return statement->kind == PGSQL_STATEMENT_SELECT || statement->kind == PGSQL_STATEMENT_VALUES ||
           statement->kind == PGSQL_STATEMENT_INSERT || statement->kind == PGSQL_STATEMENT_UPDATE ||
           statement->kind == PGSQL_STATEMENT_DELETE || statement->kind == PGSQL_STATEMENT_CREATE_TABLE_AS;
}

bool ends_operand(const struct rewriter *r, int32_t i) {
    switch ((enum pgsql_token_kind)token_at(r, i)->kind) {
    case PGSQL_WORD:
        return is_name(r, i) || is_word(r, i, KW_END) || is_word(r, i, KW_NULL) || is_word(r, i, KW_TRUE) ||
               is_word(r, i, KW_FALSE);
    case PGSQL_END:
    case PGSQL_OPERATOR:
    case PGSQL_CAST:
    case PGSQL_OPEN_PAREN:
    case PGSQL_OPEN_BRACKET:
    case PGSQL_OPEN_BRACE:
    case PGSQL_COMMA:
    case PGSQL_SEMICOLON:
    case PGSQL_DOT:
    case PGSQL_COLON:
    case PGSQL_OTHER:
        return false;
    default:
        return true;
    }
}

/* The CASE of the END at `i`, or the END of the CASE, if it is not too far away. */
static int32_t find_case_partner(const struct rewriter *r, int32_t i, int32_t step) {
    int32_t depth = 0;
    for (int32_t at = i, left = REWRITER_FAR; at >= 0 && at < r->count && left > 0; at += step, left--) {
        depth += is_word(r, at, KW_CASE) - is_word(r, at, KW_END);
        if (depth == 0)
            return at;
    }
    return i;
}

int32_t case_end(const struct rewriter *r, int32_t i) {
    return find_case_partner(r, i, 1);
}

static int32_t chain_start(const struct rewriter *r, int32_t i) {
    while (is_kind(r, i - 1, PGSQL_DOT) && is_name(r, i - 2))
        i -= 2;
    return i;
}

int32_t call_end(const struct rewriter *r, int32_t close) {
    if (is_word(r, close + 1, KW_WITHIN) && is_kind(r, close + 3, PGSQL_OPEN_PAREN) && r->partner[close + 3] > 0)
        close = r->partner[close + 3];
    if (is_word(r, close + 1, KW_FILTER) && is_kind(r, close + 2, PGSQL_OPEN_PAREN) && r->partner[close + 2] > 0)
        close = r->partner[close + 2];
    if (is_word(r, close + 1, KW_OVER))
        close = is_kind(r, close + 2, PGSQL_OPEN_PAREN) && r->partner[close + 2] > 0 ? r->partner[close + 2] : close + 2;
    return close;
}

/* The last bracket of the call whose FILTER (…), WITHIN GROUP (…) or OVER … begins or ends at `i`; -1 when there is none. */
static int32_t call_before(const struct rewriter *r, int32_t i) {
    if (is_word(r, i - 1, KW_GROUP) || (is_word(r, i - 1, KW_OVER) && is_name(r, i)))
        i--;
    int32_t last = is_word(r, i, KW_GROUP) && is_word(r, i - 1, KW_WITHIN) ? i - 2 : i - 1;
    bool follows = last < i - 1 || is_word(r, i, KW_FILTER) || is_word(r, i, KW_OVER);
    return follows && is_kind(r, last, PGSQL_CLOSE_PAREN) ? last : -1;
}

/* The first token of the name, or of the type's name, that ends at `i`. */
static int32_t name_start(const struct rewriter *r, int32_t i) {
    bool has_two_words = is_word(r, i, KW_PRECISION) || is_word(r, i, KW_VARYING);
    return chain_start(r, has_two_words && is_name(r, i - 1) ? i - 1 : i);
}

/* The first token of what ends with token `i`: a name, a call, a subscript, a literal, an expression in brackets. */
static int32_t primary_start(const struct rewriter *r, int32_t i) {
    while ((is_kind(r, i, PGSQL_CLOSE_BRACKET) || is_kind(r, i, PGSQL_CLOSE_PAREN)) && r->partner[i] > 0 &&
           (is_name(r, r->partner[i] - 1) || is_word(r, r->partner[i] - 1, KW_ARRAY) ||
            (is_kind(r, i, PGSQL_CLOSE_BRACKET) && ends_operand(r, r->partner[i] - 1))))
        i = r->partner[i] - 1;
    if (is_word(r, i, KW_END))
        return find_case_partner(r, i, -1);
    if (is_name(r, i))
        return name_start(r, i);
    if (is_string(r, i) && is_name(r, i - 1) && !is_word(r, i - 1, KW_BY))
        return name_start(r, i - 1);
    if (is_kind(r, i, PGSQL_CLOSE_PAREN) || is_kind(r, i, PGSQL_CLOSE_BRACKET))
        return r->partner[i] < 0 ? i : r->partner[i];
    return i;
}

int32_t operand_start(const struct rewriter *r, int32_t end) {
    for (int32_t i = end;;) {
        i = primary_start(r, i);
        int32_t call = call_before(r, i);
        if (call < 0 && (!is_kind(r, i - 1, PGSQL_CAST) || !ends_operand(r, i - 2)))
            return i;
        i = call < 0 ? i - 2 : call;
    }
}

static int32_t skip_chain(const struct rewriter *r, int32_t i) {
    while (is_kind(r, i + 1, PGSQL_DOT) && (is_name(r, i + 2) || is_text(r, i + 2, "*")))
        i += 2;
    return i;
}

static int32_t primary_end(const struct rewriter *r, int32_t i) {
    while (is_kind(r, i, PGSQL_OPERATOR))
        i++;
    if (is_word(r, i, KW_CASE))
        return find_case_partner(r, i, 1);
    if (is_word(r, i, KW_ARRAY))
        i++;
    else if (is_name(r, i)) {
        i = skip_chain(r, i);
        if (is_string(r, i + 1))
            return i + 1;
        if (!is_kind(r, i + 1, PGSQL_OPEN_PAREN))
            return i;
        i++;
    }
    return i <= r->count && r->partner[i] > i ? r->partner[i] : i;
}

int32_t operand_end(const struct rewriter *r, int32_t start) {
    int32_t i = primary_end(r, start);
    for (;;) {
        if (is_kind(r, i + 1, PGSQL_CAST))
            i = type_end(r, i + 2);
        else if (is_kind(r, i + 1, PGSQL_OPEN_BRACKET) && r->partner[i + 1] > 0)
            i = r->partner[i + 1];
        else if (is_kind(r, i + 1, PGSQL_DOT))
            i += 2;
        else if (is_word(r, i + 1, KW_COLLATE))
            i = skip_chain(r, i + 2);
        else if (is_kind(r, i, PGSQL_CLOSE_PAREN) && call_end(r, i) > i)
            i = call_end(r, i);
        else
            break;
    }
    return i < r->count ? i : r->count - 1;
}

int32_t type_end(const struct rewriter *r, int32_t i) {
    i = skip_chain(r, i);
    if (is_word(r, i, KW_INTERVAL) && pgsql_keyword_traits(token_at(r, i + 1)->keyword) & PGSQL_UNIT)
        i += is_word(r, i + 2, KW_TO) ? 3 : 1;
    if (is_word(r, i + 1, KW_VARYING) || is_word(r, i + 1, KW_PRECISION))
        i++;
    if (is_kind(r, i + 1, PGSQL_OPEN_PAREN) && r->partner[i + 1] > 0)
        i = r->partner[i + 1];
    if ((is_word(r, i + 1, KW_WITH) || is_word(r, i + 1, KW_WITHOUT)) && is_word(r, i + 2, KW_TIME))
        i += 3;
    while (is_kind(r, i + 1, PGSQL_OPEN_BRACKET) && r->partner[i + 1] > 0)
        i = r->partner[i + 1];
    return i < r->count ? i : r->count - 1;
}

int32_t find_in_arguments(const struct rewriter *r, int32_t open, int32_t close, enum pgsql_token_kind kind,
                          enum pgsql_keyword word) {
    for (int32_t at = open + 1; at < close; at++) {
        if (token_at(r, at)->kind == kind && (kind != PGSQL_WORD || is_word(r, at, word)))
            return at;
        if (r->partner[at] > at)
            at = r->partner[at];
    }
    return close;
}

bool in_type_position(const struct rewriter *r, int32_t i) {
    int32_t first = chain_start(r, i);
    if (is_kind(r, first - 1, PGSQL_CAST))
        return true;
    if (is_string(r, i + 1) && !ends_operand(r, first - 1))
        return true;
    if (!is_word(r, first - 1, KW_AS))
        return false;
    int32_t open = r->enclosing[first];
    return open > 0 && (is_word(r, open - 1, KW_CAST) || is_word(r, open - 1, KW_TRY_CAST));
}

/* At one place, what belongs to a token comes first, what goes behind it before what goes before the next, and replacements last. */
enum edit_order { ORDER_SUFFIX, ORDER_BEHIND, ORDER_BEFORE, ORDER_REPLACE };

static void add_edit(struct rewriter *r, enum edit_order order, uint32_t start, uint32_t length, const char *text) {
    if (!text) {
        parser_no_memory(&r->parser);
        return;
    }
    struct pgsql_edit *edit = parser_list_add(&r->parser, &r->edits, sizeof *edit);
    if (edit)
        *edit = (struct pgsql_edit){start, length, text, (uint32_t)strlen(text), (uint8_t)order};
}

static const char *format_text(struct rewriter *r, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *text = length < 0 ? NULL : arena_allocate(r->arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void edit_insert_before(struct rewriter *r, int32_t i, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_edit(r, ORDER_BEFORE, token_at(r, i)->start, 0, format_text(r, format, args));
    va_end(args);
}

void edit_insert_behind(struct rewriter *r, int32_t i, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const struct pgsql_token *token = token_at(r, i);
    add_edit(r, ORDER_BEHIND, token->start + token->length, 0, format_text(r, format, args));
    va_end(args);
}

void edit_add_suffix(struct rewriter *r, int32_t i, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const struct pgsql_token *token = token_at(r, i);
    add_edit(r, ORDER_SUFFIX, token->start + token->length, 0, format_text(r, format, args));
    va_end(args);
}

/* In bytes; a range whose last token stands before its first is empty, as an item without tokens is. */
static uint32_t range_length(const struct rewriter *r, int32_t first, int32_t last) {
    const struct pgsql_token *begin = token_at(r, first), *end = token_at(r, last);
    return end < begin ? 0 : end->start + end->length - begin->start;
}

void edit_replace(struct rewriter *r, int32_t first, int32_t last, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_edit(r, ORDER_REPLACE, token_at(r, first)->start, range_length(r, first, last), format_text(r, format, args));
    va_end(args);
}

void edit_delete(struct rewriter *r, int32_t first, int32_t last) {
    add_edit(r, ORDER_REPLACE, token_at(r, first)->start, range_length(r, first, last), "");
}

void edit_bytes(struct rewriter *r, uint32_t start, uint32_t length, const char *text) {
    add_edit(r, length ? ORDER_REPLACE : ORDER_BEFORE, start, length, text);
}

const char *token_range_text(struct rewriter *r, int32_t first, int32_t last) {
    char *text = arena_copy_string_n(r->arena, r->text + token_at(r, first)->start, range_length(r, first, last));
    if (!text)
        parser_no_memory(&r->parser);
    return text ? text : "";
}

const char *join_texts(struct rewriter *r, const struct parser_list *texts, const char *between) {
    const char *const *text = texts->items;
    size_t gap = strlen(between), length = 1;
    for (int32_t i = 0; i < texts->count; i++)
        length += gap + (text[i] ? strlen(text[i]) : 0);
    char *joined = arena_allocate(r->arena, length), *to = joined;
    if (!joined) {
        parser_no_memory(&r->parser);
        return "";
    }
    for (int32_t i = 0; i < texts->count; i++) {
        to = stpcpy(to, i ? between : "");
        to = stpcpy(to, text[i] ? text[i] : "");
    }
    *to = '\0';
    return joined;
}

/* `value` between quotes, with the quotes in it doubled. */
static const char *quote(struct rewriter *r, const char *value, char mark) {
    size_t length = strlen(value);
    char *quoted = arena_allocate(r->arena, length * 2 + 3), *to = quoted;
    if (!quoted) {
        parser_no_memory(&r->parser);
        return "";
    }
    *to++ = mark;
    for (; *value; value++) {
        if (*value == mark)
            *to++ = mark;
        *to++ = *value;
    }
    *to++ = mark;
    *to = '\0';
    return quoted;
}

const char *quote_literal(struct rewriter *r, const char *value) {
    return quote(r, value, '\'');
}

const char *quote_name(struct rewriter *r, const char *name) {
    return quote(r, name, '"');
}

const char *value_at(struct rewriter *r, int32_t i) {
    const char *value = r->parser.failed ? NULL : pgsql_token_value(r->arena, r->text, token_at(r, i), r->parser.err);
    if (!value)
        parser_give_up(&r->parser);
    return value ? value : "";
}

void refuse(struct rewriter *r, int32_t i, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *text = format_text(r, format, args);
    va_end(args);
    parser_fail_at(&r->parser, token_at(r, i), ERROR_UNSUPPORTED, "%s", text ? text : "unsupported");
}
