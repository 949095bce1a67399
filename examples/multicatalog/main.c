/* multicatalog: several catalogs in one server, one kind of them made at each request. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct airport_field fields[] = {
    {.size = sizeof(struct airport_field), .name = "greeting", .format = "u"},
};

/* `self` is the greeting. */
static bool scan_greeting(void *self, struct airport_call *call, const struct airport_scan_options *options,
                          struct ArrowArrayStream *out, struct airport_error *err) {
    (void)call;
    (void)options;
    const char *const greeting = self;
    const struct airport_column_data column = {.texts = &greeting};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    if (!airport_schema_from_fields(fields, 1, &schema, err))
        return false;
    if (airport_batch_from_columns(&schema, &column, 1, &batch, err))
        return airport_stream_from_batches(&schema, &batch, 1, out, err);
    schema.release(&schema);
    return false;
}

static bool make_catalog(const char *greeting, struct airport_catalog *out, struct airport_error *err) {
    const struct airport_simple_table table = {.size = sizeof table,
                                               .name = "greeting",
                                               .fields = fields,
                                               .field_count = 1,
                                               .scan = scan_greeting,
                                               .self = (void *)greeting};
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", NULL);
    airport_builder_simple_table(builder, &table);
    return airport_catalog_builder_finish(builder, out, err);
}

/* Any name that begins with "tenant_" has a catalog, made at the request and released after it. */
static bool find_catalog(void *self, struct airport_call *call, const char *name, struct airport_catalog *out,
                         struct airport_error *err) {
    (void)self;
    if (strncmp(name, "tenant_", 7) != 0)
        return true;
    const char *greeting = airport_call_copy_string(call, name);
    return greeting ? make_catalog(greeting, out, err) : airport_fail_no_memory(err);
}

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    struct airport_named_catalog named[] = {{.name = "english"}, {.name = "german"}};
    bool ok = make_catalog("hello", &named[0].catalog, &err) && make_catalog("hallo", &named[1].catalog, &err) &&
              make_catalog("default", &config.catalog, &err);
    config.catalogs = named;
    config.catalog_count = 2;
    config.find_catalog = find_catalog;
    if (ok)
        server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "multicatalog: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(named[0].catalog);
    airport_catalog_release(named[1].catalog);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}
