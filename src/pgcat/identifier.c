/* Identifiers: quoting by PostgreSQL's keywords, and reading back. */
#include "pgcat/identifier.h"

#include <stdlib.h>
#include <string.h>

/* Keywords that cannot stand unquoted everywhere, sorted (PostgreSQL 15, parser/kwlist.h: all but UNRESERVED). */
static const char *const reserved_words[] = {
#define PGCAT_RESERVED(word) word,
#include "pgcat_reserved.def"
#undef PGCAT_RESERVED
};

static int compare_words(const void *a, const void *b) {
    return strcmp(a, *(const char *const *)b);
}

static bool is_reserved(const char *name, size_t length) {
    char word[32];
    if (length >= sizeof word)
        return false;
    memcpy(word, name, length);
    word[length] = '\0';
    return bsearch(word, reserved_words, sizeof reserved_words / sizeof reserved_words[0], sizeof reserved_words[0],
                   compare_words) != NULL;
}

static bool is_plain(const char *name, size_t length) {
    if (length == 0 || !(name[0] == '_' || (name[0] >= 'a' && name[0] <= 'z')))
        return false;
    for (size_t i = 1; i < length; i++)
        if (!(name[i] == '_' || (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9')))
            return false;
    return true;
}

void pgcat_write_identifier(struct writer *w, const char *name, size_t length) {
    if (is_plain(name, length) && !is_reserved(name, length)) {
        writer_bytes(w, name, length);
        return;
    }
    writer_u8(w, '"');
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '"')
            writer_u8(w, '"');
        writer_u8(w, (uint8_t)name[i]);
    }
    writer_u8(w, '"');
}

void pgcat_write_literal(struct writer *w, const char *text, size_t length) {
    if (memchr(text, '\\', length))
        writer_text(w, "E");
    writer_u8(w, '\'');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\'' || text[i] == '\\')
            writer_u8(w, (uint8_t)text[i]);
        writer_u8(w, (uint8_t)text[i]);
    }
    writer_u8(w, '\'');
}

void pgcat_write_string(struct writer *w, const char *text) {
    writer_u8(w, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            writer_u8(w, '\'');
        writer_u8(w, (uint8_t)*text);
    }
    writer_u8(w, '\'');
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Reads one part into `out` and returns its end, NULL where a part ends badly. */
static const char *read_part(const char *at, const char *end, char *out) {
    if (at < end && *at == '"') {
        for (at++; at < end; at++) {
            if (*at == '"' && (at + 1 == end || at[1] != '"'))
                break;
            at += *at == '"';
            *out++ = *at;
        }
        *out = '\0';
        return at < end ? at + 1 : NULL;
    }
    const char *start = at;
    for (; at < end && *at != '.' && !is_space(*at); at++)
        *out++ = *at >= 'A' && *at <= 'Z' ? (char)(*at + 'a' - 'A') : *at;
    *out = '\0';
    return at > start ? at : NULL;
}

bool pgcat_name_parse(struct arena *arena, const char *text, size_t length, struct pgcat_name *name, struct error *err) {
    const char *at = text, *end = text + length;
    struct pgcat_name found = {.count = 0};
    for (;;) {
        char *part = arena_allocate(arena, (size_t)(end - at) + 1);
        if (!part)
            return error_set_no_memory(err);
        while (at < end && is_space(*at))
            at++;
        at = found.count < PGCAT_NAME_PARTS ? read_part(at, end, part) : NULL;
        if (!at)
            return error_set_state(err, ERROR_INVALID_ARGUMENT, "42602", "invalid name syntax");
        found.parts[found.count++] = part;
        while (at < end && is_space(*at))
            at++;
        if (at == end)
            break;
        if (*at++ != '.')
            return error_set_state(err, ERROR_INVALID_ARGUMENT, "42602", "invalid name syntax");
    }
    *name = found;
    return true;
}
