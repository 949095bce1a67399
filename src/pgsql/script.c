/* Splitting a script into statements. */
#include "pgsql/script.h"

#include <string.h>

#include "pgsql/lexer.h"
#include "pgsql/parse.h"
#include "pgsql/rewrite.h"

/* Bounds memory: what is longer than this no planner takes either. */
enum { MAX_TOKENS = 1 << 25, FIRST_TOKENS = 64 };

struct splitter {
    struct arena *arena;
    struct error *err;
    struct pgsql_script *script;
    struct pgsql_token *tokens; /* of the statement being read */
    int32_t count, capacity;
    int32_t depth;        /* of open parentheses */
    int32_t atomic_depth; /* inside BEGIN ATOMIC … END: the CASEs and BEGINs that are open */
    int32_t parameter_count;
    bool triggered;
    struct pgsql_statement *statements;
    int32_t statement_count, statement_capacity;
};

/* A list twice as long with the old items in front; NULL when memory is out. */
static void *grow(struct splitter *s, const void *items, int32_t count, int32_t capacity, size_t bytes) {
    void *grown = arena_allocate(s->arena, (size_t)capacity * bytes);
    if (!grown)
        error_set_no_memory(s->err);
    else if (count)
        memcpy(grown, items, (size_t)count * bytes);
    return grown;
}

static bool add_token(struct splitter *s, const struct pgsql_token *token) {
    if (s->count == s->capacity) {
        if (s->count >= MAX_TOKENS)
            return error_set_state(s->err, ERROR_LIMIT, "54001", "statement has more than %d tokens", MAX_TOKENS);
        int32_t capacity = s->capacity ? s->capacity * 2 : FIRST_TOKENS;
        struct pgsql_token *tokens = grow(s, s->tokens, s->count, capacity, sizeof *tokens);
        if (!tokens)
            return false;
        s->tokens = tokens;
        s->capacity = capacity;
    }
    s->tokens[s->count++] = *token;
    return true;
}

/* Tokens that are more to the splitter than text. The token is the last of the list. */
static void note_token(struct splitter *s) {
    const struct pgsql_token *token = &s->tokens[s->count - 1];
    s->triggered = s->triggered || rules_triggered_by(s->script->text, token, s->count - 1);
    switch (token->kind) {
    case PGSQL_OPEN_PAREN:
        s->depth++;
        break;
    case PGSQL_CLOSE_PAREN:
        s->depth -= s->depth > 0;
        break;
    case PGSQL_PARAMETER: {
        int32_t number = pgsql_parameter_number(s->script->text, token);
        s->parameter_count = number > s->parameter_count ? number : s->parameter_count;
        break;
    }
    case PGSQL_WORD:
        if (token->keyword == KW_ATOMIC && s->count > 1 && token[-1].keyword == KW_BEGIN)
            s->atomic_depth = 1;
        else if (s->atomic_depth > 0)
            s->atomic_depth += (token->keyword == KW_CASE) - (token->keyword == KW_END);
        break;
    default:
        break;
    }
}

static bool add_statement(struct splitter *s) {
    if (s->statement_count == s->statement_capacity) {
        int32_t capacity = s->statement_capacity ? s->statement_capacity * 2 : 1;
        struct pgsql_statement *statements =
            grow(s, s->statements, s->statement_count, capacity, sizeof *statements);
        if (!statements)
            return false;
        s->statements = statements;
        s->statement_capacity = capacity;
    }
    const struct pgsql_token *last = &s->tokens[s->count - 2];
    struct pgsql_statement *statement = &s->statements[s->statement_count++];
    *statement = (struct pgsql_statement){
        .script = s->script->text,
        .start = s->tokens[0].start,
        .length = last->start + last->length - s->tokens[0].start,
        .tokens = s->tokens,
        .token_count = s->count - 1,
        .parameter_count = s->parameter_count,
        .triggered = s->triggered,
    };
    return statement_classify(s->arena, statement, false, s->err);
}

/* Ends the statement at a semicolon or at the end of the script. */
static bool end_statement(struct splitter *s, struct pgsql_token end) {
    end.kind = PGSQL_END;
    end.length = 0;
    s->depth = s->atomic_depth = 0;
    if (s->count == 0)
        return true;
    if (!add_token(s, &end) || !add_statement(s))
        return false;
    /* The next statement's tokens go behind this one's. */
    s->tokens += s->count;
    s->capacity -= s->count;
    s->count = 0;
    s->parameter_count = 0;
    s->triggered = false;
    return true;
}

bool pgsql_script_parse(struct arena *arena, const char *text, size_t length, struct pgsql_script *script,
                        struct error *err) {
    if (length > PGSQL_MAX_TEXT_BYTES)
        return error_set(err, ERROR_LIMIT, "query text is longer than %d bytes", PGSQL_MAX_TEXT_BYTES);
    *script = (struct pgsql_script){.text = text, .length = length};
    struct splitter s = {.arena = arena, .err = err, .script = script};
    struct pgsql_lexer lexer = pgsql_lexer_over(text, length);
    struct pgsql_token token;
    do {
        if (!pgsql_lexer_next(&lexer, &token, err))
            return false;
        bool ends = token.kind == PGSQL_END ||
                    (token.kind == PGSQL_SEMICOLON && s.depth == 0 && s.atomic_depth == 0);
        if (ends ? !end_statement(&s, token) : !add_token(&s, &token))
            return false;
        if (!ends)
            note_token(&s);
    } while (token.kind != PGSQL_END);
    script->statements = s.statements;
    script->statement_count = s.statement_count;
    return true;
}
