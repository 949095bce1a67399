/* The lexer. Rules: PostgreSQL 15's scan.l as its documentation describes them (4.1); DuckDB adds 0x1F, 1_000 and $name. */
#include "pgsql/lexer.h"

#include <string.h>

enum character_class {
    OTHER,
    SPACE,
    LETTER, /* begins a word */
    DIGIT,
    OPERATOR,
    PUNCTUATION,
};

/* clang-format off */
static const uint8_t classes[256] = {
    [' '] = SPACE, ['\t'] = SPACE, ['\n'] = SPACE, ['\r'] = SPACE, ['\f'] = SPACE, ['\v'] = SPACE,
    ['a' ... 'z'] = LETTER, ['A' ... 'Z'] = LETTER, ['_'] = LETTER, [0x80 ... 0xFF] = LETTER,
    ['0' ... '9'] = DIGIT,
    ['~'] = OPERATOR, ['!'] = OPERATOR, ['@'] = OPERATOR, ['#'] = OPERATOR, ['^'] = OPERATOR, ['&'] = OPERATOR,
    ['|'] = OPERATOR, ['`'] = OPERATOR, ['?'] = OPERATOR, ['+'] = OPERATOR, ['-'] = OPERATOR, ['*'] = OPERATOR,
    ['/'] = OPERATOR, ['%'] = OPERATOR, ['<'] = OPERATOR, ['>'] = OPERATOR, ['='] = OPERATOR,
    ['('] = PUNCTUATION, [')'] = PUNCTUATION, ['['] = PUNCTUATION, [']'] = PUNCTUATION, ['{'] = PUNCTUATION,
    ['}'] = PUNCTUATION, [','] = PUNCTUATION, [';'] = PUNCTUATION, ['.'] = PUNCTUATION, [':'] = PUNCTUATION,
};

static const uint8_t punctuation_kinds[256] = {
    ['('] = PGSQL_OPEN_PAREN, [')'] = PGSQL_CLOSE_PAREN, ['['] = PGSQL_OPEN_BRACKET, [']'] = PGSQL_CLOSE_BRACKET,
    ['{'] = PGSQL_OPEN_BRACE, ['}'] = PGSQL_CLOSE_BRACE, [','] = PGSQL_COMMA, [';'] = PGSQL_SEMICOLON,
    ['.'] = PGSQL_DOT, [':'] = PGSQL_COLON,
};
/* clang-format on */

static inline enum character_class class_of(char c) {
    return classes[(uint8_t)c];
}

/* The character at a byte, NUL behind the end. */
static inline char peek(const struct pgsql_lexer *lexer, uint32_t at) {
    return at < lexer->length ? lexer->text[at] : '\0';
}

static inline bool continues_word(char c) {
    return class_of(c) == LETTER || class_of(c) == DIGIT || c == '$';
}

static bool fail(const struct pgsql_lexer *lexer, uint32_t start, const char *what, struct error *err) {
    uint32_t length = lexer->length - start;
    error_set(err, ERROR_PARSER, "%s at or near \"%.*s\"", what, (int)(length < 1024 ? length : 1024), lexer->text + start);
    if (err)
        err->position = pgsql_character_position(lexer->text, start);
    return false;
}

static uint32_t skip_line(const struct pgsql_lexer *lexer, uint32_t at) {
    const char *newline = memchr(lexer->text + at, '\n', lexer->length - at);
    return newline ? (uint32_t)(newline - lexer->text) : lexer->length;
}

/* Behind a comment that may contain comments; `at` stands on its opening. */
static bool skip_comment(struct pgsql_lexer *lexer, struct error *err) {
    uint32_t start = lexer->at, at = start + 2;
    for (uint32_t depth = 1; depth > 0; at += 2) {
        while (at < lexer->length && !(lexer->text[at] == '*' && peek(lexer, at + 1) == '/') &&
               !(lexer->text[at] == '/' && peek(lexer, at + 1) == '*'))
            at++;
        if (at >= lexer->length)
            return fail(lexer, start, "unterminated /* comment", err);
        depth += lexer->text[at] == '/' ? 1 : -1u;
    }
    lexer->at = at;
    return true;
}

static bool skip_blanks(struct pgsql_lexer *lexer, struct error *err) {
    for (;;) {
        char c = peek(lexer, lexer->at);
        if (class_of(c) == SPACE)
            lexer->at++;
        else if (c == '-' && peek(lexer, lexer->at + 1) == '-')
            lexer->at = skip_line(lexer, lexer->at);
        else if (c == '/' && peek(lexer, lexer->at + 1) == '*') {
            if (!skip_comment(lexer, err))
                return false;
        } else
            return true;
    }
}

/* Where a string goes on after its closing quote: behind blanks with a newline among them stands another quote. Gives the
 * byte of that quote, or 0. */
static uint32_t find_continuation(const struct pgsql_lexer *lexer, uint32_t at) {
    bool newline = false;
    for (;;) {
        char c = peek(lexer, at);
        if (c == '\n' || c == '\r')
            newline = true;
        else if (c == '-' && newline && peek(lexer, at + 1) == '-') {
            at = skip_line(lexer, at);
            continue;
        } else if (class_of(c) != SPACE)
            return newline && c == '\'' ? at : 0;
        at++;
    }
}

