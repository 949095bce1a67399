/* Programs that break the contract of airport.h, and programs of an older header: each gets an error or what it is due; the
 * server lives on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "airport.h"
#include "flight/grpc.h"
#include "full_catalog.h"
#include "scenarios.h"

/* Methods have the parameters of their group, needed here or not. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

/* ---- a server for one question ---- */

static void count_warnings(void *self, enum airport_log_level level, const struct airport_call *call, const char *message) {
    if (level == AIRPORT_LOG_WARNING)
        ++*(int *)self;
}

/* Asks a server of `config`; returns its warnings. */
static int ask_server(struct airport_server_config config, const char *scenario, struct flight_answer *out) {
    struct airport_error err = {0};
    int warnings = 0;
    config.port = -1;
    config.worker_threads = 2;
    config.log = count_warnings;
    config.log_self = &warnings;
    struct airport_server *server = airport_server_create(&config, &err);
    if (!server || !airport_server_start(server, &err))
        fail_msg("%s", err.message);
    struct flight_call call = scenario_call(scenario);
    flight_call_make(&call, airport_server_port(server), out);
    writer_destroy(&call.requests);
    airport_server_destroy(server);
    return warnings;
}

static struct flight_answer *ask(const struct full_parts *parts, const char *scenario, int *warnings) {
    static struct flight_answer answer;
    *warnings = ask_server((struct airport_server_config){.size = sizeof(struct airport_server_config),
                                                          .catalog = full_catalog(parts),
                                                          .transactions = full_transactions},
                           scenario, &answer);
    return &answer;
}

/* The contract is broken: the log says so, the client hears `text`. */
static void expect_broken(const struct full_parts *parts, const char *scenario, const char *text) {
    int warnings;
    const struct flight_answer *answer = ask(parts, scenario, &warnings);
    if (answer->status != GRPC_UNKNOWN || !strstr(answer->text, text) || warnings != 1)
        fail_msg("%s: status %d (%s), %d warnings; expected \"%s\"", scenario, answer->status, answer->text, warnings, text);
}

static void expect_status(const struct full_parts *parts, const char *scenario, int status) {
    int warnings;
    const struct flight_answer *answer = ask(parts, scenario, &warnings);
    if (answer->status != status)
        fail_msg("%s: status %d (%s), expected %d", scenario, answer->status, answer->text, status);
}

/* ---- methods that are not there ---- */

static void absent_methods(void **state) {
    struct full_parts parts = full_parts;
    struct airport_table_methods table = *full_parts.table;
    parts.table = &table;
    table.describe = NULL;
    expect_broken(&parts, "list_schemas", "lacks \"describe\"");
    table = *full_parts.table;
    table.size = 0;
    expect_broken(&parts, "scan", "its size is not set");
    table = *full_parts.table;
    table.scan = NULL;
    expect_status(&parts, "scan", GRPC_UNIMPLEMENTED);
    const struct airport_scan_methods no_scan = {.size = sizeof no_scan};
    table.scan = &no_scan;
    expect_broken(&parts, "scan", "lacks \"open\"");
    const struct airport_write_methods no_write = {.size = sizeof no_write};
    table.insert = &no_write;
    expect_broken(&parts, "insert", "lacks \"open\"");

    struct airport_function_methods function = *full_parts.twice;
    parts = full_parts;
    parts.twice = &function;
    function.scalar = NULL;
    expect_status(&parts, "list_schemas", GRPC_INTERNAL);
    const struct airport_scalar_methods no_scalar = {.size = sizeof no_scalar};
    function.scalar = &no_scalar;
    expect_broken(&parts, "scalar function", "lacks \"execute\"");
    parts = full_parts;
    const struct airport_catalog_methods catalog = {.size = sizeof catalog};
    parts.catalog = &catalog;
    expect_broken(&parts, "list_schemas", "lacks \"schemas\"");
}

/* ---- methods that fail, and tell it wrong ---- */

static bool fail_silently(void *self, struct airport_call *call, const char **id, struct airport_error *err) {
    return false;
}

static bool recover(void *self, struct airport_call *call, const char **id, struct airport_error *err) {
    airport_fail(err, AIRPORT_NOT_FOUND, "tried this first");
    *id = "a";
    return true;
}

static void failures_without_a_reason(void **state) {
    struct airport_transaction_methods methods = {.size = sizeof methods, .begin = fail_silently};
    struct airport_server_config config = {
        .size = sizeof config, .catalog = full_catalog(&full_parts), .transactions = {&methods, NULL}};
    static struct flight_answer answer;
    assert_int_equal(ask_server(config, "create_transaction", &answer), 1);
    assert_int_equal(answer.status, GRPC_UNKNOWN);
    methods.begin = recover;
    assert_int_equal(ask_server(config, "create_transaction", &answer), 0);
    assert_int_equal(answer.status, GRPC_OK);
}

