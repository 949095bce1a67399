/* Tokens: kinds, places, values, and every way to leave one unterminated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "pgsql/lexer.h"

struct expected {
    enum pgsql_token_kind kind;
    const char *text;
};

static void check_tokens(const char *text, const struct expected *expected, size_t count) {
    struct pgsql_lexer lexer = pgsql_lexer_over(text, strlen(text));
    struct pgsql_token token;
    struct error err = {0};
    for (size_t i = 0; i < count; i++) {
        assert_true(pgsql_lexer_next(&lexer, &token, &err));
        assert_int_equal(token.kind, expected[i].kind);
        assert_int_equal(token.length, strlen(expected[i].text));
        assert_memory_equal(text + token.start, expected[i].text, token.length);
    }
    assert_true(pgsql_lexer_next(&lexer, &token, &err));
    assert_int_equal(token.kind, PGSQL_END);
}

#define CHECK_TOKENS(text, ...)                                                                                        \
    do {                                                                                                               \
        const struct expected list[] = {__VA_ARGS__};                                                                  \
        check_tokens(text, list, sizeof list / sizeof *list);                                                          \
    } while (0)

static void tokens_of_both_dialects(void **state) {
    (void)state;
    CHECK_TOKENS("SELECT a.b, \"c\"\"d\"", {PGSQL_WORD, "SELECT"}, {PGSQL_WORD, "a"}, {PGSQL_DOT, "."}, {PGSQL_WORD, "b"},
                 {PGSQL_COMMA, ","}, {PGSQL_QUOTED_WORD, "\"c\"\"d\""});
    CHECK_TOKENS("'a''b' E'a\\'b' U&'x' u&\"y\" B'1' x'F' N'z'", {PGSQL_STRING, "'a''b'"}, {PGSQL_ESCAPE_STRING, "E'a\\'b'"},
                 {PGSQL_UNICODE_STRING, "U&'x'"}, {PGSQL_UNICODE_QUOTED_WORD, "u&\"y\""}, {PGSQL_BIT_STRING, "B'1'"},
                 {PGSQL_HEX_STRING, "x'F'"}, {PGSQL_NATIONAL_STRING, "N'z'"});
    CHECK_TOKENS("'a' 'b'", {PGSQL_STRING, "'a'"}, {PGSQL_STRING, "'b'"});
    CHECK_TOKENS("'a'\n -- x\n 'b'", {PGSQL_STRING, "'a'\n -- x\n 'b'"});
    CHECK_TOKENS("$$a$$ $x$ $$ $x$ $1 $name", {PGSQL_DOLLAR_STRING, "$$a$$"}, {PGSQL_DOLLAR_STRING, "$x$ $$ $x$"},
                 {PGSQL_PARAMETER, "$1"}, {PGSQL_NAMED_PARAMETER, "$name"});
    CHECK_TOKENS("1 1.5 .5 1e5 1E-5 0x1F 1_000 1.", {PGSQL_INTEGER, "1"}, {PGSQL_NUMBER, "1.5"}, {PGSQL_NUMBER, ".5"},
                 {PGSQL_NUMBER, "1e5"}, {PGSQL_NUMBER, "1E-5"}, {PGSQL_NUMBER, "0x1F"}, {PGSQL_NUMBER, "1_000"},
                 {PGSQL_NUMBER, "1."});
    CHECK_TOKENS("a!~*b x->>'y' 1+-2 @-5 a::b c:d", {PGSQL_WORD, "a"}, {PGSQL_OPERATOR, "!~*"}, {PGSQL_WORD, "b"},
                 {PGSQL_WORD, "x"}, {PGSQL_OPERATOR, "->>"}, {PGSQL_STRING, "'y'"}, {PGSQL_INTEGER, "1"},
                 {PGSQL_OPERATOR, "+"}, {PGSQL_OPERATOR, "-"}, {PGSQL_INTEGER, "2"}, {PGSQL_OPERATOR, "@-"},
                 {PGSQL_INTEGER, "5"}, {PGSQL_WORD, "a"}, {PGSQL_CAST, "::"}, {PGSQL_WORD, "b"}, {PGSQL_WORD, "c"},
                 {PGSQL_COLON, ":"}, {PGSQL_WORD, "d"});
    CHECK_TOKENS("/* a /* b */ c */ 1 --x\n2 +--y", {PGSQL_INTEGER, "1"}, {PGSQL_INTEGER, "2"}, {PGSQL_OPERATOR, "+"});
    CHECK_TOKENS("\xC3\xA4 \\", {PGSQL_WORD, "\xC3\xA4"}, {PGSQL_OTHER, "\\"});
}

