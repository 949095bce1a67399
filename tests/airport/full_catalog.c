#include "full_catalog.h"

#include <string.h>

/* Methods have the parameters of their group, needed here or not. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

static const struct airport_field columns[] = {
    FIELD(.name = "rowid", .format = "l", .flags = AIRPORT_FIELD_ROW_ID),
    FIELD(.name = "id", .format = "l"),
    FIELD(.name = "name", .format = "u", .default_expression = "'x'", .comment = "a name"),
};
static const struct airport_field number = FIELD(.name = "n", .format = "l");
static const struct airport_field any_table = FIELD(.name = "rows", .flags = AIRPORT_FIELD_TABLE);

/* ---- the table ---- */

static bool describe_table(void *self, struct airport_call *call, const struct airport_time_point *at,
                           struct airport_table_info *out, struct airport_error *err) {
    static const char *const checks[] = {"id > 0"};
    out->name = "t";
    out->comment = "a table";
    out->check_constraints = checks;
    out->check_constraint_count = 1;
    out->estimated_rows = 3;
    return airport_schema_from_fields(columns, 3, &out->schema, err);
}

static bool plan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                 struct airport_endpoints *out, struct airport_error *err) {
    const struct airport_endpoint endpoint = {.size = sizeof endpoint, .state = {"state", 5}};
    return airport_endpoints_add(out, &endpoint, err);
}

static void append_rows(struct airport_batch_builder *b, int64_t count) {
    for (int64_t i = 0; b && i < count; i++) {
        airport_batch_append_int64(b, 0, i);
        airport_batch_append_int64(b, 1, 10 * i);
        airport_batch_append_text(b, 2, i == 1 ? NULL : "a text that is longer than twelve bytes");
    }
}

static bool open_scan(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    airport_call_set_progress(call, 0.5);
    struct airport_batch_builder *b = airport_batch_builder_from_fields(columns, 3, err);
    append_rows(b, 3);
    return airport_stream_from_builder(b, out, err);
}

static void release_writer(void *self) {
}

/* Answers with as many rows as came, whatever the columns are. */
static bool write_rows(void *self, struct airport_call *call, struct ArrowArray *batch, struct ArrowArray *returned,
                       struct airport_error *err) {
    const struct airport_write_options *options = self;
    if (!options->returning)
        return true;
    struct airport_batch_builder *b = airport_batch_builder_create(options->returning_schema, err);
    for (int64_t row = 0; b && row < batch->length; row++)
        for (int32_t i = 0; i < options->returning_schema->n_children; i++)
            airport_batch_append_null(b, i);
    bool ok = b && airport_batch_finish(b, returned, err);
    airport_batch_builder_destroy(b);
    return ok;
}

static bool finish_writer(void *self, struct airport_call *call, int64_t *changed_rows, struct airport_error *err) {
    *changed_rows = 7;
    return true;
}

static const struct airport_writer_methods writer_methods = {
    .size = sizeof writer_methods, .release = release_writer, .write = write_rows, .finish = finish_writer};

static bool open_writer(void *self, struct airport_call *call, const struct airport_write_options *options,
                        struct airport_writer *out, struct airport_error *err) {
    *out = (struct airport_writer){&writer_methods, (void *)(uintptr_t)options};
    return true;
}

static bool add_column(void *self, struct airport_call *call, const struct ArrowSchema *column,
                       const struct airport_alter_options *options, struct airport_error *err) {
    return strcmp(column->name, "name") != 0 || airport_fail(err, AIRPORT_ALREADY_EXISTS, "there is a column \"name\"");
}

static bool set_default(void *self, struct airport_call *call, const char *column, const char *expression,
                        struct airport_error *err) {
    return true;
}

static bool statistics(void *self, struct airport_call *call, const char *column, const char *type,
                       struct airport_column_statistics *out, struct airport_error *err) {
    out->min = airport_value_int64(AIRPORT_TYPE_BIGINT, 0);
    out->max = airport_value_int64(AIRPORT_TYPE_BIGINT, 20);
    out->distinct_count = 3;
    return true;
}

static const struct airport_scan_methods scan_methods = {.size = sizeof scan_methods, .plan = plan, .open = open_scan};
static const struct airport_write_methods write_methods = {.size = sizeof write_methods, .open = open_writer};
static const struct airport_statistics_methods statistics_methods = {.size = sizeof statistics_methods,
                                                                   .column = statistics};
