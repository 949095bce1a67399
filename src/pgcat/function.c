/* The table of system functions, registered with the engine, and the loop over rows that they share. */
#include "pgcat/function.h"

#include <string.h>

#include "engine/function.h"

enum { STRICT = 1, VOLATILE = 2, ARGUMENT_LIMIT = 6, OVERLOAD_LIMIT = 12 };

struct function_row {
    const char *name, *arguments;
    char result;
    int traits;
    pgcat_evaluator *evaluate;
    int parameter;
};

static const struct function_row function_rows[] = {
#define PGCAT_FUNCTION(name, arguments, result, traits, evaluator, parameter) \
    {name, arguments, result, traits, pgcat_##evaluator, parameter},
#include "pgcat_functions.def"
#undef PGCAT_FUNCTION
};

enum { FUNCTION_COUNT = sizeof function_rows / sizeof function_rows[0] };

static const struct letter {
    char letter;
    enum engine_type_id id;
    const char *alias;
} letters[] = {
    {'o', ENGINE_TYPE_BIGINT, "pg_oid"},     {'i', ENGINE_TYPE_INTEGER, ""},          {'l', ENGINE_TYPE_BIGINT, ""},
    {'t', ENGINE_TYPE_VARCHAR, ""},          {'b', ENGINE_TYPE_BOOLEAN, ""},          {'n', ENGINE_TYPE_VARCHAR, "name"},
    {'z', ENGINE_TYPE_TIMESTAMP_TZ, ""},     {'c', ENGINE_TYPE_BIGINT, "regclass"},   {'y', ENGINE_TYPE_BIGINT, "regtype"},
    {'p', ENGINE_TYPE_BIGINT, "regproc"},    {'P', ENGINE_TYPE_BIGINT, "regprocedure"}, {'q', ENGINE_TYPE_BIGINT, "regoper"},
    {'Q', ENGINE_TYPE_BIGINT, "regoperator"}, {'s', ENGINE_TYPE_BIGINT, "regnamespace"}, {'r', ENGINE_TYPE_BIGINT, "regrole"},
    {'C', ENGINE_TYPE_BIGINT, "regcollation"},
};

static struct engine_type letter_type(char letter) {
    size_t i = 0;
    while (letters[i].letter != letter)
        i++;
    struct engine_type type = *engine_type_simple(letters[i].id);
    type.alias = letters[i].alias;
    return type;
}

static struct pgcat_value read_value(const struct engine_vector *vector, int64_t row) {
    struct pgcat_value value = {.is_null = engine_vector_is_null(vector, row)};
    if (value.is_null)
        return value;
    const struct engine_string *string;
    switch (vector->type->id) {
    case ENGINE_TYPE_BOOLEAN:
        value.number = ((const bool *)vector->data)[row];
        break;
    case ENGINE_TYPE_INTEGER:
        value.number = ((const int32_t *)vector->data)[row];
        break;
    case ENGINE_TYPE_VARCHAR:
        string = (const struct engine_string *)vector->data + row;
        value.text = engine_string_bytes(string);
        value.length = string->length;
        break;
    default:
        value.number = ((const int64_t *)vector->data)[row];
    }
    return value;
}

static void write_value(struct engine_vector *vector, int64_t row, const struct pgcat_value *value) {
    if (value->is_null) {
        engine_vector_set_null(vector, row);
        return;
    }
    switch (vector->type->id) {
    case ENGINE_TYPE_BOOLEAN:
        ((bool *)vector->data)[row] = value->number != 0;
        break;
    case ENGINE_TYPE_INTEGER:
        ((int32_t *)vector->data)[row] = (int32_t)value->number;
        break;
    case ENGINE_TYPE_VARCHAR:
        engine_vector_set_bytes(vector, row, value->text, value->length);
        break;
    default:
        ((int64_t *)vector->data)[row] = value->number;
    }
}

static bool evaluate_row(const struct function_row *function, const struct pgcat_call *call,
                         const struct engine_chunk *arguments, int64_t row, struct engine_vector *result, struct error *err) {
    struct pgcat_value values[ARGUMENT_LIMIT], answer = {.is_null = true};
    bool skip = false;
    for (int32_t i = 0; i < arguments->column_count; i++) {
        values[i] = read_value(&arguments->columns[i], row);
        skip |= values[i].is_null && function->traits & STRICT;
    }
    bool ok = skip || function->evaluate(call, values, &answer, err);
    if (ok)
        write_value(result, row, &answer);
    return ok;
}

/* `self` of every function: which row of the table, for which catalog. */
struct registered {
    struct pgcat *pgcat;
    const struct function_row *row;
};

static bool evaluate(void *self, int64_t connection_id, const struct engine_chunk *arguments, struct engine_vector *result,
                     struct error *err) {
    const struct registered *function = self;
    struct arena arena = {0};
    struct writer text = {0};
    struct pgcat_call call = {
        .view = pgcat_view_open(function->pgcat, pgcat_session_find(function->pgcat, connection_id)),
        .parameter = function->row->parameter,
        .arguments = function->row->arguments,
        .argument_count = arguments->column_count,
        .arena = &arena,
        .text = &text,
    };
    bool ok = true;
    for (int64_t row = 0; ok && row < arguments->row_count; row++) {
        ok = evaluate_row(function->row, &call, arguments, row, result, err);
        writer_reset(&text);
        arena_reset(&arena);
    }
    pgcat_view_close(&call.view);
    writer_destroy(&text);
    arena_destroy(&arena);
    return ok;
}

/* Registers the rows from `first` on that share its name; returns how many, 0 on failure. */
static size_t register_overloads(struct pgcat *pgcat, struct engine_connection *connection, size_t first,
                                 struct registered *registered, struct error *err) {
    struct engine_scalar_function overloads[OVERLOAD_LIMIT];
    struct engine_type types[OVERLOAD_LIMIT][ARGUMENT_LIMIT + 1];
    const struct engine_type *parameters[OVERLOAD_LIMIT][ARGUMENT_LIMIT];
    size_t count = 0;
    for (size_t i = first; i < FUNCTION_COUNT && count < OVERLOAD_LIMIT; i++, count++) {
        const struct function_row *row = &function_rows[i];
        if (strcmp(row->name, function_rows[first].name) != 0)
            break;
        int32_t argument_count = (int32_t)strlen(row->arguments);
        for (int32_t a = 0; a < argument_count; a++) {
            types[count][a] = row->arguments[a] == 'o' ? *engine_type_simple(ENGINE_TYPE_BIGINT) : letter_type(row->arguments[a]);
            parameters[count][a] = &types[count][a];
        }
        types[count][ARGUMENT_LIMIT] = letter_type(row->result);
        registered[i] = (struct registered){pgcat, row};
        overloads[count] = (struct engine_scalar_function){
            .name = row->name,
            .parameters = parameters[count],
            .parameter_count = argument_count,
            .result = &types[count][ARGUMENT_LIMIT],
            .is_volatile = (row->traits & VOLATILE) != 0,
            .evaluate = evaluate,
            .self = &registered[i],
        };
    }
    return engine_register_scalar(connection, overloads, (int32_t)count, err) ? count : 0;
}

bool pgcat_register_functions(struct pgcat *pgcat, struct engine_connection *connection, struct error *err) {
    struct registered *registered = arena_allocate_zeroed(&pgcat->arena, FUNCTION_COUNT, sizeof *registered);
    if (!registered)
        return error_set_no_memory(err);
    for (size_t i = 0, count; i < FUNCTION_COUNT; i += count)
        if ((count = register_overloads(pgcat, connection, i, registered, err)) == 0)
            return false;
    return true;
}
