#include "server/job_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/setting.h"

enum { VALUE_BYTES = 256, FILE_BYTES = 64 * 1024 };

enum job_key {
#define JOB_KEY(id, name, type, initial, unit, low, high) JOB_KEY_##id,
#include "job_keys.def"
#undef JOB_KEY
    JOB_KEY_COUNT
};

static const struct setting keys[JOB_KEY_COUNT] = {
#define JOB_KEY(id, key, kind, start, of, least, most)                                                                 \
    [JOB_KEY_##id] = {.name = key, .type = SETTING_TYPE_##kind, .initial = start, .unit = of, .low = least, .high = most},
#include "job_keys.def"
#undef JOB_KEY
};

struct values {
    char text[JOB_KEY_COUNT][VALUE_BYTES];
    int64_t number[JOB_KEY_COUNT];
    int line[JOB_KEY_COUNT]; /* where it was given; 0: nowhere */
};

static const char *skip_blanks(const char *at) {
    return at + strspn(at, " \t\r");
}

/* TOML 1.0, "String": a basic string's escapes, as far as a key of ours may need them. */
static bool take_string(const char **at, char value[VALUE_BYTES], struct error *err) {
    char quote = **at;
    size_t length = 0;
    for (++*at; **at && **at != quote; ++*at) {
        char c = **at;
        if (c == '\\' && quote == '"') {
            c = *++*at;
            if (c != '"' && c != '\\' && c != 't')
                return error_set(err, ERROR_CONFIG, "this escape is not supported; use \\\", \\\\ or \\t");
            c = c == 't' ? '\t' : c;
        }
        if (length + 1 >= VALUE_BYTES)
            return error_set(err, ERROR_CONFIG, "the value is too long");
        value[length++] = c;
    }
    value[length] = '\0';
    if (**at != quote)
        return error_set(err, ERROR_CONFIG, "the value's quote is not closed");
    ++*at;
    return true;
}

/* A whole number or a Boolean: what stands up to the blank. */
static bool take_bare(const char **at, enum setting_type type, char value[VALUE_BYTES], struct error *err) {
    size_t length = strcspn(*at, " \t\r#");
    bool is_number = length > 0 && strspn(*at, "0123456789") == length;
    bool is_switch = (length == 4 && !strncmp(*at, "true", 4)) || (length == 5 && !strncmp(*at, "false", 5));
    bool fits = type == SETTING_TYPE_SWITCH ? is_switch : type != SETTING_TYPE_TEXT && is_number;
    if (!fits || length >= VALUE_BYTES)
        return error_set(err, ERROR_CONFIG,
                         type == SETTING_TYPE_SWITCH ? "this is neither true nor false"
                                                     : "this value needs quotes; write KEY = \"VALUE\"");
    snprintf(value, VALUE_BYTES, "%.*s", (int)length, *at);
    *at += length;
    return true;
}

static bool take_value(enum job_key key, const char **at, struct values *values, struct error *err) {
    bool quoted = **at == '"' || **at == '\'';
    if (quoted && keys[key].type == SETTING_TYPE_SWITCH)
        return error_set(err, ERROR_CONFIG, "this is neither true nor false");
    return (quoted ? take_string(at, values->text[key], err)
                   : take_bare(at, keys[key].type, values->text[key], err)) &&
           setting_parse_row(&keys[key], values->text[key], &values->number[key], err);
}

static bool find_key(const char *name, size_t length, enum job_key *key) {
    for (int i = 0; i < JOB_KEY_COUNT; i++)
        if (strlen(keys[i].name) == length && !memcmp(keys[i].name, name, length)) {
            *key = (enum job_key)i;
            return true;
        }
    return false;
}

static bool take_line(const char *text, int line, struct values *values, struct error *err) {
    const char *at = skip_blanks(text);
    size_t length = 0;
    enum job_key key;
    if (!*at || *at == '#')
        return true;
    while (isalnum((unsigned char)at[length]) || at[length] == '_' || at[length] == '-')
        length++;
    const char *equals = skip_blanks(at + length);
    if (!length || *equals != '=')
        return error_set(err, ERROR_CONFIG, "this is no key with a value; write KEY = VALUE");
    if (!find_key(at, length, &key))
        return error_set(err, ERROR_CONFIG, "there is no key \"%.*s\"; there are schedule, timeout and enabled",
                         (int)(length < 64 ? length : 64), at);
    if (values->line[key])
        return error_set(err, ERROR_CONFIG, "%s stands in line %d already", keys[key].name, values->line[key]);
    values->line[key] = line;
    at = skip_blanks(equals + 1);
    if (!take_value(key, &at, values, err))
        return false;
    at = skip_blanks(at);
    return !*at || *at == '#' || error_set(err, ERROR_CONFIG, "there is something behind the value");
}

static bool blame_line(int line, struct error *err) {
    struct error inner = *err;
    return error_set(err, inner.kind, "line %d: %s", line, inner.message);
}

static bool take_lines(const char *text, struct values *values, struct error *err) {
    char line[1024];
    for (int number = 1; *text; number++) {
        size_t length = strcspn(text, "\n");
        if (length >= sizeof line)
            return error_set(err, ERROR_CONFIG, "line %d is too long", number);
        snprintf(line, sizeof line, "%.*s", (int)length, text);
        if (!take_line(line, number, values, err))
            return blame_line(number, err);
        text += length + (text[length] == '\n');
    }
    return true;
}

bool job_file_parse(const char *text, struct job_file *file, struct error *err) {
    struct values values = {0};
    struct job_file made;
    for (int key = 0; key < JOB_KEY_COUNT; key++)
        if (keys[key].initial && !setting_parse_row(&keys[key], keys[key].initial, &values.number[key], err))
            return false;
    if (!take_lines(text, &values, err))
        return false;
    if (!values.line[JOB_KEY_SCHEDULE])
        return error_set(err, ERROR_CONFIG, "holds no schedule; write schedule = \"minute hour day month weekday\"");
    if (!cron_parse(values.text[JOB_KEY_SCHEDULE], &made.schedule, err))
        return blame_line(values.line[JOB_KEY_SCHEDULE], err);
    made.timeout_ms = values.number[JOB_KEY_TIMEOUT];
    made.enabled = values.number[JOB_KEY_ENABLED] != 0;
    *file = made;
    return true;
}

bool job_file_read(const char *path, struct job_file *file, struct error *err) {
    char text[FILE_BYTES];
    FILE *stream = fopen(path, "re");
    size_t length = stream ? fread(text, 1, sizeof text - 1, stream) : 0;
    int failure = !stream || ferror(stream) ? errno : 0;
    if (stream)
        fclose(stream);
    if (failure)
        return error_set_errno(err, ERROR_CONFIG, failure, "cannot read \"%s\"", path);
    text[length] = '\0';
    if (length == sizeof text - 1 || strlen(text) != length)
        return error_set(err, ERROR_CONFIG, "\"%s\" is no job's description: it is too long, or no text", path);
    if (job_file_parse(text, file, err))
        return true;
    struct error inner = *err;
    return error_set(err, inner.kind, "\"%s\" %s", path, inner.message);
}
