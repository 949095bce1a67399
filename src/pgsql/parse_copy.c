/* COPY with STDIN or STDOUT, in today's and in the old syntax, with PostgreSQL 15's checks of its options (ProcessCopyOptions
 * describes them). COPY with files is DuckDB's. */
#include <string.h>

#include "pgsql/parse.h"

/* What was given; a text is NULL and a token is NULL where it was not. */
struct copy_parser {
    struct parser *p;
    struct pgsql_copy *copy;
    const struct pgsql_token *format, *header, *freeze;
};

static bool fail_option(struct copy_parser *c, const struct pgsql_token *at, enum error_kind kind, const char *message) {
    return parser_fail_at(c->p, at, kind, "%s", message);
}

/* Remembers that an option was given, once. */
static void note_option(struct copy_parser *c, const struct pgsql_token **seen, const struct pgsql_token *at) {
    if (*seen)
        fail_option(c, at, ERROR_PARSER, "conflicting or redundant options");
    *seen = at;
}

static bool at_argument(const struct parser *p) {
    return !parser_sees_kind(p, PGSQL_COMMA) && !parser_sees_kind(p, PGSQL_CLOSE_PAREN) && !p->failed;
}

/* The argument of the option at a token, which it must have. */
static const char *parse_argument(struct parser *p, const struct pgsql_token *at) {
    if (!at_argument(p))
        parser_fail_at(p, at, ERROR_PARSER, "%.*s requires a parameter", (int)at->length, p->text + at->start);
    return parser_value(p);
}

static void set_text(struct copy_parser *c, const char **option, const struct pgsql_token *at) {
    if (*option)
        fail_option(c, at, ERROR_PARSER, "conflicting or redundant options");
    *option = parse_argument(c->p, at);
}

/* 1, 0, or -1 for another word, which the parser then stands behind. */
static int parse_switch(struct parser *p, const char **word) {
    static const char *const words[] = {"false", "true", "off", "on", "0", "1"};
    *word = parser_value(p);
    for (int i = 0; i < 6; i++)
        if (strcasecmp(*word, words[i]) == 0)
            return i % 2;
    return -1;
}

static void set_format(struct copy_parser *c, const struct pgsql_token *at, const char *format) {
    static const char *const formats[] = {"text", "csv", "binary"};
    note_option(c, &c->format, at);
    for (int i = 0; i < 3; i++)
        if (strcmp(format, formats[i]) == 0) {
            c->copy->format = (enum pgsql_copy_format)i;
            return;
        }
    parser_fail_at(c->p, at, ERROR_INVALID_ARGUMENT, "COPY format \"%s\" not recognized", format);
}

static void parse_header(struct copy_parser *c, const struct pgsql_token *at) {
    const char *word = "true";
    int on = at_argument(c->p) ? parse_switch(c->p, &word) : 1;
    note_option(c, &c->header, at);
    if (on >= 0)
        c->copy->header = on ? PGSQL_HEADER_ON : PGSQL_HEADER_OFF;
    else if (strcasecmp(word, "match") != 0)
        fail_option(c, NULL, ERROR_PARSER, "header requires a Boolean value or \"match\"");
    else if (!c->copy->from)
        fail_option(c, NULL, ERROR_INVALID_ARGUMENT, "cannot use \"match\" with HEADER in COPY TO");
    else
        c->copy->header = PGSQL_HEADER_MATCH;
}

static void parse_freeze(struct copy_parser *c, const struct pgsql_token *at) {
    const char *word = "true";
    int on = at_argument(c->p) ? parse_switch(c->p, &word) : 1;
    note_option(c, &c->freeze, at);
    if (on < 0)
        fail_option(c, NULL, ERROR_PARSER, "freeze requires a Boolean value");
    c->copy->freeze = on > 0;
}

/* Names between commas. */
static struct pgsql_names_list parse_names(struct parser *p) {
    struct parser_list list = {0};
    do {
        const char **name = parser_list_add(p, &list, sizeof *name);
        if (name)
            *name = parser_name(p);
    } while (parser_accept_kind(p, PGSQL_COMMA));
    return (struct pgsql_names_list){.names = list.items, .count = list.count};
}

