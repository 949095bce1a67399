#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/config.h"
#include "server/config_file.h"

static char directory[64];

static int set_up(void **state) {
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/mallardb-config-XXXXXX");
    return mkdtemp(directory) ? chdir(directory) : -1;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", directory);
    return chdir("/") || system(command);
}

static void write_file(const char *name, const char *text) {
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Loads the arguments (a NULL-ended list) under the environment. */
static struct config load(char **arguments, char **environment) {
    struct config config;
    struct error err;
    struct config_input input = {.argv = arguments, .environment = environment};
    while (arguments && arguments[input.argc])
        input.argc++;
    assert_true(config_load(&config, &input, &err));
    return config;
}

#define LIST(...) ((char *[]){__VA_ARGS__, NULL})

static void expect_problem(const struct config *config, const char *text) {
    for (const struct config_problem *problem = config->problems; problem; problem = problem->next)
        if (!strcmp(problem->text, text))
            return;
    for (const struct config_problem *problem = config->problems; problem; problem = problem->next)
        print_error("%s\n", problem->text);
    fail_msg("missing: %s", text);
}

/* The rows of the table agree with their own rules. */
static void defaults_are_sound(void **state) {
    (void)state;
    struct config config = load(NULL, NULL);
    config_check(&config);
    assert_int_equal(0, config.problem_count);
    for (int id = 0; id < SETTING_COUNT; id++) {
        const struct setting *row = setting_row((enum setting_id)id);
        char flag[SETTING_NAME_BYTES];
        setting_flag((enum setting_id)id, flag);
        assert_int_equal(id, setting_find(row->name));
        assert_int_equal(id, setting_find(flag + 2));
        assert_string_equal(row->initial ? row->initial : "", config.values[id].text);
        assert_false(config_is_given(&config, (enum setting_id)id));
        assert_true(strlen(row->sentence) > 10 && row->sentence[strlen(row->sentence) - 1] != '.');
    }
    assert_int_equal(5432, config_number(&config, SETTING_PORT));
    assert_int_equal(256 << 20, config_number(&config, SETTING_MAX_MESSAGE_BYTES));
    assert_null(config_text(&config, SETTING_PASSWORD));
    config_destroy(&config);
}

static void stronger_sources_win(void **state) {
    (void)state;
    write_file("conf",
               "port = 1\nuser = from_file\nhost = 127.0.0.2\ndb = 'my db' # comment\n\n#port = 9\nLOG-FORMAT json\n");
    char **environment = LIST("MALLARDB_CONFIG=conf", "POSTGRES_USER=from_twin", "MALLARDB_PORT=2",
                              "POSTGRES_PASSWORD=twin", "MALLARDB_PASSWORD=own", "MALLARDB_USERS=x");
    struct config config = load(LIST("--port", "3", "--airport-admin", "--log-level=DEBUG", "some.db"), environment);
    assert_int_equal(0, config.problem_count);
    assert_int_equal(3, config_number(&config, SETTING_PORT));
    assert_string_equal("--port", config.values[SETTING_PORT].origin);
    assert_string_equal("from_twin", config_text(&config, SETTING_USER));
    assert_string_equal("POSTGRES_USER", config.values[SETTING_USER].origin);
    assert_string_equal("own", config_text(&config, SETTING_PASSWORD));
    assert_string_equal("my db", config_text(&config, SETTING_DB));
    assert_string_equal("conf line 4", config.values[SETTING_DB].origin);
    assert_string_equal("127.0.0.2", config_text(&config, SETTING_HOST));
    assert_string_equal("some.db", config_text(&config, SETTING_DATABASE));
    assert_int_equal(1, config_number(&config, SETTING_LOG_FORMAT));
    assert_int_equal(1, config_number(&config, SETTING_AIRPORT_ADMIN));
    assert_int_equal(0, config_number(&config, SETTING_LOG_LEVEL));
    config_destroy(&config);
}

static void files_hold_secrets(void **state) {
    (void)state;
    write_file("secret", "pass word\n");
    struct config config = load(NULL, LIST("MALLARDB_PASSWORD_FILE=secret", "POSTGRES_USER_FILE=none",
                                           "MALLARDB_TOKEN=a", "MALLARDB_TOKEN_FILE=secret"));
    assert_string_equal("pass word", config_text(&config, SETTING_PASSWORD));
    expect_problem(&config, "POSTGRES_USER_FILE: cannot read \"none\": No such file or directory");
    expect_problem(&config, "MALLARDB_TOKEN_FILE: MALLARDB_TOKEN is set too; set only one of them");
    assert_int_equal(2, config.problem_count);
    config_destroy(&config);
}

static void every_problem_is_told(void **state) {
    (void)state;
    write_file("conf", "port = many\nno_such = 1\njust_a_name\nuser = 'open\nhost = a b\n");
    struct config config =
        load(LIST("--prot", "--config", "conf", "-x", "a.db", "b.db", "--idle-timeout-ms", "5 weeks", "--threads=-1",
                  "--airport-admin=maybe", "--auth=none", "--batch-bytes", "1TB", "--token"),
             LIST("MALLARDB_WORKERS="));
    expect_problem(&config, "--prot: there is no such flag; mallardb --help lists them");
    expect_problem(&config, "-x: there is no such flag; mallardb --help lists them");
    expect_problem(&config, "b.db: one database is enough; give a single DATABASE");
    expect_problem(
        &config, "idle_timeout_ms, from --idle-timeout-ms: \"5 weeks\" is not a number; give one from 0 to 2147483647 "
                 "ms, perhaps with us, ms, s, min, h or d behind it");
    expect_problem(&config, "threads, from --threads: \"-1\" is out of range; give a number from 0 to 1024");
    expect_problem(&config, "airport_admin, from --airport-admin: \"maybe\" is neither on nor off; give on or off");
    expect_problem(&config, "auth, from --auth: \"none\" is none of its choices; give one of: scram-sha-256 md5 trust");
    expect_problem(
        &config,
        "batch_bytes, from --batch-bytes: \"1TB\" is out of range; give a number from 16384 to 67108864 bytes");
    expect_problem(&config, "--token: its value is missing; write --token VALUE");
    expect_problem(&config, "port, from conf line 1: \"many\" is not a number; give one from 0 to 65535");
    expect_problem(&config, "conf line 2: there is no setting \"no_such\"; mallardb --help lists them");
    expect_problem(&config, "conf line 3: this is no setting; write NAME = VALUE");
    expect_problem(&config, "conf line 4: the value's quote is not closed; write NAME = 'VALUE'");
    expect_problem(&config, "conf line 5: there is something behind the value; write NAME = 'VALUE' with quotes");
    assert_int_equal(14, config.problem_count);
    assert_int_equal(0, config_number(&config, SETTING_WORKERS));
    config_destroy(&config);
}

static void checks_what_goes_together(void **state) {
    (void)state;
    struct config config = load(LIST("--host", "*", "--tls-cert", "none.pem", "--port", "50051", "--readonly-user",
                                     "mallard", "--initdb-dir", "nowhere", "--memory-limit", "lots", "--pg-version",
                                     "new", "--config", "nothing", "--database="),
                                NULL);
    config_check(&config);
    expect_problem(&config, "config, from --config: cannot read \"nothing\": No such file or directory");
    expect_problem(&config, "tls_cert, from --tls-cert: cannot read \"none.pem\": No such file or directory");
    expect_problem(&config,
                   "initdb_dir, from --initdb-dir: cannot use the directory \"nowhere\": No such file or directory");
    expect_problem(&config,
                   "host, from --host: * is open to other machines, but there is no password; set password, or host to "
                   "127.0.0.1");
    expect_problem(&config, "airport_port, from its default: port is 50051 too; give another one");
    expect_problem(&config, "readonly_user, from --readonly-user: user has the same name; give another one");
    expect_problem(&config,
                   "memory_limit, from --memory-limit: \"lots\" is no amount of memory; give one such as 8GB or 50%");
    expect_problem(&config, "pg_version, from --pg-version: \"new\" is no version; give one such as 15.0");
    expect_problem(&config, "database, from --database: it is empty; give a file, or :memory:");
    assert_int_equal(9, config.problem_count);
    config_destroy(&config);
    config = load(LIST("--host", "*", "--password", "x", "--tls-mode", "require", "--readonly-user", "r", "--token",
                       "t", "--readonly-token", "t", "--memory-limit", "1.5 GiB"),
                  NULL);
    config_check(&config);
    expect_problem(&config, "tls_mode, from --tls-mode: there is no certificate; set tls_cert and tls_key too");
    expect_problem(&config,
                   "readonly_user, from --readonly-user: this user has no password; set readonly_password too");
    expect_problem(&config, "readonly_token, from --readonly-token: it is the same as token, and would let Airport clients write; give another one");
    assert_int_equal(3, config.problem_count);
    config_destroy(&config);
}

static void numbers_have_units(void **state) {
    (void)state;
    static const struct {
        enum setting_id id;
        const char *text;
        int64_t number;
    } good[] = {
        {SETTING_QUERY_TIMEOUT_MS, "1500", 1500},    {SETTING_QUERY_TIMEOUT_MS, "2s", 2000},
        {SETTING_QUERY_TIMEOUT_MS, "5 min", 300000}, {SETTING_QUERY_TIMEOUT_MS, "1h", 3600000},
        {SETTING_QUERY_TIMEOUT_MS, "1d", 86400000},  {SETTING_QUERY_TIMEOUT_MS, "1500us", 2},
        {SETTING_BATCH_BYTES, "16384", 16384},       {SETTING_BATCH_BYTES, "64kB", 65536},
        {SETTING_BATCH_BYTES, "2MB", 2097152},       {SETTING_PORT, "0", 0},
    };
    static const char *const bad[] = {"",   "x",     "1x", "1 2", "0x10", "99999999999999999999",
                                      "-1", "70000", "+1", "1.5", "1MB"};
    struct error err;
    int64_t number = -7;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(setting_parse(good[i].id, good[i].text, &number, &err));
        assert_int_equal(good[i].number, number);
    }
    number = -7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(setting_parse(SETTING_PORT, bad[i], &number, &err));
    assert_int_equal(-7, number);
}

