/* Macros as functions. Arguments come as a row of Arrow; a statement of its own turns them into literals, for a
 * table macro may use a parameter where DuckDB wants a constant. */
#include <string.h>

#include "base/memory.h"
#include "duckcat/catalog.h"
#include "duckcat/failure.h"
#include "duckcat/rows.h"
#include "duckcat/scan.h"
#include "duckcat/sql.h"
#include "engine/arrow.h"

/* What `self` of a function's handle is. */
struct function {
    struct duckcat *owner;
    struct snapshot *snapshot; /* counted */
    const struct snapshot_function *facts;
};

static void release(void *self) {
    struct function *function = self;
    snapshot_release(function->snapshot);
    memory_free(function);
}

/* The types that the macro declares, in the arena; NULL for a parameter of any type. */
static bool parameter_types(const struct function *function, struct lease *lease, struct arena *arena,
                            const struct engine_type **types, struct error *why) {
    const struct snapshot_function *facts = function->facts;
    for (int32_t i = 0; i < facts->parameter_count; i++) {
        if (!facts->parameter_types[i])
            continue;
        struct writer sql = {0};
        writer_format(&sql, "SELECT CAST(NULL AS %s)", facts->parameter_types[i]);
        const char *text = sql_finish(&sql, why);
        struct engine_statement *statement = text ? engine_statement_prepare(lease_connection(lease), text, why) : NULL;
        writer_destroy(&sql);
        types[i] = statement ? engine_type_copy(arena, engine_statement_column_type(statement, 0)) : NULL;
        engine_statement_destroy(statement);
        if (!types[i])
            return false;
    }
    return true;
}

/* An ANY parameter needs a type all the same: a text's. */
static bool describe_parameters(const struct function *function, const struct engine_type **types,
                                struct ArrowSchema *out, struct airport_error *err) {
    const struct snapshot_function *facts = function->facts;
    size_t count = (size_t)facts->parameter_count;
    struct airport_field *fields = memory_allocate_zeroed(count + 1, sizeof *fields);
    struct ArrowSchema plain = {0};
    struct error why;
    bool ok = fields != NULL || airport_fail_no_memory(err);
    for (size_t i = 0; ok && i < count; i++) {
        fields[i] = (struct airport_field){.size = sizeof *fields, .name = facts->parameters[i]};
        fields[i].flags = types[i] ? 0 : AIRPORT_FIELD_ANY;
        if (!types[i])
            types[i] = engine_type_simple(ENGINE_TYPE_VARCHAR);
    }
    if (ok && !engine_arrow_schema(types, facts->parameters, facts->parameter_count, &plain, &why))
        ok = failure_tell(&why, err);
    ok = ok && airport_schema_annotate(&plain, fields, facts->parameter_count, out, err);
    if (plain.release)
        plain.release(&plain);
    memory_free(fields);
    return ok;
}

static bool describe_result(const struct function *function, struct ArrowSchema *out, struct airport_error *err) {
    static const char *const name = "result";
    struct error why;
    if (function->facts->is_table || engine_arrow_schema(&function->facts->result, &name, 1, out, &why))
        return true;
    return failure_tell(&why, err);
}

static bool describe(void *self, struct airport_call *call, struct airport_function_info *out,
                     struct airport_error *err) {
    struct function *function = self;
    struct arena arena = {0};
    struct error why;
    struct lease *lease = lease_take(function->owner->leases, call, &why);
    const struct engine_type **types =
        arena_allocate_zeroed(&arena, (size_t)function->facts->parameter_count + 1, sizeof *types);
    bool ok = lease && (types || error_set_no_memory(&why)) && parameter_types(function, lease, &arena, types, &why);
    lease_return(lease);
    if (!ok)
        failure_tell(&why, err);
    ok = ok && describe_parameters(function, types, &out->parameters, err) &&
         describe_result(function, &out->result, err);
    arena_destroy(&arena);
    if (!ok)
        return false;
    out->name = function->facts->name;
    out->comment = function->facts->comment;
    out->stability = AIRPORT_VOLATILE; /* what a macro calls is not known */
    return true;
}

