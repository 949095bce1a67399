/* Every allocation of the builders and of the filter parser fails in turn: each failure is told, nothing leaks (the sanitizers
 * look), nothing crashes. Those of a server: test_scenarios.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "airport.h"
#include "base/fault.h"

#ifdef MALLARDB_FAULTS

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

static const struct airport_field members[] = {FIELD(.name = "x", .format = "i"), FIELD(.name = "y", .format = "u")};
static const struct airport_field fields[] = {
    FIELD(.name = "id", .format = "l", .flags = AIRPORT_FIELD_ROW_ID),
    FIELD(.name = "name", .format = "u", .default_expression = "'x'", .comment = "a name"),
    FIELD(.name = "st", .format = "+s", .children = members, .child_count = 2),
};

static bool scan_nothing(void *self, struct airport_call *call, const struct airport_scan_options *options,
                         struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    (void)out;
    return airport_fail(err, AIRPORT_NOT_FOUND, "nothing");
}

static bool build_catalog(struct airport_error *err) {
    const struct airport_simple_table table = {
        .size = sizeof table, .name = "t", .comment = "c", .fields = fields, .field_count = 3, .scan = scan_nothing};
    struct airport_catalog catalog;
    struct airport_catalog_builder *b = airport_catalog_builder_create();
    airport_builder_schema(b, "s", "comment");
    airport_builder_tag(b, "k", "v");
    airport_builder_simple_table(b, &table);
    airport_builder_schema(b, "s2", NULL);
    if (!airport_catalog_builder_finish(b, &catalog, err))
        return false;
    airport_catalog_release(catalog);
    return true;
}

static bool build_stream(struct airport_error *err) {
    struct ArrowSchema schema;
    struct ArrowArray batch;
    struct ArrowArrayStream stream;
    if (!airport_schema_from_fields(fields, 3, &schema, err))
        return false;
    struct airport_batch_builder *b = airport_batch_builder_create(&schema, err);
    for (int i = 0; b && i < 50; i++) {
        airport_batch_append_int64(b, 0, i);
        airport_batch_append_text(b, 1, i % 2 ? "text" : NULL);
        airport_batch_append_null(b, 2);
    }
    bool ok = b && airport_batch_finish(b, &batch, err);
    airport_batch_builder_destroy(b);
    if (!ok) {
        schema.release(&schema);
        return false;
    }
    if (!airport_stream_from_batches(&schema, &batch, 1, &stream, err))
        return false;
    stream.release(&stream);
    return true;
}

static bool write_filter(struct airport_error *err) {
    static const char json[] =
        "{\"filters\":[{\"expression_class\":\"BOUND_COMPARISON\",\"type\":\"COMPARE_EQUAL\",\"left\":{\"expression_class\":"
        "\"BOUND_COLUMN_REF\",\"return_type\":{\"id\":\"VARCHAR\"},\"binding\":{\"column_index\":0}},\"right\":{"
        "\"expression_class\":\"BOUND_CONSTANT\",\"value\":{\"type\":{\"id\":\"VARCHAR\"},\"is_null\":false,\"value\":\"x\"}}}],"
        "\"column_binding_names_by_index\":[\"name\"]}";
    struct airport_filter *filter = airport_filter_parse(json, strlen(json), err);
    if (!filter)
        return false;
    char *sql = airport_filter_to_sql(filter, NULL);
    bool ok = sql != NULL;
    /* Short of memory a filter may lose what could not be written, never change. */
    assert_true(!sql || !*sql || strcmp(sql, "(\"name\" = 'x')") == 0);
    airport_free(sql);
    airport_filter_destroy(filter);
    return ok || airport_fail_no_memory(err);
}

static void replay(bool (*scenario)(struct airport_error *err)) {
    struct airport_error err = {0};
    assert_true(scenario(&err));
    for (int64_t n = 1;; n++) {
        err = (struct airport_error){AIRPORT_OK, ""};
        fault_arm(FAULT_ALLOCATE, n);
        bool ok = scenario(&err);
        int64_t seen = fault_arm(FAULT_ALLOCATE, 0);
        if (seen < n) {
            assert_true(ok);
            return;
        }
        assert_true(ok || err.kind == AIRPORT_NO_MEMORY);
    }
}

static void catalogs(void **state) {
    (void)state;
    replay(build_catalog);
}

static void streams(void **state) {
    (void)state;
    replay(build_stream);
}

static void filters(void **state) {
    (void)state;
    replay(write_filter);
}

#else

static void not_compiled_in(void **state) {
    (void)state;
    skip();
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
#ifdef MALLARDB_FAULTS
        cmocka_unit_test(catalogs),
        cmocka_unit_test(streams),
        cmocka_unit_test(filters),
#else
        cmocka_unit_test(not_compiled_in),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
