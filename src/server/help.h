/* The text of --help, made from the table of settings. */
#ifndef SERVER_HELP_H
#define SERVER_HELP_H

#include <stdio.h>

void help_print(FILE *out);

#endif
