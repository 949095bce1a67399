/* Scans: one SELECT with the wanted columns and the filter, streamed from the engine and gathered into batches for
 * the wire.
 *
 * A scan has one endpoint: DuckDB has no way to give two connections one snapshot, and the client keeps the order of
 * rows only within an endpoint. The engine reads in parallel all the same; the client spends more on a stream than the
 * server, so that with several it could gain where it has processors to spare.
 */
#include "duckcat/scan.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "duckcat/failure.h"
#include "duckcat/sql.h"
#include "duckcat/table.h"
#include "engine/arrow.h"

/* A batch goes out when it has the rows or the bytes that suit the wire, or has waited so long for more that the
 * client had better get what there is. */
enum { DEFAULT_BATCH_ROWS = 65536, BATCH_BYTES = 2 << 20, BATCH_WAIT_MS = 20 };

struct stream {
    struct lease *lease;
    struct engine_statement *statement;
    struct engine_result *result;
    struct engine_arrow_batch *batch;
    const char *const *columns;
    const struct engine_type **types;
    int32_t column_count;
    int64_t batch_rows;
    const struct engine_chunk *chunk; /* being appended; NULL: fetch the next */
    int64_t row;                      /* of the chunk */
    bool ended;
    struct airport_error last_error;
};

static void destroy_stream(struct stream *stream) {
    engine_arrow_batch_destroy(stream->batch);
    engine_result_destroy(stream->result);
    engine_statement_destroy(stream->statement);
    lease_return(stream->lease);
    memory_free(stream->types);
    memory_free(stream);
}

static int fail_stream(struct stream *stream, const struct error *why) {
    stream->ended = true;
    failure_tell(why, &stream->last_error);
    return airport_call_fail(lease_call(stream->lease), stream->last_error.kind, "%s", stream->last_error.message);
}

static int get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out) {
    struct stream *stream = self->private_data;
    struct error why;
    if (engine_arrow_schema(stream->types, stream->columns, stream->column_count, out, &why))
        return 0;
    return fail_stream(stream, &why);
}

static bool is_full(const struct stream *stream, int64_t began_ns) {
    int64_t rows = engine_arrow_batch_row_count(stream->batch);
    return rows + ENGINE_VECTOR_ROWS > stream->batch_rows || engine_arrow_batch_bytes(stream->batch) >= BATCH_BYTES ||
           (rows > 0 && clock_monotonic_ns() - began_ns > BATCH_WAIT_MS * 1000000LL);
}

static bool fill_batch(struct stream *stream, struct error *why) {
    int64_t began_ns = clock_monotonic_ns();
    do {
        if (!stream->chunk) {
            if (!engine_result_fetch(stream->result, &stream->chunk, why))
                return false;
            stream->row = 0;
            if (!stream->chunk) {
                stream->ended = true;
                return true;
            }
        }
        int64_t taken = engine_arrow_batch_append(stream->batch, stream->chunk, stream->row, why);
        if (taken < 0)
            return false;
        stream->row += taken;
        if (stream->row < stream->chunk->row_count)
            return true; /* long texts: what is left begins the next batch */
        stream->chunk = NULL;
    } while (!is_full(stream, began_ns));
    return true;
}

static int get_next(struct ArrowArrayStream *self, struct ArrowArray *out) {
    struct stream *stream = self->private_data;
    struct error why;
    out->release = NULL;
    if (stream->ended)
        return stream->last_error.kind ? EIO : 0;
    error_clear(&why);
    if (!fill_batch(stream, &why)) {
        lease_explain(stream->lease, &why);
        return fail_stream(stream, &why);
    }
    if (!engine_arrow_batch_row_count(stream->batch))
        return 0;
    return engine_arrow_batch_finish(stream->batch, out, &why) ? 0 : fail_stream(stream, &why);
}

static const char *get_last_error(struct ArrowArrayStream *self) {
    const struct stream *stream = self->private_data;
    return stream->last_error.kind ? stream->last_error.message : NULL;
}

static void release(struct ArrowArrayStream *self) {
    destroy_stream(self->private_data);
    self->release = NULL;
}