/* ---- streams ---- */

/* How a stream differs from a good one, which has three rows. */
static struct {
    const char *format; /* of the column "id" */
    bool lacks_id, has_no_schema, is_none;
    int64_t length, offset; /* instead of what is true */
    int error_at;           /* the batch that fails, from 1 */
    bool tells_error;
    int batches;
} odd;

static int odd_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    const struct airport_field columns[] = {
        FIELD(.name = "rowid", .format = "l", .flags = AIRPORT_FIELD_ROW_ID),
        FIELD(.name = "name", .format = "u"),
        FIELD(.name = "id", .format = odd.format ? odd.format : "l"),
    };
    return !odd.has_no_schema && airport_schema_from_fields(columns, odd.lacks_id ? 2 : 3, out, NULL) ? 0 : ENOMEM;
}

static int odd_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    const struct airport_field columns[] = {FIELD(.name = "rowid", .format = "l"), FIELD(.name = "name", .format = "u"),
                                            FIELD(.name = "id", .format = "l")};
    out->release = NULL;
    if (++odd.batches == odd.error_at)
        return odd.tells_error ? airport_call_fail(stream->private_data, AIRPORT_OUT_OF_RANGE, "beyond the end") : EIO;
    if (odd.batches > 1)
        return 0;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(columns, odd.lacks_id ? 2 : 3, NULL);
    for (int64_t i = 0; i < 3; i++) {
        airport_batch_append_int64(b, 0, i);
        airport_batch_append_text(b, 1, "a");
        if (!odd.lacks_id)
            airport_batch_append_int64(b, 2, i);
    }
    bool ok = airport_batch_finish(b, out, NULL);
    airport_batch_builder_destroy(b);
    if (odd.length)
        out->length = odd.length;
    out->offset = odd.offset;
    return ok ? 0 : ENOMEM;
}

static void odd_release(struct ArrowArrayStream *stream) {
    stream->release = NULL;
}

static bool odd_open(void *self, struct airport_call *call, const struct airport_scan_options *options,
                     struct ArrowArrayStream *out, struct airport_error *err) {
    if (!odd.is_none)
        *out = (struct ArrowArrayStream){odd_schema, odd_next, NULL, odd_release, call};
    return true;
}

static void streams(void **state) {
    const struct airport_scan_methods scan = {.size = sizeof scan, .open = odd_open};
    struct airport_table_methods table = *full_parts.table;
    struct full_parts parts = full_parts;
    table.scan = &scan;
    parts.table = &table;
#define ODD(...) memcpy(&odd, &(__typeof__(odd)){__VA_ARGS__}, sizeof odd)
    ODD(.batches = 0);
    expect_status(&parts, "scan", GRPC_OK);
    ODD(.is_none = true);
    expect_broken(&parts, "scan", "gave no stream");
    ODD(.format = "u");
    expect_broken(&parts, "scan", "another Arrow type");
    ODD(.has_no_schema = true);
    expect_status(&parts, "scan", GRPC_RESOURCE_EXHAUSTED); /* its get_schema says ENOMEM */
    ODD(.lacks_id = true);
    expect_broken(&parts, "scan", "lacks the column \"id\"");
    ODD(.length = -1);
    expect_broken(&parts, "scan", "does not fit");
    ODD(.offset = -1);
    expect_broken(&parts, "scan", "does not fit");
    ODD(.length = 4);
    expect_broken(&parts, "scan", "does not fit its schema");
    ODD(.length = INT64_MAX);
    expect_broken(&parts, "scan", "does not fit its schema");
    ODD(.offset = 1);
    expect_broken(&parts, "scan", "does not fit its schema");
    ODD(.offset = INT64_MAX);
    expect_broken(&parts, "scan", "does not fit its schema");
    ODD(.error_at = 1);
    expect_status(&parts, "scan", GRPC_UNKNOWN);
    ODD(.error_at = 2, .tells_error = true);
    expect_status(&parts, "scan", 11);
}

/* ---- writers ---- */

static struct {
    bool both, no_finish;
    int64_t changed, more_rows;
    bool other_columns;
} writing;

static void release_nothing(void *self) {
}