static void release_nothing(struct ArrowArray *array) {
    array->release = NULL;
}

/* The arguments as literals, behind the macro's name. */
static bool write_literals(struct writer *sql, struct lease *lease, const struct engine_input *input,
                           struct error *why) {
    struct arena arena = {0};
    struct writer select = {0};
    struct rows rows;
    int32_t count = engine_input_column_count(input);
    writer_text(&select, "SELECT ''");
    for (int32_t i = 0; i < count; i++)
        writer_format(&select, ", CAST(c%d AS VARCHAR)", i);
    writer_text(&select, " FROM engine_input()");
    const char *text = sql_finish(&select, why);
    bool ok = text != NULL;
    if (ok) {
        rows_open(&rows, lease, &arena, text, NULL, why);
        bool found = rows_next(&rows);
        for (int32_t i = 0; found && i < count; i++) {
            const char *value = rows_text(&rows, i + 1);
            writer_text(sql, i ? ", CAST(" : "CAST(");
            if (value)
                sql_literal(sql, value);
            else
                writer_text(sql, "NULL");
            writer_text(sql, " AS ");
            sql_type(sql, engine_input_column_type(input, i));
            writer_u8(sql, ')');
        }
        ok = rows_close(&rows);
    }
    writer_destroy(&select);
    arena_destroy(&arena);
    return ok;
}

/* " FROM macro(…)" */
static bool write_from(struct writer *sql, const struct function *function, struct lease *lease,
                       const struct airport_arguments *arguments, struct error *why) {
    const struct snapshot_function *facts = function->facts;
    writer_text(sql, " FROM ");
    sql_path(sql, facts->database, facts->schema, facts->name);
    writer_u8(sql, '(');
    bool ok = true;
    if (arguments && arguments->schema->n_children) {
        struct engine_input *input = engine_input_create(lease_connection(lease), arguments->schema, NULL, why);
        struct ArrowArray row = *arguments->row; /* borrowed: the input must not free it */
        row.release = release_nothing;
        ok = input && engine_input_add(input, &row, why) && write_literals(sql, lease, input, why);
        engine_input_destroy(input);
    }
    writer_u8(sql, ')');
    return ok;
}

static bool schema_of(const struct engine_statement *statement, struct ArrowSchema *out, struct error *why) {
    int32_t count = engine_statement_column_count(statement);
    struct arena arena = {0};
    const struct engine_type **types = arena_allocate_zeroed(&arena, (size_t)count + 1, sizeof *types);
    const char **names = arena_allocate_zeroed(&arena, (size_t)count + 1, sizeof *names);
    bool ok = (types && names) || error_set_no_memory(why);
    for (int32_t i = 0; ok && i < count; i++) {
        types[i] = engine_statement_column_type(statement, i);
        names[i] = engine_statement_column_name(statement, i);
    }
    ok = ok && engine_arrow_schema(types, names, count, out, why);
    arena_destroy(&arena);
    return ok;
}

static bool bind_table(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                       struct ArrowSchema *out, struct airport_error *err) {
    struct function *function = self;
    struct writer sql = {0};
    struct error why;
    struct engine_statement *statement = NULL;
    struct lease *lease = scan_take_lease(function->owner, call, &why);
    writer_text(&sql, "SELECT *");
    bool ok = lease && write_from(&sql, function, lease, arguments, &why);
    const char *text = ok ? sql_finish(&sql, &why) : NULL;
    statement = text ? engine_statement_prepare(lease_connection(lease), text, &why) : NULL;
    ok = statement && schema_of(statement, out, &why);
    engine_statement_destroy(statement);
    writer_destroy(&sql);
    lease_return(lease);
    return ok || failure_tell(&why, err);
}

