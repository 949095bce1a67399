/* Reading HTTP/1.1 requests (RFC 9112) without I/O: as much of it as pages that are only read need. Any thread.
 *
 * Stricter than the RFC asks for: lines end in CR LF, requests have no content, and what is longer than HTTP_REQUEST_BYTES is
 * refused.
 */
#ifndef SERVER_HTTP_REQUEST_H
#define SERVER_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_REQUEST_BYTES = 8192, HTTP_PATH_BYTES = 64, HTTP_AUTHORIZATION_BYTES = 1024 };

struct http_request {
    char path[HTTP_PATH_BYTES];                   /* without the query; longer ones are cut, and so are no page's */
    char authorization[HTTP_AUTHORIZATION_BYTES]; /* the header's value; "" when there is none, or too much of it */
    bool is_head;
    bool keeps_alive; /* the client may send another one */
};

/* A status code to answer at once with, after which the connection is closed, or one of these. */
enum { HTTP_PARTIAL = 0, HTTP_COMPLETE = 200 };

/* Reads the request at the front of the bytes; `*used` is its length when it is complete. */
int http_request_parse(const char *bytes, size_t length, struct http_request *request, size_t *used);

/* Whether the Authorization header carries the token: "Bearer TOKEN", or "Basic …" with it as the password of any user. */
bool http_request_has_token(const struct http_request *request, const char *token);

#endif
