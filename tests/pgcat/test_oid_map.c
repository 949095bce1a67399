/* The map of OIDs: stable while it runs and over a restart, never given out twice, whatever stands in its file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pgcat/oid_map.h"

static char path[64];

static uint32_t get(struct pgcat_oid_map *map, int64_t engine_oid, const char *name) {
    struct pgcat_oid_key key = {"db", "relation", engine_oid, "", name, 2, 8, 0, strlen(name)};
    return pgcat_oid_map_get(map, &key);
}

static struct pgcat_oid_map *open_map(void) {
    struct error err;
    struct pgcat_oid_map *map = pgcat_oid_map_create(path, &err);
    assert_non_null(map);
    return map;
}

static int make_path(void **state) {
    (void)state;
    strcpy(path, "/tmp/oid_map_XXXXXX");
    int file = mkstemp(path);
    close(file);
    unlink(path);
    return file < 0;
}

static int remove_path(void **state) {
    (void)state;
    unlink(path);
    return 0;
}

static void test_renamed_objects_keep_their_oid_over_a_restart(void **state) {
    (void)state;
    struct pgcat_oid_map *map = open_map();
    uint32_t a = get(map, 1, "main.a"), b = get(map, 2, "main.tab\there");
    assert_int_not_equal(a, b);
    assert_int_equal(get(map, 1, "main.c"), a);
    pgcat_oid_map_destroy(map);
    map = open_map();
    assert_int_equal(get(map, 70, "main.c"), a);
    assert_int_equal(get(map, 71, "main.tab\there"), b);
    assert_true(get(map, 72, "main.a") > b);
    pgcat_oid_map_destroy(map);
}

static void test_another_object_of_the_same_name_is_another(void **state) {
    (void)state;
    struct pgcat_oid_map *map = open_map();
    uint32_t first = get(map, 1, "main.t");
    assert_int_not_equal(get(map, 2, "main.t"), first);
    pgcat_oid_map_forget_engine(map);
    uint32_t again = get(map, 9, "main.t");
    assert_true(again == first || again == first + PGCAT_OID_BLOCK);
    pgcat_oid_map_destroy(map);
}

static void test_any_file_can_be_read(void **state) {
    (void)state;
    static const char *const files[] = {
        "", "mallardb oids 1\n", "something else\n", "mallardb oids 1\n99999999999999\tdb\trelation\t\tx\n",
        "mallardb oids 1\n16384\tdb\n\n-5\n16384\tdb\trelation\t\tmain.t\n16384\tdb\trelation\t\tmain.u\n163", "mallardb oids 1\n\\\t\\\t\\\t\\\t\\\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        FILE *file = fopen(path, "w");
        fputs(files[i], file);
        fclose(file);
        struct pgcat_oid_map *map = open_map();
        uint32_t oid = get(map, 1, "main.u");
        assert_true(oid >= PGCAT_OID_FIRST && oid < INT32_MAX);
        pgcat_oid_map_destroy(map);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_renamed_objects_keep_their_oid_over_a_restart, make_path, remove_path),
        cmocka_unit_test_setup_teardown(test_another_object_of_the_same_name_is_another, make_path, remove_path),
        cmocka_unit_test_setup_teardown(test_any_file_can_be_read, make_path, remove_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
