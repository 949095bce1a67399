/* The sticky parser; its errors are PostgreSQL's texts of syntax errors. */
#include "pgsql/parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pgsql/lexer.h"

bool parser_fail(struct parser *p) {
    if (p->failed)
        return false;
    p->failed = true;
    if (p->at->kind == PGSQL_END)
        error_set(p->err, ERROR_PARSER, "syntax error at end of input");
    else
        error_set(p->err, ERROR_PARSER, "syntax error at or near \"%.*s\"",
                  (int)(p->at->length < 1024 ? p->at->length : 1024), p->text + p->at->start);
    if (p->err)
        p->err->position = pgsql_character_position(p->text, p->at->start);
    return false;
}

bool parser_give_up(struct parser *p) {
    p->failed = true;
    return false;
}

bool parser_no_memory(struct parser *p) {
    if (!p->failed)
        error_set_no_memory(p->err);
    return parser_give_up(p);
}

bool parser_fail_at(struct parser *p, const struct pgsql_token *token, enum error_kind kind, const char *format, ...) {
    if (p->failed)
        return false;
    va_list args;
    va_start(args, format);
    error_set_v(p->err, kind, format, args);
    va_end(args);
    if (p->err && token)
        p->err->position = pgsql_character_position(p->text, token->start);
    return parser_give_up(p);
}

bool parser_accept(struct parser *p, enum pgsql_keyword keyword) {
    if (!parser_sees(p, keyword))
        return false;
    p->at++;
    return true;
}

bool parser_accept_kind(struct parser *p, enum pgsql_token_kind kind) {
    if (!parser_sees_kind(p, kind))
        return false;
    p->at += kind != PGSQL_END;
    return true;
}

bool parser_accept_text(struct parser *p, const char *text) {
    if (p->failed || p->at->length != strlen(text) || memcmp(p->text + p->at->start, text, p->at->length) != 0)
        return false;
    p->at++;
    return true;
}

bool parser_expect(struct parser *p, enum pgsql_keyword keyword) {
    return parser_accept(p, keyword) || parser_fail(p);
}

bool parser_expect_kind(struct parser *p, enum pgsql_token_kind kind) {
    return parser_accept_kind(p, kind) || parser_fail(p);
}

bool parser_expect_end(struct parser *p) {
    return parser_expect_kind(p, PGSQL_END);
}

bool parser_sees_name(const struct parser *p) {
    return !p->failed && (p->at->kind == PGSQL_WORD || p->at->kind == PGSQL_QUOTED_WORD ||
                          p->at->kind == PGSQL_UNICODE_QUOTED_WORD);
}

bool parser_sees_string(const struct parser *p) {
    return !p->failed && (p->at->kind == PGSQL_STRING || p->at->kind == PGSQL_ESCAPE_STRING ||
                          p->at->kind == PGSQL_UNICODE_STRING || p->at->kind == PGSQL_DOLLAR_STRING);
}

const char *parser_value(struct parser *p) {
    if (p->failed || p->at->kind == PGSQL_END) {
        parser_fail(p);
        return "";
    }
    const char *value = pgsql_token_value(p->arena, p->text, p->at, p->err);
    if (!value) {
        parser_give_up(p);
        return "";
    }
    p->at++;
    return value;
}

const char *parser_name(struct parser *p) {
    if (parser_sees_name(p))
        return parser_value(p);
    parser_fail(p);
    return "";
}

const char *parser_string(struct parser *p) {
    if (parser_sees_string(p))
        return parser_value(p);
    parser_fail(p);
    return "";
}

bool parser_sees_integer(const struct parser *p) {
    if (p->failed)
        return false;
    const struct pgsql_token *at = p->at;
    if (at->kind == PGSQL_OPERATOR && at->length == 1 && strchr("+-", p->text[at->start]))
        at++;
    return at->kind == PGSQL_INTEGER;
}

int64_t parser_integer(struct parser *p) {
    bool negative = parser_accept_text(p, "-");
    if (!negative)
        parser_accept_text(p, "+");
    if (!parser_sees_kind(p, PGSQL_INTEGER)) {
        parser_fail(p);
        return 0;
    }
    errno = 0;
    long long value = strtoll(parser_value(p), NULL, 10);
    if (errno == ERANGE) {
        p->at--;
        parser_fail(p);
    }
    return negative ? -value : value;
}

bool parser_skip(struct parser *p) {
    if (p->failed || p->at->kind == PGSQL_END)
        return false;
    int32_t depth = 0;
    do {
        if (p->at->kind == PGSQL_OPEN_PAREN || p->at->kind == PGSQL_OPEN_BRACKET || p->at->kind == PGSQL_OPEN_BRACE)
            depth++;
        else if (p->at->kind == PGSQL_CLOSE_PAREN || p->at->kind == PGSQL_CLOSE_BRACKET || p->at->kind == PGSQL_CLOSE_BRACE)
            depth--;
        p->at++;
    } while (depth > 0 && p->at->kind != PGSQL_END);
    return true;
}

const char *parser_text_since(struct parser *p, const struct pgsql_token *from) {
    if (p->failed || from >= p->at)
        return "";
    const struct pgsql_token *last = p->at - 1;
    char *copy = arena_copy_string_n(p->arena, p->text + from->start, last->start + last->length - from->start);
    if (!copy)
        parser_no_memory(p);
    return copy ? copy : "";
}

void *parser_list_add(struct parser *p, struct parser_list *list, size_t bytes) {
    if (p->failed)
        return NULL;
    if (list->count == list->capacity) {
        int32_t capacity = list->capacity ? list->capacity * 2 : 8;
        void *items = arena_allocate(p->arena, (size_t)capacity * bytes);
        if (!items) {
            parser_no_memory(p);
            return NULL;
        }
        if (list->count)
            memcpy(items, list->items, (size_t)list->count * bytes);
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + (size_t)list->count++ * bytes;
}
