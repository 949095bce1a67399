/* JSON's grammar (RFC 8259), checked without recursion: what PostgreSQL's json type takes. The text is valid UTF-8
 * already. */
#include <string.h>

#include "pgtype/parse.h"

enum { DEPTH_MOST = 6400 }; /* where PostgreSQL's parser runs out of stack, roughly */

struct json {
    const uint8_t *at, *end;
};

static bool fail(struct error *err, const char *detail) {
    error_set(err, ERROR_CONVERSION, "invalid input syntax for type json");
    error_set_detail(err, "%s", detail);
    return false;
}

static bool fail_end(struct error *err) {
    return fail(err, "The input string ended unexpectedly.");
}

/* Names the token that stands in the wrong place. */
static bool fail_token(const struct json *json, const char *expected, struct error *err) {
    const uint8_t *end = json->at;
    if (json->at == json->end)
        return fail_end(err);
    while (end < json->end && ((*end >= '0' && *end <= '9') || ((*end | 32) >= 'a' && (*end | 32) <= 'z') || *end == '_' ||
                               *end == '-' || *end == '+' || *end == '.' || *end >= 0x80))
        end++;
    int length = end == json->at ? 1 : end - json->at > 64 ? 64 : (int)(end - json->at);
    error_set(err, ERROR_CONVERSION, "invalid input syntax for type json");
    if (end == json->at)
        error_set_detail(err, "Expected %s, but found \"%.*s\".", expected, length, (const char *)json->at);
    else
        error_set_detail(err, "Token \"%.*s\" is invalid.", length, (const char *)json->at);
    return false;
}

static void skip_space(struct json *json) {
    while (json->at < json->end && (*json->at == ' ' || *json->at == '\n' || *json->at == '\t' || *json->at == '\r'))
        json->at++;
}

static bool take(struct json *json, uint8_t c) {
    if (json->at == json->end || *json->at != c)
        return false;
    json->at++;
    return true;
}

static bool is_hex(uint8_t c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static bool take_escape(struct json *json, struct error *err) {
    if (json->at == json->end)
        return fail_end(err);
    uint8_t c = *json->at++;
    if (c == 'u') {
        for (int i = 0; i < 4; i++, json->at++)
            if (json->at == json->end || !is_hex(*json->at))
                return fail(err, "\"\\\\u\" must be followed by four hexadecimal digits.");
        return true;
    }
    if (!c || !strchr("\"\\/bfnrt", c)) {
        error_set(err, ERROR_CONVERSION, "invalid input syntax for type json");
        error_set_detail(err, "Escape sequence \"\\%c\" is invalid.", c < 0x80 && c >= 0x20 ? c : '?');
        return false;
    }
    return true;
}

static bool take_string(struct json *json, struct error *err) {
    json->at++;
    while (json->at < json->end) {
        uint8_t c = *json->at++;
        if (c == '"')
            return true;
        if (c < 0x20) {
            error_set(err, ERROR_CONVERSION, "invalid input syntax for type json");
            error_set_detail(err, "Character with value 0x%02x must be escaped.", c);
            return false;
        }
        if (c == '\\' && !take_escape(json, err))
            return false;
    }
    return fail_end(err);
}

static size_t take_digits(struct json *json) {
    const uint8_t *start = json->at;
    while (json->at < json->end && *json->at >= '0' && *json->at <= '9')
        json->at++;
    return (size_t)(json->at - start);
}

static bool take_number(struct json *json, struct error *err) {
    struct json start = *json;
    take(json, '-');
    bool ok = take(json, '0') || take_digits(json);
    if (ok && take(json, '.'))
        ok = take_digits(json) > 0;
    if (ok && json->at < json->end && (*json->at | 32) == 'e') {
        json->at++;
        if (!take(json, '-'))
            take(json, '+');
        ok = take_digits(json) > 0;
    }
    bool ends = json->at == json->end || memchr(" \n\t\r,]}:", *json->at, 8);
    return (ok && ends) || fail_token(&start, "JSON value", err);
}

static bool take_word(struct json *json, struct error *err) {
    static const char *const words[] = {"true", "false", "null"};
    size_t left = (size_t)(json->end - json->at);
    for (int i = 0; i < 3; i++) {
        size_t length = strlen(words[i]);
        if (left >= length && memcmp(json->at, words[i], length) == 0 &&
            (left == length || memchr(" \n\t\r,]}:", json->at[length], 8))) {
            json->at += length;
            return true;
        }
    }
    return fail_token(json, "JSON value", err);
}

/* A value that holds no other. */
static bool take_scalar(struct json *json, struct error *err) {
    if (json->at == json->end)
        return fail_end(err);
    if (*json->at == '"')
        return take_string(json, err);
    if (*json->at == '-' || (*json->at >= '0' && *json->at <= '9'))
        return take_number(json, err);
    return take_word(json, err);
}

/* "name": */
static bool take_key(struct json *json, const char *expected, struct error *err) {
    skip_space(json);
    if (json->at == json->end || *json->at != '"')
        return fail_token(json, expected, err);
    if (!take_string(json, err))
        return false;
    skip_space(json);
    return take(json, ':') || fail_token(json, "\":\"", err);
}

/* After a value: closes what ends here, up to a comma or the end. `open` holds a bracket for each level. */
static bool close_levels(struct json *json, const char *open, int32_t *depth, bool *more, struct error *err) {
    for (*more = false; *depth > 0; --*depth) {
        bool object = open[*depth - 1] == '{';
        skip_space(json);
        if (take(json, ',')) {
            *more = true;
            return !object || take_key(json, "string", err);
        }
        if (!take(json, object ? '}' : ']'))
            return fail_token(json, object ? "\",\" or \"}\"" : "\",\" or \"]\"", err);
    }
    return true;
}

bool pgtype_json_check(struct pgtype_bytes in, struct error *err) {
    struct json json = {in.bytes, in.bytes + in.length};
    char open[DEPTH_MOST];
    int32_t depth = 0;
    for (bool more = true; more;) {
        bool empty = false;
        skip_space(&json);
        if (json.at < json.end && (*json.at == '{' || *json.at == '[')) {
            if (depth == DEPTH_MOST)
                return error_set_state(err, ERROR_LIMIT, "54001", "stack depth limit exceeded");
            open[depth++] = (char)*json.at++;
            skip_space(&json);
            empty = take(&json, open[depth - 1] == '{' ? '}' : ']');
            depth -= empty;
            if (!empty && open[depth - 1] == '{' && !take_key(&json, "string or \"}\"", err))
                return false;
            if (!empty)
                continue;
        } else if (!take_scalar(&json, err)) {
            return false;
        }
        if (!close_levels(&json, open, &depth, &more, err))
            return false;
    }
    skip_space(&json);
    return json.at == json.end || fail_token(&json, "end of input", err);
}