static void lines_are_taken_apart(void **state) {
    (void)state;
    static const struct {
        const char *line;
        enum config_line kind;
        const char *name, *value;
    } lines[] = {
        {"", CONFIG_LINE_EMPTY, NULL, NULL},
        {" \t\r", CONFIG_LINE_EMPTY, NULL, NULL},
        {"  # a = b", CONFIG_LINE_EMPTY, NULL, NULL},
        {"a=b", CONFIG_LINE_SETTING, "a", "b"},
        {" a-b  \t= c#d", CONFIG_LINE_SETTING, "a-b", "c"},
        {"a b\r", CONFIG_LINE_SETTING, "a", "b"},
        {"a = 'it''s # \\'x\\' \\\\n \\n' # more", CONFIG_LINE_SETTING, "a", "it's # 'x' \\n \n"},
        {"a = ''", CONFIG_LINE_SETTING, "a", ""},
        {"a =", CONFIG_LINE_WRONG, NULL, NULL},
        {"= b", CONFIG_LINE_WRONG, NULL, NULL},
        {"a = 'b' c", CONFIG_LINE_WRONG, NULL, NULL},
        {"a = '", CONFIG_LINE_WRONG, NULL, NULL},
        {"a = 'b''", CONFIG_LINE_WRONG, NULL, NULL},
        {"a = 'b\\", CONFIG_LINE_WRONG, NULL, NULL},
        {"\xff", CONFIG_LINE_WRONG, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct arena arena = {0};
        struct error err;
        const char *name, *value;
        assert_int_equal(lines[i].kind, config_line_parse(&arena, lines[i].line, &name, &value, &err));
        if (lines[i].kind == CONFIG_LINE_SETTING) {
            assert_string_equal(lines[i].name, name);
            assert_string_equal(lines[i].value, value);
        }
        arena_destroy(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_sound),        cmocka_unit_test(stronger_sources_win),
        cmocka_unit_test(files_hold_secrets),        cmocka_unit_test(every_problem_is_told),
        cmocka_unit_test(checks_what_goes_together), cmocka_unit_test(numbers_have_units),
        cmocka_unit_test(lines_are_taken_apart),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
