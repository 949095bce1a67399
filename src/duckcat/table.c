/* A table's handle: which capabilities it has, and its description now or in the past. */
#include "duckcat/table.h"

#include <strings.h>

#include "base/memory.h"
#include "duckcat/failure.h"
#include "duckcat/sql.h"
#include "engine/arrow.h"

static void release(void *self) {
    struct table *table = self;
    snapshot_release(table->snapshot);
    memory_free(table);
}

bool table_write_time_point(struct writer *sql, const struct airport_time_point *at, struct airport_error *err) {
    if (!at)
        return true;
    bool is_timestamp = strcasecmp(at->unit, "timestamp") == 0;
    if (!is_timestamp && strcasecmp(at->unit, "version") != 0 && strcasecmp(at->unit, "snapshot") != 0)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "AT (%s => …) is not known", at->unit);
    writer_text(sql, is_timestamp ? " AT (TIMESTAMP => CAST(" : " AT (VERSION => CAST(");
    sql_literal(sql, at->value);
    writer_text(sql, is_timestamp ? " AS TIMESTAMP WITH TIME ZONE))" : " AS BIGINT))");
    return true;
}

/* A null VARIANT would become the JSON `null`, which is a value. */
void table_write_column(struct writer *sql, const char *prefix, const struct snapshot_column *column) {
    writer_text(sql, column->is_cast ? "nullif(CAST(" : "");
    writer_text(sql, prefix);
    sql_identifier(sql, column->name);
    writer_text(sql, column->is_cast ? " AS JSON), 'null')" : "");
}

/* The columns that a table had, from a statement that reads it then. */
static bool past_columns(struct snapshot_table *past, struct arena *arena, const struct engine_statement *statement) {
    int32_t count = engine_statement_column_count(statement);
    past->columns = arena_allocate_zeroed(arena, (size_t)count, sizeof *past->columns);
    past->column_count = 0;
    for (int32_t i = 0; past->columns && i < count; i++) {
        const struct engine_type *type = engine_statement_column_type(statement, i);
        if (!engine_arrow_supports(type))
            continue;
        struct snapshot_column *column = &past->columns[past->column_count++];
        column->type = engine_type_copy(arena, type);
        column->name = arena_copy_string(arena, engine_statement_column_name(statement, i));
        if (!column->type || !column->name)
            return false;
    }
    return past->columns != NULL;
}

static bool describe_past(struct table *table, struct lease *lease, const char *sql, struct ArrowSchema *out,
                          struct error *why) {
    struct snapshot_table past = *table->facts;
    struct arena arena = {0};
    struct engine_statement *statement = engine_statement_prepare(lease_connection(lease), sql, why);
    bool ok = statement && (past_columns(&past, &arena, statement) || error_set_no_memory(why)) &&
              snapshot_describe(&past, out, why);
    engine_statement_destroy(statement);
    arena_destroy(&arena);
    return ok;
}

/* DuckDB has no class of its own for tables without a past. */
static bool has_no_past(const struct error *why) {
    return why->kind == ERROR_BINDER && strstr(why->message, "time travel");
}

static bool describe_at(struct table *table, struct airport_call *call, const struct airport_time_point *at,
                        struct ArrowSchema *out, struct airport_error *err) {
    const struct snapshot_table *facts = table->facts;
    struct error why;
    struct writer sql = {0};
    struct lease *lease = NULL;
    bool ok = false;
    error_clear(&why);
    writer_text(&sql, "SELECT * FROM ");
    sql_path(&sql, facts->database, facts->schema, facts->name);
    if (!table_write_time_point(&sql, at, err))
        goto done;
    const char *text = sql_finish(&sql, &why);
    lease = text ? lease_take(table->owner->leases, call, &why) : NULL;
    ok = lease && describe_past(table, lease, text, out, &why);
    if (!ok && has_no_past(&why))
        airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "table \"%s\" has no past: its database keeps no versions",
                     facts->name);
    else if (!ok)
        failure_tell(&why, err);
done:
    lease_return(lease);
    writer_destroy(&sql);
    return ok;
}

static bool describe(void *self, struct airport_call *call, const struct airport_time_point *at,
                     struct airport_table_info *out, struct airport_error *err) {
    struct table *table = self;
    const struct snapshot_table *facts = table->facts;
    bool ok = at ? describe_at(table, call, at, &out->schema, err)
                 : airport_schema_copy(&facts->arrow, &out->schema, err);
    if (!ok)
        return false;
    out->name = facts->name;
    out->comment = facts->comment;
    out->check_constraints = facts->checks;
    out->check_constraint_count = (size_t)facts->check_count;
    out->estimated_rows = facts->estimated_rows;
    return true;
}

#define COMMON                                                                                                         \
    .size = sizeof(struct airport_table_methods), .release = release, .describe = describe, .scan = &table_scan_methods
static const struct airport_table_methods view_methods = {COMMON};
static const struct airport_table_methods fixed_methods = {COMMON, .statistics = &table_statistics_methods};
/* Without a row id rows cannot be named. */
static const struct airport_table_methods append_methods = {
    COMMON, .insert = &table_insert_methods, .alter = &table_alter_methods};
static const struct airport_table_methods base_methods = {
    COMMON, .insert = &table_insert_methods, .update = &table_update_methods, .remove = &table_remove_methods,
    .alter = &table_alter_methods};
#undef COMMON

static const struct airport_table_methods *methods_of(const struct snapshot *snapshot,
                                                      const struct snapshot_table *facts) {
    if (facts->kind == SNAPSHOT_VIEW)
        return &view_methods;
    if (snapshot->is_read_only)
        return &fixed_methods;
    return facts->has_row_id ? &base_methods : &append_methods;
}

bool table_add(struct duckcat *owner, struct snapshot *snapshot, const struct snapshot_table *facts,
               struct airport_tables *out, struct airport_error *err) {
    struct table *table = memory_allocate(sizeof *table);
    if (!table)
        return airport_fail_no_memory(err);
    *table = (struct table){owner, snapshot_retain(snapshot), facts};
    return airport_tables_add(out, (struct airport_table){methods_of(snapshot, facts), table}, err);
}
