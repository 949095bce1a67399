/* The table of functions on values, registered with the engine, and the loop over rows that they share. */
#include "pgcat/value_function.h"

#include <string.h>

#include "engine/function.h"
#include "pgcat/session.h"

enum { ARGUMENT_LIMIT = 4, OVERLOAD_LIMIT = 5 };

struct value_row {
    const char *name, *arguments;
    char result;
    pgcat_value_evaluator *evaluate;
    int parameter;
};

static const struct value_row value_rows[] = {
#define PGCAT_VALUE_FUNCTION(name, arguments, result, evaluator, parameter) {name, arguments, result, pgcat_##evaluator, parameter},
#include "pgcat_value_functions.def"
#undef PGCAT_VALUE_FUNCTION
};

enum { FUNCTION_COUNT = sizeof value_rows / sizeof value_rows[0] };

static const struct letter {
    char letter;
    enum engine_type_id id;
    const char *alias;
    char element; /* of a list */
} letters[] = {
    {'t', ENGINE_TYPE_VARCHAR, "", 0}, {'j', ENGINE_TYPE_VARCHAR, "jsonb", 0}, {'J', ENGINE_TYPE_VARCHAR, "JSON", 0},
    {'b', ENGINE_TYPE_BOOLEAN, "", 0}, {'i', ENGINE_TYPE_INTEGER, "", 0},      {'l', ENGINE_TYPE_BIGINT, "", 0},
    {'a', ENGINE_TYPE_LIST, "", 't'},  {'q', ENGINE_TYPE_LIST, "", 'j'},       {'Q', ENGINE_TYPE_LIST, "", 'J'},
    {'x', ENGINE_TYPE_ANY, "", 0},     {'d', ENGINE_TYPE_DOUBLE, "", 0},         {'D', ENGINE_TYPE_DATE, "", 0},
    {'Z', ENGINE_TYPE_TIMESTAMP_TZ, "", 0}, {'T', ENGINE_TYPE_TIME, "", 0},    {'I', ENGINE_TYPE_INTERVAL, "", 0},
    {'B', ENGINE_TYPE_BLOB, "", 0},
};

/* A type and, for a list, its element's behind it. */
struct type_pair {
    struct engine_type type, element;
};

static const struct letter *find_letter(char letter) {
    size_t i = 0;
    while (letters[i].letter != letter)
        i++;
    return &letters[i];
}

static void fill_type(struct type_pair *pair, char name) {
    const struct letter *letter = find_letter(name);
    pair->type = *engine_type_simple(letter->id);
    pair->type.alias = letter->alias;
    if (letter->element) {
        const struct letter *element = find_letter(letter->element);
        pair->element = *engine_type_simple(element->id);
        pair->element.alias = element->alias;
        pair->type.child = &pair->element;
    }
}

/* `self` of every function. */
struct registered {
    struct pgcat *pgcat;
    const struct value_row *row;
    bool is_strict;
};

static bool has_null(const struct engine_chunk *arguments, int64_t row) {
    for (int32_t i = 0; i < arguments->column_count; i++)
        if (engine_vector_is_null(&arguments->columns[i], row))
            return true;
    return false;
}

/* A NULL list is an empty one as far as the offsets behind it are concerned. */
static bool give_null(const struct pgcat_value_call *call, struct error *err) {
    uint64_t first;
    return (call->result->type->id != ENGINE_TYPE_LIST || pgcat_give_list(call, 0, &first, err)) && pgcat_give_null(call);
}

static bool evaluate(void *self, int64_t connection_id, const struct engine_chunk *arguments, struct engine_vector *result,
                     struct error *err) {
    const struct registered *function = self;
    const struct pgcat_session *session = pgcat_session_find(function->pgcat, connection_id);
    const struct pgtype_settings defaults = pgtype_settings_default();
    struct arena arena = {0};
    struct writer text = {0};
    struct pgcat_value_call call = {
        .arguments = arguments,
        .result = result,
        .parameter = function->row->parameter,
        .settings = session && session->identity.values ? session->identity.values : &defaults,
        .arena = &arena,
        .text = &text,
    };
    bool ok = true;
    for (; ok && call.row < arguments->row_count; call.row++) {
        bool is_null = function->is_strict && has_null(arguments, call.row);
        ok = is_null ? give_null(&call, err) : function->row->evaluate(&call, err);
        writer_reset(&text);
        arena_reset(&arena);
    }
    writer_destroy(&text);
    arena_destroy(&arena);
    return ok;
}

bool pgcat_give_list(const struct pgcat_value_call *call, int32_t count, uint64_t *first, struct error *err) {
    struct engine_list *lists = call->result->data;
    *first = call->row ? lists[call->row - 1].offset + lists[call->row - 1].length : 0;
    lists[call->row] = (struct engine_list){*first, (uint64_t)count};
    return count == 0 || engine_vector_resize_child(call->result, (int64_t)(*first + (uint64_t)count), err);
}

/* Registers the rows from `first` on that share its name; returns how many, 0 on failure. */
static size_t register_overloads(struct pgcat *pgcat, struct engine_connection *connection, size_t first,
                                 struct registered *registered, struct error *err) {
    struct engine_scalar_function overloads[OVERLOAD_LIMIT];
    struct type_pair types[OVERLOAD_LIMIT][ARGUMENT_LIMIT + 1];
    const struct engine_type *parameters[OVERLOAD_LIMIT][ARGUMENT_LIMIT];
    size_t count = 0;
    for (size_t i = first; i < FUNCTION_COUNT && count < OVERLOAD_LIMIT; i++, count++) {
        const struct value_row *row = &value_rows[i];
        if (strcmp(row->name, value_rows[first].name) != 0)
            break;
        bool is_variadic = strchr(row->arguments, '*') != NULL;
        int32_t argument_count = (int32_t)strlen(row->arguments) - is_variadic;
        for (int32_t a = 0; a < argument_count; a++) {
            fill_type(&types[count][a], row->arguments[a]);
            parameters[count][a] = &types[count][a].type;
        }
        fill_type(&types[count][ARGUMENT_LIMIT], row->result);
        registered[i] = (struct registered){pgcat, row, !is_variadic && !strchr(row->arguments, 'x')};
        overloads[count] = (struct engine_scalar_function){
            .name = row->name,
            .parameters = parameters[count],
            .parameter_count = argument_count,
            .variadic = is_variadic ? engine_type_simple(ENGINE_TYPE_ANY) : NULL,
            .result = &types[count][ARGUMENT_LIMIT].type,
            .evaluate = evaluate,
            .self = &registered[i],
        };
    }
    return engine_register_scalar(connection, overloads, (int32_t)count, err) ? count : 0;
}

bool pgcat_register_value_functions(struct pgcat *pgcat, struct engine_connection *connection, struct error *err) {
    struct registered *registered = arena_allocate_zeroed(&pgcat->arena, FUNCTION_COUNT, sizeof *registered);
    if (!registered)
        return error_set_no_memory(err);
    for (size_t i = 0, count; i < FUNCTION_COUNT; i += count)
        if ((count = register_overloads(pgcat, connection, i, registered, err)) == 0)
            return false;
    return true;
}
