/* What we add to the engine: types, casts, scalar and table functions.
 *
 * Everything registered belongs to the instance and is seen by all its connections; registering happens from the `opened`
 * hook of engine_options (database.h). Callbacks run on whatever thread executes the statement, several at once, and must
 * not call the engine. NULLs are the callback's business: it sees them in the arguments and sets them in the result.
 */
#ifndef ENGINE_FUNCTION_H
#define ENGINE_FUNCTION_H

#include "engine/connection.h"

/* A type under its alias; later types, casts and functions name it by an equal struct engine_type. */
bool engine_register_type(struct engine_connection *connection, const struct engine_type *type, struct error *err);

struct engine_cast {
    const struct engine_type *source, *target;
    int64_t implicit_cost; /* lower is preferred; negative: only where the cast is written out */
    /* Converts `row_count` rows. Where a row fails it says why in `err`, sets the result to NULL and goes on if `is_try`
     * (TRY_CAST), otherwise returns false. */
    bool (*convert)(void *self, bool is_try, const struct engine_vector *source, int64_t row_count,
                    struct engine_vector *target, struct error *err);
    void *self; /* borrowed until the database is destroyed */
};

bool engine_register_cast(struct engine_connection *connection, const struct engine_cast *cast, struct error *err);

struct engine_scalar_function {
    const char *name;
    const struct engine_type *const *parameters; /* ENGINE_TYPE_ANY takes every type */
    int32_t parameter_count;
    const struct engine_type *variadic; /* the type of further arguments; NULL: none */
    const struct engine_type *result;
    bool is_volatile; /* evaluated for each row and each execution, even if all arguments are constant */
    /* One result row for each row of `arguments`. `connection_id` is that of the statement. */
    bool (*evaluate)(void *self, int64_t connection_id, const struct engine_chunk *arguments,
                     struct engine_vector *result, struct error *err);
    void *self; /* borrowed until the database is destroyed */
};

/* The overloads of one name, registered together. Replaces nothing: DuckDB keeps its own function of the same name. */
bool engine_register_scalar(struct engine_connection *connection, const struct engine_scalar_function *overloads,
                            int32_t count, struct error *err);

/* A table function being bound to its arguments. */
struct engine_table_bind;

int64_t engine_table_bind_connection_id(const struct engine_table_bind *bind);
/* As text; NULL for NULL. Borrowed until the bind callback returns. */
const char *engine_table_bind_argument(struct engine_table_bind *bind, int32_t argument);
void engine_table_bind_column(struct engine_table_bind *bind, const char *name, const struct engine_type *type);
/* Moved to the engine, which ends it with `destroy` (may be NULL). */
void engine_table_bind_state(struct engine_table_bind *bind, void *state, void (*destroy)(void *state));

struct engine_table_function {
    const char *name;
    int32_t parameter_count; /* all VARCHAR */
    bool (*bind)(void *self, struct engine_table_bind *bind, struct error *err);
    /* The next rows: sets the chunk's row_count, 0 at the end. `state` is what bind left, shared by all scans of the
     * statement; `*position` is the scan's own, 0 at its start. Scans run in one thread each. */
    bool (*scan)(void *self, void *state, int64_t *position, struct engine_chunk *chunk, struct error *err);
    void *self; /* borrowed until the database is destroyed */
};

bool engine_register_table(struct engine_connection *connection, const struct engine_table_function *function,
                           struct error *err);

#endif