static void parse_columns(struct copy_parser *c, struct pgsql_names_list *names, bool parenthesized, bool star,
                          const struct pgsql_token *at) {
    if (names->all || names->count)
        fail_option(c, at, ERROR_PARSER, "conflicting or redundant options");
    if (star && parser_accept_text(c->p, "*")) {
        names->all = true;
        return;
    }
    if (parenthesized)
        parser_expect_kind(c->p, PGSQL_OPEN_PAREN);
    *names = parse_names(c->p);
    if (parenthesized)
        parser_expect_kind(c->p, PGSQL_CLOSE_PAREN);
}

/* name [argument], of WITH (…). */
static void parse_option(struct copy_parser *c) {
    struct pgsql_copy *copy = c->copy;
    const struct pgsql_token *at = c->p->at;
    const char *name = parser_name(c->p);
    if (strcmp(name, "format") == 0)
        set_format(c, at, parse_argument(c->p, at));
    else if (strcmp(name, "freeze") == 0)
        parse_freeze(c, at);
    else if (strcmp(name, "delimiter") == 0)
        set_text(c, &copy->delimiter, at);
    else if (strcmp(name, "null") == 0)
        set_text(c, &copy->null, at);
    else if (strcmp(name, "header") == 0)
        parse_header(c, at);
    else if (strcmp(name, "quote") == 0)
        set_text(c, &copy->quote, at);
    else if (strcmp(name, "escape") == 0)
        set_text(c, &copy->escape, at);
    else if (strcmp(name, "encoding") == 0)
        set_text(c, &copy->encoding, at);
    else if (strcmp(name, "force_quote") == 0)
        parse_columns(c, &copy->force_quote, true, true, at);
    else if (strcmp(name, "force_not_null") == 0)
        parse_columns(c, &copy->force_not_null, true, false, at);
    else if (strcmp(name, "force_null") == 0)
        parse_columns(c, &copy->force_null, true, false, at);
    else
        parser_fail_at(c->p, at, ERROR_PARSER, "option \"%s\" not recognized", name);
}

static void parse_force(struct copy_parser *c, const struct pgsql_token *at) {
    if (parser_accept(c->p, KW_QUOTE))
        parse_columns(c, &c->copy->force_quote, false, true, at);
    else if (parser_accept(c->p, KW_NULL))
        parse_columns(c, &c->copy->force_null, false, false, at);
    else if (parser_expect(c->p, KW_NOT) && parser_expect(c->p, KW_NULL))
        parse_columns(c, &c->copy->force_not_null, false, false, at);
}

