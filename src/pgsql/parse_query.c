/* Statements around a query: PREPARE, EXECUTE, DECLARE, FETCH and EXPLAIN. */
#include <string.h>

#include "pgsql/parse.h"

static const struct pgsql_token *end_of(const struct pgsql_statement *statement) {
    return statement->tokens + statement->token_count;
}

/* The texts between commas, up to the closing parenthesis; the parser stands on the opening one. */
static struct parser_list parse_texts(struct parser *p) {
    struct parser_list list = {0};
    parser_expect_kind(p, PGSQL_OPEN_PAREN);
    do {
        const struct pgsql_token *from = p->at;
        while (!parser_sees_kind(p, PGSQL_COMMA) && !parser_sees_kind(p, PGSQL_CLOSE_PAREN) && parser_skip(p))
            continue;
        if (!p->failed && p->at == from)
            parser_fail(p);
        const char **text = parser_list_add(p, &list, sizeof *text);
        if (text)
            *text = parser_text_since(p, from);
    } while (parser_accept_kind(p, PGSQL_COMMA));
    parser_expect_kind(p, PGSQL_CLOSE_PAREN);
    return list;
}

void parse_prepare(struct parser *p, struct pgsql_statement *statement) {
    struct pgsql_prepare prepare = {0};
    p->at++;
    prepare.name = parser_name(p);
    if (parser_sees_kind(p, PGSQL_OPEN_PAREN)) {
        struct parser_list types = parse_texts(p);
        prepare.types = types.items;
        prepare.type_count = types.count;
    }
    parser_expect(p, KW_AS);
    prepare.query = parse_nested(p, end_of(statement));
    statement->as.prepare = prepare;
}

void parse_execute(struct parser *p, struct pgsql_statement *statement) {
    struct pgsql_execute execute = {0};
    p->at++;
    execute.name = parser_name(p);
    if (parser_sees_kind(p, PGSQL_OPEN_PAREN) && p->at[1].kind == PGSQL_CLOSE_PAREN) {
        p->at += 2;
    } else if (parser_sees_kind(p, PGSQL_OPEN_PAREN)) {
        struct parser_list arguments = parse_texts(p);
        execute.arguments = arguments.items;
        execute.argument_count = arguments.count;
    }
    parser_expect_end(p);
    statement->as.execute = execute;
}

void parse_declare(struct parser *p, struct pgsql_statement *statement) {
    struct pgsql_declare declare = {0};
    p->at++;
    declare.name = parser_name(p);
    while (!p->failed && !parser_accept(p, KW_CURSOR)) {
        if (parser_accept(p, KW_BINARY))
            declare.binary = true;
        else if (parser_accept(p, KW_INSENSITIVE))
            declare.insensitive = true;
        else if (parser_accept(p, KW_SCROLL))
            declare.scroll = PGSQL_ON;
        else if (parser_accept(p, KW_NO) && parser_expect(p, KW_SCROLL))
            declare.scroll = PGSQL_OFF;
        else if (!parser_accept(p, KW_ASENSITIVE))
            parser_fail(p);
    }
    if (parser_sees(p, KW_WITH) || parser_sees(p, KW_WITHOUT)) {
        declare.hold = parser_sees(p, KW_WITH);
        p->at++;
        parser_expect(p, KW_HOLD);
    }
    parser_expect(p, KW_FOR);
    declare.query = parse_nested(p, end_of(statement));
    statement->as.declare = declare;
}

/* A count behind FORWARD, BACKWARD or nothing: negative ones turn around. */
static void set_count(struct pgsql_fetch *fetch, enum pgsql_direction direction, int64_t count) {
    fetch->direction = direction;
    fetch->count = count;
    if (count < 0) {
        fetch->direction = direction == PGSQL_FORWARD ? PGSQL_BACKWARD : PGSQL_FORWARD;
        fetch->count = -count;
    }
}

static int64_t parse_count(struct parser *p, int64_t otherwise) {
    if (parser_accept(p, KW_ALL))
        return INT64_MAX;
    return parser_sees_integer(p) ? parser_integer(p) : otherwise;
}

