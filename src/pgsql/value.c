/* Values of tokens: names folded, strings without quotes and escapes. Rules: PostgreSQL 15 documentation, 4.1.1 and 4.1.2. */
#include <string.h>

#include "pgsql/lexer.h"

/* A value is never longer than its token. */
struct builder {
    char *bytes;
    size_t length;
};

static bool fail_at(struct error *err, const char *text, size_t byte, const char *sqlstate, const char *message) {
    error_set_state(err, ERROR_PARSER, sqlstate, "%s", message);
    if (err)
        err->position = pgsql_character_position(text, byte);
    return false;
}

static bool append_code_point(struct builder *out, uint32_t code) {
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return false;
    if (code < 0x80) {
        out->bytes[out->length++] = (char)code;
        return true;
    }
    int continuations = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t leads[] = {0, 0xC0, 0xE0, 0xF0};
    out->bytes[out->length++] = (char)(leads[continuations] | code >> 6 * continuations);
    while (continuations-- > 0)
        out->bytes[out->length++] = (char)(0x80 | (code >> 6 * continuations & 0x3F));
    return true;
}

static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Reads up to `max` digits; gives how many there were. */
static int read_digits(const char *at, const char *end, int base, int max, uint32_t *value) {
    int count = 0;
    for (*value = 0; count < max && at + count < end && digit_value(at[count]) < base; count++)
        *value = *value * (uint32_t)base + (uint32_t)digit_value(at[count]);
    return count;
}

/* A UTF-16 surrogate pair spelled as two escapes of the same form. */
static uint32_t join_surrogates(uint32_t high, uint32_t low) {
    return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
}

/* One escape of an E'' string behind its backslash; gives the byte behind it, NULL for a bad one. */
static const char *read_escape(struct builder *out, const char *at, const char *end) {
    static const char letters[] = "bfnrtv", meanings[] = "\b\f\n\r\t\v";
    uint32_t value, low;
    char c = *at;
    if (c == 'u' || c == 'U') {
        int wanted = c == 'u' ? 4 : 8;
        if (read_digits(at + 1, end, 16, wanted, &value) != wanted)
            return NULL;
        at += 1 + wanted;
        if (value >= 0xD800 && value <= 0xDBFF && end - at > 6 && at[0] == '\\' && at[1] == 'u' &&
            read_digits(at + 2, end, 16, 4, &low) == 4 && low >= 0xDC00 && low <= 0xDFFF) {
            value = join_surrogates(value, low);
            at += 6;
        }
        return append_code_point(out, value) ? at : NULL;
    }
    int count = c == 'x' ? read_digits(at + 1, end, 16, 2, &value) : 0;
    if (count > 0) {
        out->bytes[out->length++] = (char)value;
        return at + 1 + count;
    }
    count = read_digits(at, end, 8, 3, &value);
    if (count > 0) {
        out->bytes[out->length++] = (char)value;
        return at + count;
    }
    const char *letter = c ? strchr(letters, c) : NULL;
    out->bytes[out->length++] = letter ? meanings[letter - letters] : c;
    return at + 1;
}

/* One escape of a U& token behind its backslash: \XXXX, \+XXXXXX or \\. */
static const char *read_unicode_escape(struct builder *out, const char *at, const char *end) {
    uint32_t value, low;
    if (*at == '\\') {
        out->bytes[out->length++] = '\\';
        return at + 1;
    }
    int wanted = *at == '+' ? 6 : 4;
    at += *at == '+';
    if (read_digits(at, end, 16, wanted, &value) != wanted)
        return NULL;
    at += wanted;
    if (value >= 0xD800 && value <= 0xDBFF && end - at > 5 && at[0] == '\\' &&
        read_digits(at + 1, end, 16, 4, &low) == 4 && low >= 0xDC00 && low <= 0xDFFF) {
        value = join_surrogates(value, low);
        at += 5;
    }
    return append_code_point(out, value) ? at : NULL;
}