/* Starts the statement and learns the types of what it gives. */
static bool start(struct stream *stream, struct error *why) {
    stream->result = lease_start(stream->lease, stream->statement, why);
    if (!stream->result)
        return false;
    stream->types = memory_allocate_zeroed((size_t)stream->column_count + 1, sizeof *stream->types);
    if (!stream->types)
        return error_set_no_memory(why);
    for (int32_t i = 0; i < stream->column_count; i++)
        stream->types[i] = engine_result_column_type(stream->result, i);
    stream->batch = engine_arrow_batch_create(stream->types, stream->column_count, why);
    return stream->batch != NULL;
}

bool scan_stream(struct lease *lease, struct engine_statement *statement, const char *const *columns,
                 int32_t column_count, int64_t batch_rows, struct ArrowArrayStream *out, struct airport_error *err) {
    struct error why;
    struct stream *stream = memory_allocate_zeroed(1, sizeof *stream);
    if (!stream) {
        engine_statement_destroy(statement);
        lease_return(lease);
        return airport_fail_no_memory(err);
    }
    stream->lease = lease;
    stream->statement = statement;
    stream->columns = columns;
    stream->column_count = column_count;
    stream->batch_rows = batch_rows > 0 ? batch_rows : DEFAULT_BATCH_ROWS;
    if (!start(stream, &why)) {
        destroy_stream(stream);
        return failure_tell(&why, err);
    }
    *out = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release, stream};
    return true;
}

bool scan_collect(struct lease *lease, struct engine_statement *statement, struct ArrowArray *out, struct error *why) {
    struct engine_result *result = lease_start(lease, statement, why);
    int32_t count = result ? engine_result_column_count(result) : 0;
    const struct engine_type **types = memory_allocate_zeroed((size_t)count + 1, sizeof *types);
    for (int32_t i = 0; types && i < count; i++)
        types[i] = engine_result_column_type(result, i);
    struct engine_arrow_batch *batch = result && types ? engine_arrow_batch_create(types, count, why) : NULL;
    const struct engine_chunk *chunk = NULL;
    bool ok = batch != NULL;
    while (ok && (ok = engine_result_fetch(result, &chunk, why)) && chunk)
        for (int64_t row = 0, taken; ok && row < chunk->row_count; row += taken)
            ok = (taken = engine_arrow_batch_append(batch, chunk, row, why)) > 0;
    ok = ok && engine_arrow_batch_finish(batch, out, why);
    engine_arrow_batch_destroy(batch);
    memory_free(types);
    engine_result_destroy(result);
    return ok;
}

struct lease *scan_take_lease(struct duckcat *owner, struct airport_call *call, struct error *err) {
    struct lease *lease = lease_take(owner->leases, call, err);
    bool is_reader = !duckcat_may_write(owner, call, "", NULL);
    if (!lease || !is_reader || lease_begin_read_only(lease, err))
        return lease;
    lease_return(lease);
    return NULL;
}

/* No columns at all is no SELECT list; what then stands there is not sent. */
void scan_write_columns(struct writer *sql, const char *const *columns, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        writer_text(sql, i ? ", " : "");
        sql_identifier(sql, columns[i]);
    }
    if (!count)
        writer_text(sql, "1");
}

/* What stands for a column in a filter: the client compares as the type that it sees, and texts byte by byte,
 * whatever their collation here. Empty when the name itself will do. */
static void write_compared(struct writer *sql, const struct snapshot_column *column, const struct engine_type *seen) {
    bool is_text = seen->id == ENGINE_TYPE_VARCHAR && !seen->alias[0];
    if (column->is_cast)
        table_write_column(sql, "", column);
    if (column->is_cast || (seen == column->type && !is_text))
        return;
    writer_text(sql, seen == column->type ? "(" : "(CAST(");
    sql_identifier(sql, column->name);
    if (seen != column->type) {
        writer_text(sql, " AS ");
        sql_type(sql, seen);
        writer_u8(sql, ')');
    }
    writer_text(sql, is_text ? " COLLATE \"binary\")" : ")");
}

