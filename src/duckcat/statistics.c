/* Column statistics: offered for databases that nobody can write, for the client plans by them, drops filters that
 * they make needless, and may keep such a plan for longer than the figures hold.
 */
#include <string.h>

#include "duckcat/failure.h"
#include "duckcat/sql.h"
#include "duckcat/table.h"

struct type_row {
    enum engine_type_id id;
    enum airport_type_id airport;
};

/* Types whose bounds are told; integers have the same unit on both sides. Of others only their nulls are. */
static const struct type_row type_rows[] = {
    {ENGINE_TYPE_TINYINT, AIRPORT_TYPE_TINYINT},     {ENGINE_TYPE_SMALLINT, AIRPORT_TYPE_SMALLINT},
    {ENGINE_TYPE_INTEGER, AIRPORT_TYPE_INTEGER},     {ENGINE_TYPE_BIGINT, AIRPORT_TYPE_BIGINT},
    {ENGINE_TYPE_DATE, AIRPORT_TYPE_DATE},           {ENGINE_TYPE_TIMESTAMP, AIRPORT_TYPE_TIMESTAMP},
    {ENGINE_TYPE_TIMESTAMP_TZ, AIRPORT_TYPE_TIMESTAMP_TZ}, {ENGINE_TYPE_VARCHAR, AIRPORT_TYPE_VARCHAR},
};

static enum airport_type_id bounded_type(const struct engine_type *type) {
    for (size_t i = 0; i < sizeof type_rows / sizeof type_rows[0]; i++)
        if (type_rows[i].id == type->id && !type->alias[0])
            return type_rows[i].airport;
    return AIRPORT_TYPE_UNKNOWN;
}

static void write_query(struct writer *sql, const struct snapshot_table *facts, const struct snapshot_column *column,
                        bool is_bounded, bool is_text) {
    writer_text(sql, "SELECT count(c), count(*)");
    writer_text(sql, is_text ? ", min(c), max(c), max(strlen(c))::BIGINT" : is_bounded ? ", min(c), max(c)" : "");
    writer_text(sql, " FROM (SELECT ");
    sql_identifier(sql, column->name);
    writer_text(sql, is_text ? " COLLATE \"binary\" AS c FROM " : " AS c FROM ");
    sql_path(sql, facts->database, facts->schema, facts->name);
    writer_u8(sql, ')');
}

static int64_t integer_at(const struct engine_vector *vector) {
    switch (vector->type->value_bytes) {
    case 1:
        return *(const int8_t *)vector->data;
    case 2:
        return *(const int16_t *)vector->data;
    case 4:
        return *(const int32_t *)vector->data;
    default:
        return *(const int64_t *)vector->data;
    }
}

static struct airport_value text_at(struct airport_call *call, const struct engine_vector *vector) {
    const struct engine_string *string = vector->data;
    char *copy = airport_call_allocate(call, string->length + 1);
    if (!copy)
        return airport_value_null();
    memcpy(copy, engine_string_bytes(string), string->length);
    copy[string->length] = '\0';
    return airport_value_text(copy);
}

static struct airport_value bound_at(struct airport_call *call, const struct engine_vector *vector,
                                     enum airport_type_id type) {
    if (engine_vector_is_null(vector, 0))
        return airport_value_null();
    return type == AIRPORT_TYPE_VARCHAR ? text_at(call, vector) : airport_value_int64(type, integer_at(vector));
}

static void read_figures(struct airport_call *call, const struct engine_chunk *chunk, enum airport_type_id type,
                         struct airport_column_statistics *out) {
    int64_t values = *(const int64_t *)chunk->columns[0].data, rows = *(const int64_t *)chunk->columns[1].data;
    out->has_null = values < rows;
    out->has_not_null = values > 0;
    out->min = out->max = airport_value_null();
    out->contains_unicode = true;
    if (type == AIRPORT_TYPE_UNKNOWN)
        return;
    out->min = bound_at(call, &chunk->columns[2], type);
    out->max = bound_at(call, &chunk->columns[3], type);
    if (type == AIRPORT_TYPE_VARCHAR && values > 0)
        out->max_string_length = (uint64_t)*(const int64_t *)chunk->columns[4].data;
}

static bool column_statistics(void *self, struct airport_call *call, const char *name, const char *type,
                              struct airport_column_statistics *out, struct airport_error *err) {
    struct table *table = self;
    const struct snapshot_column *column = snapshot_find_column(table->facts, name);
    struct writer sql = {0};
    struct error why;
    (void)type;
    if (!column) /* the row id */
        return (out->has_null = out->has_not_null = true);
    enum airport_type_id bounded = bounded_type(column->type);
    write_query(&sql, table->facts, column, bounded != AIRPORT_TYPE_UNKNOWN, bounded == AIRPORT_TYPE_VARCHAR);
    const char *text = sql_finish(&sql, &why);
    struct lease *lease = text ? lease_take(table->owner->leases, call, &why) : NULL;
    struct engine_statement *statement = lease ? engine_statement_prepare(lease_connection(lease), text, &why) : NULL;
    struct engine_result *result = statement ? lease_start(lease, statement, &why) : NULL;
    const struct engine_chunk *chunk = NULL;
    bool ok = result && engine_result_fetch(result, &chunk, &why);
    if (ok && chunk)
        read_figures(call, chunk, bounded, out);
    engine_result_destroy(result);
    engine_statement_destroy(statement);
    lease_return(lease);
    writer_destroy(&sql);
    return ok || failure_tell(&why, err);
}

const struct airport_statistics_methods table_statistics_methods = {
    .size = sizeof table_statistics_methods, .column = column_statistics};
