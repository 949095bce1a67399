/* What a stream needs of a TLS context. Inside net only. */
#ifndef NET_TLS_CONTEXT_H
#define NET_TLS_CONTEXT_H

#include <openssl/ssl.h>

#include "net/tls.h"

/* A new connection over the socket, as the server, or NULL; free with SSL_free. Its I/O never raises SIGPIPE and passes
 * the fault points. */
SSL *tls_context_connect(struct net_tls_context *context, int fd);
/* What OpenSSL's oldest error of this thread says, being the most precise; the error queue is empty afterwards. */
const char *tls_reason(char *text, size_t size);

#endif
