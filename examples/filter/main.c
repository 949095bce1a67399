/* filter: shows the filters that DuckDB pushes down, parsed and written as SQL, as rows of a table. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

static const struct airport_field fields[] = {
    FIELD(.name = "user_id", .format = "l"),
    FIELD(.name = "full_name", .format = "u"),
    FIELD(.name = "pushed_down", .format = "u", .comment = "the WHERE clause that this scan was given"),
};

/* How the columns are called in the imagined database behind the table. */
static const struct airport_column_mapping mappings[] = {
    {.column = "user_id", .name = "uid"},
    {.column = "full_name", .expression = "first_name || ' ' || last_name"},
};

static char *where_clause(const struct airport_scan_options *options) {
    const struct airport_sql_options sql = {.size = sizeof sql,
                                            .dialect = AIRPORT_DIALECT_POSTGRESQL,
                                            .mappings = mappings,
                                            .mapping_count = 2,
                                            .mapped_only = true};
    return options->filter ? airport_filter_to_sql(options->filter, &sql) : NULL;
}

static bool make_rows(const char *where, struct ArrowArrayStream *out, struct airport_error *err) {
    static const int64_t ids[] = {1, 2, 3};
    static const char *const names[] = {"Alice Liddell", "Bob Roberts", "Charlie Brown"};
    const char *const clauses[] = {where, where, where};
    const struct airport_column_data columns[] = {{.values = ids}, {.texts = names}, {.texts = clauses}};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    if (!airport_schema_from_fields(fields, 3, &schema, err))
        return false;
    if (airport_batch_from_columns(&schema, columns, 3, &batch, err))
        return airport_stream_from_batches(&schema, &batch, 1, out, err);
    schema.release(&schema);
    return false;
}

/* Gives all rows, although fewer may match: the client filters once more. */
static bool scan_users(void *self, struct airport_call *call, const struct airport_scan_options *options,
                       struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    char *where = where_clause(options);
    bool ok = make_rows(where, out, err);
    airport_free(where);
    return ok;
}

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    const struct airport_simple_table users = {
        .size = sizeof users, .name = "users", .fields = fields, .field_count = 3, .scan = scan_users};
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "Filters made visible");
    airport_builder_simple_table(builder, &users);
    if (airport_catalog_builder_finish(builder, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "filter: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}
