/* A libairport server over record batches in memory, the counterpart of flight_peer.py: airport_memory --port N --rows N */
#include <airport.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_ROWS = 16384 };

static const struct airport_field fields[] = {
    {.size = sizeof(struct airport_field), .name = "a", .format = "i"},
    {.size = sizeof(struct airport_field), .name = "b", .format = "l"},
    {.size = sizeof(struct airport_field), .name = "c", .format = "g"},
    {.size = sizeof(struct airport_field), .name = "d", .format = "u"},
    {.size = sizeof(struct airport_field), .name = "e", .format = "tdD"},
};

struct table {
    struct ArrowSchema schema;
    struct ArrowArray *batches;
    int64_t batch_count;
};

struct cursor {
    const struct table *table;
    int64_t next;
};

static void forget(struct ArrowArray *array) {
    array->release = NULL;
}

/* The batches outlive every scan: each is given as it lies there. */
static bool next_batch(void *self, struct airport_call *call, struct ArrowArray *out, struct airport_error *err) {
    (void)call, (void)err;
    struct cursor *cursor = self;
    if (cursor->next == cursor->table->batch_count)
        return true;
    *out = cursor->table->batches[cursor->next++];
    out->release = forget;
    return true;
}

static bool scan(void *self, struct airport_call *call, const struct airport_scan_options *options, struct ArrowArrayStream *out,
                 struct airport_error *err) {
    (void)options;
    const struct table *table = self;
    struct ArrowSchema schema;
    struct cursor *cursor = calloc(1, sizeof *cursor);
    if (!cursor || !airport_schema_copy(&table->schema, &schema, err)) {
        free(cursor);
        return false;
    }
    cursor->table = table;
    return airport_stream_from_function(call, &schema, next_batch, free, cursor, out, err);
}

static bool fill_batch(const struct ArrowSchema *schema, int64_t first, struct ArrowArray *out, struct airport_error *err) {
    static int32_t a[BATCH_ROWS], e[BATCH_ROWS];
    static int64_t b[BATCH_ROWS];
    static double c[BATCH_ROWS];
    static char texts[BATCH_ROWS][32];
    static const char *d[BATCH_ROWS];
    for (int32_t i = 0; i < BATCH_ROWS; i++) {
        a[i] = (int32_t)(first + i);
        b[i] = (int64_t)a[i] * 7;
        c[i] = a[i] / 3.0;
        snprintf(texts[i], sizeof texts[i], "row number %d", a[i]);
        d[i] = texts[i];
        e[i] = a[i] % 1000;
    }
    const struct airport_column_data columns[] = {{.values = a}, {.values = b}, {.values = c}, {.texts = d}, {.values = e}};
    return airport_batch_from_columns(schema, columns, BATCH_ROWS, out, err);
}

static bool fill_table(struct table *table, int64_t rows, struct airport_error *err) {
    table->batches = calloc((size_t)(rows / BATCH_ROWS + 1), sizeof *table->batches);
    if (!table->batches || !airport_schema_from_fields(fields, 5, &table->schema, err))
        return false;
    while (table->batch_count < rows / BATCH_ROWS) {
        if (!fill_batch(&table->schema, table->batch_count * BATCH_ROWS + 1, &table->batches[table->batch_count], err))
            return false;
        table->batch_count++;
    }
    return true;
}

static bool build_catalog(struct table *table, struct airport_catalog *out, struct airport_error *err) {
    const struct airport_simple_table numbers = {
        .size = sizeof numbers, .name = "numbers", .schema = &table->schema, .scan = scan, .self = table};
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "public", NULL);
    airport_builder_simple_table(builder, &numbers);
    return airport_catalog_builder_finish(builder, out, err);
}

int main(int argc, char **argv) {
    if (argc != 5 || strcmp(argv[1], "--port") != 0 || strcmp(argv[3], "--rows") != 0) {
        fputs("airport_memory --port N --rows N\n", stderr);
        return 2;
    }
    struct airport_error err = {0};
    struct airport_server_config config = {.size = sizeof config, .port = atoi(argv[2])};
    struct table table = {.batch_count = 0};
    struct airport_server *server = NULL;
    if (fill_table(&table, atoll(argv[4]), &err) && build_catalog(&table, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    int status = server && airport_server_run_until_signal(server, &err) ? 0 : 1;
    if (status)
        fprintf(stderr, "airport_memory: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return status;
}
