/* dml: a table in memory that can be inserted into, updated and deleted from, with RETURNING. See README.md.
 *
 * Writes are collected in the writer and applied by finish() under a lock: a statement is done whole or not at all. */
#include <airport.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Methods have the parameters of their group, needed here or not. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

struct row {
    int64_t row_id, id;
    char name[64];
    bool dead;
};

/* The one table: rows are only added; updates and deletes change them in place. */
static struct {
    pthread_mutex_t lock;
    struct row *rows;
    int64_t count, capacity;
} users = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const struct airport_field fields[] = {
    {.size = sizeof(struct airport_field), .name = "rowid", .format = "l", .flags = AIRPORT_FIELD_ROW_ID},
    {.size = sizeof(struct airport_field), .name = "id", .format = "l"},
    {.size = sizeof(struct airport_field), .name = "name", .format = "u"},
};

static bool describe(void *self, struct airport_call *call, const struct airport_time_point *at,
                     struct airport_table_info *out, struct airport_error *err) {
    if (at)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "users has no past");
    out->name = "users";
    return airport_schema_from_fields(fields, 3, &out->schema, err);
}

/* Appends the columns of a row that a schema names, in its order. */
static void append_row(struct airport_batch_builder *b, const struct ArrowSchema *schema, const struct row *row) {
    for (int32_t i = 0; i < schema->n_children; i++) {
        const char *name = schema->children[i]->name;
        if (strcmp(name, "name") == 0)
            airport_batch_append_text(b, i, row->name);
        else
            airport_batch_append_int64(b, i, strcmp(name, "id") == 0 ? row->id : row->row_id);
    }
}

static bool scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                 struct ArrowArrayStream *out, struct airport_error *err) {
    struct airport_batch_builder *b = airport_batch_builder_from_fields(fields, 3, err);
    pthread_mutex_lock(&users.lock);
    for (const struct row *row = users.rows; b && row < users.rows + users.count; row++) {
        if (row->dead)
            continue;
        airport_batch_append_int64(b, 0, row->row_id);
        airport_batch_append_int64(b, 1, row->id);
        airport_batch_append_text(b, 2, row->name);
    }
    pthread_mutex_unlock(&users.lock);
    return airport_stream_from_builder(b, out, err);
}

/* A statement's changes until it is finished: rows as they shall be. */
struct writer {
    const struct airport_write_options *options;
    struct row *changes;
    int64_t count;
};

static void set_member(struct row *row, const struct ArrowSchema *type, const struct ArrowArray *column, int64_t at) {
    if (strcmp(type->name, "name") == 0) {
        struct airport_bytes text = airport_array_bytes(type, column, at);
        snprintf(row->name, sizeof row->name, "%.*s", (int)text.size, text.size ? (const char *)text.data : "");
    } else if (strcmp(type->name, "id") == 0) {
        row->id = airport_array_int64(type, column, at);
    } else {
        row->row_id = airport_array_int64(type, column, at);
    }
}

/* The row as it is before the change. Row ids count from 0: they are places. */
static bool old_row(const struct writer *w, const struct ArrowArray *batch, int64_t at, struct row *out,
                    struct airport_error *err) {
    int32_t column = w->options->row_id_index;
    *out = (struct row){.row_id = -1};
    if (column < 0)
        return true;
    int64_t id = airport_array_int64(w->options->schema->children[column], batch->children[column], batch->offset + at);
    pthread_mutex_lock(&users.lock);
    bool found = id >= 0 && id < users.count && !users.rows[id].dead;
    if (found)
        *out = users.rows[id];
    pthread_mutex_unlock(&users.lock);
    return found || airport_fail(err, AIRPORT_NOT_FOUND, "there is no row %lld", (long long)id);
}

static bool write_rows(void *self, struct airport_call *call, struct ArrowArray *batch, struct ArrowArray *returned,
                       struct airport_error *err) {
    struct writer *w = self;
    const struct ArrowSchema *schema = w->options->schema;
    bool is_delete = schema->n_children == 1;
    struct row *changes = realloc(w->changes, (size_t)(w->count + batch->length) * sizeof *changes + 1);
    if (!changes)
        return airport_fail_no_memory(err);
    w->changes = changes;
    struct airport_batch_builder *b =
        returned ? airport_batch_builder_create(w->options->returning_schema, err) : NULL;
    bool ok = b || !returned;
    for (int64_t at = 0; ok && at < batch->length; at++) {
        struct row *row = &w->changes[w->count++];
        ok = old_row(w, batch, at, row, err);
        for (int64_t i = 0; ok && i < schema->n_children; i++)
            set_member(row, schema->children[i], batch->children[i], batch->offset + at);
        row->dead = is_delete;
        if (ok && b)
            append_row(b, w->options->returning_schema, row);
    }
    ok = ok && (!b || airport_batch_finish(b, returned, err));
    airport_batch_builder_destroy(b);
    batch->release(batch);
    return ok;
}

static bool make_room(int64_t count) {
    if (count <= users.capacity)
        return true;
    struct row *rows = realloc(users.rows, (size_t)(2 * count) * sizeof *rows);
    if (!rows)
        return false;
    users.rows = rows;
    users.capacity = 2 * count;
    return true;
}

static bool finish(void *self, struct airport_call *call, int64_t *changed_rows, struct airport_error *err) {
    struct writer *w = self;
    pthread_mutex_lock(&users.lock);
    bool ok = make_room(users.count + w->count) || airport_fail_no_memory(err);
    for (int64_t i = 0; ok && i < w->count; i++) {
        bool is_new = w->changes[i].row_id < 0;
        int64_t place = is_new ? users.count++ : w->changes[i].row_id;
        w->changes[i].row_id = place;
        users.rows[place] = w->changes[i];
    }
    pthread_mutex_unlock(&users.lock);
    *changed_rows = w->count;
    return ok;
}

static void release_writer(void *self) {
    struct writer *w = self;
    free(w->changes);
    free(w);
}

static bool open_writer(void *self, struct airport_call *call, const struct airport_write_options *options,
                        struct airport_writer *out, struct airport_error *err) {
    static const struct airport_writer_methods methods = {
        .size = sizeof methods, .release = release_writer, .write = write_rows, .finish = finish};
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        return airport_fail_no_memory(err);
    w->options = options;
    *out = (struct airport_writer){&methods, w};
    return true;
}

static const struct airport_scan_methods scan_methods = {.size = sizeof scan_methods, .open = scan};
static const struct airport_write_methods write_methods = {.size = sizeof write_methods, .open = open_writer};
static const struct airport_table_methods table_methods = {
    .size = sizeof table_methods,  .describe = describe,      .scan = &scan_methods,
    .insert = &write_methods,      .update = &write_methods,  .remove = &write_methods,
};

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "A table to write to");
    airport_builder_table(builder, (struct airport_table){&table_methods, NULL});
    if (airport_catalog_builder_finish(builder, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "dml: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    free(users.rows);
    return err.kind != AIRPORT_OK;
}
