/* Translation: the rules' edits applied, with the way back from the engine's positions to the client's. */
#include "pgsql/translate.h"

#include <stdlib.h>
#include <string.h>

#include "pgsql/lexer.h"
#include "pgsql/rewrite.h"

/* Sorted by place; the sort is stable because equal edits keep the order of their addresses. */
static int compare_edits(const void *left, const void *right) {
    const struct pgsql_edit *a = *(const struct pgsql_edit *const *)left, *b = *(const struct pgsql_edit *const *)right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* Edits in order, without those that begin inside of an earlier one. */
struct edit_list {
    struct pgsql_edit *edits;
    int32_t count;
};

static bool lies_between(const struct pgsql_edit *edit, size_t start, size_t end) {
    return edit->start >= start && (size_t)edit->start + edit->length <= end;
}

/* The edits so far that lie between two places of the script. */
static bool sort_edits(struct rewriter *r, size_t start, size_t end, struct edit_list *sorted) {
    const struct pgsql_edit *made = r->edits.items;
    size_t count = 0, chosen = 0;
    for (int32_t i = 0; i < r->edits.count; i++)
        count += lies_between(&made[i], start, end);
    const struct pgsql_edit **order = arena_allocate(r->arena, (count + 1) * sizeof *order);
    sorted->edits = arena_allocate(r->arena, (count + 1) * sizeof *sorted->edits);
    sorted->count = 0;
    if (!order || !sorted->edits)
        return parser_no_memory(&r->parser);
    for (int32_t i = 0; i < r->edits.count; i++)
        if (lies_between(&made[i], start, end))
            order[chosen++] = &made[i];
    qsort(order, chosen, sizeof *order, compare_edits);
    size_t behind = start;
    for (size_t i = 0; i < chosen; i++)
        if (order[i]->start >= behind) {
            sorted->edits[sorted->count++] = *order[i];
            behind = (size_t)order[i]->start + order[i]->length;
        }
    return true;
}

/* The script from `start` to `end` with the edits applied; NULL when memory is out. */
static const char *apply_edits(struct rewriter *r, size_t start, size_t end, const struct edit_list *list) {
    size_t length = end - start, from = start;
    for (int32_t i = 0; i < list->count; i++)
        length += list->edits[i].text_length;
    char *text = arena_allocate(r->arena, length + 1), *to = text;
    if (!text) {
        parser_no_memory(&r->parser);
        return NULL;
    }
    for (int32_t i = 0; i < list->count; i++) {
        const struct pgsql_edit *edit = &list->edits[i];
        to = mempcpy(to, r->text + from, edit->start - from);
        to = mempcpy(to, edit->text, edit->text_length);
        from = (size_t)edit->start + edit->length;
    }
    to = mempcpy(to, r->text + from, end - from);
    *to = '\0';
    return text;
}

const char *edited_text(struct rewriter *r, int32_t first, int32_t last) {
    size_t start = token_at(r, first)->start, end = (size_t)token_at(r, last)->start + token_at(r, last)->length;
    struct edit_list list;
    if (end < start)
        return "";
    const char *text = sort_edits(r, start, end, &list) ? apply_edits(r, start, end, &list) : NULL;
    return text ? text : "";
}

static bool has_rows(const struct pgsql_statement *statement) {
    switch (statement->kind) {
    case PGSQL_STATEMENT_SELECT:
    case PGSQL_STATEMENT_VALUES:
    case PGSQL_STATEMENT_FROM:
    case PGSQL_STATEMENT_INSERT:
    case PGSQL_STATEMENT_UPDATE:
    case PGSQL_STATEMENT_DELETE:
    case PGSQL_STATEMENT_MERGE:
        return true;
    default:
        return false;
    }
}

/* The names of a query's columns become those of a relation. */
static bool keeps_names(const struct pgsql_statement *statement) {
    return statement->kind == PGSQL_STATEMENT_CREATE_VIEW || statement->kind == PGSQL_STATEMENT_CREATE_TABLE_AS ||
           statement->kind == PGSQL_STATEMENT_CREATE_TABLE_EMPTY || statement->kind == PGSQL_STATEMENT_SELECT_INTO;
}

static void add_step(struct rewriter *r, struct parser_list *list, struct pgsql_step added) {
    struct pgsql_step *step = parser_list_add(&r->parser, list, sizeof *step);
    if (step)
        *step = added;
}

static void copy_steps(struct rewriter *r, struct parser_list *to, const struct parser_list *from) {
    const struct pgsql_step *steps = from->items;
    for (int32_t i = 0; i < from->count; i++)
        add_step(r, to, steps[i]);
}

/* All steps in one list; the statement itself is the main one unless a step took its place. */
static bool gather_steps(struct rewriter *r, const struct steps *steps, const char *sql,
                         struct pgsql_translation *translation) {
    struct parser_list list = {0};
    copy_steps(r, &list, &steps->before);
    if (!steps->drop_main)
        add_step(r, &list, (struct pgsql_step){.kind = PGSQL_STEP_MAIN, .sql = sql});
    copy_steps(r, &list, &steps->after);
    translation->steps = list.items;
    translation->step_count = list.count;
    translation->notice = steps->notice;
    for (int32_t i = 0; i < list.count; i++)
        if (translation->steps[i].kind == PGSQL_STEP_MAIN)
            translation->main = &translation->steps[i];
    return !r->parser.failed;
}

bool pgsql_translate(struct arena *arena, const struct pgsql_statement *statement, const struct pgsql_options *options,
                     struct pgsql_translation *translation, struct error *err) {
    struct rewriter r = {
        .arena = arena,
        .statement = statement,
        .options = options,
        .text = statement->script,
        .tokens = statement->tokens,
        .count = statement->token_count,
        .parser = {.arena = arena, .text = statement->script, .at = statement->tokens, .err = err},
    };
    struct steps steps = {0};
    *translation = (struct pgsql_translation){.start = statement->start};
    bool names = has_rows(statement), parameters = statement->parameter_count > 0;
    bool defines = defines_something(statement);
    if ((names || statement->triggered || parameters || defines) && !rewriter_find_structure(&r))
        return false;
    if (statement->triggered)
        rewriter_walk(&r);
    if (defines)
        rewrite_definition(&r, &steps);
    if (parameters)
        rewriter_place_parameters(&r);
    if (names)
        rewriter_name_columns(&r, translation);
    if (names || keeps_names(statement))
        rewriter_label_queries(&r);
    if (keeps_names(statement))
        rewriter_label_definition(&r);
    size_t end = (size_t)statement->start + statement->length;
    struct edit_list list;
    if (r.parser.failed || !sort_edits(&r, statement->start, end, &list))
        return false;
    translation->edits = list.edits;
    translation->edit_count = list.count;
    const char *sql = apply_edits(&r, statement->start, end, &list);
    return sql && gather_steps(&r, &steps, sql, translation);
}

size_t pgsql_translation_origin(const struct pgsql_translation *translation, size_t byte) {
    size_t from = translation->start, to = 0; /* positions that correspond */
    for (int32_t i = 0; i < translation->edit_count; i++) {
        const struct pgsql_edit *edit = &translation->edits[i];
        size_t unchanged = edit->start - from;
        if (byte < to + unchanged)
            break;
        to += unchanged;
        if (byte < to + edit->text_length)
            return edit->start;
        to += edit->text_length;
        from = (size_t)edit->start + edit->length;
    }
    return from + (byte - to);
}

/* The engine counts bytes of the text it was given; the client counts characters of what it sent. */
void pgsql_translation_place_error(const struct pgsql_statement *statement, const struct pgsql_translation *translation,
                                   struct error *err) {
    if (err->position <= 0)
        return;
    size_t origin = pgsql_translation_origin(translation, (size_t)err->position - 1);
    size_t end = (size_t)statement->start + statement->length;
    err->position = pgsql_character_position(statement->script, origin < end ? origin : end);
}
