/* The mallardb program: picks the command. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/help.h"
#include "server/isready.h"
#include "server/server.h"

static int run_serve(const struct config_input *input) {
    return server_run(input);
}

static int run_isready(const struct config_input *input) {
    return (int)isready_run(input, stdout);
}

static int run_check(const struct config_input *input) {
    return server_check(input, stdout);
}

static int run_help(const struct config_input *input) {
    (void)input;
    help_print(stdout);
    return EXIT_SUCCESS;
}

static int run_version(const struct config_input *input) {
    (void)input;
    puts("mallardb " MALLARDB_VERSION);
    return EXIT_SUCCESS;
}

static const struct {
    const char *word;
    int (*run)(const struct config_input *input);
} commands[] = {
    {"serve", run_serve}, {"isready", run_isready},   {"check-config", run_check}, {"--help", run_help},
    {"-h", run_help},     {"--version", run_version}, {"-V", run_version},
};

static bool asks_for_help(const char *argument) {
    return !strcmp(argument, "--help") || !strcmp(argument, "-h");
}

int main(int argc, char **argv) {
    struct config_input input = {.argc = argc > 1 ? argc - 1 : 0, .argv = argv + 1, .environment = environ};
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++) {
        if (!strcmp(argv[1], commands[i].word)) {
            input.argc--;
            input.argv++;
            return argc > 2 && asks_for_help(argv[2]) ? run_help(&input) : commands[i].run(&input);
        }
    }
    return run_serve(&input);
}