static bool write_oddly(void *self, struct airport_call *call, struct ArrowArray *batch, struct ArrowArray *returned,
                        struct airport_error *err) {
    const struct airport_write_options *options = self;
    if (!options->returning)
        return true;
    struct ArrowSchema schema = {.release = NULL};
    const char *const first = "id";
    if (!(writing.other_columns ? airport_schema_project(options->returning_schema, &first, 1, &schema, err)
                                : airport_schema_copy(options->returning_schema, &schema, err)))
        return false;
    struct airport_batch_builder *b = airport_batch_builder_create(&schema, err);
    for (int64_t row = 0; row < batch->length + writing.more_rows; row++)
        for (int32_t i = 0; i < schema.n_children; i++)
            airport_batch_append_null(b, i);
    bool ok = airport_batch_finish(b, returned, err);
    airport_batch_builder_destroy(b);
    schema.release(&schema);
    return ok;
}

static bool write_ids(void *self, struct airport_call *call, const int64_t *row_ids, struct ArrowArray *batch,
                      struct ArrowArray *returned, struct airport_error *err) {
    return true;
}

static bool finish_oddly(void *self, struct airport_call *call, int64_t *changed_rows, struct airport_error *err) {
    *changed_rows = writing.changed;
    return true;
}

static bool open_oddly(void *self, struct airport_call *call, const struct airport_write_options *options,
                       struct airport_writer *out, struct airport_error *err) {
    static struct airport_writer_methods methods;
    methods = (struct airport_writer_methods){.size = sizeof methods,
                                              .release = release_nothing,
                                              .write = write_oddly,
                                              .write_row_ids = writing.both ? write_ids : NULL,
                                              .finish = writing.no_finish ? NULL : finish_oddly};
    *out = (struct airport_writer){&methods, (void *)(uintptr_t)options};
    return true;
}

static void writers(void **state) {
    const struct airport_write_methods write = {.size = sizeof write, .open = open_oddly};
    struct airport_table_methods table = *full_parts.table;
    struct full_parts parts = full_parts;
    table.insert = &write;
    parts.table = &table;
#define WRITING(...) memcpy(&writing, &(__typeof__(writing)){__VA_ARGS__}, sizeof writing)
    WRITING(.changed = 2);
    expect_status(&parts, "insert", GRPC_OK);
    WRITING(.both = true);
    expect_broken(&parts, "insert", "one of write and write_row_ids");
    WRITING(.no_finish = true);
    expect_broken(&parts, "insert", "lacks \"finish\"");
    WRITING(.changed = -1);
    expect_broken(&parts, "insert", "changed -1 rows");
    WRITING(.more_rows = 1);
    expect_broken(&parts, "insert returning", "RETURNING got");
    WRITING(.other_columns = true);
    expect_broken(&parts, "insert returning", "RETURNING got");
}

/* ---- functions ---- */

static int64_t values_given;

static bool give_values(void *self, struct airport_call *call, const struct ArrowSchema *schema, struct ArrowArray *input,
                        struct ArrowArray *out, struct airport_error *err) {
    const struct airport_field field = FIELD(.name = "n", .format = values_given == 2 ? "u" : "l");
    struct airport_batch_builder *b = values_given < 0 ? NULL : airport_batch_builder_from_fields(&field, 1, err);
    for (int64_t i = 0; b && i < values_given; i++)
        airport_batch_append_null(b, 0);
    return !b || airport_array_from_builder(b, out, err);
}

static bool give_other_rows(void *self, struct airport_call *call, struct ArrowArray *input, struct ArrowArrayStream *out,
                            struct airport_error *err) {
    const struct airport_field field = FIELD(.name = "n", .format = "l");
    return !input || airport_stream_from_builder(airport_batch_builder_from_fields(&field, 1, err), out, err);
}

static bool open_other_rows(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                            const struct ArrowSchema *input, struct airport_processor *out, struct airport_error *err) {
    static const struct airport_processor_methods methods = {
        .size = sizeof methods, .release = release_nothing, .process = give_other_rows};
    *out = (struct airport_processor){&methods, NULL};
    return true;
}

static void functions(void **state) {
    const struct airport_scalar_methods scalar = {.size = sizeof scalar, .execute = give_values};
    struct airport_function_methods function = *full_parts.twice;
    struct full_parts parts = full_parts;
    function.scalar = &scalar;
    parts.twice = &function;
    values_given = 1;
    expect_broken(&parts, "scalar function", "gave 1 values for 2 rows");
    values_given = -1;
    expect_broken(&parts, "scalar function", "gave 0 values for 2 rows");
    values_given = 2; /* texts */
    expect_broken(&parts, "scalar function", "does not fit its schema");

    struct airport_in_out_methods in_out = *full_parts.echo->in_out;
    struct airport_function_methods echo = *full_parts.echo;
    in_out.open = open_other_rows;
    echo.in_out = &in_out;
    parts = full_parts;
    parts.echo = &echo;
    expect_broken(&parts, "in/out function", "another schema");
}

