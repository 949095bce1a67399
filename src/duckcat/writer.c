/* INSERT, UPDATE and DELETE: each exchange is one transaction, in which the client's batches are the table
 * engine_input() of one prepared statement.
 *
 * Without RETURNING several batches are written at once. With it every batch is answered: INSERT by DuckDB's own
 * RETURNING; UPDATE and DELETE, whose RETURNING has neither the order of the batch nor the row id, by a query that
 * joins the batch with the table before it is changed. Rows that the transaction does not see, because they were
 * inserted after it began, are not changed, as if the whole statement had run then.
 *
 * With RETURNING the client sends all columns with an UPDATE, and does not say which ones are SET: those are set
 * that differ from what the table holds.
 */
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "duckcat/failure.h"
#include "duckcat/scan.h"
#include "duckcat/sql.h"
#include "duckcat/table.h"
#include "engine/arrow.h"

enum { GATHERED_ROWS = 16384 };

enum verb { VERB_INSERT, VERB_UPDATE, VERB_DELETE };

static const char *const verb_names[] = {"INSERT", "UPDATE", "DELETE"};

struct write {
    enum verb verb;
    struct snapshot *snapshot; /* counted */
    const struct snapshot_table *facts;
    struct lease *lease;
    struct engine_input *input;
    struct engine_statement *change; /* NULL with UPDATE … RETURNING, whose columns differ from batch to batch */
    struct engine_statement *answer; /* what is returned; NULL for an INSERT whose own RETURNING tells */
    struct engine_statement *differ; /* UPDATE … RETURNING: which columns change */
    struct arena arena;
    const struct ArrowSchema *schema, *returning_schema; /* the library's */
    const struct snapshot_column **columns; /* of the batch; NULL: the row id */
    int32_t column_count, row_id_index;
    int64_t changed_rows;
};

static bool find_columns(struct write *write, struct error *why) {
    write->columns = arena_allocate_zeroed(&write->arena, (size_t)write->column_count, sizeof *write->columns);
    if (!write->columns)
        return error_set_no_memory(why);
    for (int32_t i = 0; i < write->column_count; i++) {
        const char *name = write->schema->children[i]->name;
        if (i == write->row_id_index)
            continue;
        if (!(write->columns[i] = snapshot_find_column(write->facts, name)))
            return error_set_state(why, ERROR_NOT_FOUND, "42703", "table \"%s\" has no column \"%s\"",
                                   write->facts->name, name);
    }
    return true;
}

static bool is_written(const struct snapshot_column *column) {
    return column && !column->is_generated;
}

/* The value that a column gets from the batch, of the batch's type; assigning casts it. */
static void write_value(struct writer *sql, const struct write *write, int32_t index) {
    const struct snapshot_column *column = write->columns[index];
    if (column->is_cast)
        writer_format(sql, "CAST(s.c%d AS JSON)", index); /* which may have come as a plain text */
    else if (column->has_own_default && write->verb == VERB_INSERT)
        writer_format(sql, "coalesce(s.c%d, %s)", index, column->default_sql);
    else
        writer_format(sql, "s.c%d", index);
}

/* The same, of the column's type. */
static void write_cast_value(struct writer *sql, const struct write *write, int32_t index) {
    struct engine_type type = *write->columns[index]->type;
    if (strcmp(type.alias, "JSON") != 0)
        type.alias = ""; /* a user's type cannot be named from everywhere, and its alias does not travel */
    writer_text(sql, "CAST(");
    write_value(sql, write, index);
    writer_text(sql, " AS ");
    sql_type(sql, &type);
    writer_u8(sql, ')');
}

static void write_table(struct writer *sql, const struct write *write) {
    sql_path(sql, write->facts->database, write->facts->schema, write->facts->name);
}

static void write_row_id_match(struct writer *sql, const struct write *write) {
    writer_format(sql, "t.rowid = s.c%d", write->row_id_index);
}

/* The columns of the answer; row ids of new rows are not known. */
static void write_returning(struct writer *sql, const struct write *write) {
    for (int64_t i = 0; i < write->returning_schema->n_children; i++) {
        const char *name = write->returning_schema->children[i]->name;
        const struct snapshot_column *column = snapshot_find_column(write->facts, name);
        writer_text(sql, i ? ", " : "");
        if (column)
            table_write_column(sql, "", column);
        else
            writer_text(sql, "CAST(NULL AS BIGINT)");
    }
}

