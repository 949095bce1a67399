/* The lexer: text into tokens, one at a time, without memory of its own.
 *
 * It accepts PostgreSQL's tokens and DuckDB's: what neither knows becomes PGSQL_OTHER, and only what cannot be delimited
 * (an unterminated string, comment or quoted word) is an error, with PostgreSQL's text and SQLSTATE.
 */
#ifndef PGSQL_LEXER_H
#define PGSQL_LEXER_H

#include "base/arena.h"
#include "base/error.h"
#include "pgsql/token.h"

enum { PGSQL_MAX_TEXT_BYTES = 1 << 30 }; /* PostgreSQL's own limit of a query string */

struct pgsql_lexer {
    const char *text;
    uint32_t length;
    uint32_t at;
};

/* The text need not be NUL-terminated; at most PGSQL_MAX_TEXT_BYTES. */
static inline struct pgsql_lexer pgsql_lexer_over(const char *text, size_t length) {
    return (struct pgsql_lexer){.text = text, .length = (uint32_t)length, .at = 0};
}

/* The next token; PGSQL_END at the end. */
bool pgsql_lexer_next(struct pgsql_lexer *lexer, struct pgsql_token *token, struct error *err);

/* The character, from 1, at a byte of the text: the form of PostgreSQL's error positions. */
int32_t pgsql_character_position(const char *text, size_t byte);

/* The number of a PGSQL_PARAMETER; INT32_MAX stands for all that are greater. 0 for any other token. */
int32_t pgsql_parameter_number(const char *text, const struct pgsql_token *token);

/* The value of a token: a word folded to lower case, a quoted word or a string without its quotes and escapes. In the
 * arena, NUL-terminated; NULL with `err` set for a bad escape or when memory is out. Other tokens give their text. */
const char *pgsql_token_value(struct arena *arena, const char *text, const struct pgsql_token *token, struct error *err);

#endif
