/* Which PostgreSQL type stands for which of the engine's, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pgtype/type.h"

enum { MOOD_OID = 70000, MOOD_ARRAY_OID = 70001 };

static uint32_t type_oid(void *self, const struct engine_type *type) {
    (void)self;
    return type->id == ENGINE_TYPE_ENUM ? MOOD_OID : 0;
}

static uint32_t array_oid(void *self, uint32_t oid) {
    (void)self;
    return oid == MOOD_OID ? MOOD_ARRAY_OID : 0;
}

static const struct pgtype_resolver resolver = {.type_oid = type_oid, .array_oid = array_oid};

static struct engine_type simple(enum engine_type_id id, const char *alias) {
    return (struct engine_type){.id = id, .alias = alias};
}

static struct engine_type list_of(const struct engine_type *child) {
    return (struct engine_type){.id = ENGINE_TYPE_LIST, .alias = "", .child = child};
}

static void rows_are_found(void **state) {
    (void)state;
    assert_string_equal("int4", pgtype_find(PGTYPE_INT4)->name);
    assert_int_equal(PGTYPE_INT4_ARRAY, pgtype_find(PGTYPE_INT4)->array);
    assert_int_equal(PGTYPE_INT4, pgtype_find(PGTYPE_INT4_ARRAY)->element);
    assert_int_equal(PGTYPE_JSON, pgtype_find_name("JSON")->oid);
    assert_null(pgtype_find(1));
    assert_null(pgtype_find(UINT32_MAX));
    assert_null(pgtype_find_name("no such type"));
}

static void every_array_has_its_element(void **state) {
    (void)state;
    for (uint32_t oid = 1; oid < 10000; oid++) {
        const struct pgtype *type = pgtype_find(oid);
        if (type && type->array)
            assert_int_equal(oid, pgtype_find(type->array)->element);
    }
}

static void columns_are_announced(void **state) {
    (void)state;
    struct engine_type decimal = {.id = ENGINE_TYPE_DECIMAL, .width = 10, .scale = 2, .alias = ""};
    struct engine_type decimals = list_of(&decimal), nested = list_of(&decimals);
    struct engine_type mood = simple(ENGINE_TYPE_ENUM, ""), moods = list_of(&mood);
    struct pgtype_reference reference = pgtype_of(&decimal, NULL);
    assert_int_equal(PGTYPE_NUMERIC, reference.oid);
    assert_int_equal((10 << 16 | 2) + 4, reference.modifier);
    assert_int_equal(-1, reference.length);
    assert_int_equal(PGTYPE_NUMERIC_ARRAY, pgtype_of(&nested, NULL).oid);
    assert_int_equal(PGTYPE_TEXT, pgtype_of(&mood, NULL).oid);
    assert_int_equal(PGTYPE_TEXT_ARRAY, pgtype_of(&moods, NULL).oid);
    assert_int_equal(MOOD_OID, pgtype_of(&mood, &resolver).oid);
    assert_int_equal(4, pgtype_of(&mood, &resolver).length);
    assert_int_equal(MOOD_ARRAY_OID, pgtype_of(&moods, &resolver).oid);
}

static void aliases_mean_postgresqls_types(void **state) {
    (void)state;
    struct engine_type json = simple(ENGINE_TYPE_VARCHAR, "JSON"), name = simple(ENGINE_TYPE_VARCHAR, "name");
    struct engine_type regclass = simple(ENGINE_TYPE_UINTEGER, "regclass");
    struct engine_type vector = simple(ENGINE_TYPE_SMALLINT, "int2vector"), vectors = list_of(&vector);
    struct engine_type unknown = simple(ENGINE_TYPE_INTEGER, "my_integer"), names = list_of(&name);
    assert_int_equal(PGTYPE_JSON, pgtype_of(&json, NULL).oid);
    assert_int_equal(PGTYPE_NAME, pgtype_of(&name, NULL).oid);
    assert_int_equal(64, pgtype_of(&name, NULL).length);
    assert_int_equal(PGTYPE_NAME_ARRAY, pgtype_of(&names, NULL).oid);
    assert_int_equal(PGTYPE_REGCLASS, pgtype_of(&regclass, NULL).oid);
    assert_int_equal(PGTYPE_INT2VECTOR, pgtype_of(&vectors, NULL).oid);
    assert_int_equal(PGTYPE_INT4, pgtype_of(&unknown, NULL).oid);
}

static void parameters_have_an_engine_type(void **state) {
    (void)state;
    assert_int_equal(ENGINE_TYPE_INTEGER, pgtype_engine_type(PGTYPE_INT4, NULL)->id);
    assert_int_equal(ENGINE_TYPE_BIGINT, pgtype_engine_type(PGTYPE_OID, NULL)->id);
    assert_int_equal(ENGINE_TYPE_VARCHAR, pgtype_engine_type(0, NULL)->id);
    assert_int_equal(ENGINE_TYPE_VARCHAR, pgtype_engine_type(PGTYPE_INET, NULL)->id);
    assert_int_equal(ENGINE_TYPE_VARCHAR, pgtype_engine_type(99999, NULL)->id);
    assert_null(pgtype_engine_type(PGTYPE_INT4_ARRAY, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_found),
        cmocka_unit_test(every_array_has_its_element),
        cmocka_unit_test(columns_are_announced),
        cmocka_unit_test(aliases_mean_postgresqls_types),
        cmocka_unit_test(parameters_have_an_engine_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
