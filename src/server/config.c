#include "server/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "server/config_file.h"

enum { SECRET_FILE_BYTES = 65536 };

static void add_line(struct config *config, const char *text) {
    struct config_problem *problem = text ? arena_allocate_zeroed(&config->arena, 1, sizeof *problem) : NULL;
    config->problem_count++; /* even when it cannot be told any more */
    if (!problem)
        return;
    problem->text = text;
    struct config_problem **at = &config->problems;
    while (*at)
        at = &(*at)->next;
    *at = problem;
}

void config_add_problem(struct config *config, enum setting_id id, const char *format, ...) {
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    add_line(config, arena_format(&config->arena, "%s, from %s: %s", setting_row(id)->name, config->values[id].origin,
                                  message));
}

/* Takes a value over unless there is one from a stronger source. */
static void take(struct config *config, enum setting_id id, const char *text, enum config_source source,
                 const char *origin) {
    struct config_value *value = &config->values[id];
    struct error err;
    int64_t number = 0;
    if (!text || !origin || source < value->source)
        return;
    value->source = source;
    value->origin = origin;
    value->wrong = text[0] && !setting_parse(id, text, &number, &err);
    if (value->wrong) {
        config_add_problem(config, id, "%s", err.message);
        return;
    }
    value->text = text;
    value->number = number;
}

static void take_defaults(struct config *config) {
    for (int id = 0; id < SETTING_COUNT; id++) {
        const char *initial = setting_row((enum setting_id)id)->initial;
        config->values[id] = (struct config_value){.text = "", .source = CONFIG_DEFAULT, .origin = "its default"};
        if (initial)
            take(config, (enum setting_id)id, initial, CONFIG_DEFAULT, "its default");
    }
}

/* "--flag=value", or "--flag" with the value in the next argument; a switch may stand alone. Returns how many arguments
 * it took. */
static int take_flag(struct config *config, char **argv, int left) {
    char name[SETTING_NAME_BYTES];
    const char *equals = strchr(argv[0], '=');
    size_t length = equals ? (size_t)(equals - argv[0]) - 2 : strlen(argv[0]) - 2;
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), argv[0] + 2);
    enum setting_id id = setting_find(name);
    const char *origin = arena_format(&config->arena, "--%s", name);
    if (id == SETTING_UNKNOWN) {
        add_line(config, arena_format(&config->arena, "%s: there is no such flag; mallardb --help lists them", origin));
        return 1;
    }
    if (equals) {
        take(config, id, equals + 1, CONFIG_FLAG, origin);
        return 1;
    }
    if (setting_row(id)->type == SETTING_TYPE_SWITCH) {
        take(config, id, "on", CONFIG_FLAG, origin);
        return 1;
    }
    if (left < 2) {
        add_line(config, arena_format(&config->arena, "%s: its value is missing; write %s VALUE", origin, origin));
        return 1;
    }
    take(config, id, argv[1], CONFIG_FLAG, origin);
    return 2;
}

static void take_arguments(struct config *config, const struct config_input *input) {
    bool database_given = false;
    for (int i = 0; i < input->argc;) {
        const char *argument = input->argv[i];
        if (!strncmp(argument, "--", 2) && argument[2]) {
            i += take_flag(config, input->argv + i, input->argc - i);
            continue;
        }
        if (argument[0] == '-' && argument[1])
            add_line(config,
                     arena_format(&config->arena, "%s: there is no such flag; mallardb --help lists them", argument));
        else if (database_given)
            add_line(config,
                     arena_format(&config->arena, "%s: one database is enough; give a single DATABASE", argument));
        else
            take(config, SETTING_DATABASE, argument, CONFIG_FLAG, "the command line");
        database_given |= argument[0] != '-';
        i++;
    }
}

