/* SET, RESET, SHOW and the other statements that are little more than a name. What is not PostgreSQL's form of SET or SHOW is
 * left to DuckDB, which has its own. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "pgsql/parse.h"

/* Forms that spell a setting's name in several words. */
static const struct {
    uint16_t words[3];
    const char *name;
} spelled_names[] = {
    {{KW_TIME, KW_ZONE}, "timezone"},
    {{KW_TRANSACTION, KW_ISOLATION, KW_LEVEL}, "transaction_isolation"},
    {{KW_SESSION, KW_AUTHORIZATION}, "session_authorization"},
};

static const char *accept_spelled_name(struct parser *p) {
    for (size_t i = 0; i < sizeof spelled_names / sizeof *spelled_names; i++) {
        const uint16_t *words = spelled_names[i].words;
        int n = 0;
        while (n < 3 && words[n] != PGSQL_NO_KEYWORD && p->at[n].keyword == words[n])
            n++;
        if (n == 3 || words[n] == PGSQL_NO_KEYWORD) {
            p->at += n;
            return spelled_names[i].name;
        }
    }
    return NULL;
}

/* The name of a setting in lower case, with its parts behind dots. */
static const char *parse_setting_name(struct parser *p) {
    const struct pgsql_token *first = p->at, *last = first;
    while (last[0].kind != PGSQL_END && last[1].kind == PGSQL_DOT && last[2].kind != PGSQL_END)
        last += 2;
    char *lower = arena_allocate(p->arena, last->start + last->length - first->start + 1), *to = lower;
    if (!lower) {
        parser_no_memory(p);
        return "";
    }
    to = stpcpy(to, parser_name(p));
    while (parser_accept_kind(p, PGSQL_DOT)) {
        *to++ = '.';
        to = stpcpy(to, parser_name(p));
    }
    size_t length = (size_t)(to - lower);
    for (size_t i = 0; i < length; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] + ('a' - 'A'));
    return lower;
}

static struct pgsql_set_value parse_value(struct parser *p) {
    struct pgsql_set_value value = {PGSQL_VALUE_STRING, ""};
    if (parser_sees_string(p)) {
        value.text = parser_string(p);
    } else if (parser_sees_name(p)) {
        value.kind = PGSQL_VALUE_WORD;
        value.text = parser_name(p);
    } else {
        const struct pgsql_token *from = p->at;
        value.kind = PGSQL_VALUE_NUMBER;
        if (!parser_accept_text(p, "-"))
            parser_accept_text(p, "+");
        if (!parser_accept_kind(p, PGSQL_INTEGER) && !parser_accept_kind(p, PGSQL_NUMBER))
            parser_fail(p);
        value.text = parser_text_since(p, from);
    }
    return value;
}

/* `-08:30` as hours east; false for what does not look so. */
static bool read_offset(const char *text, double *hours) {
    bool west = *text == '-';
    char *end = NULL;
    text += *text == '-' || *text == '+';
    long whole = isdigit((unsigned char)*text) ? strtol(text, &end, 10) : 0;
    if (!end || *end != ':' || !isdigit((unsigned char)end[1]))
        return false;
    long minutes = strtol(end + 1, &end, 10);
    *hours = ((double)whole + (double)minutes / 60) * (west ? -1 : 1);
    return !*end && minutes < 60;
}

/* INTERVAL '-08:30' [HOUR TO MINUTE]: as SET TIME ZONE -8.5. */
static struct pgsql_set_value parse_interval(struct parser *p) {
    double hours = 0;
    if (!read_offset(parser_string(p), &hours))
        parser_fail(p);
    if (parser_accept(p, KW_HOUR) && parser_accept(p, KW_TO))
        parser_expect(p, KW_MINUTE);
    return (struct pgsql_set_value){PGSQL_VALUE_NUMBER, arena_format(p->arena, "%.6f", hours)};
}

static void parse_values(struct parser *p, struct pgsql_set *set) {
    struct parser_list list = {0};
    do {
        struct pgsql_set_value *value = parser_list_add(p, &list, sizeof *value);
        if (value)
            *value = strcmp(set->name, "timezone") == 0 && parser_accept(p, KW_INTERVAL) ? parse_interval(p) : parse_value(p);
    } while (parser_accept_kind(p, PGSQL_COMMA));
    set->values = list.items;
    set->value_count = list.count;
}

