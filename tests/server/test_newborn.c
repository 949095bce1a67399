#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "server/newborn.h"

static char directory[64];

static int set_up(void **state) {
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/mallardb-newborn-XXXXXX");
    return mkdtemp(directory) ? chdir(directory) : -1;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", directory);
    return chdir("/") || system(command);
}

static void touch(const char *name) {
    close(open(name, O_WRONLY | O_CREAT, 0600));
}

static bool is_there(const char *name) {
    return access(name, F_OK) == 0;
}

static void begin(struct newborn *newborn, const char *path) {
    struct error err = {0};
    assert_true(newborn_begin(newborn, path, &err));
    assert_string_equal("", err.message);
}

static void existing_databases_are_left_alone(void **state) {
    (void)state;
    struct newborn newborn;
    touch("old.db");
    begin(&newborn, "old.db");
    assert_false(newborn_is_new(&newborn));
    newborn_complete(&newborn);
    newborn_abandon(&newborn, true);
    assert_true(is_there("old.db"));
    assert_false(is_there("old.db.new"));
}

static void completed_ones_stay(void **state) {
    (void)state;
    struct newborn newborn;
    begin(&newborn, "a/b/c.db");
    assert_true(newborn_is_new(&newborn));
    assert_false(newborn.started_over);
    assert_true(is_there("a/b/c.db.new"));
    touch("a/b/c.db");
    newborn_complete(&newborn);
    newborn_abandon(&newborn, true);
    assert_true(is_there("a/b/c.db"));
    assert_false(is_there("a/b/c.db.new"));
}

static void abandoned_ones_are_removed(void **state) {
    (void)state;
    struct newborn newborn;
    begin(&newborn, "d.db");
    touch("d.db");
    touch("d.db.wal");
    newborn_abandon(&newborn, true);
    assert_false(is_there("d.db") || is_there("d.db.wal") || is_there("d.db.new"));
    begin(&newborn, "d.db");
    touch("d.db"); /* somebody else's: ours was never opened */
    newborn_abandon(&newborn, false);
    assert_true(is_there("d.db"));
    assert_false(is_there("d.db.new"));
}

static void one_cut_short_is_started_over(void **state) {
    (void)state;
    struct newborn newborn;
    touch("e.db");
    touch("e.db.wal");
    touch("e.db.new");
    begin(&newborn, "e.db");
    assert_true(newborn_is_new(&newborn));
    assert_true(newborn.started_over);
    assert_false(is_there("e.db") || is_there("e.db.wal"));
    newborn_complete(&newborn);
}

static void one_under_way_is_not_touched(void **state) {
    (void)state;
    struct newborn newborn;
    struct error err;
    touch("f.db");
    int marker = open("f.db.new", O_RDWR | O_CREAT, 0600);
    assert_int_equal(0, flock(marker, LOCK_EX));
    assert_false(newborn_begin(&newborn, "f.db", &err));
    assert_string_equal("another process is creating the database \"f.db\"", err.message);
    assert_true(is_there("f.db") && is_there("f.db.new"));
    close(marker);
}

static void impossible_places_are_named(void **state) {
    (void)state;
    struct newborn newborn;
    struct error err;
    touch("file");
    assert_false(newborn_begin(&newborn, "file/x.db", &err));
    assert_string_equal("cannot create the database \"file/x.db\": Not a directory", err.message);
    char path[5000];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_false(newborn_begin(&newborn, path, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(existing_databases_are_left_alone), cmocka_unit_test(completed_ones_stay),
        cmocka_unit_test(abandoned_ones_are_removed),        cmocka_unit_test(one_cut_short_is_started_over),
        cmocka_unit_test(one_under_way_is_not_touched),      cmocka_unit_test(impossible_places_are_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
