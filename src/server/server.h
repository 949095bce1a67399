/* The server process: from its settings to its end. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdio.h>

#include "server/config.h"

/* Serves until it is told to end; the process's exit status. Called once, from the main thread, before there are
 * others. */
int server_run(const struct config_input *input);
/* Prints everything that is wrong with the settings, or that nothing is; the process's exit status. */
int server_check(const struct config_input *input, FILE *out);

#endif
