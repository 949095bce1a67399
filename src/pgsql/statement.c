/* Facts of data/pg_statements.def, and command tags. */
#include "pgsql/statement.h"

#include <inttypes.h>
#include <stdio.h>

#include "pgsql/lexer.h"
#include "pgsql/parse.h"

enum count { COUNT_NONE, COUNT_ROWS, COUNT_INSERT };

struct kind_row {
    const char *tag;
    uint8_t form;  /* enum pgsql_form */
    uint8_t count; /* enum count */
    uint8_t rules;
};

static const struct kind_row kind_rows[PGSQL_STATEMENT_KIND_COUNT] = {
#define PGSQL_STATEMENT(kind, word1, word2, word3, form, tag, count, rules)                                            \
    [PGSQL_STATEMENT_##kind] = {tag, PGSQL_FORM_##form, COUNT_##count, rules},
#include "pg_statements.def"
#undef PGSQL_STATEMENT
};

unsigned pgsql_statement_rules(const struct pgsql_statement *statement) {
    return kind_rows[statement->kind].rules;
}

const char *pgsql_statement_tag(const struct pgsql_statement *statement) {
    return kind_rows[statement->kind].tag;
}

void pgsql_statement_complete_tag(const struct pgsql_statement *statement, int64_t rows, char *tag, size_t tag_bytes) {
    const struct kind_row *row = &kind_rows[statement->kind];
    if (row->count == COUNT_NONE)
        snprintf(tag, tag_bytes, "%s", row->tag);
    else
        snprintf(tag, tag_bytes, row->count == COUNT_INSERT ? "%s 0 %" PRId64 : "%s %" PRId64, row->tag, rows);
}

bool pgsql_statement_refuse(const struct pgsql_statement *statement, struct error *err) {
    error_set(err, ERROR_UNSUPPORTED, "%s is not supported", pgsql_statement_tag(statement));
    if (err)
        err->position = pgsql_character_position(statement->script, statement->start);
    return false;
}

void statement_become(struct pgsql_statement *statement, enum pgsql_statement_kind kind) {
    statement->kind = kind;
    statement->form = kind_rows[kind].form;
}

static bool is_literal(const struct pgsql_token *token) {
    return token->kind == PGSQL_INTEGER || token->kind == PGSQL_NUMBER || token->kind == PGSQL_STRING ||
           token->keyword == KW_NULL || token->keyword == KW_TRUE || token->keyword == KW_FALSE;
}

static bool is_label(const struct pgsql_token *token) {
    return token->kind == PGSQL_WORD || token->kind == PGSQL_QUOTED_WORD;
}

/* SELECT literal [AS label] [, …] */
bool pgsql_statement_is_constant(const struct pgsql_statement *statement) {
    if (statement->kind != PGSQL_STATEMENT_SELECT)
        return false;
    struct pgsql_lexer lexer = pgsql_lexer_over(statement->script + statement->start, statement->length);
    struct pgsql_token token;
    bool ok = pgsql_lexer_next(&lexer, &token, NULL) && token.keyword == KW_SELECT;
    do {
        ok = ok && pgsql_lexer_next(&lexer, &token, NULL) && is_literal(&token) && pgsql_lexer_next(&lexer, &token, NULL);
        if (ok && token.keyword == KW_AS)
            ok = pgsql_lexer_next(&lexer, &token, NULL) && is_label(&token) && pgsql_lexer_next(&lexer, &token, NULL);
    } while (ok && token.kind == PGSQL_COMMA);
    return ok && token.kind == PGSQL_END;
}

/* The word before the table that a statement writes to; a statement of another kind has none. */
static enum pgsql_keyword target_word(const struct pgsql_statement *statement) {
    switch (statement->kind) {
    case PGSQL_STATEMENT_INSERT:
    case PGSQL_STATEMENT_MERGE:
        return KW_INTO;
    case PGSQL_STATEMENT_UPDATE:
        return KW_UPDATE;
    case PGSQL_STATEMENT_DELETE:
        return KW_FROM;
    case PGSQL_STATEMENT_CREATE_INDEX:
        return KW_ON;
    case PGSQL_STATEMENT_ALTER_TABLE:
        return KW_TABLE;
    default:
        return PGSQL_NO_KEYWORD;
    }
}

bool pgsql_statement_target(struct arena *arena, const struct pgsql_statement *statement, const char **schema, const char **table) {
    enum pgsql_keyword word = target_word(statement);
    const struct pgsql_token *at = statement->tokens, *end = at + statement->token_count;
    if (word == PGSQL_NO_KEYWORD)
        return false;
    while (at < end && at->keyword != word)
        at++;
    at += at < end;
    while (at < end && (at->keyword == KW_ONLY || at->keyword == KW_IF || at->keyword == KW_EXISTS))
        at++;
    const char *names[2] = {NULL, NULL}; /* the table, and what stands before it */
    for (; at < end && is_label(at); at += 2) {
        names[1] = names[0];
        names[0] = pgsql_token_value(arena, statement->script, at, NULL);
        if (at[1].kind != PGSQL_DOT)
            break;
    }
    *table = names[0];
    *schema = names[1];
    return names[0] != NULL;
}