static const struct airport_alter_methods alter_methods = {
    .size = sizeof alter_methods, .add_column = add_column, .set_default = set_default};
static const struct airport_table_methods table_methods = {
    .size = sizeof table_methods,
    .describe = describe_table,
    .scan = &scan_methods,
    .insert = &write_methods,
    .update = &write_methods,
    .remove = &write_methods,
    .alter = &alter_methods,
    .statistics = &statistics_methods,
};

/* ---- functions ---- */

static bool describe_number_function(struct airport_function_info *out, const char *name, struct airport_error *err) {
    out->name = name;
    out->description = "a function";
    return airport_schema_from_fields(&number, 1, &out->parameters, err) &&
           airport_schema_from_fields(&number, 1, &out->result, err);
}

static bool describe_twice(void *self, struct airport_call *call, struct airport_function_info *out,
                           struct airport_error *err) {
    out->stability = AIRPORT_CONSISTENT;
    return describe_number_function(out, "twice", err);
}

static bool execute_twice(void *self, struct airport_call *call, const struct ArrowSchema *schema, struct ArrowArray *input,
                          struct ArrowArray *out, struct airport_error *err) {
    struct airport_batch_builder *b = airport_batch_builder_from_fields(&number, 1, err);
    for (int64_t row = 0; b && row < input->length; row++)
        airport_batch_append_int64(b, 0, 2 * airport_array_int64(schema->children[0], input->children[0], row));
    return airport_array_from_builder(b, out, err);
}

static bool describe_series(void *self, struct airport_call *call, struct airport_function_info *out,
                            struct airport_error *err) {
    return describe_number_function(out, "series", err);
}

static bool bind_series(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                        struct ArrowSchema *out, struct airport_error *err) {
    return airport_schema_from_fields(&number, 1, out, err);
}

static bool scan_series(void *self, struct airport_call *call, const struct airport_scan_options *options,
                        struct ArrowArrayStream *out, struct airport_error *err) {
    struct airport_batch_builder *b = airport_batch_builder_from_fields(&number, 1, err);
    for (int64_t i = 0; b && i < airport_argument_int64(options->arguments, "n", 5); i++)
        airport_batch_append_int64(b, 0, i);
    return airport_stream_from_builder(b, out, err);
}

static bool describe_echo(void *self, struct airport_call *call, struct airport_function_info *out,
                          struct airport_error *err) {
    out->name = "echo";
    return airport_schema_from_fields(&any_table, 1, &out->parameters, err);
}

static bool bind_echo(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                      const struct ArrowSchema *input, struct ArrowSchema *out, struct airport_error *err) {
    return airport_schema_copy(input, out, err);
}

static bool process_echo(void *self, struct airport_call *call, struct ArrowArray *input, struct ArrowArrayStream *out,
                         struct airport_error *err) {
    struct ArrowSchema schema;
    if (!input)
        return true;
    return airport_schema_copy(self, &schema, err) && airport_stream_from_batches(&schema, input, 1, out, err);
}

static bool open_echo(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                      const struct ArrowSchema *input, struct airport_processor *out, struct airport_error *err) {
    static const struct airport_processor_methods processor = {
        .size = sizeof processor, .release = release_writer, .process = process_echo};
    *out = (struct airport_processor){&processor, (void *)(uintptr_t)input};
    return true;
}

static const struct airport_scan_methods series_scan = {.size = sizeof series_scan, .open = scan_series};
static const struct airport_scalar_methods scalar_methods = {.size = sizeof scalar_methods, .execute = execute_twice};
static const struct airport_table_function_methods table_function_methods = {
    .size = sizeof table_function_methods, .bind = bind_series, .scan = &series_scan};
static const struct airport_in_out_methods in_out_methods = {
    .size = sizeof in_out_methods, .bind = bind_echo, .open = open_echo};
static const struct airport_function_methods twice_methods = {
    .size = sizeof twice_methods, .describe = describe_twice, .scalar = &scalar_methods};
static const struct airport_function_methods series_methods = {
    .size = sizeof series_methods, .describe = describe_series, .table = &table_function_methods};
static const struct airport_function_methods echo_methods = {
    .size = sizeof echo_methods, .describe = describe_echo, .in_out = &in_out_methods};

