/* Reading JSON into a tree. The grammar is json_check.c's: what comes here has passed it, so every token is whole. */
#include <stdlib.h>
#include <string.h>

#include "pgtype/json.h"
#include "pgtype/parse.h"

enum {
    DEPTH_MOST = 2000,     /* each level is a call */
    EXPONENT_MOST = 16383, /* of PostgreSQL's numeric: digits behind the point */
};

struct reader_state {
    struct arena *arena;
    const char *at;
    enum json_order order;
    int32_t depth;
    struct error *err;
};

static void skip_space(struct reader_state *s) {
    while (*s->at == ' ' || *s->at == '\n' || *s->at == '\t' || *s->at == '\r')
        s->at++;
}

static bool no_memory(struct reader_state *s) {
    return error_set_no_memory(s->err);
}

static uint32_t read_hex(const char *digits) {
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = digits[i];
        value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

static char *put_utf8(char *to, uint32_t code) {
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    }
    return to;
}

static bool fail_unicode(struct reader_state *s, const char *detail) {
    error_set_state(s->err, ERROR_CONVERSION, "22P05", "unsupported Unicode escape sequence");
    error_set_detail(s->err, "%s", detail);
    return false;
}

/* \uXXXX, or a surrogate pair of two; s->at is on the first digit. */
static bool read_unicode(struct reader_state *s, char **to) {
    uint32_t code = read_hex(s->at);
    s->at += 4;
    if (code == 0)
        return fail_unicode(s, "\\u0000 cannot be converted to text.");
    if (code >= 0xD800 && code <= 0xDFFF) {
        uint32_t low = s->at[0] == '\\' && s->at[1] == 'u' ? read_hex(s->at + 2) : 0;
        if (code > 0xDBFF || low < 0xDC00 || low > 0xDFFF) {
            error_set(s->err, ERROR_CONVERSION, "invalid input syntax for type json");
            error_set_detail(s->err, "Unicode surrogates must come in pairs.");
            return false;
        }
        code = 0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF));
        s->at += 6;
    }
    *to = put_utf8(*to, code);
    return true;
}

static bool read_escape(struct reader_state *s, char **to) {
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    char c = *s->at++;
    if (c == 'u')
        return read_unicode(s, to);
    const char *letter = strchr(letters, c);
    *(*to)++ = letter ? meanings[letter - letters] : c;
    return true;
}

/* The string behind the quote that s->at is on. Without escapes it stands where it was written. */
static bool read_string(struct reader_state *s, struct json_text *text) {
    const char *start = ++s->at;
    while (*s->at != '"' && *s->at != '\\')
        s->at++;
    if (*s->at == '"') {
        *text = (struct json_text){start, (size_t)(s->at++ - start)};
        return true;
    }
    const char *end = s->at;
    while (*end != '"')
        end += *end == '\\' ? 2 : 1;
    char *out = arena_allocate(s->arena, (size_t)(end - start) + 1), *to = out;
    if (!out)
        return no_memory(s);
    to = mempcpy(to, start, (size_t)(s->at - start));
    while (*s->at != '"') {
        if (*s->at != '\\')
            *to++ = *s->at++;
        else if (s->at++, !read_escape(s, &to))
            return false;
    }
    s->at++;
    *text = (struct json_text){out, (size_t)(to - out)};
    return true;
}

/* Digits with the point moved `exponent` places to the right. */
static bool shift_point(struct reader_state *s, struct json_text in, long exponent, struct json_text *out) {
    size_t room = in.length + (size_t)labs(exponent) + 4;
    char *digits = arena_allocate(s->arena, room), *text = arena_allocate(s->arena, room), *to = text;
    if (!digits || !text)
        return no_memory(s);
    bool negative = in.bytes[0] == '-';
    long count = 0, point = -1;
    for (size_t i = negative; i < in.length; i++) {
        if (in.bytes[i] == '.')
            point = count;
        else
            digits[count++] = in.bytes[i];
    }
    long whole = (point < 0 ? count : point) + exponent; /* digits before the point */
    if (negative)
        *to++ = '-';
    long first = 0; /* leading zeros go, but one before the point */
    while (first < whole - 1 && first < count && digits[first] == '0')
        first++;
    if (whole <= 0)
        *to++ = '0';
    for (long i = first; i < whole; i++)
        *to++ = i < count ? digits[i] : '0';
    if (whole < count) {
        *to++ = '.';
        for (long i = whole; i < count; i++)
            *to++ = i < 0 ? '0' : digits[i];
    }
    *out = (struct json_text){text, (size_t)(to - text)};
    return true;
}

