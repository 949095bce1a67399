/* Statements and queries of the layer's own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pgddl/table.h"

bool table_run(const struct pgddl *ddl, struct error *err, const char *format, ...) {
    va_list args;
    char *sql = NULL;
    va_start(args, format);
    int length = vasprintf(&sql, format, args);
    va_end(args);
    if (length < 0)
        return error_set_no_memory(err);
    bool ok = engine_connection_execute(ddl->connection, sql, err);
    free(sql);
    return ok;
}

static const char *copy_text(struct arena *arena, const struct engine_vector *column, int64_t row) {
    const struct engine_string *text = (const struct engine_string *)column->data + row;
    return arena_copy_string_n(arena, engine_string_bytes(text), text->length);
}

struct row_list {
    const char **values;
    int32_t count, space; /* rows */
};

/* Room for more rows; the old ones stay in the arena. */
static bool grow(struct arena *arena, struct row_list *list, int32_t columns, int64_t more) {
    if (list->count + more <= list->space)
        return true;
    int32_t space = 2 * (list->count + (int32_t)more);
    const char **values = arena_allocate(arena, (size_t)space * (size_t)columns * sizeof *values);
    if (!values)
        return false;
    if (list->count)
        memcpy(values, list->values, (size_t)list->count * (size_t)columns * sizeof *values);
    list->values = values;
    list->space = space;
    return true;
}

static bool add_chunk(struct arena *arena, struct row_list *list, int32_t columns, const struct engine_chunk *chunk) {
    if (!grow(arena, list, columns, chunk->row_count))
        return false;
    for (int64_t row = 0; row < chunk->row_count; row++, list->count++)
        for (int32_t i = 0; i < columns; i++) {
            const char **value = &list->values[list->count * columns + i];
            bool null = engine_vector_is_null(&chunk->columns[i], row);
            *value = null ? NULL : copy_text(arena, &chunk->columns[i], row);
            if (!null && !*value)
                return false;
        }
    return true;
}

bool table_query(const struct pgddl *ddl, const char *sql, int32_t columns, const char ***rows, int32_t *count, struct error *err) {
    struct engine_statement *statement = sql ? engine_statement_prepare(ddl->connection, sql, err) : NULL;
    struct engine_result *result = statement ? engine_statement_execute(statement, err) : NULL;
    const struct engine_chunk *chunk;
    struct row_list list = {0};
    bool ok = result != NULL;
    if (!sql)
        error_set_no_memory(err);
    while (ok && (ok = engine_result_fetch(result, &chunk, err)) && chunk)
        ok = add_chunk(ddl->arena, &list, columns, chunk) ? true : error_set_no_memory(err);
    engine_result_destroy(result);
    engine_statement_destroy(statement);
    *rows = list.values;
    *count = list.count;
    return ok;
}
