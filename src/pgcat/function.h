/* How a system function is answered: one call a row. The functions are rows of data/pgcat_functions.def. */
#ifndef PGCAT_FUNCTION_H
#define PGCAT_FUNCTION_H

#include "pgcat/object.h"

struct pgcat_value {
    bool is_null;
    int64_t number;   /* of integers, booleans, OIDs, microseconds */
    const char *text; /* of texts; not NUL-terminated */
    size_t length;
};

/* What holds for all rows of one call. */
struct pgcat_call {
    struct pgcat_view view;
    int parameter;       /* the function's, from the table */
    const char *arguments; /* the overload's letters */
    int32_t argument_count;
    struct arena *arena; /* reset after each row */
    struct writer *text; /* empty before each row: where to make a text result */
};

/* Fills `result`, which is NULL when it comes in; a text result points into the arena, the facts or call->text. */
typedef bool pgcat_evaluator(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                             struct error *err);

/* Parameters of the functions for advisory locks. */
enum { PGCAT_LOCK_SHARED = 1, PGCAT_LOCK_TRY = 2, PGCAT_LOCK_TRANSACTION = 4 };

#define PGCAT_FUNCTION(name, arguments, result, traits, evaluator, parameter) pgcat_evaluator pgcat_##evaluator;
#include "pgcat_functions.def"
#undef PGCAT_FUNCTION

/* For evaluators. */
static inline void pgcat_answer_text(struct pgcat_value *result, const char *text, size_t length) {
    *result = (struct pgcat_value){.text = text, .length = length};
}

static inline void pgcat_answer_number(struct pgcat_value *result, int64_t number) {
    *result = (struct pgcat_value){.number = number};
}

/* What was written to call->text. */
static inline bool pgcat_answer_written(const struct pgcat_call *call, struct pgcat_value *result, struct error *err) {
    pgcat_answer_text(result, (const char *)call->text->bytes, call->text->length);
    return writer_ok(call->text) || error_set_no_memory(err);
}

#endif
