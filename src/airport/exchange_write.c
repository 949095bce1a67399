/* INSERT, UPDATE and DELETE: batches in, with RETURNING exactly one batch out for each, at last the number of rows. */
#include <string.h>

#include "airport/contract.h"
#include "airport/exchange.h"
#include "airport/failure.h"
#include "airport/schema.h"
#include "flight/flight_data.h"
#include "flight/msgpack.h"

#define WIRE_ROW_ID "rowid" /* what the client calls it, whatever its name in the table */

enum write_kind { WRITE_INSERT, WRITE_UPDATE, WRITE_DELETE };

static const char *const write_names[] = {"INSERT", "UPDATE", "DELETE"};

struct write_state {
    struct airport_writer writer;
    struct airport_write_options options;
    struct ipc_schema *returning;
    int64_t *row_ids;
    int64_t row_id_capacity;
};

static const struct airport_write_methods *methods_of(const struct found_table *table, enum write_kind kind) {
    const struct airport_table_methods *m = table->handle.methods;
    return kind == WRITE_INSERT ? METHOD(m, insert) : kind == WRITE_UPDATE ? METHOD(m, update) : METHOD(m, remove);
}

static enum exchange_progress failed(struct exchange *x, enum airport_error_kind kind, const char *format,
                                     const char *name) {
    airport_fail(&x->call->error, kind, format, name);
    return EXCHANGE_FAILED;
}

/* What an UPDATE answers: the columns that came, in their order, with the table's types, the row id last and flagged. */
static bool make_update_answer(const struct ArrowSchema *sent, const struct ArrowSchema *table, struct ArrowSchema *out,
                               struct airport_error *err) {
    int32_t row_id = airport_find_rowid_column(table);
    struct ArrowSchema made = {.release = NULL};
    bool ok = schema_make(&made, "+s", "", 0, sent->n_children) || airport_fail_no_memory(err);
    for (int64_t i = 0; ok && i < sent->n_children; i++) {
        const char *name = sent->children[i]->name;
        bool is_row_id = i == sent->n_children - 1;
        int32_t at = is_row_id ? row_id : airport_schema_find(table, name);
        ok = (at >= 0 || airport_fail(err, AIRPORT_INVALID_ARGUMENT, "the table has no column \"%s\"", name)) &&
             airport_schema_copy(table->children[at], made.children[i], err);
        if (ok && is_row_id)
            ok = (schema_set_name(made.children[i], WIRE_ROW_ID) &&
                  schema_set_metadata_text(made.children[i], "is_rowid", "1")) ||
                 airport_fail_no_memory(err);
    }
    if (ok)
        *out = made;
    else
        schema_release(&made);
    return ok;
}

static bool make_returning(struct exchange *x, enum write_kind kind, const struct ArrowSchema *sent,
                           const struct found_table *table, struct write_state *state) {
    struct airport_error *err = &x->call->error;
    struct ArrowSchema schema = {.release = NULL};
    bool ok = kind == WRITE_UPDATE ? make_update_answer(sent, &table->schema->schema, &schema, err)
                                   : airport_schema_copy(&table->schema->schema, &schema, err);
    state->returning = ok ? keep_schema(x->call, &schema, err) : NULL;
    if (state->returning)
        state->options.returning_schema = &state->returning->schema;
    return state->returning != NULL;
}

static bool open_writer(struct exchange *x, const struct airport_write_methods *methods, void *self,
                        struct write_state *state) {
    struct airport_error *err = &x->call->error;
    if (!REQUIRE(x->call, methods, open, err) || !methods->open(self, x->call, &state->options, &state->writer, err))
        return false;
    const struct airport_writer_methods *m = state->writer.methods;
    if (!REQUIRE(x->call, m, release, err) || !REQUIRE(x->call, m, finish, err))
        return false;
    if (!METHOD(m, write) == !METHOD(m, write_row_ids))
        return contract_broken(x->call, err, "a writer must have one of write and write_row_ids");
    return call_keep(x->call, m->release, state->writer.self, err);
}

static enum exchange_progress begin(struct exchange *x, enum write_kind kind, const struct ArrowSchema *schema) {
    struct found_table table;
    struct airport_error *err = &x->call->error;
    struct write_state *state = arena_allocate_zeroed(&x->call->arena, 1, sizeof *state);
    x->state = state;
    if (!state)
        return failed(x, AIRPORT_NO_MEMORY, "out of memory%s", "");
    if (!scan_find_table(x->call, &x->name, NULL, &table, err))
        return EXCHANGE_FAILED;
    const struct airport_write_methods *methods = methods_of(&table, kind);
    if (!methods) {
        airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "\"%s\" does not support %s", table.info.name, write_names[kind]);
        return EXCHANGE_FAILED;
    }
    const char *returning = airport_call_header(x->call, "return-chunks", NULL);
    state->options = (struct airport_write_options){
        .size = sizeof state->options,
        .schema = schema,
        .row_id_index = kind == WRITE_INSERT ? -1 : (int32_t)schema->n_children - 1,
        .returning = returning && strcmp(returning, "1") == 0,
    };
    if (kind != WRITE_INSERT && airport_find_rowid_column(&table.schema->schema) < 0)
        return failed(x, AIRPORT_FAILED_PRECONDITION, "table \"%s\" has no row id column", table.info.name);
    if (kind != WRITE_INSERT && airport_schema_find(schema, WIRE_ROW_ID) != state->options.row_id_index)
        return failed(x, AIRPORT_INVALID_ARGUMENT, "the last column must be \"%s\"", WIRE_ROW_ID);
    if (state->options.returning && !make_returning(x, kind, schema, &table, state))
        return EXCHANGE_FAILED;
    if (!open_writer(x, methods, table.handle.self, state))
        return EXCHANGE_FAILED;
    return exchange_begin_answers(x, state->returning ? state->returning : table.schema);
}

