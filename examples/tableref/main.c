/* tableref: tables whose rows the client reads itself, from files or by functions of its own. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

static const struct airport_field fields[] = {FIELD(.name = "id", .format = "l"), FIELD(.name = "name", .format = "u")};
static const struct airport_field argument[] = {FIELD(.name = "arg_0", .format = "u")};

/* A call of the client's read_csv with the file as its one argument. */
static bool add_read_csv(const char *file, struct airport_endpoints *out, struct airport_error *err) {
    const struct airport_column_data column = {.texts = &file};
    struct ArrowSchema schema;
    struct ArrowArray row;
    if (!airport_schema_from_fields(argument, 1, &schema, err))
        return false;
    bool ok = airport_batch_from_columns(&schema, &column, 1, &row, err);
    if (ok) {
        ok = airport_endpoints_add_function_call(out, "read_csv", &schema, &row, err);
        row.release(&row);
    }
    schema.release(&schema);
    return ok;
}

/* `self` is the file. */
static bool plan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                 struct airport_endpoints *out, struct airport_error *err) {
    (void)call;
    (void)options;
    return strstr(self, ".parquet") ? airport_endpoints_add_file(out, "parquet", self, err) : add_read_csv(self, out, err);
}

static bool open_scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    (void)out;
    return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "the rows of this table are read by the client");
}

static bool describe(void *self, struct airport_call *call, const struct airport_time_point *at,
                     struct airport_table_info *out, struct airport_error *err) {
    (void)call;
    if (at)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "files have no past");
    out->name = strstr(self, ".parquet") ? "from_parquet" : "from_csv";
    return airport_schema_from_fields(fields, 2, &out->schema, err);
}

static const struct airport_scan_methods scan = {.size = sizeof scan, .plan = plan, .open = open_scan};
static const struct airport_table_methods table = {.size = sizeof table, .describe = describe, .scan = &scan};

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "References to files");
    airport_builder_table(builder, (struct airport_table){&table, "/tmp/airport_users.parquet"});
    airport_builder_table(builder, (struct airport_table){&table, "/tmp/airport_users.csv"});
    if (airport_catalog_builder_finish(builder, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "tableref: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}