/* ---- an older header ---- */

/* A copy of a method table that ends before `first`; what lies behind it is no pointer. */
#define ENDS_BEFORE(copy, original, first)                                                                             \
    do {                                                                                                               \
        memset((copy), 0x5a, sizeof *(copy));                                                                          \
        memcpy((copy), (original), offsetof(__typeof__(*(copy)), first));                                              \
        (copy)->size = offsetof(__typeof__(*(copy)), first);                                                           \
    } while (0)

static void programs_of_an_older_header(void **state) {
    struct full_parts parts = full_parts;
    struct airport_table_methods table;
    ENDS_BEFORE(&table, full_parts.table, insert);
    parts.table = &table;
    expect_status(&parts, "list_schemas", GRPC_OK);
    expect_status(&parts, "scan", GRPC_OK);
    expect_status(&parts, "insert", GRPC_UNIMPLEMENTED);
    expect_status(&parts, "update", GRPC_UNIMPLEMENTED);
    expect_status(&parts, "delete", GRPC_UNIMPLEMENTED);
    expect_status(&parts, "add_column, if it does not exist", GRPC_UNIMPLEMENTED);
    expect_status(&parts, "column_statistics", GRPC_UNIMPLEMENTED);

    parts = full_parts;
    struct airport_schema_methods schema;
    ENDS_BEFORE(&schema, full_parts.schema, functions);
    parts.schema = &schema;
    expect_status(&parts, "list_schemas", GRPC_OK);
    expect_status(&parts, "scalar function", GRPC_NOT_FOUND);
    expect_status(&parts, "create_table", GRPC_UNIMPLEMENTED);

    parts = full_parts;
    struct airport_catalog_methods catalog;
    ENDS_BEFORE(&catalog, full_parts.catalog, version);
    parts.catalog = &catalog;
    expect_status(&parts, "catalog_version", GRPC_OK);
    expect_status(&parts, "create_schema", GRPC_UNIMPLEMENTED);

    parts = full_parts;
    struct airport_function_methods function;
    ENDS_BEFORE(&function, full_parts.twice, table);
    parts.twice = &function;
    expect_status(&parts, "scalar function", GRPC_OK);

    struct airport_table_ddl_methods ddl;
    ENDS_BEFORE(&ddl, full_parts.schema->ddl, drop_table);
    schema = *full_parts.schema;
    schema.ddl = &ddl;
    parts = full_parts;
    parts.schema = &schema;
    expect_status(&parts, "create_table", GRPC_OK);
    expect_status(&parts, "drop_table that is not there", GRPC_UNIMPLEMENTED);

    struct airport_alter_methods alter;
    ENDS_BEFORE(&alter, full_parts.table->alter, remove_column);
    table = *full_parts.table;
    table.alter = &alter;
    parts = full_parts;
    parts.table = &table;
    expect_status(&parts, "add_column, if it does not exist", GRPC_OK);
    expect_status(&parts, "set_default", GRPC_UNIMPLEMENTED);
}

static void configurations_of_an_older_header(void **state) {
    static struct flight_answer answer;
    struct airport_server_config config;
    memset(&config, 0x5a, sizeof config);
    memset(&config, 0, offsetof(struct airport_server_config, tls_certificate_file));
    config.size = offsetof(struct airport_server_config, tls_certificate_file);
    config.catalog = full_catalog(&full_parts);
    config.port = -1;
    struct airport_error err = {0};
    struct airport_server *server = airport_server_create(&config, &err);
    assert_non_null(server);
    assert_true(airport_server_start(server, &err));
    struct flight_call call = scenario_call("scan");
    flight_call_make(&call, airport_server_port(server), &answer);
    writer_destroy(&call.requests);
    airport_server_destroy(server);
    assert_int_equal(answer.status, GRPC_OK);
}

