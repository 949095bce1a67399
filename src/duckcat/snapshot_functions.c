/* Macros as functions: table macros with parameters of any type (each call is bound anew), scalar macros where all
 * parameters have types, for only then is there one type of result. */
#include <string.h>

#include "base/memory.h"
#include "duckcat/rows.h"
#include "duckcat/snapshot_loader.h"
#include "duckcat/sql.h"
#include "engine/arrow.h"

/* Lists arrive as texts whose parts end with a byte that no name has. */
static const char functions_sql[] =
    "SELECT schema_name, function_name, coalesce(comment, description), function_type = 'table_macro', "
    "array_to_string([p || chr(31) for p in parameters], ''), "
    "array_to_string([coalesce(t, '') || chr(31) for t in parameter_types], '') FROM duckdb_functions() "
    "WHERE database_name = ? AND NOT internal AND function_type IN ('macro', 'table_macro') "
    "ORDER BY schema_name, function_name";

static const char **split(struct arena *arena, const char *text, int32_t *count) {
    int32_t parts = 0;
    for (const char *c = text; *c; c++)
        parts += *c == '\x1f';
    const char **list = arena_allocate_zeroed(arena, (size_t)parts, sizeof *list);
    for (int32_t i = 0; list && i < parts; i++) {
        size_t length = strcspn(text, "\x1f");
        if (!(list[i] = arena_copy_string_n(arena, text, length)))
            return NULL;
        text += length + 1;
    }
    *count = parts;
    return list;
}

/* The type of a scalar macro's result; NULL when it has none of its own. */
static const struct engine_type *result_type(struct lease *lease, struct arena *arena,
                                             const struct snapshot_function *function) {
    struct writer sql = {0};
    struct error ignored;
    const struct engine_type *type = NULL;
    writer_text(&sql, "SELECT ");
    sql_path(&sql, function->database, function->schema, function->name);
    writer_u8(&sql, '(');
    for (int32_t i = 0; i < function->parameter_count; i++)
        writer_format(&sql, "%sCAST(NULL AS %s)", i ? ", " : "", function->parameter_types[i]);
    writer_u8(&sql, ')');
    const char *text = sql_finish(&sql, NULL);
    struct engine_statement *statement =
        text ? engine_statement_prepare(lease_connection(lease), text, &ignored) : NULL;
    if (statement && engine_statement_column_count(statement) == 1 &&
        engine_arrow_supports(engine_statement_column_type(statement, 0)))
        type = engine_type_copy(arena, engine_statement_column_type(statement, 0));
    engine_statement_destroy(statement);
    writer_destroy(&sql);
    return type;
}

static bool has_signature(const struct snapshot_function *function) {
    for (int32_t i = 0; i < function->parameter_count; i++)
        if (!function->parameter_types[i])
            return false;
    return true;
}

static bool read_function(struct snapshot *snapshot, struct rows *rows, struct snapshot_function *out) {
    int32_t type_count = 0;
    const char *parameters = rows_text(rows, 4), *types = rows_text(rows, 5);
    *out = (struct snapshot_function){.database = snapshot->database};
    out->schema = rows_text(rows, 0);
    out->name = rows_text(rows, 1);
    out->comment = rows_text(rows, 2);
    out->is_table = rows_boolean(rows, 3);
    out->parameters = split(&snapshot->arena, parameters ? parameters : "", &out->parameter_count);
    out->parameter_types = split(&snapshot->arena, types ? types : "", &type_count);
    if (!out->schema || !out->name || !out->parameters || !out->parameter_types || type_count != out->parameter_count)
        return false;
    for (int32_t i = 0; i < type_count; i++)
        if (!out->parameter_types[i][0])
            out->parameter_types[i] = NULL;
    return true;
}

/* Read first, asked about afterwards: a connection runs one statement at a time. */
static void place_functions(struct snapshot *snapshot, struct lease *lease, struct snapshot_function *functions,
                            int32_t count) {
    for (int32_t i = 0, next = 0; i < snapshot->schema_count; i++) {
        struct snapshot_schema *schema = &snapshot->schemas[i];
        for (; next < count && strcmp(functions[next].schema, schema->real_name) < 0; next++)
            ;
        schema->functions = functions + next;
        for (; next < count && strcmp(functions[next].schema, schema->real_name) == 0; next++) {
            struct snapshot_function *function = &functions[next];
            if (!function->is_table && has_signature(function))
                function->result = result_type(lease, &snapshot->arena, function);
            if (function->is_table || function->result)
                schema->functions[schema->function_count++] = *function;
        }
    }
}

bool snapshot_load_functions(struct snapshot *snapshot, struct lease *lease, struct error *err) {
    struct snapshot_function *functions = NULL, *kept;
    int32_t count = 0, capacity = 0;
    bool fits = true;
    struct rows rows;
    rows_open(&rows, lease, &snapshot->arena, functions_sql, snapshot->database, err);
    while (fits && rows_next(&rows)) {
        struct snapshot_function function;
        if (!read_function(snapshot, &rows, &function))
            continue;
        fits = snapshot_make_room(&functions, count, &capacity, sizeof function);
        if (fits)
            functions[count++] = function;
    }
    bool ok = rows_close(&rows);
    kept = arena_allocate_zeroed(&snapshot->arena, (size_t)count, sizeof *kept);
    ok = ok && ((fits && kept) || error_set_no_memory(err));
    if (ok && count) {
        memcpy(kept, functions, (size_t)count * sizeof *kept);
        place_functions(snapshot, lease, kept, count);
    }
    memory_free(functions);
    return ok;
}
