#include "pgsql/normalize.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "pgsql/lexer.h"

/* ---- secrets ---- */

static const char *const secret_words[] = {
#define SECRET_WORD(text) text,
#include "secret_words.def"
#undef SECRET_WORD
};

static bool begins_with(const char *text, size_t length, const char *word) {
    size_t i = 0;
    while (word[i] && i < length && tolower((unsigned char)text[i]) == word[i])
        i++;
    return !word[i];
}

/* Whether one of the words begins with this character, in either case: asked of every character of every statement. */
static bool may_begin(char c) {
    char lower = (char)(c | 0x20);
    return false
#define SECRET_WORD(text) || lower == text[0]
#include "secret_words.def"
#undef SECRET_WORD
        ;
}

bool pgsql_mentions_secret(const char *text, size_t length) {
    for (size_t at = 0; at < length; at++) {
        if (!may_begin(text[at]))
            continue;
        for (size_t i = 0; i < sizeof secret_words / sizeof *secret_words; i++)
            if (begins_with(text + at, length - at, secret_words[i]))
                return true;
    }
    return false;
}

/* ---- constants ---- */

struct output {
    char *text;
    size_t length, size; /* room for `size` bytes and the NUL */
};

/* A piece of valid UTF-8 that does not fit is cut between characters. */
static void put(struct output *out, const char *text, size_t length) {
    size_t room = out->size - out->length;
    if (length > room) {
        length = room;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
        out->size = out->length + length; /* nothing goes behind a piece that was cut */
    }
    memcpy(out->text + out->length, text, length);
    out->length += length;
}

static bool is_constant(const struct pgsql_token *token) {
    switch (token->kind) {
    case PGSQL_STRING:
    case PGSQL_ESCAPE_STRING:
    case PGSQL_UNICODE_STRING:
    case PGSQL_BIT_STRING:
    case PGSQL_HEX_STRING:
    case PGSQL_NATIONAL_STRING:
    case PGSQL_DOLLAR_STRING:
    case PGSQL_INTEGER:
    case PGSQL_NUMBER:
        return true;
    default:
        return false;
    }
}

enum { LOOKED_AT = 64 * 1024 /* what stands behind is data; it is not shown in any case */ };

/* Constants are numbered behind the parameters that the text has already. */
static int32_t highest_parameter(const char *text, size_t length) {
    struct pgsql_lexer lexer = pgsql_lexer_over(text, length);
    struct pgsql_token token;
    int32_t highest = 0;
    while (pgsql_lexer_next(&lexer, &token, NULL) && token.kind != PGSQL_END) {
        int32_t number = pgsql_parameter_number(text, &token);
        highest = number > highest && number < INT32_MAX ? number : highest;
    }
    return highest;
}

/* A list of constants under way: which constant of it is told already. */
struct list {
    bool open;       /* only constants and commas came since the list began */
    bool comma_held; /* one that is told only if no constant follows */
    int32_t told;    /* constants */
};

/* Takes the constants of a list but the first, and the commas between them. */
static bool is_swallowed(struct list *list, const struct pgsql_token *token, struct output *out) {
    if (is_constant(token) && list->open && list->told++ > 0) {
        if (list->told == 2)
            put(out, " /*, ... */", 11);
        list->comma_held = false;
        return true;
    }
    bool held = list->comma_held;
    list->comma_held = token->kind == PGSQL_COMMA && list->open && list->told > 0;
    if (held)
        put(out, ",", 1);
    return list->comma_held;
}

static void follow_list(struct list *list, const struct pgsql_token *token, const struct pgsql_token *before) {
    bool begins = token->kind == PGSQL_OPEN_BRACKET ||
                  (token->kind == PGSQL_OPEN_PAREN && before->kind == PGSQL_WORD && before->keyword == KW_IN);
    if (begins)
        *list = (struct list){.open = true};
    else if (!is_constant(token))
        list->open = false;
}

static bool write_tokens(const char *text, size_t length, struct output *out) {
    struct pgsql_lexer lexer = pgsql_lexer_over(text, length);
    struct pgsql_token token, before = {0};
    struct list list = {0};
    int32_t number = highest_parameter(text, length);
    bool ok = true;
    while (out->length < out->size && (ok = pgsql_lexer_next(&lexer, &token, NULL)) && token.kind != PGSQL_END) {
        if (!is_swallowed(&list, &token, out)) {
            char place[16];
            if (out->length && token.start > before.start + before.length)
                put(out, " ", 1);
            if (is_constant(&token))
                put(out, place, (size_t)snprintf(place, sizeof place, "$%d", (int)++number));
            else
                put(out, text + token.start, token.length);
            follow_list(&list, &token, &before);
        }
        before = token;
    }
    return ok;
}

size_t pgsql_normalize(const char *text, size_t length, char *out, size_t size) {
    struct output output = {.text = out, .size = size - 1};
    bool whole = length <= LOOKED_AT;
    if (!write_tokens(text, whole ? length : LOOKED_AT, &output) && whole) {
        output = (struct output){.text = out, .size = size - 1};
        put(&output, "<unreadable>", 12);
    }
    out[output.length] = '\0';
    return output.length;
}
