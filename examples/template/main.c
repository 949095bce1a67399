/* template: the smallest server with a table of its own methods. Copy it, rename it, fill it in. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1. The columns. Formats: chapter 15 of airport.h. */
static const struct airport_field fields[] = {
    {.size = sizeof(struct airport_field), .name = "n", .format = "l"},
};

/* 2. What the table is, now and (if it has a past) at a time point. Asked often: be quick. */
static bool describe(void *self, struct airport_call *call, const struct airport_time_point *at,
                     struct airport_table_info *out, struct airport_error *err) {
    (void)self;
    (void)call;
    if (at)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "numbers has no past");
    out->name = "numbers";
    out->comment = "Replace me";
    return airport_schema_from_fields(fields, 1, &out->schema, err);
}

/* 3. Your own state of one scan: a cursor, a file, a connection … */
struct cursor {
    struct ArrowSchema schema;
    int64_t next, end;
};

static void close_cursor(void *self) {
    struct cursor *c = self;
    c->schema.release(&c->schema);
    free(c);
}

/* 4. The next batch: fill `out`, or leave it alone at the end. Tens of thousands of rows a batch are best. */
static bool next_batch(void *self, struct airport_call *call, struct ArrowArray *out, struct airport_error *err) {
    enum { BATCH_ROWS = 32768 };
    struct cursor *c = self;
    if (airport_call_is_cancelled(call))
        return airport_fail(err, AIRPORT_CANCELLED, "the client has gone");
    struct airport_batch_builder *b = airport_batch_builder_create(&c->schema, err);
    if (!b)
        return false;
    for (int i = 0; i < BATCH_ROWS && c->next < c->end; i++)
        airport_batch_append_int64(b, 0, c->next++);
    bool ok = airport_batch_row_count(b) == 0 || airport_batch_finish(b, out, err);
    airport_batch_builder_destroy(b);
    return ok;
}

/* 5. The beginning of a scan. options->columns and options->filter say what is wanted; giving more is correct. */
static bool open_scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)options;
    struct ArrowSchema schema;
    struct cursor *c = calloc(1, sizeof *c);
    if (!c)
        return airport_fail_no_memory(err);
    c->end = 100000;
    if (!airport_schema_from_fields(fields, 1, &c->schema, err)) {
        free(c);
        return false;
    }
    if (airport_schema_copy(&c->schema, &schema, err))
        return airport_stream_from_function(call, &schema, next_batch, close_cursor, c, out, err);
    close_cursor(c);
    return false;
}

static const struct airport_scan_methods scan = {.size = sizeof scan, .open = open_scan};
static const struct airport_table_methods numbers = {.size = sizeof numbers, .describe = describe, .scan = &scan};

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", NULL);
    airport_builder_table(builder, (struct airport_table){&numbers, NULL});
    if (airport_catalog_builder_finish(builder, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "template: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}
