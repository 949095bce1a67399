/* Whether a server accepts connections, asked as PostgreSQL's pg_isready asks it. */
#ifndef SERVER_ISREADY_H
#define SERVER_ISREADY_H

#include <stdio.h>

#include "server/config.h"

/* pg_isready's exit statuses. */
enum isready_status {
    ISREADY_ACCEPTS = 0,
    ISREADY_REJECTS = 1, /* it is starting or stopping */
    ISREADY_NO_ANSWER = 2,
    ISREADY_NOT_ASKED = 3, /* the flags are wrong */
};

/* Asks the server of the settings host, port, user and database name, and prints the answer. */
enum isready_status isready_run(const struct config_input *input, FILE *out);

#endif