static enum exchange_progress begin_insert(struct exchange *x, const struct ArrowSchema *schema) {
    return begin(x, WRITE_INSERT, schema);
}

static enum exchange_progress begin_update(struct exchange *x, const struct ArrowSchema *schema) {
    return begin(x, WRITE_UPDATE, schema);
}

static enum exchange_progress begin_delete(struct exchange *x, const struct ArrowSchema *schema) {
    return begin(x, WRITE_DELETE, schema);
}

/* ---- batches ---- */

static bool check_row_ids(struct exchange *x, const struct write_state *state, const struct ArrowArray *batch) {
    int32_t at = state->options.row_id_index;
    if (at < 0)
        return true;
    for (int64_t row = 0; row < batch->length; row++)
        if (airport_array_is_null(state->options.schema->children[at], batch->children[at], batch->offset + row))
            return airport_fail(&x->call->error, AIRPORT_NULL_ROW_ID, "null rowid value not allowed");
    return true;
}

static bool read_row_ids(struct exchange *x, struct write_state *state, const struct ArrowArray *batch) {
    if (batch->length > state->row_id_capacity) {
        state->row_ids = airport_call_allocate(x->call, (size_t)batch->length * sizeof *state->row_ids);
        if (!state->row_ids)
            return airport_fail_no_memory(&x->call->error);
        state->row_id_capacity = batch->length;
    }
    const struct ArrowSchema *schema = state->options.schema;
    return airport_read_row_ids(schema, batch, state->row_ids, &x->call->error);
}

static bool write_batch(struct exchange *x, struct write_state *state, struct ArrowArray *batch,
                        struct ArrowArray *returned) {
    const struct airport_writer_methods *m = state->writer.methods;
    struct airport_error *err = &x->call->error;
    if (!check_row_ids(x, state, batch))
        return false;
    if (METHOD(m, write))
        return m->write(state->writer.self, x->call, batch, returned, err);
    return read_row_ids(x, state, batch) &&
           m->write_row_ids(state->writer.self, x->call, state->row_ids, batch, returned, err);
}

/* The client waits for exactly one batch, of at most as many rows. */
static enum exchange_progress answer(struct exchange *x, struct ArrowArray *returned, int64_t sent_rows) {
    if (!returned->release)
        return exchange_send_batch(x, NULL, 0, 0, NULL, NULL);
    if (returned->n_children != x->answers->schema.n_children || returned->length < 0 || returned->length > sent_rows) {
        contract_broken(x->call, &x->call->error, "RETURNING got %lld columns and %lld rows, expected %lld and at most %lld",
                        (long long)returned->n_children, (long long)returned->length,
                        (long long)x->answers->schema.n_children, (long long)sent_rows);
        returned->release(returned);
        return EXCHANGE_FAILED;
    }
    return exchange_send_batch(x, (const struct ArrowArray *const *)returned->children, returned->offset,
                               returned->length, returned, NULL);
}

static enum exchange_progress take_batch(struct exchange *x, struct ArrowArray *batch) {
    struct write_state *state = x->state;
    struct ArrowArray returned = {.release = NULL};
    int64_t rows = batch->length;
    bool ok = write_batch(x, state, batch, state->options.returning ? &returned : NULL);
    if (batch->release)
        batch->release(batch);
    if (ok)
        return state->options.returning ? answer(x, &returned, rows) : EXCHANGE_MORE;
    if (returned.release)
        returned.release(&returned);
    return EXCHANGE_FAILED;
}

/* ---- the end ---- */

static bool send_total(struct exchange *x, int64_t changed_rows) {
    struct writer w = {0};
    struct flight_message *message = flight_message_create();
    msgpack_write_map(&w, 1);
    msgpack_write_text(&w, "total_changed");
    msgpack_write_unsigned(&w, (uint64_t)changed_rows);
    if (message && (!writer_ok(&w) || !flight_data_wrap(message, NULL, 0, w.bytes, w.length))) {
        flight_message_destroy(message);
        message = NULL;
    }
    writer_destroy(&w);
    return call_send(x->call, message);
}

static enum exchange_progress finish(struct exchange *x) {
    struct write_state *state = x->state;
    int64_t changed_rows = 0;
    if (!state->writer.methods->finish(state->writer.self, x->call, &changed_rows, &x->call->error))
        return EXCHANGE_FAILED;
    if (changed_rows < 0) {
        contract_broken(x->call, &x->call->error, "a write changed %lld rows", (long long)changed_rows);
        return EXCHANGE_FAILED;
    }
    return send_total(x, changed_rows) ? EXCHANGE_ENDED : EXCHANGE_FAILED;
}

const struct exchange_kind exchange_insert = {"insert", begin_insert, take_batch, finish, NULL};
const struct exchange_kind exchange_update = {"update", begin_update, take_batch, finish, NULL};
const struct exchange_kind exchange_delete = {"delete", begin_delete, take_batch, finish, NULL};