static void write_plain_insert(struct writer *sql, const struct write *write) {
    writer_text(sql, "INSERT INTO ");
    write_table(sql, write);
    const char *separator = " (";
    for (int32_t i = 0; i < write->column_count; i++)
        if (is_written(write->columns[i])) {
            writer_text(sql, separator);
            sql_identifier(sql, write->columns[i]->name);
            separator = ", ";
        }
    separator = ") SELECT ";
    for (int32_t i = 0; i < write->column_count; i++)
        if (is_written(write->columns[i])) {
            writer_text(sql, separator);
            write_value(sql, write, i);
            separator = ", ";
        }
    writer_text(sql, " FROM engine_input() s");
}

static void write_insert_returning(struct writer *sql, const struct write *write) {
    write_plain_insert(sql, write);
    writer_text(sql, " RETURNING ");
    write_returning(sql, write);
}

/* `is_set` tells which columns; NULL: all. */
static void write_update(struct writer *sql, const struct write *write, const bool *is_set) {
    writer_text(sql, "UPDATE ");
    write_table(sql, write);
    writer_text(sql, " AS t");
    const char *separator = " SET ";
    for (int32_t i = 0; i < write->column_count; i++)
        if (write->columns[i] && (!is_set || is_set[i])) {
            writer_text(sql, separator);
            sql_identifier(sql, write->columns[i]->name);
            writer_text(sql, " = ");
            write_value(sql, write, i);
            separator = ", ";
        }
    writer_text(sql, " FROM engine_input() AS s WHERE ");
    write_row_id_match(sql, write);
}

static void write_delete(struct writer *sql, const struct write *write) {
    writer_text(sql, "DELETE FROM ");
    write_table(sql, write);
    writer_format(sql, " WHERE rowid IN (SELECT c%d FROM engine_input())", write->row_id_index);
}

/* For databases whose INSERT has no RETURNING: the values as the table takes them. */
static void write_insert_answer(struct writer *sql, const struct write *write) {
    writer_text(sql, "SELECT ");
    write_returning(sql, write);
    writer_text(sql, " FROM (SELECT s.position AS \"position of the batch\"");
    for (int32_t i = 0; i < write->column_count; i++) {
        writer_text(sql, ", ");
        write_cast_value(sql, write, i);
        writer_text(sql, " AS ");
        sql_identifier(sql, write->columns[i]->name);
    }
    writer_text(sql, " FROM engine_input() s) ORDER BY \"position of the batch\"");
}

/* Generated columns are evaluated over the new values, in a query around the one that has these under the columns'
 * names. */
static void write_update_answer(struct writer *sql, const struct write *write) {
    writer_text(sql, "SELECT ");
    for (int32_t i = 0; i < write->column_count; i++) {
        const struct snapshot_column *column = write->columns[i];
        writer_text(sql, i ? ", " : "");
        if (!column)
            writer_text(sql, "\"rowid\"");
        else if (column->is_generated)
            writer_text(sql, column->default_sql);
        else
            sql_identifier(sql, column->name);
    }
    writer_text(sql, " FROM (SELECT s.position AS \"position of the batch\", t.rowid AS \"rowid\"");
    for (int32_t i = 0; i < write->column_count; i++)
        if (is_written(write->columns[i])) {
            writer_text(sql, ", ");
            write_cast_value(sql, write, i);
            writer_text(sql, " AS ");
            sql_identifier(sql, write->columns[i]->name);
        }
    writer_text(sql, " FROM engine_input() s JOIN ");
    write_table(sql, write);
    writer_text(sql, " t ON ");
    write_row_id_match(sql, write);
    writer_text(sql, ") ORDER BY \"position of the batch\"");
}

static void write_delete_answer(struct writer *sql, const struct write *write) {
    writer_text(sql, "SELECT ");
    for (int64_t i = 0; i < write->returning_schema->n_children; i++) {
        const char *name = write->returning_schema->children[i]->name;
        const struct snapshot_column *column = snapshot_find_column(write->facts, name);
        writer_text(sql, i ? ", " : "");
        if (column)
            table_write_column(sql, "t.", column);
        else
            writer_text(sql, "t.rowid");
    }
    writer_text(sql, " FROM engine_input() s JOIN ");
    write_table(sql, write);
    writer_text(sql, " t ON ");
    write_row_id_match(sql, write);
    writer_text(sql, " ORDER BY s.position");
}

/* One row: for each column of the batch whether any row changes it. */
static void write_differ(struct writer *sql, const struct write *write) {
    writer_text(sql, "SELECT ");
    for (int32_t i = 0; i < write->column_count; i++) {
        writer_text(sql, i ? ", " : "");
        if (!is_written(write->columns[i])) {
            writer_text(sql, "false");
            continue;
        }
        writer_text(sql, "coalesce(bool_or(");
        table_write_column(sql, "t.", write->columns[i]);
        writer_text(sql, " IS DISTINCT FROM ");
        write_cast_value(sql, write, i);
        writer_text(sql, "), false)");
    }
    writer_text(sql, " FROM engine_input() s JOIN ");
    write_table(sql, write);
    writer_text(sql, " t ON ");
    write_row_id_match(sql, write);
}

