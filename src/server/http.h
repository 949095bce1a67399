/* A small HTTP/1.1 server for pages that are only read: a bounded number of connections, each with a deadline, on a thread of
 * its own.
 *
 * Handlers run on that thread, one at a time, and must not wait.
 */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include <stdint.h>

#include "base/error.h"
#include "base/writer.h"
#include "net/tls.h"
#include "server/http_request.h"

struct http_server;

struct http_response {
    int status;
    const char *type;   /* static */
    struct writer body; /* zeroed by the server, which frees it */
};

struct http_options {
    const char *host;
    uint16_t port;
    void (*handle)(void *self, const struct http_request *request, struct http_response *response);
    void *self;
    struct net_tls_context *tls; /* NULL: in the clear; retained */
};

/* Listens at once. Owned, free with http_server_destroy. */
struct http_server *http_server_create(const struct http_options *options, struct error *err);
uint16_t http_server_port(const struct http_server *server);
/* Another TLS context for connections to come (retained). Any thread. */
void http_server_set_tls(struct http_server *server, struct net_tls_context *tls);
/* Waits for a handler that runs. */
void http_server_destroy(struct http_server *server);

#endif
