/* dynamic: a catalog that is looked up afresh at each request: its rows change every second, its schema every ten. Nothing is
 * cached. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

static const struct airport_field fields[] = {
    FIELD(.name = "ts", .format = "tsu:UTC", .comment = "when the row was asked for"),
    FIELD(.name = "value", .format = "l", .comment = "changes every second"),
    FIELD(.name = "note", .format = "u", .comment = "comes and goes"),
};

/* ---- the table live_data ---- */

/* In every other ten seconds the table has one column more. */
static int32_t field_count(void) {
    return time(NULL) / 10 % 2 ? 3 : 2;
}

static bool describe_table(void *self, struct airport_call *call, const struct airport_time_point *at,
                           struct airport_table_info *out, struct airport_error *err) {
    (void)self;
    (void)call;
    if (at)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "live_data has only a present");
    out->name = "live_data";
    out->comment = "What is true now";
    return airport_schema_from_fields(fields, field_count(), &out->schema, err);
}

static bool scan_table(void *self, struct airport_call *call, const struct airport_scan_options *options,
                       struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const int64_t micros = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000, value = now.tv_sec % 1000;
    static const char *const note = "the schema has changed";
    const struct airport_column_data columns[] = {{.values = &micros}, {.values = &value}, {.texts = &note}};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    if (!airport_schema_from_fields(fields, 3, &schema, err))
        return false;
    if (airport_batch_from_columns(&schema, columns, 1, &batch, err))
        return airport_stream_from_batches(&schema, &batch, 1, out, err);
    schema.release(&schema);
    return false;
}

static const struct airport_scan_methods scan = {.size = sizeof scan, .open = scan_table};
static const struct airport_table_methods table = {.size = sizeof table, .describe = describe_table, .scan = &scan};

/* ---- the schema live ---- */

static bool describe_schema(void *self, struct airport_call *call, struct airport_schema_info *out,
                            struct airport_error *err) {
    (void)self;
    (void)call;
    (void)err;
    out->name = "live";
    out->comment = "Reflects a source that changes";
    return true;
}

static bool list_tables(void *self, struct airport_call *call, const char *name, struct airport_tables *out,
                        struct airport_error *err) {
    (void)self;
    (void)call;
    if (name && strcmp(name, "live_data") != 0)
        return true;
    return airport_tables_add(out, (struct airport_table){&table, NULL}, err);
}

static const struct airport_schema_methods schema_methods = {
    .size = sizeof schema_methods, .describe = describe_schema, .tables = list_tables};

/* ---- the catalog ---- */

static bool list_schemas(void *self, struct airport_call *call, const char *name, struct airport_schemas *out,
                         struct airport_error *err) {
    (void)self;
    (void)call;
    (void)name;
    return airport_schemas_add(out, (struct airport_schema){&schema_methods, NULL}, err);
}

/* Grows whenever the schema has changed. */
static bool version(void *self, struct airport_call *call, struct airport_catalog_version *out,
                    struct airport_error *err) {
    (void)self;
    (void)call;
    (void)err;
    out->version = (uint64_t)time(NULL) / 10;
    return true;
}

static const struct airport_catalog_methods catalog = {
    .size = sizeof catalog, .schemas = list_schemas, .version = version};

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    config.catalog = (struct airport_catalog){&catalog, NULL};
    server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "dynamic: %s\n", err.message);
    airport_server_destroy(server);
    return err.kind != AIRPORT_OK;
}
