/* basic: one schema, one table, three rows in memory. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct airport_field user_fields[] = {
    {.size = sizeof(struct airport_field), .name = "id", .format = "l"},
    {.size = sizeof(struct airport_field), .name = "name", .format = "u"},
};

/* Called for each SELECT: gives all rows as one batch. */
static bool scan_users(void *self, struct airport_call *call, const struct airport_scan_options *options,
                       struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    static const int64_t ids[] = {1, 2, 3};
    static const char *const names[] = {"Alice", "Bob", "Charlie"};
    const struct airport_column_data columns[] = {{.values = ids}, {.texts = names}};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    if (!airport_schema_from_fields(user_fields, 2, &schema, err))
        return false;
    if (!airport_batch_from_columns(&schema, columns, 3, &batch, err)) {
        schema.release(&schema);
        return false;
    }
    return airport_stream_from_batches(&schema, &batch, 1, out, err);
}

static bool build_catalog(struct airport_catalog *out, struct airport_error *err) {
    const struct airport_simple_table users = {
        .size = sizeof users,
        .name = "users",
        .comment = "User accounts",
        .fields = user_fields,
        .field_count = 2,
        .scan = scan_users,
    };
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "Demonstration");
    airport_builder_simple_table(builder, &users);
    return airport_catalog_builder_finish(builder, out, err);
}

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    int status = 1;
    if (build_catalog(&config.catalog, &err))
        server = airport_server_create(&config, &err);
    if (server) {
        if (airport_server_run_until_signal(server, &err))
            status = 0;
    }
    if (status)
        fprintf(stderr, "basic: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return status;
}
