#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "observe/statistics.h"

enum { THREADS = 4, ROUNDS = 2000, MS = 1000000 };

static struct statistics *make(int32_t limit) {
    struct error err;
    struct statistics *statistics = statistics_create(limit, &err);
    assert_non_null(statistics);
    return statistics;
}

static void run(struct statistics *statistics, const char *text, int64_t ms, int64_t rows) {
    const struct statistics_key key = {"u", "d", text};
    struct statistics_entry *entry = statistics_find(statistics, &key);
    statistics_count(entry, true, ms * MS, rows);
    statistics_release(entry);
}

struct wanted {
    const char *text;
    struct statistics_row found;
    char user[8], database[8];
    int32_t count;
};

static bool look(void *self, const struct statistics_row *row) {
    struct wanted *wanted = self;
    wanted->count++;
    if (!strcmp(row->text, wanted->text)) {
        wanted->found = *row;
        snprintf(wanted->user, sizeof wanted->user, "%s", row->user);
    }
    return true;
}

static struct wanted find(struct statistics *statistics, const char *text) {
    struct wanted wanted = {.text = text};
    assert_true(statistics_each(statistics, look, &wanted));
    return wanted;
}

static void times_are_summed_up(void **state) {
    (void)state;
    struct statistics *statistics = make(10);
    static const int64_t times_ms[] = {2, 4, 4, 4, 5, 5, 7, 9};
    for (size_t i = 0; i < sizeof times_ms / sizeof *times_ms; i++)
        run(statistics, "SELECT $1", times_ms[i], 3);
    struct wanted wanted = find(statistics, "SELECT $1");
    assert_int_equal(1, wanted.count);
    assert_string_equal("u", wanted.user);
    assert_int_equal(8, wanted.found.calls);
    assert_int_equal(24, wanted.found.rows);
    assert_true(wanted.found.id > 0);
    assert_float_equal(40, wanted.found.total_ms, 1e-9);
    assert_float_equal(2, wanted.found.min_ms, 1e-9);
    assert_float_equal(9, wanted.found.max_ms, 1e-9);
    assert_float_equal(5, wanted.found.mean_ms, 1e-9);
    assert_float_equal(2, wanted.found.deviation_ms, 1e-9);
    statistics_destroy(statistics);
}

static void what_goes_on_is_no_call(void **state) {
    (void)state;
    struct statistics *statistics = make(10);
    const struct statistics_key key = {"u", "d", "FETCHED"};
    struct statistics_entry *entry = statistics_find(statistics, &key);
    statistics_count(entry, true, 3 * MS, 10);
    statistics_count(entry, false, 4 * MS, 10);
    statistics_release(entry);
    struct wanted wanted = find(statistics, "FETCHED");
    assert_int_equal(1, wanted.found.calls);
    assert_int_equal(20, wanted.found.rows);
    assert_float_equal(7, wanted.found.total_ms, 1e-9);
    statistics_destroy(statistics);
}

static void those_called_least_are_dropped(void **state) {
    (void)state;
    struct statistics *statistics = make(40);
    char text[32];
    for (int i = 0; i < 1000; i++) {
        run(statistics, "OFTEN", 1, 1);
        snprintf(text, sizeof text, "ONCE %d", i);
        run(statistics, text, 1, 1);
    }
    struct wanted wanted = find(statistics, "OFTEN");
    assert_int_equal(1000, wanted.found.calls);
    assert_in_range(wanted.count, 2, 40);
    assert_true(statistics_dropped(statistics) > 0);
    statistics_destroy(statistics);
}

static void no_entries_are_no_error(void **state) {
    (void)state;
    struct statistics *statistics = make(0);
    run(statistics, "SELECT 1", 1, 1);
    assert_int_equal(0, find(statistics, "SELECT 1").count);
    statistics_destroy(statistics);
}

static void an_entry_that_is_held_survives(void **state) {
    (void)state;
    struct statistics *statistics = make(10);
    const struct statistics_key key = {"u", "d", "HELD"};
    struct statistics_entry *entry = statistics_find(statistics, &key);
    statistics_count(entry, true, MS, 1);
    run(statistics, "OTHER", 1, 1);
    int64_t since_us = statistics_since_us(statistics);
    statistics_reset(statistics);
    assert_true(statistics_since_us(statistics) >= since_us);
    assert_int_equal(0, find(statistics, "HELD").count);
    statistics_count(entry, true, MS, 1);
    assert_int_equal(1, find(statistics, "HELD").found.calls);
    statistics_release(entry);
    statistics_destroy(statistics);
}

static void *work(void *self) {
    char text[32];
    for (int i = 0; i < ROUNDS; i++) {
        snprintf(text, sizeof text, "T %d", i % 30);
        run(self, text, 1, 1);
        run(self, "ALL", 1, 2);
        if (i % 100 == 0)
            find(self, "ALL");
    }
    return NULL;
}

static void threads_count_together(void **state) {
    (void)state;
    struct statistics *statistics = make(100);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(0, pthread_create(&threads[i], NULL, work, statistics));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    struct wanted wanted = find(statistics, "ALL");
    assert_int_equal(31, wanted.count);
    assert_int_equal(THREADS * ROUNDS, wanted.found.calls);
    assert_int_equal(2 * THREADS * ROUNDS, wanted.found.rows);
    statistics_destroy(statistics);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_summed_up),      cmocka_unit_test(what_goes_on_is_no_call),
        cmocka_unit_test(those_called_least_are_dropped), cmocka_unit_test(no_entries_are_no_error),
        cmocka_unit_test(an_entry_that_is_held_survives), cmocka_unit_test(threads_count_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
