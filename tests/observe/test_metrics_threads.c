#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "observe/metrics.h"

enum { THREADS = 4, ROUNDS = 10000 };

static struct metrics *make(void) {
    struct error err;
    struct metrics *metrics = metrics_create(&err);
    assert_non_null(metrics);
    return metrics;
}

static void every_cell_is_its_own(void **state) {
    (void)state;
    struct metrics *metrics = make();
    for (int kind = LABEL_KIND_SELECT; kind <= LABEL_KIND_OTHER_CALL; kind++)
        for (int outcome = LABEL_OUTCOME_00; outcome <= LABEL_OUTCOME_XX; outcome++)
            metrics_add(metrics, 0, METRIC_STATEMENTS, (enum metric_label)kind, (enum metric_label)outcome,
                        kind * 1000 + outcome);
    for (int kind = LABEL_KIND_SELECT; kind <= LABEL_KIND_OTHER_CALL; kind++)
        for (int outcome = LABEL_OUTCOME_00; outcome <= LABEL_OUTCOME_XX; outcome++)
            assert_int_equal(kind * 1000 + outcome, metrics_read(metrics, METRIC_STATEMENTS, (enum metric_label)kind,
                                                                 (enum metric_label)outcome));
    assert_int_equal(0, metrics_total(metrics, METRIC_CANCELS));
    assert_int_equal(0, metrics_total(metrics, METRIC_STATEMENT_TIME));
    metrics_destroy(metrics);
}

static void outcomes_are_classes(void **state) {
    (void)state;
    assert_int_equal(LABEL_OUTCOME_00, metric_outcome("00000"));
    assert_int_equal(LABEL_OUTCOME_2B, metric_outcome("2BP01"));
    assert_int_equal(LABEL_OUTCOME_42, metric_outcome("42P01"));
    assert_int_equal(LABEL_OUTCOME_XX, metric_outcome("XX000"));
    assert_int_equal(LABEL_OUTCOME_XX, metric_outcome("72000"));
}

static void *count(void *self) {
    struct metrics *metrics = self;
    for (unsigned i = 0; i < ROUNDS; i++) {
        char sqlstate[6];
        snprintf(sqlstate, sizeof sqlstate, "42P%02u", i % 50);
        metrics_add(metrics, i, METRIC_ROWS, LABEL_ROWS_RETURNED, LABEL_NONE, 3);
        metrics_observe(metrics, i, METRIC_STATEMENT_TIME, LABEL_KIND_SELECT, (int64_t)i * 1000);
        metrics_count_error(metrics, sqlstate);
    }
    return NULL;
}

static void expect_line(const struct writer *page, const char *line) {
    if (!strstr((const char *)page->bytes, line))
        fail_msg("no \"%s\" in\n%s", line, (const char *)page->bytes);
}

static void nothing_is_lost_between_threads(void **state) {
    (void)state;
    struct metrics *metrics = make();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(0, pthread_create(&threads[i], NULL, count, metrics));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    struct writer page = {0};
    metrics_write(metrics, &page);
    writer_u8(&page, 0);
    assert_true(writer_ok(&page));
    assert_int_equal(3 * THREADS * ROUNDS, metrics_total(metrics, METRIC_ROWS));
    expect_line(&page, "\nmallardb_rows_total{direction=\"returned\"} 120000\n");
    expect_line(&page, "\nmallardb_errors_total{sqlstate=\"42P07\"} 800\n");
    /* 0 to 9,999 µs, of each THREADS times */
    expect_line(&page, "\nmallardb_statement_seconds_bucket{door=\"postgresql\",kind=\"select\",le=\"0.0001\"} 404\n");
    expect_line(&page, "\nmallardb_statement_seconds_bucket{door=\"postgresql\",kind=\"select\",le=\"0.005\"} 20004\n");
    expect_line(&page, "\nmallardb_statement_seconds_bucket{door=\"postgresql\",kind=\"select\",le=\"+Inf\"} 40000\n");
    expect_line(&page, "\nmallardb_statement_seconds_sum{door=\"postgresql\",kind=\"select\"} 199.980000000\n");
    expect_line(&page, "\nmallardb_statement_seconds_count{door=\"postgresql\",kind=\"select\"} 40000\n");
    writer_destroy(&page);
    metrics_destroy(metrics);
}

/* Names follow Prometheus' conventions, and no two rows are called the same. */
static void the_catalog_is_sound(void **state) {
    (void)state;
    for (int id = 0; id < METRIC_COUNT; id++) {
        const struct metric *row = metric_row((enum metric_id)id);
        size_t length = strlen(row->name);
        bool is_total = length > 6 && !strcmp(row->name + length - 6, "_total");
        assert_int_equal(length, strspn(row->name, "abcdefghijklmnopqrstuvwxyz_"));
        assert_int_equal(row->kind == METRIC_KIND_COUNTER, is_total);
        assert_true(row->unit == METRIC_UNIT_ONE || strstr(row->name, "_seconds"));
        assert_true(strlen(row->help) > 10 && row->help[strlen(row->help) - 1] != '.');
        for (int other = 0; other < id; other++)
            assert_string_not_equal(row->name, metric_row((enum metric_id)other)->name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_its_own),
        cmocka_unit_test(outcomes_are_classes),
        cmocka_unit_test(nothing_is_lost_between_threads),
        cmocka_unit_test(the_catalog_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
