/* TLS server contexts: certificate, key, client CA, ALPN. OpenSSL's libssl is used by tls.c and stream.c alone.
 *
 * A context is immutable and counted: streams that began with it keep it alive, so that a reload (a new context in a
 * net_tls_slot) touches no running connection. Any thread.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct net_tls_context;

struct net_tls_options {
    const char *certificate_file; /* PEM: the server's certificate, then its chain */
    const char *key_file;         /* PEM */
    const char *client_ca_file;   /* PEM; NULL: client certificates are not asked for */
    bool client_required;         /* with client_ca_file: a client without a certificate is refused */
    const char *const *alpn;      /* protocols offered, best first, NULL-ended; NULL: none */
    bool alpn_required;           /* a client whose ALPN names none of them is refused; one without ALPN is not */
};

/* TLS 1.2 or newer. Owned, free with net_tls_context_release. */
struct net_tls_context *net_tls_context_create(const struct net_tls_options *options, struct error *err);
struct net_tls_context *net_tls_context_retain(struct net_tls_context *context);
void net_tls_context_release(struct net_tls_context *context);

/* The tls-server-end-point channel binding of RFC 5929: the certificate's hash. Writes at most 64 bytes; returns how
 * many, 0 when the RFC defines none for this kind of certificate. */
size_t net_tls_context_endpoint_hash(const struct net_tls_context *context, uint8_t hash[64]);

/* The place of the context in force: a reload puts another one there. Any thread, between init and destroy. */
struct net_tls_slot {
    pthread_mutex_t lock;
    struct net_tls_context *context; /* NULL: no TLS */
};

void net_tls_slot_init(struct net_tls_slot *slot);
void net_tls_slot_destroy(struct net_tls_slot *slot);
/* The context is moved in (NULL is allowed); the one before is released. */
void net_tls_slot_set(struct net_tls_slot *slot, struct net_tls_context *context);
/* The context, owned, free with net_tls_context_release; NULL when there is none. */
struct net_tls_context *net_tls_slot_get(struct net_tls_slot *slot);

#endif
