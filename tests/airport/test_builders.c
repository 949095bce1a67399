/* Schemas, batches, streams, values and catalogs made with the public helpers, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "airport.h"

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

static void schemas_carry_what_fields_say(void **state) {
    (void)state;
    const struct airport_field members[] = {FIELD(.name = "x", .format = "i")};
    const struct airport_field pair[] = {FIELD(.name = "key", .format = "u"), FIELD(.name = "value", .format = "l")};
    const struct airport_field fields[] = {
        FIELD(.name = "id", .format = "l", .flags = AIRPORT_FIELD_ROW_ID),
        FIELD(.name = "name", .format = "u", .default_expression = "'x'", .comment = "said"),
        FIELD(.name = "st", .format = "+s", .children = members, .child_count = 1, .flags = AIRPORT_FIELD_NOT_NULL),
        FIELD(.name = "m", .format = "+m", .children = pair, .child_count = 2),
        FIELD(.name = "any", .flags = AIRPORT_FIELD_ANY),
    };
    struct ArrowSchema schema, copy, part;
    struct airport_error err = {0};
    assert_true(airport_schema_from_fields(fields, 5, &schema, &err));
    assert_int_equal(airport_find_rowid_column(&schema), 0);
    assert_false(schema.children[0]->flags & ARROW_FLAG_NULLABLE);
    assert_true(schema.children[1]->flags & ARROW_FLAG_NULLABLE);
    struct airport_bytes value = airport_schema_metadata(schema.children[1], "default");
    assert_int_equal(value.size, 3);
    assert_memory_equal(value.data, "'x'", 3);
    assert_null(airport_schema_metadata(schema.children[1], "nosuch").data);
    assert_string_equal(schema.children[3]->children[0]->children[1]->name, "value");
    assert_true(airport_schema_copy(&schema, &copy, &err) && airport_schema_equal(&schema, &copy));
    const char *const wanted[] = {"name", "id"};
    assert_true(airport_schema_project(&schema, wanted, 2, &part, &err));
    assert_int_equal(airport_schema_find(&part, "id"), 1);
    assert_false(airport_schema_equal(&schema, &part));
    const char *const missing[] = {"nosuch"};
    struct ArrowSchema untouched = {.n_children = 77};
    assert_false(airport_schema_project(&schema, missing, 1, &untouched, &err));
    assert_int_equal(err.kind, AIRPORT_NOT_FOUND);
    assert_int_equal(untouched.n_children, 77);
    part.release(&part);
    copy.release(&copy);
    schema.release(&schema);
}

static void annotations_are_merged(void **state) {
    (void)state;
    const struct airport_field fields[] = {FIELD(.name = "a", .format = "l", .comment = "old")};
    const struct airport_field notes[] = {FIELD(.name = "a", .comment = "new", .default_expression = "1")};
    const struct airport_field wrong[] = {FIELD(.name = "b")};
    struct ArrowSchema schema, noted;
    struct airport_error err = {0};
    assert_true(airport_schema_from_fields(fields, 1, &schema, &err));
    assert_true(airport_schema_annotate(&schema, notes, 1, &noted, &err));
    assert_memory_equal(airport_schema_metadata(noted.children[0], "comment").data, "new", 3);
    assert_memory_equal(airport_schema_metadata(noted.children[0], "default").data, "1", 1);
    assert_memory_equal(airport_schema_metadata(schema.children[0], "comment").data, "old", 3);
    noted.release(&noted);
    assert_false(airport_schema_annotate(&schema, wrong, 1, &noted, &err));
    schema.release(&schema);
}

static const struct airport_field plain[] = {
    FIELD(.name = "i", .format = "s"), FIELD(.name = "t", .format = "u"), FIELD(.name = "d", .format = "g"), FIELD(.name = "b", .format = "b")};

static void batches_are_built_and_read(void **state) {
    (void)state;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    struct airport_error err = {0};
    assert_true(airport_schema_from_fields(plain, 4, &schema, &err));
    struct airport_batch_builder *b = airport_batch_builder_create(&schema, &err);
    for (int round = 0; round < 2; round++) {
        for (int row = 0; row < 20; row++) {
            airport_batch_append_int64(b, 0, row - 5);
            airport_batch_append_text(b, 1, row % 3 ? "text" : NULL);
            airport_batch_append_double(b, 2, row / 2.0);
            if (row == 19)
                airport_batch_append_null(b, 3);
            else
                airport_batch_append_int64(b, 3, row % 2);
        }
        assert_int_equal(airport_batch_row_count(b), 20);
        assert_true(airport_batch_finish(b, &batch, &err));
        assert_int_equal(airport_array_int64(schema.children[0], batch.children[0], 1), -4);
        assert_true(airport_array_is_null(schema.children[1], batch.children[1], 3));
        assert_int_equal(airport_array_bytes(schema.children[1], batch.children[1], 4).size, 4);
        assert_true(airport_array_double(schema.children[2], batch.children[2], 3) == 1.5);
        assert_int_equal(airport_array_int64(schema.children[3], batch.children[3], 7), 1);
        assert_true(airport_array_is_null(schema.children[3], batch.children[3], 19));
        assert_int_equal(batch.children[1]->null_count, 7);
        batch.release(&batch);
    }
    airport_batch_builder_destroy(b);
    schema.release(&schema);
}

static void builder_failures_stick_until_the_finish(void **state) {
    (void)state;
    struct ArrowSchema schema;
    struct ArrowArray batch = {.length = 77};
    struct airport_error err = {0};
    assert_true(airport_schema_from_fields(plain, 4, &schema, &err));
    struct airport_batch_builder *b = airport_batch_builder_create(&schema, &err);
    airport_batch_append_int64(b, 0, 40000); /* does not fit 16 bits */
    airport_batch_append_text(b, 1, "x");
    assert_false(airport_batch_finish(b, &batch, &err));
    assert_non_null(strstr(err.message, "\"i\""));
    assert_int_equal(batch.length, 77);
    airport_batch_builder_destroy(b);
    b = airport_batch_builder_create(&schema, &err);
    airport_batch_append_int64(b, 0, 1);
    assert_false(airport_batch_finish(b, &batch, &err)); /* the other columns have no row */
    airport_batch_append_int64(b, 9, 1);
    assert_false(airport_batch_finish(b, &batch, &err));
    airport_batch_builder_destroy(b);
    schema.release(&schema);
}