/* As numeric keeps it: no exponent, no negative zero. */
static bool read_number(struct reader_state *s, struct json_text *text) {
    const char *start = s->at;
    s->at += strspn(s->at, "-+.0123456789eE");
    struct json_text number = {start, (size_t)(s->at - start)};
    const char *exponent = memchr(start, 'e', number.length);
    exponent = exponent ? exponent : memchr(start, 'E', number.length);
    if (exponent) {
        long places = strtol(exponent + 1, NULL, 10);
        if (labs(places) > EXPONENT_MOST)
            return error_set_state(s->err, ERROR_CONVERSION, "22003", "value overflows numeric format");
        number.length = (size_t)(exponent - start);
        if (!shift_point(s, number, places, &number))
            return false;
    }
    bool zero = true;
    for (size_t i = 0; i < number.length; i++)
        zero &= number.bytes[i] == '-' || number.bytes[i] == '.' || number.bytes[i] == '0';
    if (zero && number.bytes[0] == '-') {
        number.bytes++;
        number.length--;
    }
    *text = number;
    return true;
}

static const struct json_node *read_value(struct reader_state *s);

static bool add_member(struct reader_state *s, struct json_member **members, int32_t count, struct json_member member) {
    bool full = count == 0 || (count >= 4 && (count & (count - 1)) == 0);
    if (full) {
        size_t room = count < 4 ? 4 : (size_t)count * 2;
        struct json_member *more = arena_allocate(s->arena, room * sizeof *more);
        if (!more)
            return no_memory(s);
        if (count)
            memcpy(more, *members, (size_t)count * sizeof *more);
        *members = more;
    }
    (*members)[count] = member;
    return true;
}

/* Elements or members up to the closing bracket; s->at is on the opening one. */
static bool read_members(struct reader_state *s, struct json_node *node) {
    bool is_object = *s->at++ == '{';
    struct json_member *members = NULL;
    int32_t count = 0;
    for (skip_space(s); *s->at != ']' && *s->at != '}'; skip_space(s)) {
        struct json_member member = {0};
        if (is_object) {
            if (!read_string(s, &member.key))
                return false;
            skip_space(s);
            s->at++; /* the colon */
        }
        member.value = read_value(s);
        if (!member.value || !add_member(s, &members, count++, member))
            return false;
        skip_space(s);
        s->at += *s->at == ',';
    }
    s->at++;
    bool sorts = is_object && s->order == JSON_ORDER_JSONB;
    const struct json_node *made = sorts ? json_make_object(s->arena, members, count) : json_make_array(s->arena, members, count);
    if (!made)
        return no_memory(s);
    *node = *made;
    node->kind = is_object ? JSON_OBJECT : JSON_ARRAY;
    return true;
}

static bool read_word(struct reader_state *s, struct json_node *node) {
    node->kind = *s->at == 't' ? JSON_TRUE : *s->at == 'f' ? JSON_FALSE : JSON_NULL;
    s->at += node->kind == JSON_FALSE ? 5 : 4;
    return true;
}

static const struct json_node *read_value(struct reader_state *s) {
    skip_space(s);
    struct json_node *node = arena_allocate_zeroed(s->arena, 1, sizeof *node);
    if (!node) {
        no_memory(s);
        return NULL;
    }
    const char *start = s->at;
    bool ok;
    if (*s->at == '{' || *s->at == '[') {
        ok = ++s->depth <= DEPTH_MOST ? read_members(s, node) : error_set_state(s->err, ERROR_LIMIT, "54001", "stack depth limit exceeded");
        s->depth--;
    } else if (*s->at == '"') {
        node->kind = JSON_STRING;
        ok = read_string(s, &node->text);
    } else if (*s->at == 't' || *s->at == 'f' || *s->at == 'n') {
        ok = read_word(s, node);
    } else {
        node->kind = JSON_NUMBER;
        ok = read_number(s, &node->text);
    }
    node->source = (struct json_text){start, (size_t)(s->at - start)};
    return ok ? node : NULL;
}

const struct json_node *json_read(struct arena *arena, const char *text, size_t length, enum json_order order, struct error *err) {
    if (!pgtype_json_check((struct pgtype_bytes){(const uint8_t *)text, length}, err))
        return NULL;
    const char *copy = arena_copy_string_n(arena, text, length); /* ends with a NUL, where every loop above stops */
    if (!copy) {
        error_set_no_memory(err);
        return NULL;
    }
    struct reader_state s = {.arena = arena, .at = copy, .order = order, .err = err};
    return read_value(&s);
}
