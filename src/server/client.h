/* A client of the server's own PostgreSQL door, for initialisation scripts and scheduled jobs: what they say means what it means
 * in psql.
 *
 * Speaks the simple query protocol (PostgreSQL 15, 55.2.2) and md5 authentication. Rows are dropped. One thread, which
 * waits.
 */
#ifndef SERVER_CLIENT_H
#define SERVER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct client;

struct client_options {
    uint16_t port; /* of 127.0.0.1 */
    int socket;    /* one that is connected already, taken over; 0: `port` */
    const char *application; /* the session's application_name */
    const char *user;
    const char *password; /* NULL: none */
    const char *database;
    bool (*gives_up)(void *self); /* asked now and then while waiting; true ends it with ERROR_SHUTDOWN */
    void *self;
};

/* Owned, free with client_destroy. The options' texts are borrowed until then. */
struct client *client_connect(const struct client_options *options, struct error *err);
/* Runs one statement. An error has its position in the text. After a failure the client is good for nothing more. */
bool client_run(struct client *client, const char *sql, size_t length, struct error *err);
void client_destroy(struct client *client);

#endif
