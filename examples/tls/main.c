/* tls: a table over TLS: tls --cert FILE --key FILE [--ca FILE] [--port N]. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct airport_field fields[] = {
    {.size = sizeof(struct airport_field), .name = "message", .format = "u"},
};

static bool scan_greeting(void *self, struct airport_call *call, const struct airport_scan_options *options,
                          struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    static const char *const message = "nobody else can read this";
    const struct airport_column_data column = {.texts = &message};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    if (!airport_schema_from_fields(fields, 1, &schema, err))
        return false;
    if (airport_batch_from_columns(&schema, &column, 1, &batch, err))
        return airport_stream_from_batches(&schema, &batch, 1, out, err);
    schema.release(&schema);
    return false;
}

static void read_arguments(int argc, char **argv, struct airport_server_config *config) {
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--port") == 0)
            config->port = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--cert") == 0)
            config->tls_certificate_file = argv[i + 1];
        else if (strcmp(argv[i], "--key") == 0)
            config->tls_key_file = argv[i + 1];
        else if (strcmp(argv[i], "--ca") == 0)
            config->tls_client_ca_file = argv[i + 1];
    }
}

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    const struct airport_simple_table greeting = {
        .size = sizeof greeting, .name = "greeting", .fields = fields, .field_count = 1, .scan = scan_greeting};
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "Over TLS");
    airport_builder_simple_table(builder, &greeting);
    read_arguments(argc, argv, &config);
    if (!airport_catalog_builder_finish(builder, &config.catalog, &err))
        return 1;
    if (config.tls_certificate_file)
        server = airport_server_create(&config, &err);
    else
        airport_fail(&err, AIRPORT_INVALID_ARGUMENT, "usage: tls --cert FILE --key FILE [--ca FILE] [--port N]");
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "tls: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}