/* Behind the closing quote of a quoted token whose opening quote is at `at`; 0 when there is none. */
static uint32_t skip_quoted(const struct pgsql_lexer *lexer, uint32_t at, char quote, bool escapes) {
    for (at++; at < lexer->length; at++) {
        char c = lexer->text[at];
        if (escapes && c == '\\')
            at++;
        else if (c == quote) {
            if (peek(lexer, at + 1) != quote)
                return at + 1;
            at++;
        }
    }
    return 0;
}

static const char *const string_names[] = {
    [PGSQL_STRING] = "unterminated quoted string",
    [PGSQL_ESCAPE_STRING] = "unterminated quoted string",
    [PGSQL_UNICODE_STRING] = "unterminated quoted string",
    [PGSQL_NATIONAL_STRING] = "unterminated quoted string",
    [PGSQL_BIT_STRING] = "unterminated bit string literal",
    [PGSQL_HEX_STRING] = "unterminated hexadecimal string literal",
};

static bool finish(struct pgsql_lexer *lexer, struct pgsql_token *token, enum pgsql_token_kind kind, uint32_t end) {
    token->start = lexer->at;
    token->length = end - lexer->at;
    token->keyword = PGSQL_NO_KEYWORD;
    token->kind = (uint8_t)kind;
    lexer->at = end;
    return true;
}

static bool read_string(struct pgsql_lexer *lexer, struct pgsql_token *token, enum pgsql_token_kind kind, uint32_t quote,
                        struct error *err) {
    uint32_t end;
    do {
        end = skip_quoted(lexer, quote, '\'', kind == PGSQL_ESCAPE_STRING);
        if (!end)
            return fail(lexer, lexer->at, string_names[kind], err);
        quote = find_continuation(lexer, end);
    } while (quote);
    return finish(lexer, token, kind, end);
}

static bool read_quoted_word(struct pgsql_lexer *lexer, struct pgsql_token *token, enum pgsql_token_kind kind,
                             uint32_t quote, struct error *err) {
    uint32_t end = skip_quoted(lexer, quote, '"', false);
    if (!end)
        return fail(lexer, lexer->at, "unterminated quoted identifier", err);
    if (end == quote + 2)
        return fail(lexer, lexer->at, "zero-length delimited identifier", err);
    return finish(lexer, token, kind, end);
}

/* A word, or a string or quoted word behind its prefix. */
static bool read_word(struct pgsql_lexer *lexer, struct pgsql_token *token, struct error *err) {
    uint32_t start = lexer->at;
    char next = peek(lexer, start + 1);
    if (next == '\'') {
        static const uint8_t prefixes[32] = {['E' & 31] = PGSQL_ESCAPE_STRING, ['B' & 31] = PGSQL_BIT_STRING,
                                             ['X' & 31] = PGSQL_HEX_STRING, ['N' & 31] = PGSQL_NATIONAL_STRING};
        char c = lexer->text[start];
        if ((uint8_t)c < 0x80 && prefixes[c & 31])
            return read_string(lexer, token, prefixes[c & 31], start + 1, err);
    } else if (next == '&' && (lexer->text[start] | 0x20) == 'u') {
        if (peek(lexer, start + 2) == '\'')
            return read_string(lexer, token, PGSQL_UNICODE_STRING, start + 2, err);
        if (peek(lexer, start + 2) == '"')
            return read_quoted_word(lexer, token, PGSQL_UNICODE_QUOTED_WORD, start + 2, err);
    }
    uint32_t end = start + 1;
    while (end < lexer->length && continues_word(lexer->text[end]))
        end++;
    finish(lexer, token, PGSQL_WORD, end);
    token->keyword = (uint16_t)pgsql_keyword_find(lexer->text + start, end - start);
    return true;
}

static uint32_t skip_digits(const struct pgsql_lexer *lexer, uint32_t at) {
    while (class_of(peek(lexer, at)) == DIGIT || (peek(lexer, at) == '_' && class_of(peek(lexer, at + 1)) == DIGIT))
        at++;
    return at;
}

static bool read_number(struct pgsql_lexer *lexer, struct pgsql_token *token) {
    uint32_t at = lexer->at;
    char prefix = (char)(peek(lexer, at + 1) | 0x20);
    if (lexer->text[at] == '0' && (prefix == 'x' || prefix == 'b' || prefix == 'o') && continues_word(peek(lexer, at + 2))) {
        at += 2;
        while (continues_word(peek(lexer, at)))
            at++;
        return finish(lexer, token, PGSQL_NUMBER, at);
    }
    at = skip_digits(lexer, at);
    enum pgsql_token_kind kind = memchr(lexer->text + lexer->at, '_', at - lexer->at) ? PGSQL_NUMBER : PGSQL_INTEGER;
    if (peek(lexer, at) == '.' && peek(lexer, at + 1) != '.') {
        at = skip_digits(lexer, at + 1);
        kind = PGSQL_NUMBER;
    }
    if ((peek(lexer, at) | 0x20) == 'e') {
        uint32_t exponent = at + 1;
        if (peek(lexer, exponent) == '+' || peek(lexer, exponent) == '-')
            exponent++;
        if (class_of(peek(lexer, exponent)) == DIGIT) {
            at = skip_digits(lexer, exponent);
            kind = PGSQL_NUMBER;
        }
    }
    return finish(lexer, token, kind, at);
}

