/* auth: bearer tokens, and a table that shows who is asking. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct airport_field fields[] = {
    {.size = sizeof(struct airport_field), .name = "identity", .format = "u"},
};

/* Tokens and whom they stand for. */
static const struct {
    const char *token, *identity;
} users[] = {{"secret-api-key", "alice"}, {"another-key", "bob"}};

static bool authenticate(void *self, struct airport_call *call, const char *token, const char **identity,
                         struct airport_error *err) {
    (void)self;
    (void)call;
    for (size_t i = 0; i < sizeof users / sizeof *users; i++)
        if (airport_token_equal(users[i].token, token))
            *identity = users[i].identity;
    return **identity ? true : airport_fail(err, AIRPORT_UNAUTHORIZED, token ? "wrong token" : "a token is needed");
}

static bool scan_whoami(void *self, struct airport_call *call, const struct airport_scan_options *options,
                        struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)options;
    const char *const identity = airport_call_identity(call);
    const struct airport_column_data column = {.texts = &identity};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    if (!airport_schema_from_fields(fields, 1, &schema, err))
        return false;
    if (airport_batch_from_columns(&schema, &column, 1, &batch, err))
        return airport_stream_from_batches(&schema, &batch, 1, out, err);
    schema.release(&schema);
    return false;
}

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    const struct airport_simple_table whoami = {
        .size = sizeof whoami, .name = "whoami", .fields = fields, .field_count = 1, .scan = scan_whoami};
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "For those who have a token");
    airport_builder_simple_table(builder, &whoami);
    config.authenticate = authenticate;
    if (airport_catalog_builder_finish(builder, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "auth: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}
