/* When jobs are due, and what their descriptions may say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/cron.h"
#include "server/job_file.h"

static int64_t seconds(const char *text) {
    struct tm parts = {0};
    assert_non_null(strptime(text, "%Y-%m-%d %H:%M:%S", &parts));
    return timegm(&parts);
}

static void the_next_time(void **state) {
    (void)state;
    static const struct {
        const char *expression, *after, *next; /* NULL: never */
    } cases[] = {
        {"* * * * *", "2026-01-31 12:00:00", "2026-01-31 12:01:00"},
        {"* * * * *", "2026-01-31 12:00:59", "2026-01-31 12:01:00"},
        {"*/15 * * * *", "2026-01-31 12:46:00", "2026-01-31 13:00:00"},
        {"30 4 * * *", "2026-01-31 04:30:00", "2026-02-01 04:30:00"},
        {"0 0 1 * *", "2026-01-31 23:59:59", "2026-02-01 00:00:00"},
        {"0 12 * * 1-5", "2026-01-30 12:00:00", "2026-02-02 12:00:00"}, /* a Friday, and the Monday */
        {"0 12 * * mon-Fri", "2026-01-30 12:00:00", "2026-02-02 12:00:00"},
        {"0 0 * * 7", "2026-01-31 00:00:00", "2026-02-01 00:00:00"},
        {"0 0 * * sun", "2026-01-31 00:00:00", "2026-02-01 00:00:00"},
        {"0 0 13 * fri", "2026-02-01 00:00:00", "2026-02-06 00:00:00"}, /* either is enough */
        {"0 0 29 feb *", "2026-01-01 00:00:00", "2028-02-29 00:00:00"},
        {"0 0 30 2 *", "2026-01-01 00:00:00", NULL},
        {"5,10-12,50/5 3 * * *", "2026-01-01 03:12:00", "2026-01-01 03:50:00"},
        {"10-30/10 * * * *", "2026-01-01 03:20:00", "2026-01-01 03:30:00"},
        {"10-30/10 * * * *", "2026-01-01 03:30:00", "2026-01-01 04:10:00"},
        {"@yearly", "2026-05-01 00:00:00", "2027-01-01 00:00:00"},
        {"@Hourly", "2026-12-31 23:30:00", "2027-01-01 00:00:00"},
        {" 0  0\t1 1 * ", "2026-05-01 00:00:00", "2027-01-01 00:00:00"},
        {"@every 90s", "2026-05-01 00:00:00", "2026-05-01 00:01:30"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cron cron;
        struct error err = {0};
        assert_true(cron_parse(cases[i].expression, &cron, &err));
        int64_t expected = cases[i].next ? seconds(cases[i].next) : INT64_MAX;
        assert_int_equal(expected, cron_next(&cron, seconds(cases[i].after)));
    }
}

static void expressions_that_are_none(void **state) {
    (void)state;
    static const char *const cases[] = {
        "",          "*",          "* * * *",     "* * * * * *", "60 * * * *",  "* 24 * * *",    "* * 0 * *",
        "* * * 13 *", "* * * * 8", "-1 * * * *",  "5-1 * * * *", "*/0 * * * *", "*/99 * * * *",  "1, * * * *",
        "a * * * *", "* * * june *", "* * * * mo", "1-2-3 * * * *", "@reboot",   "@every 0s",     "@every soon",
        "1e1 * * * *", "99999999999999999999 * * * *",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cron cron;
        struct error err = {0};
        if (cron_parse(cases[i], &cron, &err))
            fail_msg("\"%s\" was taken", cases[i]);
        assert_int_equal(ERROR_CONFIG, err.kind);
        assert_true(strlen(err.message) > 10);
    }
}

static void descriptions(void **state) {
    (void)state;
    struct job_file file;
    struct error err;
    assert_true(job_file_parse("# nightly\nschedule = \"0 3 * * *\" # UTC\r\n\n timeout='10min'\nenabled = false", &file, &err));
    assert_int_equal(600000, file.timeout_ms);
    assert_false(file.enabled);
    assert_int_equal(1 << 3, file.schedule.hours);
    assert_true(job_file_parse("schedule = \"@daily\"\ntimeout = 1500\n", &file, &err));
    assert_int_equal(1500, file.timeout_ms);
    assert_true(file.enabled);
}

static void descriptions_that_are_none(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "holds no schedule; write schedule = \"minute hour day month weekday\""},
        {"schedule = \"@daily\"\nschedule = \"@daily\"", "line 2: schedule stands in line 1 already"},
        {"schedule = @daily", "line 1: this value needs quotes; write KEY = \"VALUE\""},
        {"schedule = \"@daily", "line 1: the value's quote is not closed"},
        {"schedule = \"@daily\" x", "line 1: there is something behind the value"},
        {"schedule = \"@dai\\ly\"", "line 1: this escape is not supported; use \\\", \\\\ or \\t"},
        {"\n[job]", "line 2: this is no key with a value; write KEY = VALUE"},
        {"cron = \"@daily\"", "line 1: there is no key \"cron\"; there are schedule, timeout and enabled"},
        {"schedule = \"@daily\"\nenabled = \"true\"", "line 2: this is neither true nor false"},
        {"schedule = \"@daily\"\nenabled = on", "line 2: this is neither true nor false"},
        {"schedule =", "line 1: this value needs quotes; write KEY = \"VALUE\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct job_file file;
        struct error err = {0};
        assert_false(job_file_parse(cases[i].text, &file, &err));
        assert_string_equal(cases[i].message, err.message);
    }
    struct job_file file;
    struct error err = {0};
    assert_false(job_file_parse("# x\nschedule = \"61 * * * *\"", &file, &err));
    assert_non_null(strstr(err.message, "line 2: \"61\" is no minute"));
    assert_false(job_file_parse("timeout = \"never\"", &file, &err));
    assert_non_null(strstr(err.message, "line 1: \"never\" is not a number"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_time),
        cmocka_unit_test(expressions_that_are_none),
        cmocka_unit_test(descriptions),
        cmocka_unit_test(descriptions_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