/* Arrays of structs are stepped by the size that their first element tells. */
static void fields_of_an_older_header(void **state) {
    enum { OLD_BYTES = offsetof(struct airport_field, default_expression) };
    static const char *const names[] = {"a", "b", "c"};
    _Alignas(max_align_t) char fields[3 * OLD_BYTES];
    for (int i = 0; i < 3; i++) {
        const struct airport_field field = {.size = OLD_BYTES, .name = names[i], .format = i == 1 ? "u" : "l"};
        memcpy(fields + i * OLD_BYTES, &field, OLD_BYTES);
    }
    struct ArrowSchema schema;
    struct airport_error err = {0};
    assert_true(airport_schema_from_fields((const struct airport_field *)(const void *)fields, 3, &schema, &err));
    for (int i = 0; i < 3; i++)
        assert_string_equal(schema.children[i]->name, names[i]);
    assert_string_equal(schema.children[1]->format, "u");
    assert_null(schema.children[2]->metadata);
    schema.release(&schema);
}

/* ---- configurations and structs that cannot be meant ---- */

static void refuse_config(const struct airport_server_config *config, const char *text) {
    struct airport_error err = {0};
    assert_null(airport_server_create(config, &err));
    if (err.kind != AIRPORT_INVALID_ARGUMENT || !strstr(err.message, text))
        fail_msg("\"%s\", expected \"%s\"", err.message, text);
}

static bool run_nothing(void *self, struct airport_call *call, struct airport_bytes body, struct airport_results *out,
                        struct airport_error *err) {
    return true;
}

static void refused_configurations(void **state) {
    struct airport_server_config config = {.catalog = full_catalog(&full_parts)};
    refuse_config(NULL, "missing");
    refuse_config(&config, "size");
    config.size = sizeof config;
    config.port = 65536;
    refuse_config(&config, "65536");
    config.port = -1;
    const struct airport_named_catalog nameless = {NULL, config.catalog};
    config.catalogs = &nameless;
    config.catalog_count = 1;
    refuse_config(&config, "named catalog 0");
    config.catalog_count = 0;
    struct airport_action action = {.name = "a", .run = run_nothing};
    config.actions = &action;
    config.action_count = 1;
    refuse_config(&config, "airport_action");
    action.size = sizeof action;
    action.name = "list_schemas";
    refuse_config(&config, "action 0");
    config = (struct airport_server_config){.size = sizeof config};
    refuse_config(&config, "no catalog");
}

static void refused_builders(void **state) {
    const struct airport_simple_table no_size = {.name = "t"};
    const struct airport_simple_table no_scan = {.size = sizeof no_scan, .name = "t"};
    const struct airport_simple_table *const tables[] = {NULL, &no_size, &no_scan};
    for (size_t i = 0; i < 3; i++) {
        struct airport_error err = {0};
        struct airport_catalog catalog;
        struct airport_catalog_builder *b = airport_catalog_builder_create();
        airport_builder_schema(b, "s", NULL);
        airport_builder_simple_table(b, tables[i]);
        airport_builder_simple_function(b, NULL);
        airport_builder_simple_table_function(b, NULL);
        assert_false(airport_catalog_builder_finish(b, &catalog, &err));
        assert_int_equal(err.kind, AIRPORT_INVALID_ARGUMENT);
    }
    airport_catalog_builder_destroy(NULL);
    airport_batch_builder_destroy(NULL);
    airport_filter_destroy(NULL);
    airport_server_destroy(NULL);
    airport_free(NULL);
}

/* ---- the life of servers ---- */

static void an_occupied_port(void **state) {
    struct airport_error err = {0};
    struct airport_server_config config = {.size = sizeof config, .catalog = full_catalog(&full_parts), .port = -1,
                                           .log_level = AIRPORT_LOG_OFF};
    struct airport_server *first = airport_server_create(&config, &err);
    assert_true(airport_server_start(first, &err));
    assert_false(airport_server_start(first, &err));
    assert_int_equal(err.kind, AIRPORT_FAILED_PRECONDITION);
    config.port = airport_server_port(first);
    struct airport_server *second = airport_server_create(&config, &err);
    assert_false(airport_server_start(second, &err));
    assert_non_null(strstr(err.message, "in use"));
    airport_server_stop(second, -1); /* it does not run */
    airport_server_destroy(first);
    assert_true(airport_server_start(second, &err)); /* the port is free now */
    assert_int_equal(airport_server_port(second), config.port);
    airport_server_stop(second, 0);
    airport_server_stop(second, 0);
    airport_server_destroy(second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_methods),
        cmocka_unit_test(failures_without_a_reason),
        cmocka_unit_test(streams),
        cmocka_unit_test(writers),
        cmocka_unit_test(functions),
        cmocka_unit_test(programs_of_an_older_header),
        cmocka_unit_test(configurations_of_an_older_header),
        cmocka_unit_test(fields_of_an_older_header),
        cmocka_unit_test(refused_configurations),
        cmocka_unit_test(refused_builders),
        cmocka_unit_test(an_occupied_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
