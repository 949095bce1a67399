/* The Arrow schema of a table, with the metadata from which the client makes columns, defaults and constraints. */
#include "base/memory.h"
#include "duckcat/snapshot.h"
#include "engine/arrow.h"

static struct airport_field annotation(const struct snapshot_column *column) {
    bool is_told = !column->has_own_default;
    return (struct airport_field){
        .size = sizeof(struct airport_field),
        .name = column->name,
        .flags = column->is_not_null && is_told && !column->is_generated ? AIRPORT_FIELD_NOT_NULL : 0,
        .default_expression = is_told && !column->is_generated ? column->default_sql : NULL,
        .comment = column->comment,
    };
}

bool snapshot_describe(const struct snapshot_table *table, struct ArrowSchema *out, struct error *err) {
    size_t count = (size_t)table->column_count + (table->has_row_id ? 1 : 0);
    const struct engine_type **types = memory_allocate_zeroed(count, sizeof *types);
    const char **names = memory_allocate_zeroed(count, sizeof *names);
    struct airport_field *fields = memory_allocate_zeroed(count, sizeof *fields);
    struct ArrowSchema plain = {0};
    struct airport_error failure = {0};
    bool ok = (types && names && fields) || error_set_no_memory(err);
    for (int32_t i = 0; ok && i < table->column_count; i++) {
        types[i] = table->columns[i].type;
        names[i] = table->columns[i].name;
        fields[i] = annotation(&table->columns[i]);
    }
    if (ok && table->has_row_id) {
        types[count - 1] = engine_type_simple(ENGINE_TYPE_BIGINT);
        names[count - 1] = "rowid";
        fields[count - 1] =
            (struct airport_field){.size = sizeof *fields, .name = "rowid", .flags = AIRPORT_FIELD_ROW_ID};
    }
    ok = ok && engine_arrow_schema(types, names, (int32_t)count, &plain, err);
    if (ok && !airport_schema_annotate(&plain, fields, (int32_t)count, out, &failure))
        ok = error_set(err, ERROR_INTERNAL, "table \"%s\": %s", table->name, failure.message);
    if (plain.release)
        plain.release(&plain);
    memory_free(fields);
    memory_free(names);
    memory_free(types);
    return ok;
}