static const char *find_variable(char **environment, const char *name) {
    size_t length = strlen(name);
    for (; environment && *environment; environment++)
        if (!strncmp(*environment, name, length) && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}

/* The file's content without the line break at its end; NULL and a problem when it cannot be read. */
static const char *read_secret_file(struct config *config, const char *variable, const char *path) {
    FILE *file = fopen(path, "re");
    char *text = arena_allocate(&config->arena, SECRET_FILE_BYTES);
    size_t length = file && text ? fread(text, 1, SECRET_FILE_BYTES - 1, file) : 0;
    bool failed = !file || !text || ferror(file);
    int failure = errno;
    if (file)
        fclose(file);
    if (failed) {
        add_line(config, arena_format(&config->arena, "%s: cannot read \"%s\": %s", variable, path, strerror(failure)));
        return NULL;
    }
    text[length] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    return text;
}

/* NAME, or NAME_FILE with the name of a file that holds the value, as container images have it. */
static void take_variable(struct config *config, const struct config_input *input, enum setting_id id, const char *name,
                          enum config_source source) {
    const char *file_name = arena_format(&config->arena, "%s_FILE", name);
    const char *text = find_variable(input->environment, name);
    const char *path = file_name ? find_variable(input->environment, file_name) : NULL;
    if (text && path)
        add_line(config, arena_format(&config->arena, "%s: %s is set too; set only one of them", file_name, name));
    else if (path)
        take(config, id, read_secret_file(config, file_name, path), source, file_name);
    else if (text)
        take(config, id, text, source, arena_copy_string(&config->arena, name));
}

static void take_environment(struct config *config, const struct config_input *input) {
    for (int id = 0; id < SETTING_COUNT; id++) {
        char name[SETTING_NAME_BYTES];
        const char *twin = setting_row((enum setting_id)id)->twin;
        if (twin)
            take_variable(config, input, (enum setting_id)id, twin, CONFIG_TWIN);
        setting_variable((enum setting_id)id, name);
        take_variable(config, input, (enum setting_id)id, name, CONFIG_VARIABLE);
    }
}

static void take_line(struct config *config, const char *line, const char *origin) {
    const char *name, *value;
    struct error err;
    switch (config_line_parse(&config->arena, line, &name, &value, &err)) {
    case CONFIG_LINE_EMPTY:
        return;
    case CONFIG_LINE_WRONG:
        add_line(config, arena_format(&config->arena, "%s: %s", origin, err.message));
        return;
    case CONFIG_LINE_SETTING:
        break;
    }
    enum setting_id id = setting_find(name);
    if (id == SETTING_UNKNOWN || id == SETTING_CONFIG)
        add_line(config, arena_format(&config->arena, "%s: there is no setting \"%s\"; mallardb --help lists them",
                                      origin, name));
    else
        take(config, id, value, CONFIG_FILE, origin);
}

static void take_file(struct config *config) {
    const char *path = config_text(config, SETTING_CONFIG);
    FILE *file = path ? fopen(path, "re") : NULL;
    if (path && !file)
        config_add_problem(config, SETTING_CONFIG, "cannot read \"%s\": %s", path, strerror(errno));
    if (!file)
        return;
    char *line = NULL;
    size_t size = 0;
    for (int number = 1; getline(&line, &size, file) >= 0; number++) {
        line[strcspn(line, "\n")] = '\0';
        const char *origin = arena_format(&config->arena, "%s line %d", path, number);
        if (origin)
            take_line(config, line, origin);
    }
    if (ferror(file))
        config_add_problem(config, SETTING_CONFIG, "cannot read \"%s\": %s", path, strerror(errno));
    free(line);
    fclose(file);
}

bool config_load(struct config *config, const struct config_input *input, struct error *err) {
    *config = (struct config){0};
    void *probe = arena_allocate(&config->arena, 1);
    if (!probe)
        return error_set_no_memory(err);
    take_defaults(config);
    take_arguments(config, input);
    take_environment(config, input);
    take_file(config);
    return true;
}

void config_destroy(struct config *config) {
    arena_destroy(&config->arena);
}

const char *config_text(const struct config *config, enum setting_id id) {
    const char *text = config->values[id].text;
    return text[0] ? text : NULL;
}

int64_t config_number(const struct config *config, enum setting_id id) {
    return config->values[id].number;
}

bool config_is_given(const struct config *config, enum setting_id id) {
    return config->values[id].source != CONFIG_DEFAULT && config->values[id].text[0];
}

const char *config_host_to_connect(const struct config *config) {
    const char *host = config->values[SETTING_HOST].text;
    if (!strcmp(host, "*") || !strcmp(host, "0.0.0.0"))
        return "127.0.0.1";
    return !strcmp(host, "::") ? "::1" : host;
}

bool config_blame(const struct config *config, enum setting_id id, struct error *err) {
    struct error inner = *err;
    return error_set(err, inner.kind, "%s, from %s: %s", setting_row(id)->name, config->values[id].origin,
                     inner.message);
}
