/* Small results, row by row. */
#include "duckcat/rows.h"

#include "engine/value.h"

void rows_open(struct rows *rows, struct lease *lease, struct arena *arena, const char *sql, const char *argument,
               struct error *err) {
    *rows = (struct rows){.arena = arena, .err = err, .failed = true};
    rows->statement = engine_statement_prepare(lease_connection(lease), sql, err);
    if (!rows->statement)
        return;
    if (argument) {
        struct engine_value *value = engine_value_bytes(ENGINE_TYPE_VARCHAR, argument, strlen(argument));
        bool bound = engine_statement_bind(rows->statement, 0, value, err);
        engine_value_destroy(value);
        if (!bound)
            return;
    }
    rows->result = lease_start(lease, rows->statement, err);
    rows->failed = !rows->result;
}

bool rows_next(struct rows *rows) {
    if (rows->failed)
        return false;
    rows->row++;
    if (!rows->chunk || rows->row >= rows->chunk->row_count) {
        rows->row = 0;
        rows->failed = !engine_result_fetch(rows->result, &rows->chunk, rows->err);
    }
    return !rows->failed && rows->chunk;
}

const char *rows_text(struct rows *rows, int32_t column) {
    const struct engine_vector *vector = &rows->chunk->columns[column];
    if (engine_vector_is_null(vector, rows->row))
        return NULL;
    const struct engine_string *text = (const struct engine_string *)vector->data + rows->row;
    const char *copy = arena_copy_string_n(rows->arena, engine_string_bytes(text), text->length);
    if (!copy)
        rows->failed = !error_set_no_memory(rows->err);
    return copy;
}

int64_t rows_int64(const struct rows *rows, int32_t column) {
    const struct engine_vector *vector = &rows->chunk->columns[column];
    return engine_vector_is_null(vector, rows->row) ? 0 : ((const int64_t *)vector->data)[rows->row];
}

bool rows_boolean(const struct rows *rows, int32_t column) {
    const struct engine_vector *vector = &rows->chunk->columns[column];
    return !engine_vector_is_null(vector, rows->row) && ((const bool *)vector->data)[rows->row];
}

bool rows_close(struct rows *rows) {
    engine_result_destroy(rows->result);
    engine_statement_destroy(rows->statement);
    return !rows->failed;
}