/* Forms without = or TO between name and value; false when none stands here. */
static bool parse_plain_form(struct parser *p, struct pgsql_set *set) {
    static const struct {
        uint16_t word;
        const char *name;
    } forms[] = {{KW_NAMES, "client_encoding"}, {KW_SCHEMA, "search_path"}, {KW_ROLE, "role"}};
    set->name = accept_spelled_name(p);
    for (size_t i = 0; !set->name && i < sizeof forms / sizeof *forms; i++)
        if (p->at->keyword == forms[i].word && p->at[1].keyword != KW_TO && p->at[1].kind != PGSQL_OPERATOR) {
            set->name = forms[i].name;
            p->at++;
        }
    if (!set->name)
        return false;
    bool local_zone = strcmp(set->name, "timezone") == 0 && parser_accept(p, KW_LOCAL);
    /* SET NAMES without a value means the default. */
    if (local_zone || parser_accept(p, KW_DEFAULT) || parser_sees_kind(p, PGSQL_END))
        set->reset = true;
    else
        parse_values(p, set);
    return true;
}

static void parse_set_form(struct parser *p, struct pgsql_set *set) {
    parser_expect(p, KW_SET);
    if (parser_accept(p, KW_LOCAL))
        set->local = true;
    else if (parser_sees(p, KW_SESSION) && p->at[1].keyword != KW_AUTHORIZATION)
        p->at++;
    if (p->failed || parse_plain_form(p, set))
        return;
    set->name = parse_setting_name(p);
    if (!parser_accept(p, KW_TO) && !parser_accept_text(p, "="))
        parser_fail(p);
    if (parser_accept(p, KW_DEFAULT))
        set->reset = true;
    else if (!p->failed)
        parse_values(p, set);
}

static void parse_reset_form(struct parser *p, struct pgsql_set *set) {
    parser_expect(p, KW_RESET);
    set->reset = true;
    if (parser_accept(p, KW_ALL))
        return;
    set->name = accept_spelled_name(p);
    if (!set->name)
        set->name = parse_setting_name(p);
}

void parse_set(struct parser *p, struct pgsql_statement *statement) {
    bool is_reset = statement->kind == PGSQL_STATEMENT_RESET;
    struct pgsql_set *set = &statement->as.set;
    struct error mismatch = {0};
    struct parser trial = {.arena = p->arena, .text = p->text, .at = p->at, .err = &mismatch};
    *set = (struct pgsql_set){0};
    if (trial.at[1].keyword == KW_GLOBAL || trial.at[1].keyword == KW_VARIABLE || trial.at[1].keyword == KW_PERSISTENT)
        parser_fail(&trial);
    if (is_reset)
        parse_reset_form(&trial, set);
    else
        parse_set_form(&trial, set);
    parser_expect_end(&trial);
    if (trial.failed)
        statement_become(statement, is_reset ? PGSQL_STATEMENT_RESET_ENGINE : PGSQL_STATEMENT_SET_ENGINE);
}

/* DuckDB's SHOW lists objects or describes a table; PostgreSQL's is one name. */
static void parse_show(struct parser *p, struct pgsql_statement *statement) {
    static const char *const lists[] = {"tables", "databases", "schemas", "variables"};
    struct error mismatch = {0};
    struct parser trial = {.arena = p->arena, .text = p->text, .at = p->at + 1, .err = &mismatch};
    const char *name = NULL;
    if (!parser_accept(&trial, KW_ALL)) {
        name = accept_spelled_name(&trial);
        if (!name)
            name = parse_setting_name(&trial);
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
            if (strcmp(name, lists[i]) == 0)
                parser_fail(&trial);
    }
    parser_expect_end(&trial);
    statement->as.name = name;
    if (trial.failed)
        statement_become(statement, PGSQL_STATEMENT_SHOW_ENGINE);
}

void parse_name(struct parser *p, struct pgsql_statement *statement) {
    if (statement->kind == PGSQL_STATEMENT_SHOW) {
        parse_show(p, statement);
        return;
    }
    p->at++;
    if (p->at->keyword == KW_PREPARE && p->at[1].kind != PGSQL_END)
        p->at++; /* DEALLOCATE PREPARE */
    bool all = parser_accept(p, KW_ALL) || (statement->kind == PGSQL_STATEMENT_UNLISTEN && parser_accept_text(p, "*"));
    statement->as.name = all ? NULL : parser_name(p);
    parser_expect_end(p);
}

void parse_notify(struct parser *p, struct pgsql_statement *statement) {
    struct pgsql_notify *notify = &statement->as.notify;
    p->at++;
    notify->channel = parser_name(p);
    notify->payload = parser_accept_kind(p, PGSQL_COMMA) ? parser_string(p) : "";
    parser_expect_end(p);
}

void parse_object(struct parser *p, struct pgsql_statement *statement) {
    struct pgsql_object *object = &statement->as.object;
    *object = (struct pgsql_object){0};
    if (statement->kind == PGSQL_STATEMENT_GRANT || statement->kind == PGSQL_STATEMENT_REVOKE)
        return;
    p->at += 2;
    if (parser_accept(p, KW_IF)) {
        parser_accept(p, KW_NOT);
        object->if_exists = parser_expect(p, KW_EXISTS);
    }
    object->name = parser_sees_kind(p, PGSQL_END) ? NULL : parser_name(p);
}