static bool open_table(void *self, struct airport_call *call, const struct airport_scan_options *options,
                       struct ArrowArrayStream *out, struct airport_error *err) {
    struct function *function = self;
    struct writer sql = {0};
    struct error why;
    bool is_filtered;
    struct lease *lease = scan_take_lease(function->owner, call, &why);
    writer_text(&sql, "SELECT ");
    scan_write_columns(&sql, options->columns, options->column_count);
    bool ok = lease && write_from(&sql, function, lease, options->arguments, &why);
    if (!ok)
        failure_tell(&why, err);
    ok = ok && scan_write_filter(&sql, options->filter, NULL, &is_filtered, err);
    if (ok) {
        const char *text = sql_finish(&sql, &why);
        struct engine_statement *statement =
            text ? engine_statement_prepare(lease_connection(lease), text, &why) : NULL;
        ok = statement != NULL;
        if (ok) {
            ok = scan_stream(lease, statement, options->columns, options->column_count, options->batch_rows, out, err);
            lease = NULL; /* moved */
        } else {
            failure_tell(&why, err);
        }
    }
    writer_destroy(&sql);
    lease_return(lease);
    return ok;
}

static const struct airport_scan_methods scan_methods = {.size = sizeof scan_methods, .open = open_table};
static const struct airport_table_function_methods table_group = {
    .size = sizeof table_group, .bind = bind_table, .scan = &scan_methods};

static bool evaluate(const struct function *function, struct lease *lease, const struct ArrowSchema *schema,
                     struct ArrowArray *arguments, struct ArrowArray *out, struct error *why) {
    const struct snapshot_function *facts = function->facts;
    struct writer sql = {0};
    struct engine_input *input = engine_input_create(lease_connection(lease), schema, NULL, why);
    if (!input || !engine_input_add(input, arguments, why)) {
        engine_input_destroy(input);
        return false;
    }
    writer_text(&sql, "SELECT ");
    sql_path(&sql, facts->database, facts->schema, facts->name);
    for (int32_t i = 0; i < facts->parameter_count; i++)
        writer_format(&sql, "%sCAST(c%d AS %s)", i ? ", " : "(", i, facts->parameter_types[i]);
    writer_text(&sql, facts->parameter_count ? ") FROM engine_input()" : "() FROM engine_input()");
    const char *text = sql_finish(&sql, why);
    struct engine_statement *statement = text ? engine_statement_prepare(lease_connection(lease), text, why) : NULL;
    bool ok = statement && scan_collect(lease, statement, out, why);
    engine_statement_destroy(statement);
    engine_input_destroy(input);
    writer_destroy(&sql);
    return ok;
}

static bool execute_scalar(void *self, struct airport_call *call, const struct ArrowSchema *schema,
                           struct ArrowArray *input, struct ArrowArray *out, struct airport_error *err) {
    struct function *function = self;
    struct ArrowArray rows = {0};
    struct error why;
    error_clear(&why);
    struct lease *lease = scan_take_lease(function->owner, call, &why);
    bool ok = lease && evaluate(function, lease, schema, input, &rows, &why);
    lease_return(lease);
    if (input->release)
        input->release(input);
    if (!ok)
        return failure_tell(&why, err);
    *out = *rows.children[0];
    rows.children[0]->release = NULL; /* moved */
    rows.release(&rows);
    return true;
}

static const struct airport_scalar_methods scalar_group = {.size = sizeof scalar_group, .execute = execute_scalar};

static const struct airport_function_methods scalar_methods = {
    .size = sizeof scalar_methods, .release = release, .describe = describe, .scalar = &scalar_group};
static const struct airport_function_methods table_methods = {
    .size = sizeof table_methods, .release = release, .describe = describe, .table = &table_group};

bool function_add(struct duckcat *owner, struct snapshot *snapshot, const struct snapshot_function *facts,
                  struct airport_functions *out, struct airport_error *err) {
    struct function *function = memory_allocate(sizeof *function);
    if (!function)
        return airport_fail_no_memory(err);
    *function = (struct function){owner, snapshot_retain(snapshot), facts};
    const struct airport_function_methods *methods = facts->is_table ? &table_methods : &scalar_methods;
    return airport_functions_add(out, (struct airport_function){methods, function}, err);
}