static void keywords_in_any_case(void **state) {
    (void)state;
    for (int keyword = 1; keyword < PGSQL_KEYWORD_COUNT; keyword++) {
        char text[64];
        size_t length = strlen(strcpy(text, pgsql_keyword_text((enum pgsql_keyword)keyword)));
        assert_int_equal(pgsql_keyword_find(text, length), keyword);
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
        assert_int_equal(pgsql_keyword_find(text, length), keyword);
        text[length] = 'x';
        assert_true(pgsql_keyword_find(text, length + 1) != (enum pgsql_keyword)keyword);
    }
    assert_int_equal(pgsql_keyword_find("", 0), PGSQL_NO_KEYWORD);
    assert_int_equal(pgsql_keyword_find("selec@", 6), PGSQL_NO_KEYWORD);
}

static const char *value_of(struct arena *arena, const char *text, struct error *err) {
    struct pgsql_lexer lexer = pgsql_lexer_over(text, strlen(text));
    struct pgsql_token token;
    assert_true(pgsql_lexer_next(&lexer, &token, err));
    return pgsql_token_value(arena, text, &token, err);
}

static void values_of_tokens(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"FooBar", "foobar"},          {"\"Foo\"\"Bar\"", "Foo\"Bar"},     {"'it''s'", "it's"},
        {"'a'\n'b'", "ab"},            {"'a'\n--'\n'b'", "ab"},            {"E'\\n\\x41\\101\\u00e4\\'\\q'", "\nAA\xC3\xA4'q"},
        {"E'\\ud83d\\ude00'", "\xF0\x9F\x98\x80"}, {"U&'d\\0061t\\+000061\\\\'", "data\\"}, {"U&\"\\0041b\"", "Ab"},
        {"$$a'b$$", "a'b"},            {"$t$x$$y$t$", "x$$y"},             {"N'x'", "x"},
        {"B'101'", "101"},             {"12", "12"},
    };
    struct arena arena = {0};
    struct error err = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(value_of(&arena, cases[i][0], &err), cases[i][1]);
    static const char *const wrong[] = {"E'\\u12'", "U&'\\00'", "E'\\xff'", "U&'\\d800'", "E'\\000'"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_null(value_of(&arena, wrong[i], &err));
    arena_destroy(&arena);
}

static void what_is_not_ended(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"'abc", "unterminated quoted string at or near \"'abc\""},
        {"  E'a\\'", "unterminated quoted string at or near \"E'a\\'\""},
        {"\"abc", "unterminated quoted identifier at or near \"\"abc\""},
        {"\"\"", "zero-length delimited identifier at or near \"\"\"\""},
        {"/* /* */", "unterminated /* comment at or near \"/* /* */\""},
        {"$a$ $b$", "unterminated dollar-quoted string at or near \"$a$ $b$\""},
        {"b'1", "unterminated bit string literal at or near \"b'1\""},
        {"x'1", "unterminated hexadecimal string literal at or near \"x'1\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pgsql_lexer lexer = pgsql_lexer_over(cases[i][0], strlen(cases[i][0]));
        struct pgsql_token token;
        struct error err = {0};
        assert_false(pgsql_lexer_next(&lexer, &token, &err));
        assert_string_equal(err.message, cases[i][1]);
        assert_int_equal(err.position, 1 + (int)strspn(cases[i][0], " "));
    }
}

/* Every prefix of a text with every kind of token, in memory of exactly its size. */
static void every_truncation(void **state) {
    (void)state;
    static const char text[] = "SELECT E'\\x41\\'' || U&\"\\0041\", $tag$x$tag$, 1.5e-10, .5, 0x1F /* a /* b */ */ -- c\n"
                               "'a'\n'b' B'1' x'F' $12 $n a::b OPERATOR(pg_catalog.!~*) \xC3\xA4 \"q\"\"r\" := =>";
    for (size_t length = 0; length < sizeof text; length++) {
        char *copy = malloc(length + 1);
        memcpy(copy, text, length);
        struct pgsql_lexer lexer = pgsql_lexer_over(copy, length);
        struct pgsql_token token;
        struct arena arena = {0};
        do {
            if (!pgsql_lexer_next(&lexer, &token, NULL))
                break;
            pgsql_token_value(&arena, copy, &token, NULL);
        } while (token.kind != PGSQL_END);
        arena_destroy(&arena);
        free(copy);
    }
}

static void positions_in_characters(void **state) {
    (void)state;
    static const char text[] = "a\xC3\xA4\xE2\x82\xAC" "b";
    assert_int_equal(pgsql_character_position(text, 0), 1);
    assert_int_equal(pgsql_character_position(text, 1), 2);
    assert_int_equal(pgsql_character_position(text, 3), 3);
    assert_int_equal(pgsql_character_position(text, 6), 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_of_both_dialects), cmocka_unit_test(keywords_in_any_case), cmocka_unit_test(values_of_tokens),
        cmocka_unit_test(what_is_not_ended),       cmocka_unit_test(every_truncation),     cmocka_unit_test(positions_in_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
