/* How a function on values is answered: one call a row. The functions are rows of data/pgcat_value_functions.def. */
#ifndef PGCAT_VALUE_FUNCTION_H
#define PGCAT_VALUE_FUNCTION_H

#include "base/arena.h"
#include "base/error.h"
#include "base/writer.h"
#include "engine/vector.h"
#include "pgtype/json.h"
#include "pgtype/settings.h"

struct pgcat_value_call {
    const struct engine_chunk *arguments;
    int64_t row;
    struct engine_vector *result; /* its slot at `row` is the evaluator's to fill, or to set to NULL */
    int parameter;                /* the function's, from the table */
    const struct pgtype_settings *settings;
    struct arena *arena;          /* reset after each row */
    struct writer *text;          /* empty before each row: where to make a text */
};

typedef bool pgcat_value_evaluator(const struct pgcat_value_call *call, struct error *err);

enum json_change { JSON_CHANGE_SET, JSON_CHANGE_INSERT, JSON_CHANGE_DELETE };

#define PGCAT_VALUE_FUNCTION(name, arguments, result, evaluator, parameter) pgcat_value_evaluator pgcat_##evaluator;
#include "pgcat_value_functions.def"
#undef PGCAT_VALUE_FUNCTION

/* to_char() of a number. */
bool pgcat_number_to_char(const struct pgcat_value_call *call, struct error *err);

/* For evaluators. Arguments that are not NULL: */
static inline struct json_text pgcat_text_argument(const struct pgcat_value_call *call, int32_t i) {
    const struct engine_string *string = (const struct engine_string *)call->arguments->columns[i].data + call->row;
    return (struct json_text){engine_string_bytes(string), string->length};
}

static inline int64_t pgcat_bigint_argument(const struct pgcat_value_call *call, int32_t i) {
    return ((const int64_t *)call->arguments->columns[i].data)[call->row];
}

static inline bool pgcat_boolean_argument(const struct pgcat_value_call *call, int32_t i) {
    return ((const bool *)call->arguments->columns[i].data)[call->row];
}

/* A list's elements: rows first … first + length - 1 of the child vector. */
static inline struct engine_list pgcat_list_argument(const struct pgcat_value_call *call, int32_t i) {
    return ((const struct engine_list *)call->arguments->columns[i].data)[call->row];
}

/* An element of a list of texts; false when it is NULL. */
static inline bool pgcat_list_text(const struct pgcat_value_call *call, int32_t i, uint64_t element, struct json_text *text) {
    const struct engine_vector *child = &call->arguments->columns[i].children[0];
    const struct engine_string *string = (const struct engine_string *)child->data + element;
    bool is_null = engine_vector_is_null(child, (int64_t)element);
    if (!is_null)
        *text = (struct json_text){engine_string_bytes(string), string->length};
    return !is_null;
}

/* Answers; each returns true. */
static inline bool pgcat_give_null(const struct pgcat_value_call *call) {
    engine_vector_set_null(call->result, call->row);
    return true;
}

static inline bool pgcat_give_boolean(const struct pgcat_value_call *call, bool value) {
    ((bool *)call->result->data)[call->row] = value;
    return true;
}

static inline bool pgcat_give_integer(const struct pgcat_value_call *call, int32_t value) {
    ((int32_t *)call->result->data)[call->row] = value;
    return true;
}

static inline bool pgcat_give_text(const struct pgcat_value_call *call, const char *bytes, size_t length) {
    engine_vector_set_bytes(call->result, call->row, bytes, length);
    return true;
}

/* What was written to call->text. */
static inline bool pgcat_give_written(const struct pgcat_value_call *call, struct error *err) {
    return writer_ok(call->text) ? pgcat_give_text(call, (const char *)call->text->bytes, call->text->length)
                                 : error_set_no_memory(err);
}

/* The result's list at `row`, behind those of the rows before it; its elements are for the caller to fill. */
bool pgcat_give_list(const struct pgcat_value_call *call, int32_t count, uint64_t *first, struct error *err);

#endif
