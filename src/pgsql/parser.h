/* A sticky parser over the tokens of one statement: after the first mismatch it has failed, stays at its place, and every
 * later call gives nothing. The first mismatch is told as PostgreSQL tells a syntax error. Internal to this layer. */
#ifndef PGSQL_PARSER_H
#define PGSQL_PARSER_H

#include "base/arena.h"
#include "base/error.h"
#include "pgsql/token.h"

struct parser {
    struct arena *arena;
    const char *text;
    const struct pgsql_token *at; /* never behind the PGSQL_END */
    struct error *err;
    bool failed;
};

/* Fails the parser with a syntax error at its place; returns false. */
bool parser_fail(struct parser *p);
/* Fails the parser with an error that stands in `err` already, or for want of memory; returns false. */
bool parser_give_up(struct parser *p);
bool parser_no_memory(struct parser *p);
/* Fails the parser with an error at a token, or at no place if that is NULL; returns false. */
bool parser_fail_at(struct parser *p, const struct pgsql_token *token, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static inline bool parser_sees(const struct parser *p, enum pgsql_keyword keyword) {
    return !p->failed && p->at->keyword == keyword;
}

static inline bool parser_sees_kind(const struct parser *p, enum pgsql_token_kind kind) {
    return !p->failed && p->at->kind == kind;
}

bool parser_accept(struct parser *p, enum pgsql_keyword keyword);
bool parser_accept_kind(struct parser *p, enum pgsql_token_kind kind);
/* An operator token, or any other, by its text. */
bool parser_accept_text(struct parser *p, const char *text);
bool parser_expect(struct parser *p, enum pgsql_keyword keyword);
bool parser_expect_kind(struct parser *p, enum pgsql_token_kind kind);
bool parser_expect_end(struct parser *p);

/* A name: a word or a quoted word. Values are in the arena; "" after a failure. */
bool parser_sees_name(const struct parser *p);
bool parser_sees_string(const struct parser *p);
const char *parser_name(struct parser *p);
const char *parser_string(struct parser *p);
/* The value of whatever token stands here, which must not be the end. */
const char *parser_value(struct parser *p);
/* An integer with an optional sign. */
int64_t parser_integer(struct parser *p);
/* Stands on an integer or its sign. */
bool parser_sees_integer(const struct parser *p);

/* Steps over one token, over whole brackets if it opens some. False at the end. */
bool parser_skip(struct parser *p);
/* The text from a token up to where the parser stands, without blanks at its ends; "" when there is none. */
const char *parser_text_since(struct parser *p, const struct pgsql_token *from);

/* A growing list in the arena. */
struct parser_list {
    void *items;
    int32_t count;
    int32_t capacity;
};

/* A place for one more item of `bytes`; NULL when the parser has failed. */
void *parser_list_add(struct parser *p, struct parser_list *list, size_t bytes);

#endif
