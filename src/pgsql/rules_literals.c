/* Rules about literals: escapes, bit strings, PostgreSQL's texts of arrays and of bytea. */
#include <string.h>

#include "pgsql/rewrite.h"

/* U&'…', U&"…" and E'\u…', which DuckDB does not read. */
void rule_escape_string(struct rewriter *r, int32_t i) {
    bool is_quoted_word = is_kind(r, i, PGSQL_UNICODE_QUOTED_WORD);
    const char *value = value_at(r, i);
    edit_replace(r, i, i, "%s", is_quoted_word ? quote_name(r, value) : quote_literal(r, value));
}

/* B'101' and X'1F' are bit strings. */
void rule_bit_string(struct rewriter *r, int32_t i) {
    static const char *const nibbles[] = {"0000", "0001", "0010", "0011", "0100", "0101", "0110", "0111",
                                          "1000", "1001", "1010", "1011", "1100", "1101", "1110", "1111"};
    bool is_hex = is_kind(r, i, PGSQL_HEX_STRING);
    const char *value = value_at(r, i);
    char *bits = arena_allocate(r->arena, strlen(value) * 4 + 1), *to = bits;
    if (!bits) {
        parser_no_memory(&r->parser);
        return;
    }
    for (; *value; value++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = strchr(digits, *value >= 'A' && *value <= 'F' ? *value | 0x20 : *value);
        if (!digit || (!is_hex && digit - digits > 1)) {
            const char *name = is_hex ? "hexadecimal" : "binary";
            parser_fail_at(&r->parser, token_at(r, i), ERROR_CONVERSION, "\"%c\" is not a valid %s digit", *value, name);
            return;
        }
        to = is_hex ? stpcpy(to, nibbles[digit - digits]) : stpcpy(to, *value == '1' ? "1" : "0");
    }
    *to = '\0';
    edit_replace(r, i, i, "'%s'::BIT", bits);
}

/* Reads PostgreSQL's array text (15: 8.15.6) and writes literals between commas, nested ones in brackets. */
struct array_reader {
    const char *at;
    char *out;
    int32_t dimensions;
    bool ok;
};

static void skip_spaces(struct array_reader *a) {
    while (*a->at == ' ' || (*a->at >= '\t' && *a->at <= '\r'))
        a->at++;
}

static void put(struct array_reader *a, char c) {
    *a->out++ = c;
    if (c == '\'')
        *a->out++ = c;
}

static void read_quoted_element(struct array_reader *a) {
    *a->out++ = '\'';
    for (a->at++; *a->at && *a->at != '"'; a->at++) {
        if (*a->at == '\\' && a->at[1])
            a->at++;
        put(a, *a->at);
    }
    *a->out++ = '\'';
    a->ok = *a->at == '"';
    a->at += a->ok;
}

static void read_plain_element(struct array_reader *a) {
    const char *start = a->at, *end = a->at;
    for (; *a->at && !strchr("{},\"", *a->at); a->at++) {
        if (*a->at == '\\' && a->at[1])
            a->at++;
        if (*a->at != ' ')
            end = a->at + 1;
    }
    a->ok = end > start && *a->at && *a->at != '"' && *a->at != '{';
    if (a->ok && end - start == 4 && strncasecmp(start, "null", 4) == 0) {
        a->out = stpcpy(a->out, "NULL");
        return;
    }
    *a->out++ = '\'';
    for (; start < end; start++) {
        if (*start == '\\' && start + 1 < end)
            start++;
        put(a, *start);
    }
    *a->out++ = '\'';
}

/* Elements up to the closing brace of the outermost level, without recursion. */
static void read_elements(struct array_reader *a) {
    int32_t depth = 1;
    for (bool wants_element = true; a->ok && depth > 0;) {
        skip_spaces(a);
        char c = *a->at;
        if (c == '{' && wants_element) {
            depth++;
            a->dimensions = depth > a->dimensions ? depth : a->dimensions;
            *a->out++ = '[';
            a->at++;
        } else if (c == '}' && (!wants_element || a->at[-1] == '{')) {
            if (--depth > 0)
                *a->out++ = ']';
            a->at++;
            wants_element = false;
        } else if (c == ',' && !wants_element) {
            *a->out++ = ',';
            a->at++;
            wants_element = true;
        } else if (c == '"' && wants_element) {
            read_quoted_element(a);
            wants_element = false;
        } else if (c && wants_element) {
            read_plain_element(a);
            wants_element = false;
        } else {
            a->ok = false;
        }
    }
    skip_spaces(a);
    a->ok = a->ok && *a->at == '\0';
}