/* The text between quotes, over all segments of a continued string. */
static bool unquote(struct builder *out, const char *text, const struct pgsql_token *token, char quote, struct error *err) {
    const char *at = text + token->start, *end = at + token->length;
    while (*at != quote)
        at++;
    for (bool inside = false; at < end;) {
        char c = *at++;
        if (c == quote && (!inside || at == end || *at != quote)) {
            inside = !inside;
        } else if (!inside) {
            if (c == '-') /* a comment between two segments */
                while (at < end && *at != '\n')
                    at++;
        } else if (c == quote) {
            out->bytes[out->length++] = *at++;
        } else if (c == '\\' && (token->kind == PGSQL_ESCAPE_STRING || token->kind == PGSQL_UNICODE_STRING ||
                                 token->kind == PGSQL_UNICODE_QUOTED_WORD)) {
            const char *escape = at - 1;
            at = token->kind == PGSQL_ESCAPE_STRING ? read_escape(out, at, end) : read_unicode_escape(out, at, end);
            if (!at)
                return fail_at(err, text, (size_t)(escape - text), "22025", "invalid Unicode escape");
        } else {
            out->bytes[out->length++] = c;
        }
    }
    return true;
}

static bool is_utf8(const char *bytes, size_t length) {
    static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    for (size_t i = 0; i < length;) {
        uint8_t lead = (uint8_t)bytes[i++];
        int more = lead < 0x80 ? 0 : lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1;
        if (more < 0 || length - i < (size_t)more || lead == 0)
            return false;
        uint32_t code = more ? lead & (0x3Fu >> more) : lead;
        for (int n = 0; n < more; n++, i++) {
            if (((uint8_t)bytes[i] & 0xC0) != 0x80)
                return false;
            code = code << 6 | ((uint8_t)bytes[i] & 0x3F);
        }
        if (code < smallest[more] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
            return false;
    }
    return true;
}

static void copy_folded(struct builder *out, const char *from, size_t length) {
    for (size_t i = 0; i < length; i++) {
        char c = from[i];
        out->bytes[out->length++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
}

static void copy_dollar_body(struct builder *out, const char *from, size_t length) {
    size_t tag = (size_t)((const char *)memchr(from + 1, '$', length - 1) - from) + 1;
    out->length = length - 2 * tag;
    memcpy(out->bytes, from + tag, out->length);
}

const char *pgsql_token_value(struct arena *arena, const char *text, const struct pgsql_token *token, struct error *err) {
    struct builder out = {.bytes = arena_allocate(arena, (size_t)token->length + 1), .length = 0};
    if (!out.bytes) {
        error_set_no_memory(err);
        return NULL;
    }
    const char *from = text + token->start;
    bool ok = true;
    switch ((enum pgsql_token_kind)token->kind) {
    case PGSQL_WORD:
        copy_folded(&out, from, token->length);
        break;
    case PGSQL_QUOTED_WORD:
    case PGSQL_UNICODE_QUOTED_WORD:
        ok = unquote(&out, text, token, '"', err);
        break;
    case PGSQL_STRING:
    case PGSQL_ESCAPE_STRING:
    case PGSQL_UNICODE_STRING:
    case PGSQL_NATIONAL_STRING:
    case PGSQL_BIT_STRING:
    case PGSQL_HEX_STRING:
        ok = unquote(&out, text, token, '\'', err);
        break;
    case PGSQL_DOLLAR_STRING:
        copy_dollar_body(&out, from, token->length);
        break;
    default:
        memcpy(out.bytes, from, token->length);
        out.length = token->length;
        break;
    }
    if (ok && token->kind == PGSQL_ESCAPE_STRING && !is_utf8(out.bytes, out.length))
        ok = fail_at(err, text, token->start, "22021", "invalid byte sequence for encoding \"UTF8\"");
    if (!ok)
        return NULL;
    out.bytes[out.length] = '\0';
    return out.bytes;
}
