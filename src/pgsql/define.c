/* Definitions: what the files define_*.c share, and which kind goes where. */
#include "pgsql/define.h"

#include <stdio.h>

static define_function *const definitions[PGSQL_STATEMENT_KIND_COUNT] = {
    [PGSQL_STATEMENT_CREATE_TABLE] = define_create_table,
    [PGSQL_STATEMENT_CREATE_TABLE_AS] = define_create_table_as,
    [PGSQL_STATEMENT_CREATE_TABLE_EMPTY] = define_create_table_as,
    [PGSQL_STATEMENT_SELECT_INTO] = define_select_into,
    [PGSQL_STATEMENT_ALTER_TABLE] = define_alter_table,
    [PGSQL_STATEMENT_CREATE_INDEX] = define_create_index,
    [PGSQL_STATEMENT_DROP_TABLE] = define_drop,
    [PGSQL_STATEMENT_DROP_INDEX] = define_drop,
    [PGSQL_STATEMENT_DROP_VIEW] = define_drop,
    [PGSQL_STATEMENT_DROP_SEQUENCE] = define_drop,
    [PGSQL_STATEMENT_DROP_SCHEMA] = define_drop,
    [PGSQL_STATEMENT_DROP_TYPE] = define_drop,
    [PGSQL_STATEMENT_DROP_FUNCTION] = define_drop,
    [PGSQL_STATEMENT_TRUNCATE] = define_truncate,
    [PGSQL_STATEMENT_CREATE_SEQUENCE] = define_create_sequence,
    [PGSQL_STATEMENT_ALTER_SEQUENCE] = define_alter_sequence,
    [PGSQL_STATEMENT_CREATE_TYPE] = define_create_type,
    [PGSQL_STATEMENT_ALTER_TYPE] = define_alter_type,
    [PGSQL_STATEMENT_CREATE_SCHEMA] = define_create_schema,
    [PGSQL_STATEMENT_ALTER_SCHEMA] = define_alter_object,
    [PGSQL_STATEMENT_CREATE_VIEW] = define_create_view,
    [PGSQL_STATEMENT_ALTER_VIEW] = define_alter_object,
    [PGSQL_STATEMENT_ALTER_INDEX] = define_alter_object,
    [PGSQL_STATEMENT_COMMENT] = define_comment,
    [PGSQL_STATEMENT_VACUUM] = define_vacuum,
    [PGSQL_STATEMENT_ANALYZE] = define_vacuum,
    [PGSQL_STATEMENT_ANALYSE] = define_vacuum,
    [PGSQL_STATEMENT_CREATE_FUNCTION] = define_create_function,
};

bool defines_something(const struct pgsql_statement *statement) {
    return definitions[statement->kind] != NULL;
}

void rewrite_definition(struct rewriter *r, struct steps *steps) {
    definitions[r->statement->kind](r, steps);
}

struct qualified qualified_at(const struct rewriter *r, int32_t i) {
    struct qualified name = {i, i};
    while (is_kind(r, name.last + 1, PGSQL_DOT) && name.last + 2 < r->count)
        name.last += 2;
    return name;
}

const char *qualified_text(struct rewriter *r, struct qualified name) {
    return token_range_text(r, name.first, name.last);
}

const char *sibling(struct rewriter *r, struct qualified name, const char *other) {
    const char *prefix = name.first < name.last ? token_range_text(r, name.first, name.last - 1) : "";
    const char *text = arena_format(r->arena, "%s%s", prefix, quote_name(r, other));
    if (!text)
        parser_no_memory(&r->parser);
    return text ? text : "";
}

const char *owner_text(struct rewriter *r, struct qualified table, bool temporary) {
    if (table.last > table.first)
        return token_range_text(r, table.last - 2, table.last);
    const char *name = qualified_text(r, table);
    if (temporary || !r->options->schema)
        return name;
    const char *text = arena_format(r->arena, "%s.%s", quote_name(r, r->options->schema), name);
    return text ? text : name;
}

static void add_step(struct rewriter *r, struct parser_list *list, enum pgsql_step_kind kind, const char *format,
                     va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *sql = length < 0 ? NULL : arena_allocate(r->arena, (size_t)length + 1);
    struct pgsql_step *step = sql ? parser_list_add(&r->parser, list, sizeof *step) : NULL;
    if (step) {
        vsnprintf(sql, (size_t)length + 1, format, again);
        *step = (struct pgsql_step){.kind = kind, .sql = sql};
    } else {
        parser_no_memory(&r->parser);
    }
    va_end(again);
}

void step_before(struct rewriter *r, struct steps *steps, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_step(r, &steps->before, PGSQL_STEP_RUN, format, args);
    va_end(args);
}

void step_behind(struct rewriter *r, struct steps *steps, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_step(r, &steps->after, PGSQL_STEP_RUN, format, args);
    va_end(args);
}

void step_generate_before(struct rewriter *r, struct steps *steps, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_step(r, &steps->before, PGSQL_STEP_GENERATE, format, args);
    va_end(args);
}

void step_generate(struct rewriter *r, struct steps *steps, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_step(r, &steps->after, PGSQL_STEP_GENERATE, format, args);
    va_end(args);
}

void step_instead(struct rewriter *r, struct steps *steps, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_step(r, &steps->before, PGSQL_STEP_MAIN, format, args);
    va_end(args);
    steps->drop_main = true;
}

void step_alter(struct rewriter *r, struct steps *steps, const struct pgsql_alter *alter) {
    struct pgsql_step *step = parser_list_add(&r->parser, &steps->after, sizeof *step);
    if (step)
        *step = (struct pgsql_step){.kind = PGSQL_STEP_ALTER, .sql = alter->sql, .alter = alter};
}

void step_enum(struct rewriter *r, struct steps *steps, const struct pgsql_enum_change *labels) {
    struct pgsql_step *step = parser_list_add(&r->parser, &steps->after, sizeof *step);
    if (step)
        *step = (struct pgsql_step){.kind = PGSQL_STEP_ENUM, .sql = "", .labels = labels};
}

void step_nothing(struct steps *steps, const char *notice) {
    steps->drop_main = true;
    if (notice)
        steps->notice = notice;
}

int32_t skip_words(const struct rewriter *r, int32_t i, int count, const uint16_t *words) {
    for (int n = 0; n < count; n++)
        i += is_word(r, i, words[n]);
    return i;
}

int32_t skip_if_exists(const struct rewriter *r, int32_t i) {
    if (is_word(r, i, KW_IF) && is_word(r, i + 1, KW_EXISTS))
        return i + 2;
    return is_word(r, i, KW_IF) && is_word(r, i + 1, KW_NOT) && is_word(r, i + 2, KW_EXISTS) ? i + 3 : i;
}

int32_t find_word(const struct rewriter *r, int32_t i, enum pgsql_keyword keyword) {
    for (; i < r->count; i++) {
        if (is_word(r, i, keyword) && !is_kind(r, i - 1, PGSQL_DOT))
            return i;
        if (r->partner[i] > i)
            i = r->partner[i];
    }
    return r->count;
}

int32_t clause_end(const struct rewriter *r, int32_t i) {
    for (; i < r->count && !is_kind(r, i, PGSQL_COMMA) && !is_kind(r, i, PGSQL_CLOSE_PAREN); i++)
        if (r->partner[i] > i)
            i = r->partner[i];
    return i;
}