static struct engine_statement *prepare(struct write *write, void (*compose)(struct writer *, const struct write *),
                                        struct error *why) {
    struct writer sql = {0};
    compose(&sql, write);
    const char *text = sql_finish(&sql, why);
    struct engine_statement *statement =
        text ? engine_statement_prepare(lease_connection(write->lease), text, why) : NULL;
    writer_destroy(&sql);
    return statement;
}

static void write_update_all(struct writer *sql, const struct write *write) {
    write_update(sql, write, NULL);
}

static bool prepare_insert(struct write *write, struct error *why) {
    if (!write->returning_schema)
        return (write->change = prepare(write, write_plain_insert, why)) != NULL;
    write->change = prepare(write, write_insert_returning, why);
    if (write->change || !strstr(why->message, "RETURNING"))
        return write->change != NULL;
    return (write->answer = prepare(write, write_insert_answer, why)) &&
           (write->change = prepare(write, write_plain_insert, why));
}

static bool prepare_all(struct write *write, struct error *why) {
    bool returning = write->returning_schema != NULL;
    switch (write->verb) {
    case VERB_INSERT:
        return prepare_insert(write, why);
    case VERB_DELETE:
        return (!returning || (write->answer = prepare(write, write_delete_answer, why))) &&
               (write->change = prepare(write, write_delete, why));
    default:
        if (!returning)
            return (write->change = prepare(write, write_update_all, why)) != NULL;
        return (write->answer = prepare(write, write_update_answer, why)) &&
               (write->differ = prepare(write, write_differ, why));
    }
}

/* Touching the table begins the transaction on its database: from here on no checkpoint moves row ids, and what others
 * change conflicts. */
static bool pin(struct write *write, struct error *why) {
    struct writer sql = {0};
    writer_text(&sql, "SELECT rowid FROM ");
    write_table(&sql, write);
    writer_text(&sql, " LIMIT 0");
    const char *text = sql_finish(&sql, why);
    bool ok = text && lease_run(write->lease, text, NULL, why);
    writer_destroy(&sql);
    return ok;
}

static bool run_change(struct write *write, struct engine_statement *statement, int64_t *changed, struct error *why) {
    struct engine_result *result = lease_start(write->lease, statement, why);
    if (result)
        *changed = engine_result_changed_rows(result);
    engine_result_destroy(result);
    return result != NULL;
}

/* Writes what has been gathered. */
static bool flush(struct write *write, struct error *why) {
    int64_t changed = 0;
    if (!engine_input_row_count(write->input))
        return true;
    bool ok = run_change(write, write->change, &changed, why);
    engine_input_clear(write->input);
    write->changed_rows += changed;
    return ok;
}

static bool read_differences(struct write *write, bool *is_set, bool *any, struct error *why) {
    struct engine_result *result = lease_start(write->lease, write->differ, why);
    const struct engine_chunk *chunk = NULL;
    bool ok = result && engine_result_fetch(result, &chunk, why);
    *any = false;
    for (int32_t i = 0; ok && chunk && i < write->column_count; i++) {
        is_set[i] = ((const bool *)chunk->columns[i].data)[0];
        *any |= is_set[i];
    }
    engine_result_destroy(result);
    return ok;
}

static bool update_differences(struct write *write, struct error *why) {
    bool *is_set = memory_allocate_zeroed((size_t)write->column_count, sizeof *is_set), any;
    struct writer sql = {0};
    if (!is_set)
        return error_set_no_memory(why);
    bool ok = read_differences(write, is_set, &any, why);
    if (ok && any) {
        write_update(&sql, write, is_set);
        const char *text = sql_finish(&sql, why);
        ok = text && lease_run(write->lease, text, NULL, why);
    }
    writer_destroy(&sql);
    memory_free(is_set);
    return ok;
}

/* Changes the rows of one batch and gives back how they are now, or were. */
static bool change_and_answer(struct write *write, struct ArrowArray *returned, struct error *why) {
    struct ArrowArray answer = {0};
    int64_t changed;
    bool ok = scan_collect(write->lease, write->answer ? write->answer : write->change, &answer, why);
    if (ok && write->verb == VERB_UPDATE)
        ok = update_differences(write, why);
    else if (ok && write->answer)
        ok = run_change(write, write->change, &changed, why);
    engine_input_clear(write->input);
    if (!ok) {
        if (answer.release)
            answer.release(&answer);
        return false;
    }
    write->changed_rows += answer.length;
    *returned = answer;
    return true;
}

