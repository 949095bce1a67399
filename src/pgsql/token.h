/* The tokens of SQL: PostgreSQL's lexical structure (PostgreSQL 15 documentation, 4.1), widened to what DuckDB also reads.
 *
 * Words that the front end knows carry their keyword, from data/pg_keywords.def; being a keyword says nothing about being
 * reserved. Positions are bytes of the script.
 */
#ifndef PGSQL_TOKEN_H
#define PGSQL_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pgsql_token_kind {
    PGSQL_END, /* stands behind the last token of every token list */
    PGSQL_WORD,
    PGSQL_QUOTED_WORD,         /* "x" */
    PGSQL_UNICODE_QUOTED_WORD, /* U&"x" */
    PGSQL_STRING,              /* 'x', with its continuations on later lines */
    PGSQL_ESCAPE_STRING,       /* E'x' */
    PGSQL_UNICODE_STRING,      /* U&'x' */
    PGSQL_BIT_STRING,          /* B'1' */
    PGSQL_HEX_STRING,          /* X'1F' */
    PGSQL_NATIONAL_STRING,     /* N'x' */
    PGSQL_DOLLAR_STRING,       /* $tag$x$tag$ */
    PGSQL_INTEGER,             /* decimal digits only */
    PGSQL_NUMBER,              /* any other number: 1.5, 1e5, 0x1F, 1_000 */
    PGSQL_PARAMETER,           /* $1 */
    PGSQL_NAMED_PARAMETER,     /* $name, DuckDB's */
    PGSQL_OPERATOR,
    PGSQL_CAST, /* :: */
    PGSQL_OPEN_PAREN,
    PGSQL_CLOSE_PAREN,
    PGSQL_OPEN_BRACKET,
    PGSQL_CLOSE_BRACKET,
    PGSQL_OPEN_BRACE,
    PGSQL_CLOSE_BRACE,
    PGSQL_COMMA,
    PGSQL_SEMICOLON,
    PGSQL_DOT,
    PGSQL_COLON,
    PGSQL_OTHER, /* a character that begins no token of either dialect */
};

enum pgsql_keyword {
    PGSQL_NO_KEYWORD,
    KW_ = PGSQL_NO_KEYWORD, /* for table columns left empty */
#define PGSQL_KEYWORD(name, text, traits) KW_##name,
#include "pg_keywords.def"
#undef PGSQL_KEYWORD
    PGSQL_KEYWORD_COUNT
};

/* Traits of keywords, see data/pg_keywords.def. */
enum { PGSQL_LABEL = 1 << 0, PGSQL_NAME = 1 << 1, PGSQL_UNIT = 1 << 2, PGSQL_RESERVED = 1 << 3 };

struct pgsql_token {
    uint32_t start;
    uint32_t length;
    uint16_t keyword; /* enum pgsql_keyword; of a PGSQL_WORD only */
    uint8_t kind;     /* enum pgsql_token_kind */
};

/* The keyword of a word, in any case. */
enum pgsql_keyword pgsql_keyword_find(const char *word, size_t length);
const char *pgsql_keyword_text(enum pgsql_keyword keyword); /* in lower case */
unsigned pgsql_keyword_traits(enum pgsql_keyword keyword);

#endif
