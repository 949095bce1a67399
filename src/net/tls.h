/* TLS server contexts: certificate, key, client CA, ALPN. The only users of OpenSSL's libssl are tls.c and stream.c.
 *
 * A context is immutable and counted: streams that began with it keep it alive, so that a reload (a new context in a
 * net_tls_slot) touches no running connection. Any thread.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct net_tls_context;

struct net_tls_options {
    const char *certificate_file; /* PEM: the server's certificate, then its chain */
    const char *key_file;         /* PEM */
    const char *client_ca_file;   /* NULL: client certificates are not asked for */
    const char *const *alpn;      /* protocols offered, best first, NULL-ended; NULL: none */
    bool alpn_required;           /* a client whose ALPN names none of them is refused; one without ALPN is not */
};

/* TLS 1.2 or newer. Owned, free with net_tls_context_release. */
struct net_tls_context *net_tls_context_create(const struct net_tls_options *options, struct error *err);
struct net_tls_context *net_tls_context_retain(struct net_tls_context *context);
void net_tls_context_release(struct net_tls_context *context);

/* The tls-server-end-point channel binding of RFC 5929: the certificate's hash. Writes at most 64 bytes; returns how many. */
size_t net_tls_context_endpoint_hash(const struct net_tls_context *context, uint8_t hash[64]);

#endif