static void row_ids_are_read_and_nulls_refused(void **state) {
    (void)state;
    const struct airport_field fields[] = {FIELD(.name = "v", .format = "u"), FIELD(.name = "rowid", .format = "I")};
    static const char *const texts[] = {"a", "b"};
    static const uint32_t ids[] = {7, 4000000000u};
    static const bool valid[] = {true, false};
    struct airport_column_data columns[] = {{.texts = texts}, {.values = ids}};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    struct airport_error err = {0};
    int64_t read[2];
    assert_true(airport_schema_from_fields(fields, 2, &schema, &err));
    assert_true(airport_batch_from_columns(&schema, columns, 2, &batch, &err));
    assert_true(airport_read_row_ids(&schema, &batch, read, &err));
    assert_true(read[0] == 7 && read[1] == 4000000000);
    batch.release(&batch);
    columns[1].valid = valid;
    assert_true(airport_batch_from_columns(&schema, columns, 2, &batch, &err));
    assert_false(airport_read_row_ids(&schema, &batch, read, &err));
    assert_int_equal(err.kind, AIRPORT_NULL_ROW_ID);
    batch.release(&batch);
    schema.release(&schema);
}

static bool scan_nothing(void *self, struct airport_call *call, const struct airport_scan_options *options,
                         struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    (void)out;
    return airport_fail(err, AIRPORT_NOT_FOUND, "nothing");
}

static void the_catalog_builder_tells_its_first_failure(void **state) {
    (void)state;
    const struct airport_simple_table table = {
        .size = sizeof table, .name = "t", .fields = plain, .field_count = 4, .scan = scan_nothing};
    struct airport_simple_table nameless = table;
    struct airport_catalog catalog;
    struct airport_error err = {0};
    struct airport_catalog_builder *b = airport_catalog_builder_create();
    airport_builder_simple_table(b, &table);
    airport_builder_schema(b, "s", NULL);
    assert_false(airport_catalog_builder_finish(b, &catalog, &err));
    assert_non_null(strstr(err.message, "no schema"));
    b = airport_catalog_builder_create();
    airport_builder_schema(b, "s", NULL);
    airport_builder_schema(b, "s", NULL);
    assert_false(airport_catalog_builder_finish(b, &catalog, &err));
    assert_int_equal(err.kind, AIRPORT_ALREADY_EXISTS);
    b = airport_catalog_builder_create();
    nameless.name = NULL;
    airport_builder_schema(b, "s", NULL);
    airport_builder_simple_table(b, &nameless);
    assert_false(airport_catalog_builder_finish(b, &catalog, &err));
    b = airport_catalog_builder_create();
    for (int i = 0; i < 40; i++) {
        char name[8] = {'s', (char)('A' + i / 10), (char)('0' + i % 10)};
        airport_builder_schema(b, name, "many");
        airport_builder_tag(b, "k", "v");
        for (int k = 0; k < 9; k++)
            airport_builder_simple_table(b, &table);
    }
    assert_true(airport_catalog_builder_finish(b, &catalog, &err));
    airport_catalog_release(catalog);
    assert_false(airport_catalog_builder_finish(NULL, &catalog, &err));
}