/* One option of the old syntax; false when none stands here. */
static bool parse_old_option(struct copy_parser *c) {
    struct parser *p = c->p;
    const struct pgsql_token *at = p->at;
    const struct {
        uint16_t word;
        const char **text;
    } texts[] = {{KW_DELIMITER, &c->copy->delimiter}, {KW_NULL, &c->copy->null},     {KW_QUOTE, &c->copy->quote},
                 {KW_ESCAPE, &c->copy->escape},       {KW_ENCODING, &c->copy->encoding}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (parser_accept(p, texts[i].word)) {
            parser_accept(p, KW_AS);
            if (!parser_sees_string(p))
                parser_fail(p);
            set_text(c, texts[i].text, at);
            return true;
        }
    if (parser_accept(p, KW_BINARY))
        set_format(c, at, "binary");
    else if (parser_accept(p, KW_CSV))
        set_format(c, at, "csv");
    else if (parser_accept(p, KW_FREEZE)) {
        note_option(c, &c->freeze, at);
        c->copy->freeze = true;
    } else if (parser_accept(p, KW_HEADER)) {
        note_option(c, &c->header, at);
        c->copy->header = PGSQL_HEADER_ON;
    } else if (parser_accept(p, KW_FORCE))
        parse_force(c, at);
    else
        return false;
    return true;
}

static void parse_options(struct copy_parser *c) {
    struct parser *p = c->p;
    parser_accept(p, KW_WITH);
    if (!parser_accept_kind(p, PGSQL_OPEN_PAREN)) {
        while (parse_old_option(c))
            continue;
        return;
    }
    do
        parse_option(c);
    while (parser_accept_kind(p, PGSQL_COMMA));
    parser_expect_kind(p, PGSQL_CLOSE_PAREN);
}

/* A check fails with its message when its condition holds; as in PostgreSQL, without a place. */
struct check {
    bool wrong;
    enum error_kind kind;
    const char *message;
};

static bool is_one_byte(const char *text) {
    return text[0] && !text[1];
}

static bool run_checks(struct parser *p, const struct check *checks, size_t count) {
    for (size_t i = 0; i < count && !p->failed; i++)
        if (checks[i].wrong)
            parser_fail_at(p, NULL, checks[i].kind, "%s", checks[i].message);
    return !p->failed;
}

/* Before defaults are filled in: what may be given with which format and direction. */
static bool check_given(struct parser *p, const struct pgsql_copy *copy) {
    bool binary = copy->format == PGSQL_COPY_BINARY, csv = copy->format == PGSQL_COPY_CSV;
    bool force_quote = copy->force_quote.all || copy->force_quote.count;
    const struct check checks[] = {
        {binary && copy->delimiter, ERROR_PARSER, "cannot specify DELIMITER in BINARY mode"},
        {binary && copy->null, ERROR_PARSER, "cannot specify NULL in BINARY mode"},
        {binary && copy->header, ERROR_UNSUPPORTED, "cannot specify HEADER in BINARY mode"},
        {!csv && copy->quote, ERROR_UNSUPPORTED, "COPY quote available only in CSV mode"},
        {!csv && copy->escape, ERROR_UNSUPPORTED, "COPY escape available only in CSV mode"},
        {!csv && force_quote, ERROR_UNSUPPORTED, "COPY force quote available only in CSV mode"},
        {copy->from && force_quote, ERROR_UNSUPPORTED, "COPY force quote only available using COPY TO"},
        {!csv && copy->force_not_null.count, ERROR_UNSUPPORTED, "COPY force not null available only in CSV mode"},
        {!copy->from && copy->force_not_null.count, ERROR_UNSUPPORTED, "COPY force not null only available using COPY FROM"},
        {!csv && copy->force_null.count, ERROR_UNSUPPORTED, "COPY force null available only in CSV mode"},
        {!copy->from && copy->force_null.count, ERROR_UNSUPPORTED, "COPY force null only available using COPY FROM"},
        {!copy->from && copy->freeze, ERROR_UNSUPPORTED, "COPY freeze only available using COPY FROM"},
    };
    return run_checks(p, checks, sizeof checks / sizeof *checks);
}

static void fill_defaults(struct pgsql_copy *copy) {
    bool csv = copy->format == PGSQL_COPY_CSV;
    if (!copy->delimiter)
        copy->delimiter = csv ? "," : "\t";
    if (!copy->null)
        copy->null = csv ? "" : "\\N";
    if (!copy->quote)
        copy->quote = "\"";
    if (!copy->escape)
        copy->escape = copy->quote;
}

/* Afterwards: that delimiter, quote, escape and null text can be told apart. */
static bool check_texts(struct parser *p, const struct pgsql_copy *copy) {
    bool csv = copy->format == PGSQL_COPY_CSV;
    const char delimiter = copy->delimiter[0], quote = copy->quote[0];
    if (is_one_byte(copy->delimiter) && !csv && strchr("\\.abcdefghijklmnopqrstuvwxyz0123456789", delimiter))
        return parser_fail_at(p, NULL, ERROR_INVALID_ARGUMENT, "COPY delimiter cannot be \"%s\"", copy->delimiter);
    const struct check checks[] = {
        {!is_one_byte(copy->delimiter), ERROR_UNSUPPORTED, "COPY delimiter must be a single one-byte character"},
        {delimiter == '\r' || delimiter == '\n', ERROR_INVALID_ARGUMENT,
         "COPY delimiter cannot be newline or carriage return"},
        {strpbrk(copy->null, "\r\n"), ERROR_INVALID_ARGUMENT,
         "COPY null representation cannot use newline or carriage return"},
        {!is_one_byte(copy->quote), ERROR_UNSUPPORTED, "COPY quote must be a single one-byte character"},
        {csv && delimiter == quote, ERROR_INVALID_ARGUMENT, "COPY delimiter and quote must be different"},
        {!is_one_byte(copy->escape), ERROR_UNSUPPORTED, "COPY escape must be a single one-byte character"},
        {delimiter && strchr(copy->null, delimiter), ERROR_UNSUPPORTED,
         "COPY delimiter must not appear in the NULL specification"},
        {csv && quote && strchr(copy->null, quote), ERROR_UNSUPPORTED,
         "CSV quote character must not appear in the NULL specification"},
    };
    return run_checks(p, checks, sizeof checks / sizeof *checks);
}

/* table, schema.table or catalog.schema.table. */
static void parse_table(struct parser *p, struct pgsql_copy *copy) {
    const struct pgsql_token *from = p->at;
    copy->table_name = parser_name(p);
    while (parser_accept_kind(p, PGSQL_DOT)) {
        if (copy->catalog_name)
            parser_fail(p);
        copy->catalog_name = copy->schema_name;
        copy->schema_name = copy->table_name;
        copy->table_name = parser_name(p);
    }
    copy->table = parser_text_since(p, from);
    if (parser_sees_kind(p, PGSQL_OPEN_PAREN)) {
        p->at++;
        copy->columns = parse_names(p);
        parser_expect_kind(p, PGSQL_CLOSE_PAREN);
    }
}

static void parse_source(struct parser *p, struct pgsql_copy *copy) {
    if (!parser_sees_kind(p, PGSQL_OPEN_PAREN)) {
        parse_table(p, copy);
        return;
    }
    const struct pgsql_token *open = p->at;
    parser_skip(p);
    const struct pgsql_token *behind = p->at;
    p->at = open + 1;
    if (behind[-1].kind != PGSQL_CLOSE_PAREN) {
        p->at = behind;
        parser_fail(p);
        return;
    }
    copy->query = parse_nested(p, behind - 1);
    parser_expect_kind(p, PGSQL_CLOSE_PAREN);
}

/* Whether this is COPY FROM STDIN or TO STDOUT (either word serves either way, as in PostgreSQL). */
static bool uses_stream(struct parser p) {
    while (!parser_sees(&p, KW_FROM) && !parser_sees(&p, KW_TO))
        if (!parser_skip(&p))
            return false;
    return p.at[1].keyword == KW_STDIN || p.at[1].keyword == KW_STDOUT;
}

void parse_copy(struct parser *p, struct pgsql_statement *statement) {
    if (!uses_stream(*p)) {
        statement_become(statement, PGSQL_STATEMENT_COPY_ENGINE);
        return;
    }
    struct pgsql_copy *copy = arena_allocate_zeroed(p->arena, 1, sizeof *copy);
    if (!copy) {
        parser_no_memory(p);
        return;
    }
    p->at++;
    struct copy_parser c = {.p = p, .copy = copy};
    if (parser_sees(p, KW_BINARY) && p->at[1].keyword != KW_FROM && p->at[1].keyword != KW_TO) {
        set_format(&c, p->at, "binary");
        p->at++;
    }
    parse_source(p, copy);
    copy->from = parser_accept(p, KW_FROM);
    if (!copy->from)
        parser_expect(p, KW_TO);
    if (copy->from && copy->query)
        parser_fail_at(p, p->at - 1, ERROR_PARSER, "syntax error at or near \"FROM\"");
    if (!parser_accept(p, KW_STDIN))
        parser_expect(p, KW_STDOUT);
    if (parser_accept(p, KW_USING) || parser_sees(p, KW_DELIMITERS)) {
        parser_expect(p, KW_DELIMITERS);
        copy->delimiter = parser_string(p);
    }
    parse_options(&c);
    if (copy->from && parser_accept(p, KW_WHERE)) {
        const struct pgsql_token *from = p->at;
        while (parser_skip(p))
            continue;
        copy->where = parser_text_since(p, from);
    }
    parser_expect_end(p);
    if (!p->failed && check_given(p, copy)) {
        fill_defaults(copy);
        check_texts(p, copy);
    }
    statement->as.copy = copy;
}