/* Behind the closing $tag$ of a dollar-quoted string whose tag ends before `body`; 0 when there is none. */
static uint32_t skip_dollar_body(const struct pgsql_lexer *lexer, uint32_t body) {
    size_t tag_length = body - lexer->at;
    const char *found = memmem(lexer->text + body, lexer->length - body, lexer->text + lexer->at, tag_length);
    return found ? (uint32_t)((size_t)(found - lexer->text) + tag_length) : 0;
}

/* $1, $tag$…$tag$ or $name. */
static bool read_dollar(struct pgsql_lexer *lexer, struct pgsql_token *token, struct error *err) {
    uint32_t at = lexer->at + 1;
    if (class_of(peek(lexer, at)) == DIGIT) {
        while (class_of(peek(lexer, at)) == DIGIT)
            at++;
        return finish(lexer, token, PGSQL_PARAMETER, at);
    }
    while (class_of(peek(lexer, at)) == LETTER || class_of(peek(lexer, at)) == DIGIT)
        at++;
    if (peek(lexer, at) != '$')
        return finish(lexer, token, at > lexer->at + 1 ? PGSQL_NAMED_PARAMETER : PGSQL_OTHER, at);
    uint32_t end = skip_dollar_body(lexer, at + 1);
    if (!end)
        return fail(lexer, lexer->at, "unterminated dollar-quoted string", err);
    return finish(lexer, token, PGSQL_DOLLAR_STRING, end);
}

/* The longest run of operator characters that starts no comment; a trailing + or - belongs to it only beside one of the
 * characters that no SQL operator has. */
static bool read_operator(struct pgsql_lexer *lexer, struct pgsql_token *token) {
    uint32_t end = lexer->at;
    bool special = false;
    while (class_of(peek(lexer, end)) == OPERATOR) {
        char c = lexer->text[end], next = peek(lexer, end + 1);
        if ((c == '-' && next == '-') || (c == '/' && next == '*'))
            break;
        special |= strchr("~!@#^&|`?%", c) != NULL;
        end++;
    }
    while (!special && end > lexer->at + 1 && (lexer->text[end - 1] == '+' || lexer->text[end - 1] == '-'))
        end--;
    return finish(lexer, token, PGSQL_OPERATOR, end);
}

static bool read_punctuation(struct pgsql_lexer *lexer, struct pgsql_token *token) {
    char c = lexer->text[lexer->at], next = peek(lexer, lexer->at + 1);
    if (c == '.' && class_of(next) == DIGIT)
        return read_number(lexer, token);
    if (c == ':' && next == ':')
        return finish(lexer, token, PGSQL_CAST, lexer->at + 2);
    return finish(lexer, token, punctuation_kinds[(uint8_t)c], lexer->at + 1);
}

bool pgsql_lexer_next(struct pgsql_lexer *lexer, struct pgsql_token *token, struct error *err) {
    if (!skip_blanks(lexer, err))
        return false;
    if (lexer->at >= lexer->length)
        return finish(lexer, token, PGSQL_END, lexer->length);
    char c = lexer->text[lexer->at];
    switch (class_of(c)) {
    case LETTER:
        return read_word(lexer, token, err);
    case DIGIT:
        return read_number(lexer, token);
    case OPERATOR:
        return read_operator(lexer, token);
    case PUNCTUATION:
        return read_punctuation(lexer, token);
    default:
        break;
    }
    if (c == '\'')
        return read_string(lexer, token, PGSQL_STRING, lexer->at, err);
    if (c == '"')
        return read_quoted_word(lexer, token, PGSQL_QUOTED_WORD, lexer->at, err);
    if (c == '$')
        return read_dollar(lexer, token, err);
    return finish(lexer, token, PGSQL_OTHER, lexer->at + 1);
}

static bool starts_character(char c) {
    return ((uint8_t)c & 0xC0) != 0x80;
}

int32_t pgsql_character_position(const char *text, size_t byte) {
    int32_t characters = 0;
    for (size_t i = 0; i < byte; i++)
        characters += starts_character(text[i]);
    return characters + 1;
}

int32_t pgsql_parameter_number(const char *text, const struct pgsql_token *token) {
    int64_t number = 0;
    if (token->kind != PGSQL_PARAMETER)
        return 0;
    for (uint32_t i = 1; i < token->length && number < INT32_MAX; i++)
        number = number * 10 + (text[token->start + i] - '0');
    return number < INT32_MAX ? (int32_t)number : INT32_MAX;
}