static bool write_batch(void *self, struct airport_call *call, struct ArrowArray *batch, struct ArrowArray *returned,
                        struct airport_error *err) {
    struct write *write = self;
    struct error why;
    (void)call;
    error_clear(&why);
    bool ok = engine_input_add(write->input, batch, &why);
    if (ok && write->returning_schema)
        ok = change_and_answer(write, returned, &why);
    else if (ok && engine_input_row_count(write->input) >= GATHERED_ROWS)
        ok = flush(write, &why);
    if (ok)
        return true;
    lease_explain(write->lease, &why);
    return failure_tell(&why, err);
}

static bool finish(void *self, struct airport_call *call, int64_t *changed_rows, struct airport_error *err) {
    struct write *write = self;
    struct error why;
    (void)call;
    error_clear(&why);
    if (!flush(write, &why) || !lease_commit(write->lease, &why)) {
        lease_explain(write->lease, &why);
        return failure_tell(&why, err);
    }
    *changed_rows = write->changed_rows;
    return true;
}

static void release(void *self) {
    struct write *write = self;
    engine_statement_destroy(write->change);
    engine_statement_destroy(write->answer);
    engine_statement_destroy(write->differ);
    engine_input_destroy(write->input);
    lease_return(write->lease);
    snapshot_release(write->snapshot);
    arena_destroy(&write->arena);
    memory_free(write);
}

static const struct airport_writer_methods writer_methods = {
    .size = sizeof writer_methods, .release = release, .write = write_batch, .finish = finish};

/* A default that is evaluated here names things as its table's schema has them. */
static bool search_defaults(struct write *write, struct error *why) {
    const struct snapshot_table *facts = write->facts;
    for (int32_t i = 0; i < facts->column_count; i++)
        if (facts->columns[i].has_own_default)
            return lease_search(write->lease, facts->database, facts->schema, why);
    return true;
}

static bool create_input(struct write *write, struct error *why) {
    const struct engine_type **wanted = arena_allocate_zeroed(&write->arena, (size_t)write->column_count, sizeof *wanted);
    if (!wanted)
        return error_set_no_memory(why);
    for (int32_t i = 0; i < write->column_count; i++)
        wanted[i] = write->columns[i] ? write->columns[i]->type : NULL;
    write->input = engine_input_create(lease_connection(write->lease), write->schema, wanted, why);
    return write->input != NULL;
}

static bool start(struct write *write, struct duckcat *owner, struct airport_call *call, struct error *why) {
    write->lease = lease_take(owner->leases, call, why);
    if (!write->lease || !search_defaults(write, why) || !lease_begin(write->lease, why))
        return false;
    if (write->verb != VERB_INSERT && !pin(write, why))
        return false;
    return find_columns(write, why) && create_input(write, why) && prepare_all(write, why);
}

static bool open_write(struct table *table, struct airport_call *call, enum verb verb,
                       const struct airport_write_options *options, struct airport_writer *out,
                       struct airport_error *err) {
    struct error why;
    if (!duckcat_may_write(table->owner, call, verb_names[verb], err))
        return false;
    struct write *write = memory_allocate_zeroed(1, sizeof *write);
    if (!write)
        return airport_fail_no_memory(err);
    write->verb = verb;
    write->snapshot = snapshot_retain(table->snapshot);
    write->facts = table->facts;
    write->schema = options->schema;
    write->returning_schema = options->returning ? options->returning_schema : NULL;
    write->column_count = (int32_t)options->schema->n_children;
    write->row_id_index = options->row_id_index;
    if (!start(write, table->owner, call, &why)) {
        release(write);
        return failure_tell(&why, err);
    }
    *out = (struct airport_writer){&writer_methods, write};
    return true;
}

static bool open_insert(void *self, struct airport_call *call, const struct airport_write_options *options,
                        struct airport_writer *out, struct airport_error *err) {
    return open_write(self, call, VERB_INSERT, options, out, err);
}

static bool open_update(void *self, struct airport_call *call, const struct airport_write_options *options,
                        struct airport_writer *out, struct airport_error *err) {
    return open_write(self, call, VERB_UPDATE, options, out, err);
}

static bool open_remove(void *self, struct airport_call *call, const struct airport_write_options *options,
                        struct airport_writer *out, struct airport_error *err) {
    return open_write(self, call, VERB_DELETE, options, out, err);
}

const struct airport_write_methods table_insert_methods = {.size = sizeof table_insert_methods, .open = open_insert};
const struct airport_write_methods table_update_methods = {.size = sizeof table_update_methods, .open = open_update};
const struct airport_write_methods table_remove_methods = {.size = sizeof table_remove_methods, .open = open_remove};
