/* Prepared statements: preparing, describing, binding, starting. */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "engine/internal.h"
#include "engine/result.h"

struct column {
    const char *name;
    const struct engine_type *type;
};

struct engine_statement {
    struct engine_connection *connection;
    duckdb_prepared_statement handle;
    struct arena arena; /* descriptions */
    int32_t column_count;
    struct column *columns;
    int32_t parameter_count;
    int32_t *parameter_indexes; /* our number → DuckDB's, 0 where the text skips a number */
    const struct engine_type **parameter_types;
    enum engine_result_kind result_kind;
    bool is_constant;
    struct engine_result *kept; /* of a constant one, after it ran once */
};

/* DuckDB reports a count or a success as a result of one column with a fixed name. */
static enum engine_result_kind kind_of_columns(const struct engine_statement *statement) {
    if (statement->column_count != 1)
        return ENGINE_RESULT_ROWS;
    const struct column *column = statement->columns;
    if (column->type->id == ENGINE_TYPE_BOOLEAN && strcmp(column->name, "Success") == 0)
        return ENGINE_RESULT_NOTHING;
    if (column->type->id != ENGINE_TYPE_BIGINT || strcmp(column->name, "Count") != 0)
        return ENGINE_RESULT_ROWS;
    switch (engine_statement_kind(statement)) {
    case ENGINE_STATEMENT_INSERT:
    case ENGINE_STATEMENT_UPDATE:
    case ENGINE_STATEMENT_DELETE:
    case ENGINE_STATEMENT_MERGE_INTO:
    case ENGINE_STATEMENT_COPY:
        return ENGINE_RESULT_CHANGED;
    case ENGINE_STATEMENT_CREATE:
        return ENGINE_RESULT_NOTHING;
    default:
        return ENGINE_RESULT_ROWS;
    }
}

/* While parameters are unresolved DuckDB describes one column "unknown" of no type. */
static bool describe_columns(struct engine_statement *statement) {
    int32_t count = (int32_t)duckdb_prepared_statement_column_count(statement->handle);
    statement->columns = arena_allocate_zeroed(&statement->arena, (size_t)count, sizeof *statement->columns);
    if (!statement->columns)
        return false;
    for (int32_t i = 0; i < count; i++) {
        duckdb_logical_type type = duckdb_prepared_statement_column_logical_type(statement->handle, (idx_t)i);
        const char *name = duckdb_prepared_statement_column_name(statement->handle, (idx_t)i);
        struct column *column = &statement->columns[i];
        column->type = engine_type_read(&statement->arena, type);
        column->name = arena_copy_string(&statement->arena, name ? name : "");
        duckdb_free((void *)(uintptr_t)name);
        if (!column->type || !column->name)
            return false;
        if (column->type->id == ENGINE_TYPE_INVALID) {
            statement->column_count = -1;
            return true;
        }
    }
    statement->column_count = count;
    return true;
}

/* DuckDB names a parameter by its number and numbers parameters in its own order. */
static int32_t parameter_number(const struct engine_statement *statement, idx_t index) {
    const char *name = duckdb_parameter_name(statement->handle, index);
    long number = name ? strtol(name, NULL, 10) : 0;
    duckdb_free((void *)(uintptr_t)name);
    return number > 0 && number <= UINT16_MAX ? (int32_t)number : 0;
}

