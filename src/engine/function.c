/* Types, casts and scalar functions of ours. Table functions stand in table_function.c. */
#include "engine/function.h"

#include "base/memory.h"
#include "engine/internal.h"

/* Our copy of what a callback needs; DuckDB keeps it as long as the function. */
struct scalar {
    struct arena arena;
    const struct engine_type *const *parameters; /* declared ones; `variadic` stands for all behind them */
    int32_t parameter_count;
    const struct engine_type *variadic;
    const struct engine_type *result;
    bool (*evaluate)(void *, int64_t, const struct engine_chunk *, struct engine_vector *, struct error *);
    void *self;
};

struct cast {
    struct arena arena;
    const struct engine_type *source, *target;
    bool (*convert)(void *, bool, const struct engine_vector *, int64_t, struct engine_vector *, struct error *);
    void *self;
};

static bool registered(duckdb_state state, const char *what, const char *name, struct error *err) {
    return state == DuckDBSuccess || error_set(err, ERROR_CATALOG, "cannot register %s \"%s\"", what, name);
}

bool engine_register_type(struct engine_connection *connection, const struct engine_type *type, struct error *err) {
    duckdb_logical_type handle = engine_type_handle(type);
    if (!handle)
        return error_set_no_memory(err);
    bool ok = registered(duckdb_register_logical_type(connection->handle, handle, NULL), "type", type->alias, err);
    duckdb_destroy_logical_type(&handle);
    return ok;
}

/* The message as DuckDB carries it. */
static const char *marked_message(struct arena *arena, const struct error *err) {
    const char *text = arena_format(arena, "%s%c%s", err->message, ENGINE_STATE_MARK, error_sqlstate(err));
    return text ? text : err->message;
}

static void destroy_cast(void *memory) {
    struct cast *cast = memory;
    arena_destroy(&cast->arena);
    memory_free(cast);
}

/* Points a view of the given type at one vector of DuckDB's. */
static struct engine_vector *view_vector(struct arena *arena, const struct engine_type *type, duckdb_vector handle) {
    struct engine_vector *view = engine_vector_tree(arena, &type, 1);
    if (view)
        engine_vector_point(view, handle);
    return view;
}

static bool run_cast(duckdb_function_info info, idx_t count, duckdb_vector input, duckdb_vector output) {
    struct cast *cast = duckdb_cast_function_get_extra_info(info);
    bool is_try = duckdb_cast_function_get_cast_mode(info) == DUCKDB_CAST_TRY;
    struct arena arena = {0};
    struct error err;
    error_clear(&err);
    struct engine_vector *source = view_vector(&arena, cast->source, input);
    struct engine_vector *target = view_vector(&arena, cast->target, output);
    bool ok = source && target ? cast->convert(cast->self, is_try, source, (int64_t)count, target, &err)
                               : error_set_no_memory(&err);
    if (!ok || err.message[0])
        duckdb_cast_function_set_error(info, marked_message(&arena, &err));
    arena_destroy(&arena);
    return ok && !err.message[0];
}

bool engine_register_cast(struct engine_connection *connection, const struct engine_cast *cast, struct error *err) {
    struct cast *copy = memory_allocate_zeroed(1, sizeof *copy);
    if (!copy)
        return error_set_no_memory(err);
    copy->source = engine_type_copy(&copy->arena, cast->source);
    copy->target = engine_type_copy(&copy->arena, cast->target);
    copy->convert = cast->convert;
    copy->self = cast->self;
    duckdb_logical_type source = engine_type_handle(cast->source), target = engine_type_handle(cast->target);
    duckdb_cast_function function = duckdb_create_cast_function();
    duckdb_cast_function_set_extra_info(function, copy, destroy_cast);
    bool ok = copy->source && copy->target && source && target ? true : error_set_no_memory(err);
    if (ok) {
        duckdb_cast_function_set_source_type(function, source);
        duckdb_cast_function_set_target_type(function, target);
        duckdb_cast_function_set_implicit_cast_cost(function, cast->implicit_cost);
        duckdb_cast_function_set_function(function, run_cast);
        ok = registered(duckdb_register_cast_function(connection->handle, function), "cast to", cast->target->alias, err);
    }
    duckdb_destroy_cast_function(&function);
    duckdb_destroy_logical_type(&source);
    duckdb_destroy_logical_type(&target);
    return ok;
}

static void destroy_scalar(void *memory) {
    struct scalar *scalar = memory;
    arena_destroy(&scalar->arena);
    memory_free(scalar);
}

static const struct engine_type *argument_type(const struct scalar *scalar, int32_t argument) {
    return argument < scalar->parameter_count ? scalar->parameters[argument] : scalar->variadic;
}

/* A view of the arguments; those declared ANY are read as the type they have. */
static bool view_arguments(struct arena *arena, const struct scalar *scalar, duckdb_data_chunk input,
                           struct engine_chunk *view) {
    view->column_count = (int32_t)duckdb_data_chunk_get_column_count(input);
    const struct engine_type **types = arena_allocate(arena, ((size_t)view->column_count + 1) * sizeof(struct engine_type *));
    if (!types)
        return false;
    for (int32_t i = 0; i < view->column_count; i++) {
        types[i] = argument_type(scalar, i);
        if (types[i]->id == ENGINE_TYPE_ANY)
            types[i] = engine_type_read(
                arena, duckdb_vector_get_column_type(duckdb_data_chunk_get_vector(input, (idx_t)i)));
        if (!types[i])
            return false;
    }
    view->columns = engine_vector_tree(arena, types, view->column_count);
    if (!view->columns)
        return false;
    engine_chunk_point(view, input);
    return true;
}