const char *array_elements(struct rewriter *r, const char *value, int32_t *dimensions) {
    if (*value != '{')
        return NULL;
    char *out = arena_allocate(r->arena, strlen(value) * 4 + 8);
    if (!out) {
        parser_no_memory(&r->parser);
        return NULL;
    }
    struct array_reader a = {.at = value + 1, .out = out, .dimensions = 1, .ok = true};
    read_elements(&a);
    *a.out = '\0';
    *dimensions = a.dimensions;
    return a.ok ? out : NULL;
}

/* The type in a cast that starts at `i` is an array's. */
static bool is_array_type(const struct rewriter *r, int32_t i) {
    int32_t last = type_end(r, i);
    return is_kind(r, last, PGSQL_CLOSE_BRACKET) || is_word(r, last, KW_INT2VECTOR) || is_word(r, last, KW_OIDVECTOR);
}

/* Columns of the catalog that are arrays and get compared with literals. */
static bool is_array_column(const struct rewriter *r, int32_t i) {
    return is_named(r, i, "conkey") || is_named(r, i, "confkey") || is_named(r, i, "indkey") || is_named(r, i, "polroles");
}

/* Where the type stands to which the literal at `i` is cast: '{1}'::int[], ('{1}')::int[], CAST('{1}' AS int[]). 0: nowhere. */
static int32_t cast_type(const struct rewriter *r, int32_t i) {
    if (is_kind(r, i + 1, PGSQL_CLOSE_PAREN) && is_kind(r, i - 1, PGSQL_OPEN_PAREN) && is_kind(r, i + 2, PGSQL_CAST))
        return i + 3;
    bool call = is_word(r, i + 1, KW_AS) && r->enclosing[i] > 0 && is_word(r, r->enclosing[i] - 1, KW_CAST);
    return call || is_kind(r, i + 1, PGSQL_CAST) ? i + 2 : 0;
}

void rule_array_literal(struct rewriter *r, int32_t i) {
    bool compared = is_text(r, i - 1, "=") && is_array_column(r, i - 2) && !is_kind(r, i + 1, PGSQL_CAST);
    int32_t type = cast_type(r, i), dimensions;
    bool cast = type && is_array_type(r, type);
    const char *elements = compared || cast ? array_elements(r, value_at(r, i), &dimensions) : NULL;
    if (!elements)
        return;
    edit_replace(r, i, i, "[%s]", elements);
    /* PostgreSQL's array types do not count dimensions, DuckDB's lists do. */
    int32_t last = cast ? type_end(r, type) : i, written = 1;
    while (is_kind(r, last - 1, PGSQL_OPEN_BRACKET) && is_kind(r, last - 2, PGSQL_CLOSE_BRACKET) && written < dimensions) {
        last -= 2;
        written++;
    }
    for (; cast && written < dimensions; written++)
        edit_insert_behind(r, type_end(r, type), "[]");
}

/* '\x0102'::bytea: DuckDB wants the \x before each byte. A text that is no such pair of digits is left to its own error. */
void rule_bytea_literal(struct rewriter *r, int32_t i) {
    static const char digits[] = "0123456789abcdefABCDEF";
    int32_t type = cast_type(r, i);
    if (!type || !is_named(r, type, "bytea"))
        return;
    const char *value = value_at(r, i);
    size_t length = strlen(value);
    bool is_hex = length >= 2 && value[1] == 'x' && length % 2 == 0 && strspn(value + 2, digits) == length - 2;
    char *bytes = is_hex ? arena_allocate(r->arena, length * 2 + 1) : NULL, *to = bytes;
    if (is_hex && !bytes)
        parser_no_memory(&r->parser);
    if (!bytes)
        return;
    for (const char *at = value + 2; *at; at += 2) {
        to = stpcpy(to, "\\x");
        *to++ = at[0];
        *to++ = at[1];
    }
    *to = '\0';
    edit_replace(r, i, i, "'%s'", bytes);
}
