#include "support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct pgsql_options defaults = {.information_schema = "info"};

int fixture_setup(void **state) {
    *state = calloc(1, sizeof(struct fixture));
    return *state ? 0 : -1;
}

int fixture_teardown(void **state) {
    struct fixture *f = *state;
    arena_destroy(&f->arena);
    free(f);
    return 0;
}

const struct pgsql_statement *parse(struct fixture *f, const char *text) {
    if (!pgsql_script_parse(&f->arena, text, strlen(text), &f->script, &f->err))
        fail_msg("%s: %s", text, f->err.message);
    return f->script.statements;
}

const char *parse_error(struct fixture *f, const char *text) {
    if (pgsql_script_parse(&f->arena, text, strlen(text), &f->script, &f->err))
        fail_msg("%s was accepted", text);
    return error_sqlstate(&f->err);
}

const char *translate_with(struct fixture *f, const char *text, const struct pgsql_options *options) {
    const struct pgsql_statement *statement = parse(f, text);
    if (!pgsql_translate(&f->arena, statement, options, &f->translation, &f->err))
        fail_msg("%s: %s", text, f->err.message);
    const char *all = "";
    for (int32_t i = 0; i < f->translation.step_count; i++)
        all = arena_format(&f->arena, "%s%s%s", all, i ? " ; " : "", f->translation.steps[i].sql);
    return all;
}

const char *translate(struct fixture *f, const char *text) {
    return translate_with(f, text, &defaults);
}

const char *translate_error(struct fixture *f, const char *text) {
    const struct pgsql_statement *statement = parse(f, text);
    if (pgsql_translate(&f->arena, statement, &defaults, &f->translation, &f->err))
        fail_msg("%s was accepted", text);
    return f->err.message;
}

const char *names(struct fixture *f, const char *text) {
    translate(f, text);
    const char *all = "";
    for (int32_t i = 0; i < f->translation.column_count; i++) {
        const struct pgsql_column *column = &f->translation.columns[i];
        const char *name = column->star ? "*" : column->name ? column->name : "-";
        all = arena_format(&f->arena, "%s%s%s", all, i ? " " : "", name);
    }
    return all;
}