static void parse_direction(struct parser *p, struct pgsql_fetch *fetch) {
    set_count(fetch, PGSQL_FORWARD, 1);
    if (p->at[1].kind == PGSQL_END) /* a cursor may have the name of a direction */
        return;
    if (parser_accept(p, KW_NEXT))
        return;
    if (parser_accept(p, KW_PRIOR))
        set_count(fetch, PGSQL_BACKWARD, 1);
    else if (parser_accept(p, KW_FIRST))
        *fetch = (struct pgsql_fetch){.direction = PGSQL_ABSOLUTE, .count = 1};
    else if (parser_accept(p, KW_LAST))
        *fetch = (struct pgsql_fetch){.direction = PGSQL_ABSOLUTE, .count = -1};
    else if (parser_accept(p, KW_ABSOLUTE))
        *fetch = (struct pgsql_fetch){.direction = PGSQL_ABSOLUTE, .count = parser_integer(p)};
    else if (parser_accept(p, KW_RELATIVE))
        *fetch = (struct pgsql_fetch){.direction = PGSQL_RELATIVE, .count = parser_integer(p)};
    else if (parser_accept(p, KW_BACKWARD))
        set_count(fetch, PGSQL_BACKWARD, parse_count(p, 1));
    else {
        parser_accept(p, KW_FORWARD);
        set_count(fetch, PGSQL_FORWARD, parse_count(p, 1));
    }
}

void parse_fetch(struct parser *p, struct pgsql_statement *statement) {
    struct pgsql_fetch *fetch = &statement->as.fetch;
    p->at++;
    if (!parser_sees_kind(p, PGSQL_END))
        parse_direction(p, fetch);
    if (!parser_accept(p, KW_FROM))
        parser_accept(p, KW_IN);
    fetch->cursor = parser_name(p);
    parser_expect_end(p);
}

/* The argument of an EXPLAIN option; nothing means true. */
static bool parse_boolean(struct parser *p, const char *option) {
    if (parser_sees_kind(p, PGSQL_COMMA) || parser_sees_kind(p, PGSQL_CLOSE_PAREN) || p->failed)
        return true;
    const char *value = parser_value(p);
    if (strcasecmp(value, "true") == 0 || strcasecmp(value, "on") == 0 || strcmp(value, "1") == 0)
        return true;
    if (strcasecmp(value, "false") != 0 && strcasecmp(value, "off") != 0 && strcmp(value, "0") != 0)
        parser_fail_at(p, NULL, ERROR_PARSER, "%s requires a Boolean value", option);
    return false;
}

/* PostgreSQL's options that DuckDB's plans have no counterpart of. */
static bool is_ignored_option(const char *option) {
    static const char *const ignored[] = {"verbose", "costs", "settings", "buffers", "wal", "timing", "summary"};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (strcmp(option, ignored[i]) == 0)
            return true;
    return false;
}

/* False when the format is one of DuckDB's own. */
static bool parse_explain_format(struct parser *p, struct pgsql_explain *explain) {
    const char *format = parser_value(p);
    if (strcasecmp(format, "text") == 0)
        explain->format = PGSQL_EXPLAIN_TEXT;
    else if (strcasecmp(format, "json") == 0)
        explain->format = PGSQL_EXPLAIN_JSON;
    else
        return false;
    return true;
}

static bool parse_explain_options(struct parser *p, struct pgsql_explain *explain) {
    do {
        const struct pgsql_token *at = p->at;
        const char *option = parser_name(p);
        if (strcmp(option, "analyze") == 0) {
            explain->analyze = parse_boolean(p, option);
        } else if (strcmp(option, "format") == 0) {
            if (!parse_explain_format(p, explain))
                return false;
        } else if (is_ignored_option(option)) {
            parse_boolean(p, option);
        } else {
            parser_fail_at(p, at, ERROR_PARSER, "unrecognized EXPLAIN option \"%s\"", option);
        }
    } while (parser_accept_kind(p, PGSQL_COMMA));
    parser_expect_kind(p, PGSQL_CLOSE_PAREN);
    return true;
}

/* Options in parentheses, which a query could also begin with. */
static bool sees_explain_options(const struct parser *p) {
    if (!parser_sees_kind(p, PGSQL_OPEN_PAREN) || p->at[1].kind != PGSQL_WORD)
        return false;
    uint16_t word = p->at[1].keyword;
    return word != KW_SELECT && word != KW_WITH && word != KW_VALUES && word != KW_TABLE && word != KW_FROM;
}

void parse_explain(struct parser *p, struct pgsql_statement *statement) {
    struct pgsql_explain explain = {0};
    p->at++;
    if (sees_explain_options(p)) {
        p->at++;
        if (!parse_explain_options(p, &explain)) {
            statement_become(statement, PGSQL_STATEMENT_EXPLAIN_ENGINE);
            return;
        }
    } else {
        explain.analyze = parser_accept(p, KW_ANALYZE) || parser_accept(p, KW_ANALYSE);
        parser_accept(p, KW_VERBOSE);
    }
    explain.query = parse_nested(p, end_of(statement));
    statement->as.explain = explain;
}
