/* Which kind a statement is: by its leading words, then by what follows where those are not enough. */
#include <string.h>

#include "pgsql/lexer.h"
#include "pgsql/parse.h"
#include "pgsql/rewrite.h"

enum { MAX_WORDS = 3 };

struct words_row {
    uint16_t kind;
    uint16_t words[MAX_WORDS]; /* enum pgsql_keyword, ended by PGSQL_NO_KEYWORD if fewer */
};

static const struct words_row words_rows[] = {
#define PGSQL_STATEMENT(kind, word1, word2, word3, form, tag, count, rules)                                            \
    {PGSQL_STATEMENT_##kind, {KW_##word1, KW_##word2, KW_##word3}},
#include "pg_statements.def"
#undef PGSQL_STATEMENT
};

/* Words that may stand between the words of the table: behind `first`, this one means nothing for the kind. */
static const uint16_t noise_words[][2] = {
    {KW_CREATE, KW_OR},        {KW_CREATE, KW_REPLACE},    {KW_CREATE, KW_TEMP},       {KW_CREATE, KW_TEMPORARY},
    {KW_CREATE, KW_LOCAL},     {KW_CREATE, KW_GLOBAL},     {KW_CREATE, KW_UNLOGGED},   {KW_CREATE, KW_UNIQUE},
    {KW_CREATE, KW_RECURSIVE}, {KW_CREATE, KW_PERSISTENT}, {KW_CREATE, KW_TRUSTED},    {KW_CREATE, KW_PROCEDURAL},
    {KW_CREATE, KW_DEFAULT},   {KW_DROP, KW_PERSISTENT},   {KW_DROP, KW_TEMPORARY},    {KW_SET, KW_LOCAL},
    {KW_SET, KW_SESSION},      {KW_ROLLBACK, KW_WORK},     {KW_ROLLBACK, KW_TRANSACTION}, {KW_DEALLOCATE, KW_PREPARE},
};

static bool is_noise(uint16_t first, uint16_t word) {
    for (size_t i = 0; i < sizeof noise_words / sizeof *noise_words; i++)
        if (noise_words[i][0] == first && noise_words[i][1] == word)
            return true;
    return false;
}

/* The leading words without noise. */
static void read_words(const struct pgsql_token *token, uint16_t words[MAX_WORDS]) {
    memset(words, 0, MAX_WORDS * sizeof *words);
    for (int n = 0; n < MAX_WORDS && token->keyword != PGSQL_NO_KEYWORD; token++)
        if (n == 0 || !is_noise(words[0], token->keyword))
            words[n++] = token->keyword;
}

static enum pgsql_statement_kind find_kind(const uint16_t words[MAX_WORDS]) {
    enum pgsql_statement_kind kind = PGSQL_STATEMENT_UNKNOWN;
    int best = 0;
    for (size_t i = 0; i < sizeof words_rows / sizeof *words_rows; i++) {
        const struct words_row *row = &words_rows[i];
        if (row->words[0] != words[0] || row->words[0] == PGSQL_NO_KEYWORD)
            continue;
        int n = 1;
        while (n < MAX_WORDS && row->words[n] != PGSQL_NO_KEYWORD && row->words[n] == words[n])
            n++;
        if ((n == MAX_WORDS || row->words[n] == PGSQL_NO_KEYWORD) && n > best) {
            kind = row->kind;
            best = n;
        }
    }
    return kind;
}

/* Behind WITH and its queries stands the word that says what the statement does. */
static bool sees_verb(const struct parser *p) {
    static const uint16_t verbs[] = {KW_SELECT, KW_VALUES, KW_TABLE, KW_INSERT,  KW_UPDATE,    KW_DELETE,
                                     KW_MERGE,  KW_FROM,   KW_PIVOT, KW_UNPIVOT, KW_SUMMARIZE, KW_DESCRIBE};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (parser_sees(p, verbs[i]))
            return true;
    return false;
}

static const struct pgsql_token *find_verb(struct parser *p) {
    const struct pgsql_token *start = p->at;
    for (;;) {
        while (parser_sees_kind(p, PGSQL_OPEN_PAREN))
            p->at++;
        if (!parser_sees(p, KW_WITH))
            return p->at;
        bool opens = false; /* the query behind WITH's, in parentheses of its own */
        while (!opens && parser_skip(p)) {
            if (p->at[-1].kind == PGSQL_DOT || p->at[-1].keyword == KW_AS)
                continue;
            if (sees_verb(p))
                return p->at;
            opens = parser_sees_kind(p, PGSQL_OPEN_PAREN) && p->at[-1].kind == PGSQL_CLOSE_PAREN;
        }
        if (!opens)
            return start;
    }
}

/* Whether the keyword stands outside of all brackets, before `stop`. */
static bool contains_word(struct parser *p, enum pgsql_keyword keyword, enum pgsql_keyword stop) {
    do {
        if (parser_sees(p, keyword))
            return true;
        if (stop != PGSQL_NO_KEYWORD && parser_sees(p, stop))
            return false;
    } while (parser_skip(p));
    return false;
}

/* WITH NO DATA. */
static bool ends_without_data(const struct pgsql_statement *statement) {
    const struct pgsql_token *end = statement->tokens + statement->token_count;
    return statement->token_count > 3 && end[-1].keyword == KW_DATA && end[-2].keyword == KW_NO && end[-3].keyword == KW_WITH;
}

static void refine(struct parser *p, struct pgsql_statement *statement) {
    if (statement->kind == PGSQL_STATEMENT_SELECT && contains_word(p, KW_INTO, KW_FROM))
        statement_become(statement, PGSQL_STATEMENT_SELECT_INTO);
    else if (statement->kind == PGSQL_STATEMENT_CREATE_TABLE && contains_word(p, KW_AS, PGSQL_NO_KEYWORD))
        statement_become(statement, ends_without_data(statement) ? PGSQL_STATEMENT_CREATE_TABLE_EMPTY
                                                                 : PGSQL_STATEMENT_CREATE_TABLE_AS);
}

typedef void (*form_parser)(struct parser *p, struct pgsql_statement *statement);

static const form_parser form_parsers[] = {
    [PGSQL_FORM_ENGINE] = NULL,
    [PGSQL_FORM_ACCEPTED] = NULL,
    [PGSQL_FORM_REFUSED] = NULL,
    [PGSQL_FORM_TRANSACTION] = parse_transaction,
    [PGSQL_FORM_SAVEPOINT] = parse_savepoint,
    [PGSQL_FORM_TWO_PHASE] = parse_two_phase,
    [PGSQL_FORM_SET] = parse_set,
    [PGSQL_FORM_NAME] = parse_name,
    [PGSQL_FORM_NOTIFY] = parse_notify,
    [PGSQL_FORM_PREPARE] = parse_prepare,
    [PGSQL_FORM_EXECUTE] = parse_execute,
    [PGSQL_FORM_DECLARE] = parse_declare,
    [PGSQL_FORM_FETCH] = parse_fetch,
    [PGSQL_FORM_COPY] = parse_copy,
    [PGSQL_FORM_EXPLAIN] = parse_explain,
    [PGSQL_FORM_OBJECT] = parse_object,
};

bool statement_classify(struct arena *arena, struct pgsql_statement *statement, bool nested, struct error *err) {
    struct parser p = {.arena = arena, .text = statement->script, .at = statement->tokens, .err = err};
    uint16_t words[MAX_WORDS];
    const struct pgsql_token *verb = find_verb(&p);
    read_words(verb, words);
    statement_become(statement, find_kind(words));
    refine(&p, statement);
    form_parser parse = form_parsers[statement->form];
    p.at = statement->tokens;
    if (nested && statement->form != PGSQL_FORM_ENGINE && statement->form != PGSQL_FORM_EXECUTE)
        return parser_fail(&p);
    if (parse)
        parse(&p, statement);
    return !p.failed;
}

const struct pgsql_statement *parse_nested(struct parser *p, const struct pgsql_token *end) {
    if (!p->failed && p->at >= end)
        parser_fail(p);
    if (p->failed)
        return NULL;
    size_t count = (size_t)(end - p->at);
    struct pgsql_token *tokens = arena_allocate(p->arena, (count + 1) * sizeof *tokens);
    struct pgsql_statement *statement = arena_allocate_zeroed(p->arena, 1, sizeof *statement);
    if (!tokens || !statement) {
        parser_no_memory(p);
        return NULL;
    }
    memcpy(tokens, p->at, (count + 1) * sizeof *tokens);
    tokens[count].kind = PGSQL_END;
    tokens[count].keyword = PGSQL_NO_KEYWORD;
    const struct pgsql_token *last = &tokens[count - 1];
    statement->script = p->text;
    statement->start = tokens[0].start;
    statement->length = last->start + last->length - statement->start;
    statement->tokens = tokens;
    statement->token_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        statement->triggered = statement->triggered || rules_triggered_by(p->text, &tokens[i], (int32_t)i);
        int32_t parameter = pgsql_parameter_number(p->text, &tokens[i]);
        if (parameter > statement->parameter_count)
            statement->parameter_count = parameter;
    }
    if (!statement_classify(p->arena, statement, true, p->err)) {
        parser_give_up(p);
        return NULL;
    }
    p->at = end;
    return statement;
}