static void *copy_connection_id(void *connection_id) {
    return connection_id;
}

/* The bind data is the connection's id itself: nothing to allocate, nothing to free. */
static void bind_scalar(duckdb_bind_info info) {
    duckdb_client_context context;
    duckdb_scalar_function_get_client_context(info, &context);
    uintptr_t connection_id = duckdb_client_context_get_connection_id(context);
    duckdb_destroy_client_context(&context);
    duckdb_scalar_function_set_bind_data(info, (void *)connection_id, NULL);
    duckdb_scalar_function_set_bind_data_copy(info, copy_connection_id);
}

static void run_scalar(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    struct scalar *scalar = duckdb_scalar_function_get_extra_info(info);
    int64_t connection_id = (int64_t)(uintptr_t)duckdb_scalar_function_get_bind_data(info);
    struct arena arena = {0};
    struct error err;
    error_clear(&err);
    struct engine_chunk arguments = {0};
    struct engine_vector *result = view_vector(&arena, scalar->result, output);
    bool ok = result && view_arguments(&arena, scalar, input, &arguments)
                  ? scalar->evaluate(scalar->self, connection_id, &arguments, result, &err)
                  : error_set_no_memory(&err);
    if (!ok)
        duckdb_scalar_function_set_error(info, marked_message(&arena, &err));
    arena_destroy(&arena);
}

static struct scalar *copy_scalar(const struct engine_scalar_function *function) {
    struct scalar *copy = memory_allocate_zeroed(1, sizeof *copy);
    if (!copy)
        return NULL;
    const struct engine_type **parameters =
        arena_allocate_zeroed(&copy->arena, (size_t)function->parameter_count + 1, sizeof(struct engine_type *));
    bool ok = parameters != NULL;
    for (int32_t i = 0; ok && i < function->parameter_count; i++)
        ok = (parameters[i] = engine_type_copy(&copy->arena, function->parameters[i])) != NULL;
    ok = ok && (copy->result = engine_type_copy(&copy->arena, function->result));
    if (ok && function->variadic)
        ok = (copy->variadic = engine_type_copy(&copy->arena, function->variadic)) != NULL;
    if (!ok) {
        destroy_scalar(copy);
        return NULL;
    }
    copy->parameters = parameters;
    copy->parameter_count = function->parameter_count;
    copy->evaluate = function->evaluate;
    copy->self = function->self;
    return copy;
}

static bool add_parameter(duckdb_scalar_function handle, const struct engine_type *type,
                          void (*add)(duckdb_scalar_function, duckdb_logical_type)) {
    duckdb_logical_type logical = engine_type_handle(type);
    if (!logical)
        return false;
    add(handle, logical);
    duckdb_destroy_logical_type(&logical);
    return true;
}

static duckdb_scalar_function make_scalar(const struct engine_scalar_function *function) {
    struct scalar *copy = copy_scalar(function);
    if (!copy)
        return NULL;
    duckdb_scalar_function handle = duckdb_create_scalar_function();
    duckdb_scalar_function_set_extra_info(handle, copy, destroy_scalar);
    duckdb_scalar_function_set_name(handle, function->name);
    bool ok = add_parameter(handle, function->result, duckdb_scalar_function_set_return_type);
    for (int32_t i = 0; i < function->parameter_count; i++)
        ok = ok && add_parameter(handle, function->parameters[i], duckdb_scalar_function_add_parameter);
    if (function->variadic)
        ok = ok && add_parameter(handle, function->variadic, duckdb_scalar_function_set_varargs);
    if (!ok) {
        duckdb_destroy_scalar_function(&handle);
        return NULL;
    }
    duckdb_scalar_function_set_special_handling(handle);
    if (function->is_volatile)
        duckdb_scalar_function_set_volatile(handle);
    duckdb_scalar_function_set_bind(handle, bind_scalar);
    duckdb_scalar_function_set_function(handle, run_scalar);
    return handle;
}

bool engine_register_scalar(struct engine_connection *connection, const struct engine_scalar_function *overloads,
                            int32_t count, struct error *err) {
    duckdb_scalar_function_set set = duckdb_create_scalar_function_set(overloads[0].name);
    bool ok = true;
    for (int32_t i = 0; ok && i < count; i++) {
        duckdb_scalar_function function = make_scalar(&overloads[i]);
        ok = function ? registered(duckdb_add_scalar_function_to_set(set, function), "overload of", overloads[i].name, err)
                      : error_set_no_memory(err);
        duckdb_destroy_scalar_function(&function);
    }
    ok = ok && registered(duckdb_register_scalar_function_set(connection->handle, set), "function", overloads[0].name, err);
    duckdb_destroy_scalar_function_set(&set);
    return ok;
}
