/* Table functions of ours. */
#include "base/memory.h"
#include "engine/function.h"
#include "engine/internal.h"

/* DuckDB keeps it as long as the function. */
struct table {
    bool (*bind)(void *, struct engine_table_bind *, struct error *);
    bool (*scan)(void *, void *, int64_t *, struct engine_chunk *, struct error *);
    void *self;
};

/* The bind data: what the columns are, and the function's own state. */
struct bound {
    struct arena arena;
    const struct engine_type **types;
    int32_t column_count, column_space;
    void *state;
    void (*destroy)(void *state);
};

struct scan {
    struct arena arena;
    struct engine_chunk view;
    int64_t position;
};

struct engine_table_bind {
    duckdb_bind_info info;
    struct arena arena; /* for arguments */
    struct bound *bound;
    bool out_of_memory;
};

int64_t engine_table_bind_connection_id(const struct engine_table_bind *bind) {
    duckdb_client_context context;
    duckdb_table_function_get_client_context(bind->info, &context);
    int64_t id = (int64_t)duckdb_client_context_get_connection_id(context);
    duckdb_destroy_client_context(&context);
    return id;
}

const char *engine_table_bind_argument(struct engine_table_bind *bind, int32_t argument) {
    duckdb_value value = duckdb_bind_get_parameter(bind->info, (idx_t)argument);
    const char *copy = NULL;
    if (value && !duckdb_is_null_value(value)) {
        char *text = duckdb_get_varchar(value);
        copy = arena_copy_string(&bind->arena, text);
        bind->out_of_memory |= !copy;
        duckdb_free(text);
    }
    duckdb_destroy_value(&value);
    return copy;
}

static bool add_type(struct bound *bound, const struct engine_type *type) {
    if (bound->column_count == bound->column_space) {
        int32_t space = bound->column_space ? 2 * bound->column_space : 16;
        const struct engine_type **types = memory_resize(bound->types, (size_t)space * sizeof(struct engine_type *));
        if (!types)
            return false;
        bound->types = types;
        bound->column_space = space;
    }
    const struct engine_type *copy = engine_type_copy(&bound->arena, type);
    if (copy)
        bound->types[bound->column_count++] = copy;
    return copy != NULL;
}

void engine_table_bind_column(struct engine_table_bind *bind, const char *name, const struct engine_type *type) {
    duckdb_logical_type handle = engine_type_handle(type);
    if (handle && add_type(bind->bound, type))
        duckdb_bind_add_result_column(bind->info, name, handle);
    else
        bind->out_of_memory = true;
    duckdb_destroy_logical_type(&handle);
}

void engine_table_bind_state(struct engine_table_bind *bind, void *state, void (*destroy)(void *state)) {
    bind->bound->state = state;
    bind->bound->destroy = destroy;
}

static void destroy_bound(void *memory) {
    struct bound *bound = memory;
    if (bound->destroy)
        bound->destroy(bound->state);
    arena_destroy(&bound->arena);
    memory_free(bound->types);
    memory_free(bound);
}

static void bind_table(duckdb_bind_info info) {
    struct table *table = duckdb_bind_get_extra_info(info);
    struct engine_table_bind bind = {.info = info, .bound = memory_allocate_zeroed(1, sizeof(struct bound))};
    struct error err;
    error_clear(&err);
    bool ok = bind.bound && table->bind(table->self, &bind, &err);
    if (!bind.bound || bind.out_of_memory)
        ok = error_set_no_memory(&err);
    if (!ok)
        duckdb_bind_set_error(info, err.message);
    if (bind.bound)
        duckdb_bind_set_bind_data(info, bind.bound, destroy_bound);
    arena_destroy(&bind.arena);
}

static void destroy_scan(void *memory) {
    struct scan *scan = memory;
    arena_destroy(&scan->arena);
    memory_free(scan);
}

static void init_table(duckdb_init_info info) {
    struct bound *bound = duckdb_init_get_bind_data(info);
    struct scan *scan = memory_allocate_zeroed(1, sizeof *scan);
    if (!scan) {
        duckdb_init_set_error(info, "out of memory");
        return;
    }
    duckdb_init_set_init_data(info, scan, destroy_scan);
    duckdb_init_set_max_threads(info, 1);
    scan->view.column_count = bound->column_count;
    scan->view.columns = engine_vector_tree(&scan->arena, bound->types, bound->column_count);
    if (!scan->view.columns)
        duckdb_init_set_error(info, "out of memory");
}

static void run_table(duckdb_function_info info, duckdb_data_chunk output) {
    struct table *table = duckdb_function_get_extra_info(info);
    struct bound *bound = duckdb_function_get_bind_data(info);
    struct scan *scan = duckdb_function_get_init_data(info);
    struct error err;
    error_clear(&err);
    engine_chunk_point(&scan->view, output);
    scan->view.row_count = 0;
    if (table->scan(table->self, bound->state, &scan->position, &scan->view, &err))
        duckdb_data_chunk_set_size(output, (idx_t)scan->view.row_count);
    else
        duckdb_function_set_error(info, err.message);
}

bool engine_register_table(struct engine_connection *connection, const struct engine_table_function *function,
                           struct error *err) {
    struct table *table = memory_allocate(sizeof *table);
    duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    duckdb_table_function handle = duckdb_create_table_function();
    bool ok = table && text && handle ? true : error_set_no_memory(err);
    if (ok) {
        *table = (struct table){function->bind, function->scan, function->self};
        duckdb_table_function_set_extra_info(handle, table, memory_free);
        duckdb_table_function_set_name(handle, function->name);
        for (int32_t i = 0; i < function->parameter_count; i++)
            duckdb_table_function_add_parameter(handle, text);
        duckdb_table_function_set_bind(handle, bind_table);
        duckdb_table_function_set_init(handle, init_table);
        duckdb_table_function_set_function(handle, run_table);
        ok = duckdb_register_table_function(connection->handle, handle) == DuckDBSuccess ||
             error_set(err, ERROR_CATALOG, "cannot register table function \"%s\"", function->name);
    } else {
        memory_free(table);
    }
    duckdb_destroy_table_function(&handle);
    duckdb_destroy_logical_type(&text);
    return ok;
}