static struct airport_column_mapping *make_mappings(const struct snapshot_table *facts, struct arena *arena,
                                                    size_t *count) {
    struct airport_column_mapping *mappings =
        arena_allocate_zeroed(arena, (size_t)facts->column_count, sizeof *mappings);
    struct writer sql = {0};
    for (int32_t i = 0; mappings && i < facts->column_count; i++) {
        const struct snapshot_column *column = &facts->columns[i];
        const struct engine_type *seen = engine_arrow_seen_type(arena, column->type);
        writer_reset(&sql);
        if (seen)
            write_compared(&sql, column, seen);
        bool is_plain = seen && !sql.length;
        const char *text = sql_finish(&sql, NULL);
        const char *expression = seen && text ? arena_copy_string(arena, text) : NULL;
        if (!expression)
            mappings = NULL;
        else if (!is_plain)
            mappings[(*count)++] = (struct airport_column_mapping){.column = column->name, .expression = expression};
    }
    writer_destroy(&sql);
    return mappings;
}

bool scan_write_filter(struct writer *sql, const struct airport_filter *filter, const struct snapshot_table *facts,
                       bool *written, struct airport_error *err) {
    struct arena arena = {0};
    struct airport_sql_options options = {.size = sizeof options};
    *written = false;
    if (!filter)
        return true;
    if (facts && !(options.mappings = make_mappings(facts, &arena, &options.mapping_count))) {
        arena_destroy(&arena);
        return airport_fail_no_memory(err);
    }
    char *where = airport_filter_to_sql(filter, &options);
    arena_destroy(&arena);
    if (!where)
        return airport_fail_no_memory(err);
    if (where[0]) {
        writer_text(sql, " WHERE ");
        writer_text(sql, where);
        *written = true;
    }
    airport_free(where);
    return true;
}

/* The row id comes behind the columns. */
static void write_columns(struct writer *sql, const struct snapshot_table *facts,
                          const struct airport_scan_options *options) {
    for (int32_t i = 0; i < options->column_count; i++) {
        int32_t index = options->column_indexes[i];
        writer_text(sql, i ? ", " : "");
        if (index < facts->column_count)
            table_write_column(sql, "", &facts->columns[index]);
        else
            sql_identifier(sql, options->columns[i]);
    }
}

/* Everything but the filter: "SELECT … FROM …". */
static bool write_select(struct writer *sql, const struct snapshot_table *facts,
                         const struct airport_scan_options *options, struct airport_error *err) {
    writer_text(sql, "SELECT ");
    if (options->time_point)
        scan_write_columns(sql, options->columns, options->column_count);
    else
        write_columns(sql, facts, options);
    writer_text(sql, " FROM ");
    sql_path(sql, facts->database, facts->schema, facts->name);
    return table_write_time_point(sql, options->time_point, err);
}

/* The client filters again, so that a filter which this engine cannot bind (a function that only the client has) may
 * be left out. */
static struct engine_statement *prepare(struct lease *lease, struct writer *sql, size_t unfiltered_length,
                                        struct error *why) {
    const char *text = sql_finish(sql, why);
    struct engine_statement *statement = text ? engine_statement_prepare(lease_connection(lease), text, why) : NULL;
    bool is_filtered = sql->length > unfiltered_length + 1;
    if (statement || !text || !is_filtered)
        return statement;
    sql->length = unfiltered_length;
    text = sql_finish(sql, why);
    return text ? engine_statement_prepare(lease_connection(lease), text, why) : NULL;
}

static bool open_scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    struct table *table = self;
    struct writer sql = {0};
    struct error why;
    bool is_filtered;
    if (!write_select(&sql, table->facts, options, err)) {
        writer_destroy(&sql);
        return false;
    }
    size_t unfiltered_length = sql.length;
    if (!scan_write_filter(&sql, options->filter, table->facts, &is_filtered, err)) {
        writer_destroy(&sql);
        return false;
    }
    if (options->limit >= 0 && !options->filter_json)
        writer_format(&sql, " LIMIT %lld", (long long)options->limit);
    struct lease *lease = scan_take_lease(table->owner, call, &why);
    struct engine_statement *statement = lease ? prepare(lease, &sql, unfiltered_length, &why) : NULL;
    writer_destroy(&sql);
    if (statement)
        return scan_stream(lease, statement, options->columns, options->column_count, options->batch_rows, out, err);
    lease_return(lease);
    return failure_tell(&why, err);
}

const struct airport_scan_methods table_scan_methods = {.size = sizeof table_scan_methods, .open = open_scan};