/* ---- the schema and the catalog ---- */

static bool describe_schema(void *self, struct airport_call *call, struct airport_schema_info *out,
                            struct airport_error *err) {
    static const struct airport_tag tag = {"k", "v"};
    out->name = "s";
    out->comment = "a schema";
    out->tags = &tag;
    out->tag_count = 1;
    return true;
}

static bool list_tables(void *self, struct airport_call *call, const char *name, struct airport_tables *out,
                        struct airport_error *err) {
    const struct full_parts *parts = self;
    return airport_tables_add(out, (struct airport_table){parts->table, NULL}, err);
}

static bool list_functions(void *self, struct airport_call *call, const char *name, struct airport_functions *out,
                           struct airport_error *err) {
    const struct full_parts *parts = self;
    return airport_functions_add(out, (struct airport_function){parts->twice, NULL}, err) &&
           airport_functions_add(out, (struct airport_function){parts->series, NULL}, err) &&
           airport_functions_add(out, (struct airport_function){parts->echo, NULL}, err);
}

static bool create_table(void *self, struct airport_call *call, const struct airport_create_table *request,
                         struct airport_error *err) {
    return true;
}

static bool drop(void *self, struct airport_call *call, const char *name, bool if_exists, struct airport_error *err) {
    return strcmp(name, "nosuch") != 0 || airport_fail(err, AIRPORT_NOT_FOUND, "there is no \"%s\"", name);
}

static bool create_schema(void *self, struct airport_call *call, const struct airport_schema_info *request,
                          struct airport_error *err) {
    return true;
}

static bool list_schemas(void *self, struct airport_call *call, const char *name, struct airport_schemas *out,
                         struct airport_error *err) {
    const struct full_parts *parts = self;
    return airport_schemas_add(out, (struct airport_schema){parts->schema, self}, err);
}

static bool version(void *self, struct airport_call *call, struct airport_catalog_version *out, struct airport_error *err) {
    out->version = 42;
    return true;
}

static const struct airport_table_ddl_methods table_ddl = {
    .size = sizeof table_ddl, .create_table = create_table, .drop_table = drop};
static const struct airport_schema_ddl_methods schema_ddl = {
    .size = sizeof schema_ddl, .create_schema = create_schema, .drop_schema = drop};
static const struct airport_schema_methods schema_methods = {
    .size = sizeof schema_methods,
    .describe = describe_schema,
    .tables = list_tables,
    .functions = list_functions,
    .ddl = &table_ddl,
};
static const struct airport_catalog_methods catalog_methods = {
    .size = sizeof catalog_methods, .schemas = list_schemas, .version = version, .ddl = &schema_ddl};
const struct full_parts full_parts = {
    .catalog = &catalog_methods,
    .schema = &schema_methods,
    .table = &table_methods,
    .twice = &twice_methods,
    .series = &series_methods,
    .echo = &echo_methods,
};

struct airport_catalog full_catalog(const struct full_parts *parts) {
    return (struct airport_catalog){parts->catalog, (void *)(uintptr_t)parts};
}

/* ---- beside the catalog ---- */

static bool begin(void *self, struct airport_call *call, const char **id, struct airport_error *err) {
    *id = airport_call_copy_string(call, "transaction-1");
    return *id || airport_fail_no_memory(err);
}

static bool end(void *self, struct airport_call *call, const char *id, struct airport_error *err) {
    return strcmp(id, "transaction-1") == 0 || airport_fail(err, AIRPORT_NOT_FOUND, "there is no transaction \"%s\"", id);
}

static bool status(void *self, struct airport_call *call, const char *id, enum airport_transaction_state *out,
                   struct airport_error *err) {
    *out = AIRPORT_TRANSACTION_ACTIVE;
    return end(self, call, id, err);
}

static const struct airport_transaction_methods transaction_methods = {
    .size = sizeof transaction_methods, .begin = begin, .commit = end, .rollback = end, .status = status};
const struct airport_transactions full_transactions = {&transaction_methods, NULL};

static bool run_echo(void *self, struct airport_call *call, struct airport_bytes body, struct airport_results *out,
                     struct airport_error *err) {
    return airport_results_add(out, body.data, body.size, err) && airport_results_add(out, "second", 6, err);
}

const struct airport_action full_action = {.size = sizeof full_action, .name = "echo", .run = run_echo};