static bool describe_parameters(struct engine_statement *statement, struct error *err) {
    idx_t count = duckdb_nparams(statement->handle);
    int32_t highest = 0;
    for (idx_t i = 1; i <= UINT16_MAX && i <= count; i++) {
        int32_t number = parameter_number(statement, i);
        /* A gap in the numbers leaves holes in DuckDB's list too: its count is then the highest number. */
        highest = number > highest ? number : highest;
    }
    if (count > UINT16_MAX)
        return error_set(err, ERROR_LIMIT, "number of parameters must be between 0 and %d", UINT16_MAX);
    if ((idx_t)highest < count)
        highest = (int32_t)count;
    statement->parameter_count = highest;
    statement->parameter_indexes = arena_allocate_zeroed(&statement->arena, (size_t)highest, sizeof(int32_t));
    statement->parameter_types = arena_allocate_zeroed(&statement->arena, (size_t)highest, sizeof(void *));
    if (!statement->parameter_indexes || !statement->parameter_types)
        return error_set_no_memory(err);
    for (idx_t i = 1; i <= count; i++) {
        int32_t number = parameter_number(statement, i);
        if (!number)
            continue;
        duckdb_logical_type type = duckdb_param_logical_type(statement->handle, i);
        statement->parameter_indexes[number - 1] = (int32_t)i;
        if (type && duckdb_get_type_id(type) != DUCKDB_TYPE_INVALID)
            statement->parameter_types[number - 1] = engine_type_read(&statement->arena, type);
        else
            duckdb_destroy_logical_type(&type);
    }
    return true;
}

/* Texts that DuckDB expands into several statements: PIVOT becomes CREATE TYPE and SELECT; where it writes, BEGIN, CREATE TYPE,
 * the statement itself and COMMIT. What goes before the statement itself runs now; transactions are the caller's. */
static bool prepare_extracted(struct engine_connection *connection, const char *sql,
                              duckdb_prepared_statement *handle, struct error *err) {
    duckdb_extracted_statements extracted = NULL;
    idx_t count = duckdb_extract_statements(connection->handle, sql, &extracted), main = count - 1;
    bool ok = count > 0 || engine_error_fill(connection, duckdb_extract_statements_error(extracted), err);
    for (idx_t i = 0; ok && i < count; i++) {
        duckdb_result result = {0};
        ok = duckdb_prepare_extracted_statement(connection->handle, extracted, i, handle) == DuckDBSuccess ||
             engine_error_fill(connection, duckdb_prepare_error(*handle), err);
        bool begins = ok && i == 0 && duckdb_prepared_statement_type(*handle) == DUCKDB_STATEMENT_TYPE_TRANSACTION;
        main -= begins && count > 2;
        if (!ok || i == main)
            break;
        ok = begins || duckdb_execute_prepared(*handle, &result) == DuckDBSuccess ||
             engine_error_fill(connection, duckdb_result_error(&result), err);
        duckdb_destroy_result(&result);
        duckdb_destroy_prepare(handle);
    }
    duckdb_destroy_extracted(&extracted);
    return ok;
}

static bool prepare(struct engine_connection *connection, const char *sql, duckdb_prepared_statement *handle,
                    struct error *err) {
    if (fault_strikes(FAULT_ENGINE))
        return error_set(err, ERROR_IO, "injected engine failure");
    engine_activity_begin(&connection->activity); /* binding may read files */
    duckdb_state state = duckdb_prepare(connection->handle, sql, handle);
    engine_activity_pause(&connection->activity);
    if (state == DuckDBSuccess)
        return true;
    const char *message = duckdb_prepare_error(*handle);
    bool several = message && strstr(message, "Cannot prepare multiple statements at once");
    if (!several)
        return engine_error_fill(connection, message, err);
    duckdb_destroy_prepare(handle);
    return prepare_extracted(connection, sql, handle, err);
}

struct engine_statement *engine_statement_prepare(struct engine_connection *connection, const char *sql,
                                                  struct error *err) {
    struct engine_statement *statement = memory_allocate_zeroed(1, sizeof *statement);
    if (!statement) {
        error_set_no_memory(err);
        return NULL;
    }
    statement->connection = connection;
    bool ok = prepare(connection, sql, &statement->handle, err) && describe_parameters(statement, err) &&
              (describe_columns(statement) || error_set_no_memory(err));
    if (ok) {
        statement->result_kind = kind_of_columns(statement);
        return statement;
    }
    engine_statement_destroy(statement);
    return NULL;
}

