/* timetravel: a table whose every version can be read: AT (VERSION => n), AT (TIMESTAMP => t). See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

/* Version n has n + 1 rows, and from version 2 on one column more. */
enum { VERSIONS = 4 };

static const char *const names[VERSIONS] = {"Alice", "Bob", "Carol", "Dave"};
static const int64_t ages[VERSIONS] = {31, 32, 33, 34};
static const char *const begins[VERSIONS] = {"2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"};

static const struct airport_field fields[] = {FIELD(.name = "name", .format = "u"), FIELD(.name = "age", .format = "l")};

/* The version that a time point means; -1 with an error. ISO timestamps order as text. */
static int version_at(const struct airport_time_point *at, struct airport_error *err) {
    int found = -1;
    if (!at)
        return VERSIONS - 1;
    if (strcmp(at->unit, "version") == 0) {
        char *end;
        long version = strtol(at->value, &end, 10);
        found = *at->value && !*end && version >= 0 && version < VERSIONS ? (int)version : -1;
    } else if (strcmp(at->unit, "timestamp") == 0) {
        for (int i = 0; i < VERSIONS; i++)
            found = strcmp(begins[i], at->value) <= 0 ? i : found;
    }
    if (found < 0)
        airport_fail(err, AIRPORT_NOT_FOUND, "people has no state at %s %s", at->unit, at->value);
    return found;
}

static int32_t column_count(int version) {
    return version >= 2 ? 2 : 1;
}

static bool describe(void *self, struct airport_call *call, const struct airport_time_point *at,
                     struct airport_table_info *out, struct airport_error *err) {
    (void)self;
    (void)call;
    int version = version_at(at, err);
    out->name = "people";
    return version >= 0 && airport_schema_from_fields(fields, column_count(version), &out->schema, err);
}

static bool open_scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    const struct airport_column_data columns[] = {{.texts = names}, {.values = ages}};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    int version = version_at(options->time_point, err);
    if (version < 0 || !airport_schema_from_fields(fields, column_count(version), &schema, err))
        return false;
    if (airport_batch_from_columns(&schema, columns, version + 1, &batch, err))
        return airport_stream_from_batches(&schema, &batch, 1, out, err);
    schema.release(&schema);
    return false;
}

static const struct airport_scan_methods scan = {.size = sizeof scan, .open = open_scan};
static const struct airport_table_methods people = {.size = sizeof people, .describe = describe, .scan = &scan};

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "A table with a past");
    airport_builder_table(builder, (struct airport_table){&people, NULL});
    if (airport_catalog_builder_finish(builder, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "timetravel: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}