static void servers_check_their_configuration(void **state) {
    (void)state;
    static const struct airport_catalog_methods methods = {.size = sizeof methods};
    struct airport_error err = {0};
    struct airport_server_config config = {.size = 0};
    assert_null(airport_server_create(&config, &err));
    config.size = sizeof config;
    assert_null(airport_server_create(&config, &err));
    assert_non_null(strstr(err.message, "no catalog"));
    config.catalog.methods = &methods;
    config.port = 70000;
    assert_null(airport_server_create(&config, &err));
    config.port = -1;
    config.tls_key_file = "/nosuch";
    assert_null(airport_server_create(&config, &err));
    config.tls_certificate_file = "/nosuch";
    assert_null(airport_server_create(&config, &err));
    config.tls_key_file = config.tls_certificate_file = NULL;
    struct airport_server *one = airport_server_create(&config, &err), *two;
    assert_non_null(one);
    assert_true(airport_server_start(one, &err));
    assert_true(airport_server_port(one) > 0);
    assert_false(airport_server_start(one, &err));
    config.port = airport_server_port(one);
    two = airport_server_create(&config, &err);
    assert_false(airport_server_start(two, &err)); /* the port is taken */
    airport_server_destroy(two);
    airport_server_stop(one, 100);
    airport_server_stop(one, 100);
    airport_server_destroy(one);
    airport_server_destroy(NULL);
}

static void errors_and_tokens(void **state) {
    (void)state;
    struct airport_error err = {0};
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(airport_fail(&err, AIRPORT_SCHEMA_NOT_EMPTY, "%s", text));
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_false(airport_fail(NULL, AIRPORT_INTERNAL, "nobody listens"));
    assert_int_equal(airport_error_grpc_status(AIRPORT_SCHEMA_NOT_EMPTY), 9);
    assert_int_equal(airport_error_grpc_status(AIRPORT_CONSTRAINT_EXCEPTION), 2);
    assert_string_equal(airport_error_kind_name(AIRPORT_NULL_ROW_ID), "NULL_ROW_ID");
    assert_true(airport_token_equal("abc", "abc") && airport_token_equal("", ""));
    assert_false(airport_token_equal("abc", "abd") || airport_token_equal("abc", "ab") || airport_token_equal("ab", "abc") ||
                 airport_token_equal("abab", "ab") || airport_token_equal(NULL, NULL) || airport_token_equal("", "a"));
}

static void builders_end_in_streams_and_arrays(void **state) {
    (void)state;
    const struct airport_field item[] = {FIELD(.name = "item", .format = "l")};
    const struct airport_field list[] = {FIELD(.name = "l", .format = "+l", .children = item, .child_count = 1)};
    struct airport_error err = {0};
    struct ArrowArray numbers, lists, batch;
    struct ArrowArrayStream stream;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(item, 1, &err);
    for (int i = 0; i < 5; i++)
        airport_batch_append_int64(b, 0, i);
    assert_true(airport_array_from_builder(b, &numbers, &err));
    assert_int_equal(numbers.length, 5);

    b = airport_batch_builder_from_fields(list, 1, &err);
    airport_batch_append_list(b, 0, &numbers, 1, 3);
    airport_batch_append_null(b, 0);
    airport_batch_append_list(b, 0, &numbers, 0, 0);
    assert_true(airport_array_from_builder(b, &lists, &err));
    assert_int_equal(lists.length, 3);
    assert_int_equal(lists.null_count, 1);
    assert_int_equal(((const int32_t *)lists.buffers[1])[1], 3);
    assert_int_equal(((const int32_t *)lists.buffers[1])[3], 3);
    assert_int_equal(((const int64_t *)lists.children[0]->buffers[1])[2], 3);
    lists.release(&lists);

    b = airport_batch_builder_from_fields(item, 1, &err);
    airport_batch_append_list(b, 0, &numbers, 0, 1); /* no list */
    assert_false(airport_stream_from_builder(b, &stream, &err));
    assert_int_equal(err.kind, AIRPORT_INVALID_ARGUMENT);
    b = airport_batch_builder_from_fields(item, 1, &err);
    airport_batch_append_from(b, 0, &numbers, 4);
    assert_true(airport_stream_from_builder(b, &stream, &err));
    assert_int_equal(stream.get_next(&stream, &batch), 0);
    assert_int_equal(((const int64_t *)batch.children[0]->buffers[1])[0], 4);
    batch.release(&batch);
    stream.release(&stream);
    numbers.release(&numbers);
    assert_false(airport_array_from_builder(NULL, &numbers, &err));

    const struct airport_field two[] = {FIELD(.name = "a", .format = "l"), FIELD(.name = "b", .format = "l")};
    assert_false(airport_array_from_builder(airport_batch_builder_from_fields(two, 2, &err), &numbers, &err));
    assert_int_equal(err.kind, AIRPORT_INVALID_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builders_end_in_streams_and_arrays),
        cmocka_unit_test(schemas_carry_what_fields_say),
        cmocka_unit_test(annotations_are_merged),
        cmocka_unit_test(batches_are_built_and_read),
        cmocka_unit_test(builder_failures_stick_until_the_finish),
        cmocka_unit_test(row_ids_are_read_and_nulls_refused),
        cmocka_unit_test(the_catalog_builder_tells_its_first_failure),
        cmocka_unit_test(servers_check_their_configuration),
        cmocka_unit_test(errors_and_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
