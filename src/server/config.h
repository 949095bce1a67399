/* The configuration: the value of every setting, where each came from, and everything that is wrong, all at once.
 *
 * Immutable once loaded and checked; then any thread.
 */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "server/setting.h"

/* Where a value came from, weakest first. */
enum config_source { CONFIG_DEFAULT, CONFIG_FILE, CONFIG_TWIN, CONFIG_VARIABLE, CONFIG_FLAG };

struct config_value {
    const char *text; /* "" when there is none */
    int64_t number;   /* see setting_parse() */
    enum config_source source;
    bool wrong;         /* what was given could not be taken; a problem tells */
    const char *origin; /* for people: "--port", "POSTGRES_USER", "mallardb.conf line 3", "its default" */
};

struct config_problem {
    struct config_problem *next;
    const char *text; /* one line: the setting, where it came from, what is wrong, the mend */
};

struct config {
    struct arena arena;
    struct config_value values[SETTING_COUNT];
    struct config_problem *problems; /* in the order of their discovery */
    int32_t problem_count;
};

/* What the configuration is made of; borrowed until config_destroy. */
struct config_input {
    int argc; /* arguments behind the command's name: flags and one DATABASE */
    char **argv;
    char **environment; /* environ(7) */
};

/* Loads everything. Problems are in the configuration, which is whole all the same; free with config_destroy.
 * False only when memory is out. */
bool config_load(struct config *config, const struct config_input *input, struct error *err);
void config_destroy(struct config *config);

/* The text, or NULL when there is none. */
const char *config_text(const struct config *config, enum setting_id id);
int64_t config_number(const struct config *config, enum setting_id id);
bool config_is_given(const struct config *config, enum setting_id id);

/* The host by which this machine reaches the server: the one it listens on, or loopback where that is all of them. */
const char *config_host_to_connect(const struct config *config);

/* Adds "NAME, from ORIGIN: …" to the problems. */
void config_add_problem(struct config *config, enum setting_id id, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "NAME, from ORIGIN: " before the error's message, for what only shows when a setting is used. Returns false. */
bool config_blame(const struct config *config, enum setting_id id, struct error *err);

/* Adds what only a server has to care about: files that cannot be read, settings that do not go together
 * (config_check.c). */
void config_check(struct config *config);
/* Adds what a start would stumble over: files that cannot be written, scripts that cannot be read, ports that others have
 * (config_try.c). */
void config_try(struct config *config);
/* Adds the .sql files of the directory that cannot be run. */
void config_check_scripts(struct config *config, enum setting_id id, const char *directory);

#endif
