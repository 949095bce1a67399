#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"

enum { THREADS = 4, LINES = 500 };

static char path[64];

static int set_up(void **state) {
    (void)state;
    snprintf(path, sizeof path, "/tmp/mallardb-log-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state) {
    (void)state;
    return unlink(path);
}

static struct log *make_log(enum log_level level, enum log_format format) {
    struct error err = {0};
    struct log_options options = {.file = path, .level = level, .format = format};
    struct log *log = log_create(&options, &err);
    assert_string_equal("", err.message);
    return log;
}

/* The file so far; freed by the caller. */
static char *read_file(const char *name) {
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    size_t size = 8 << 20;
    char *text = calloc(1, size);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void expect_in_file(const char *expected) {
    char *text = read_file(path);
    if (!strstr(text, expected))
        print_error("%s", text);
    assert_non_null(strstr(text, expected));
    free(text);
}

static void text_lines_name_whom_they_concern(void **state) {
    (void)state;
    struct log *log = make_log(LOG_LEVEL_INFO, LOG_FORMAT_TEXT);
    log_write(log, LOG_LEVEL_DEBUG, NULL, "not this");
    assert_false(log_writes(log, LOG_LEVEL_DEBUG));
    log_write(log, LOG_LEVEL_INFO, NULL, "started %d", 1);
    expect_in_file("] INFO:  started 1\n");
    struct log_identity who = {.door = "postgresql", .connection = 17, .statement = 3};
    log_write(log, LOG_LEVEL_WARNING, &who, "two\nlines\tand \x01 \xff \xC3\xA4");
    expect_in_file("] WARNING:  postgresql#17.3: two\\nlines\\tand \\x01 \\xff \xC3\xA4\n");
    struct error err;
    error_set(&err, ERROR_CATALOG, "no table");
    error_set_hint(&err, "make one");
    log_error(log, LOG_LEVEL_ERROR, &(struct log_identity){.door = "airport"}, &err, "call failed");
    expect_in_file("] ERROR:  airport: call failed: no table (SQLSTATE 42P01) HINT: make one\n");
    log_set_level(log, LOG_LEVEL_FATAL);
    log_write(log, LOG_LEVEL_ERROR, NULL, "nor this");
    char *text = read_file(path);
    assert_null(strstr(text, "this"));
    assert_null(strstr(text, "nor this"));
    free(text);
    log_destroy(log);
    log_destroy(NULL);
    log_write(NULL, LOG_LEVEL_FATAL, NULL, "nowhere");
}

static void json_lines_hold_any_bytes(void **state) {
    (void)state;
    struct log *log = make_log(LOG_LEVEL_DEBUG, LOG_FORMAT_JSON);
    char bytes[256];
    for (int i = 0; i < 255; i++)
        bytes[i] = (char)(i + 1);
    bytes[255] = '\0';
    struct log_identity who = {.door = "airport", .connection = 1, .statement = 2};
    struct error err;
    error_set(&err, ERROR_IO, "say \"%s\"", bytes);
    error_set_detail(&err, "back\\slash");
    log_error(log, LOG_LEVEL_FATAL, &who, &err, "%s", bytes);
    log_set_format(log, LOG_FORMAT_TEXT);
    log_set_format(log, LOG_FORMAT_JSON);
    log_write(log, LOG_LEVEL_INFO, NULL, "plain");
    log_destroy(log);
    char command[512];
    snprintf(command, sizeof command,
             "python3 -c 'import json; rows=[json.loads(line) for line in open(\"%s\", encoding=\"utf-8\", "
             "newline=\"\\n\")]; "
             "assert rows[0][\"level\"] == \"fatal\" and rows[0][\"statement\"] == 2 and len(rows) == 2, rows; "
             "assert rows[0][\"message\"][:31] == \"\".join(map(chr, range(1, 32)))'",
             path);
    assert_int_equal(0, system(command));
    expect_in_file("\"detail\":\"back\\\\slash\"");
    char *text = read_file(path);
    assert_int_equal(strlen(text), utf8_valid_bytes(text, strlen(text)));
    free(text);
}

static void long_messages_are_cut_but_valid(void **state) {
    (void)state;
    struct log *log = make_log(LOG_LEVEL_DEBUG, LOG_FORMAT_TEXT);
    char *wide = calloc(1, 30002);
    for (int i = 0; i < 30000; i += 2)
        memcpy(wide + i, "\xC3\xA4", 2);
    log_write(log, LOG_LEVEL_INFO, NULL, "x%s", wide);
    log_write(log, LOG_LEVEL_INFO, NULL, "%s", wide);
    char *text = read_file(path);
    assert_int_equal(strlen(text), utf8_valid_bytes(text, strlen(text)));
    free(text);
    free(wide);
    log_destroy(log);
}

struct writing {
    struct log *log;
    int number;
};

static void *write_lines(void *self) {
    struct writing *writing = self;
    struct log_identity who = {.connection = writing->number};
    for (int i = 0; i < LINES; i++)
        log_write(writing->log, LOG_LEVEL_INFO, &who, "%0200d", i);
    return NULL;
}

static int count_whole_lines(const char *name) {
    char *text = read_file(name);
    int lines = 0;
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        const char *number = strrchr(line, ' ');
        assert_non_null(strstr(line, " INFO:  #"));
        assert_int_equal(201, strlen(number));
        lines++;
    }
    free(text);
    return lines;
}

/* Nothing is lost and no line is torn while the file is renamed and opened anew under the writers. */
static void reopening_loses_nothing(void **state) {
    (void)state;
    struct log *log = make_log(LOG_LEVEL_DEBUG, LOG_FORMAT_TEXT);
    struct error err = {0};
    struct writing writings[THREADS];
    pthread_t threads[THREADS];
    char old[80];
    snprintf(old, sizeof old, "%s.1", path);
    for (int i = 0; i < THREADS; i++) {
        writings[i] = (struct writing){log, i + 1};
        pthread_create(&threads[i], NULL, write_lines, &writings[i]);
    }
    assert_int_equal(0, rename(path, old));
    assert_true(log_reopen(log, &err));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(THREADS * LINES, count_whole_lines(path) + count_whole_lines(old));
    unlink(old);
    log_destroy(log);
}

static void wrong_files_are_named(void **state) {
    (void)state;
    struct error err = {0};
    struct log_options options = {.file = "/no/such/place"};
    assert_null(log_create(&options, &err));
    assert_string_equal("cannot open the log file \"/no/such/place\": No such file or directory", err.message);
    struct log *log = log_create(&(struct log_options){0}, &err);
    assert_non_null(log);
    assert_true(log_reopen(log, &err));
    log_destroy(log);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_lines_name_whom_they_concern, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_lines_hold_any_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_messages_are_cut_but_valid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reopening_loses_nothing, set_up, tear_down),
        cmocka_unit_test(wrong_files_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
