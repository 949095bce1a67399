/* CREATE FUNCTION: a function in SQL that is one SELECT becomes a macro; every other language is refused. */
#include <stdlib.h>
#include <string.h>

#include "pgsql/define.h"
#include "pgsql/lexer.h"

struct function {
    struct qualified name;
    bool replace;
    bool table; /* RETURNS TABLE or SETOF */
    bool sql;   /* LANGUAGE sql */
    int32_t body; /* the string behind AS; 0: none */
    struct parser_list arguments; /* of const char * */
};

/* The argument's name, or one by its number; modes and defaults are skipped. */
static const char *argument_name(struct rewriter *r, int32_t i, int32_t end, int32_t number) {
    i += is_word(r, i, KW_IN);
    bool named = i + 1 < end && is_name(r, i) && is_name(r, i + 1) && !is_word(r, i + 1, KW_PRECISION) &&
                 !is_word(r, i + 1, KW_VARYING);
    return named ? token_range_text(r, i, i) : arena_format(r->arena, "argument%d", number);
}

static void read_arguments(struct rewriter *r, struct function *f, int32_t open) {
    struct parser_list list = {0};
    for (int32_t i = open + 1, end; i < r->partner[open]; i = end + 1) {
        end = clause_end(r, i);
        if (is_word(r, i, KW_OUT) || is_word(r, i, KW_INOUT) || is_word(r, i, KW_VARIADIC))
            refuse(r, i, "arguments of mode %s are not supported", token_range_text(r, i, i));
        const char **name = parser_list_add(&r->parser, &list, sizeof *name);
        if (name)
            *name = argument_name(r, i, end, list.count);
    }
    f->arguments = list;
}

static void read_clauses(struct rewriter *r, struct function *f, int32_t i) {
    for (; i < r->count; i++) {
        if (is_word(r, i, KW_RETURNS))
            f->table = is_word(r, i + 1, KW_TABLE) || is_word(r, i + 1, KW_SETOF);
        else if (is_word(r, i, KW_LANGUAGE))
            f->sql = is_named(r, i + 1, "sql") || (is_string(r, i + 1) && strcasecmp(value_at(r, i + 1), "sql") == 0);
        else if (is_word(r, i, KW_AS) && is_string(r, i + 1))
            f->body = i + 1;
        if (r->partner[i] > i)
            i = r->partner[i];
    }
}

/* Copies the body with $1 … replaced by the arguments' names; false when it is not one SELECT. */
static bool copy_body(struct rewriter *r, const struct function *f, const char *body, struct parser_list *text) {
    struct pgsql_lexer lexer = pgsql_lexer_over(body, strlen(body));
    struct pgsql_token token;
    const char *const *arguments = f->arguments.items;
    uint32_t from = 0, end = 0;
    for (int32_t n = 0;; n++) {
        if (!pgsql_lexer_next(&lexer, &token, NULL))
            return false;
        if (n == 0 && token.keyword != KW_SELECT && token.keyword != KW_VALUES && token.keyword != KW_WITH)
            return false;
        if (token.kind == PGSQL_SEMICOLON || token.kind == PGSQL_END)
            break;
        int32_t number = pgsql_parameter_number(body, &token);
        if (number > f->arguments.count)
            return false;
        if (number > 0) {
            const char **piece = parser_list_add(&r->parser, text, sizeof *piece);
            if (piece)
                *piece = arena_format(r->arena, "%.*s%s", (int)(token.start - from), body + from, arguments[number - 1]);
            from = token.start + token.length;
        }
        end = token.start + token.length;
    }
    const char **piece = parser_list_add(&r->parser, text, sizeof *piece);
    if (piece)
        *piece = arena_format(r->arena, "%.*s", (int)(end - from), body + from);
    return token.kind == PGSQL_END || (pgsql_lexer_next(&lexer, &token, NULL) && token.kind == PGSQL_END);
}

void define_create_function(struct rewriter *r, struct steps *steps) {
    int32_t i = find_word(r, 0, KW_FUNCTION);
    struct function f = {.name = qualified_at(r, i + 1), .replace = is_word(r, 1, KW_OR)};
    int32_t open = behind(f.name);
    if (!is_kind(r, open, PGSQL_OPEN_PAREN) || r->partner[open] < 0)
        return;
    read_clauses(r, &f, r->partner[open] + 1);
    bool is_macro = !f.sql && !f.body && is_word(r, r->partner[open] + 1, KW_AS);
    if (is_macro) /* DuckDB's own form */
        return;
    read_arguments(r, &f, open);
    struct parser_list body = {0};
    if (r->parser.failed)
        return;
    if (!f.sql || !f.body || !copy_body(r, &f, value_at(r, f.body), &body)) {
        refuse(r, 0, "only functions in SQL whose body is one SELECT are supported");
        error_set_hint(r->parser.err, "CREATE MACRO name(arguments) AS expression is DuckDB's form.");
        return;
    }
    const char *arguments = join_texts(r, &f.arguments, ", ");
    step_instead(r, steps, "CREATE %sMACRO %s(%s) AS %s%s%s", f.replace ? "OR REPLACE " : "", qualified_text(r, f.name),
                 arguments,
                 f.table ? "TABLE " : "(", join_texts(r, &body, ""), f.table ? "" : ")");
}
