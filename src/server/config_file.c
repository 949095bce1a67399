#include "server/config_file.h"

#include <ctype.h>
#include <string.h>

static const char *skip_blanks(const char *at) {
    return at + strspn(at, " \t\r\f\v");
}

static bool is_over(const char *at) {
    at = skip_blanks(at);
    return *at == '\0' || *at == '#';
}

static size_t name_length(const char *at) {
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_' || at[length] == '-')
        length++;
    return length;
}

/* The quoted value at `at`, and where it ends; NULL when its quote is never closed. */
static const char *parse_quoted(struct arena *arena, const char *at, const char **end) {
    char *value = arena_allocate(arena, strlen(at));
    if (!value)
        return NULL;
    char *out = value;
    for (at++; *at; at++) {
        if (*at == '\'' && at[1] != '\'') {
            *out = '\0';
            *end = at + 1;
            return value;
        }
        bool escaped = *at == '\\' && at[1];
        if (escaped || *at == '\'')
            at++;
        *out++ = escaped && *at == 'n' ? '\n' : escaped && *at == 't' ? '\t' : *at;
    }
    return NULL;
}

enum config_line config_line_parse(struct arena *arena, const char *line, const char **name, const char **value,
                                   struct error *err) {
    const char *at = skip_blanks(line);
    if (is_over(at))
        return CONFIG_LINE_EMPTY;
    size_t length = name_length(at);
    *name = arena_copy_string_n(arena, at, length);
    at = skip_blanks(at + length);
    if (*at == '=')
        at = skip_blanks(at + 1);
    if (length == 0 || is_over(at)) {
        error_set(err, ERROR_CONFIG, "this is no setting; write NAME = VALUE");
        return CONFIG_LINE_WRONG;
    }
    if (*at == '\'') {
        *value = parse_quoted(arena, at, &at);
        if (!*value) {
            error_set(err, ERROR_CONFIG, "the value's quote is not closed; write NAME = 'VALUE'");
            return CONFIG_LINE_WRONG;
        }
    } else {
        length = strcspn(at, " \t\r\f\v#");
        *value = arena_copy_string_n(arena, at, length);
        at += length;
    }
    if (!is_over(at)) {
        error_set(err, ERROR_CONFIG, "there is something behind the value; write NAME = 'VALUE' with quotes");
        return CONFIG_LINE_WRONG;
    }
    return CONFIG_LINE_SETTING;
}