void engine_statement_destroy(struct engine_statement *statement) {
    if (!statement)
        return;
    engine_result_destroy_kept(statement->kept);
    duckdb_destroy_prepare(&statement->handle);
    arena_destroy(&statement->arena);
    memory_free(statement);
}

enum engine_statement_kind engine_statement_kind(const struct engine_statement *statement) {
    return (enum engine_statement_kind)duckdb_prepared_statement_type(statement->handle);
}

bool engine_statement_kind_writes(enum engine_statement_kind kind) {
    static const bool writes[] = {
#define ENGINE_STATEMENT(kind, number, writes) [number] = writes,
#include "engine_statements.def"
#undef ENGINE_STATEMENT
    };
    return (unsigned)kind >= sizeof writes / sizeof writes[0] || writes[kind];
}

bool engine_statement_writes(const struct engine_statement *statement) {
    return engine_statement_kind_writes(engine_statement_kind(statement));
}

enum engine_result_kind engine_statement_result_kind(const struct engine_statement *statement) {
    return statement->result_kind;
}

int32_t engine_statement_parameter_count(const struct engine_statement *statement) {
    return statement->parameter_count;
}

const struct engine_type *engine_statement_parameter_type(const struct engine_statement *statement, int32_t parameter) {
    return statement->parameter_types[parameter];
}

int32_t engine_statement_column_count(const struct engine_statement *statement) {
    return statement->column_count;
}

const char *engine_statement_column_name(const struct engine_statement *statement, int32_t column) {
    return statement->columns[column].name;
}

const struct engine_type *engine_statement_column_type(const struct engine_statement *statement, int32_t column) {
    return statement->columns[column].type;
}

bool engine_statement_bind(struct engine_statement *statement, int32_t parameter, const struct engine_value *value,
                           struct error *err) {
    if (!value)
        return error_set_no_memory(err);
    int32_t index = statement->parameter_indexes[parameter];
    if (!index || duckdb_bind_value(statement->handle, (idx_t)index, engine_value_handle(value)) == DuckDBSuccess)
        return true; /* a number that the text skips takes any value */
    return engine_error_fill(statement->connection, duckdb_prepare_error(statement->handle), err);
}

void engine_statement_set_constant(struct engine_statement *statement) {
    statement->is_constant = true;
}

static struct engine_result *execute(struct engine_statement *statement, struct error *err) {
    duckdb_pending_result pending = NULL;
    duckdb_result handle = {0};
    struct engine_result *result = NULL;
    atomic_store(&statement->connection->interrupt_requested, false);
    engine_activity_begin(&statement->connection->activity);
    if (fault_strikes(FAULT_ENGINE)) {
        error_set(err, ERROR_IO, "injected engine failure");
    } else if (duckdb_pending_prepared_streaming(statement->handle, &pending) == DuckDBError) {
        engine_error_fill(statement->connection, duckdb_pending_error(pending), err);
    } else if (duckdb_execute_pending(pending, &handle) == DuckDBError) {
        engine_error_fill(statement->connection, duckdb_result_error(&handle), err);
        duckdb_destroy_result(&handle);
    } else {
        result = engine_result_take(statement->connection, statement->handle, &handle, err);
        engine_connection_note_statement(statement->connection, engine_statement_kind(statement));
    }
    duckdb_destroy_pending(&pending);
    engine_activity_pause(&statement->connection->activity);
    return result;
}

struct engine_result *engine_statement_execute(struct engine_statement *statement, struct error *err) {
    struct engine_result *result = statement->kept ? engine_result_lend(statement->kept) : NULL;
    if (result)
        return result;
    result = execute(statement, err);
    if (!result || !statement->is_constant || statement->kept)
        return result;
    if (!engine_result_buffer(result, err)) {
        engine_result_destroy(result);
        return NULL;
    }
    if (engine_result_keep(result))
        statement->kept = result;
    return result;
}
