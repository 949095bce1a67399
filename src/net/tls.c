/* TLS contexts on OpenSSL 3.
 *
 * Protocol: TLS 1.2 and 1.3 (RFC 5246, 8446), without compression, renegotiation or early data; of TLS 1.2 only the
 * cipher suites with forward secrecy and AEAD, which is what RFC 9113, 9.2.2 leaves for HTTP/2. ALPN: RFC 7301.
 */
#include "net/tls.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "net/socket.h"
#include "net/tls_context.h"

enum { READ_BUFFER_BYTES = 64 * 1024 };
static const char cipher_list[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

struct net_tls_context {
    atomic_int holders;
    SSL_CTX *ssl;
    BIO_METHOD *socket_method;
    bool alpn_required;
    unsigned char *alpn; /* as on the wire: each name behind its length */
    unsigned alpn_bytes;
};

const char *tls_reason(char *text, size_t size) {
    unsigned long code = ERR_peek_error();
    const char *reason = ERR_reason_error_string(code);
    if (ERR_SYSTEM_ERROR(code))
        reason = strerror_r(ERR_GET_REASON(code), text, size);
    ERR_clear_error();
    return reason ? reason : "unknown TLS error";
}

/* OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE: hence ours. The descriptor is the BIO's data. */
static int bio_fd(BIO *bio) {
    return (int)(intptr_t)BIO_get_data(bio);
}

static int bio_write(BIO *bio, const char *bytes, int length) {
    BIO_clear_retry_flags(bio);
    ssize_t sent = socket_send(bio_fd(bio), &(struct iovec){(void *)bytes, (size_t)length}, 1);
    if (sent < 0 && socket_would_wait(errno))
        BIO_set_retry_write(bio);
    return (int)sent;
}

static int bio_read(BIO *bio, char *bytes, int capacity) {
    BIO_clear_retry_flags(bio);
    ssize_t got = socket_receive(bio_fd(bio), bytes, (size_t)capacity, 0);
    if (got < 0 && socket_would_wait(errno))
        BIO_set_retry_read(bio);
    if (got == 0)
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return (int)got;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)number;
    (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH:
        return 1;
    case BIO_CTRL_EOF:
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    default:
        return 0;
    }
}

static bool make_socket_method(struct net_tls_context *context) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mallardb socket");
    context->socket_method = method;
    return method && BIO_meth_set_write(method, bio_write) && BIO_meth_set_read(method, bio_read) &&
           BIO_meth_set_ctrl(method, bio_control);
}

SSL *tls_context_connect(struct net_tls_context *context, int fd) {
    SSL *ssl = SSL_new(context->ssl);
    BIO *bio = ssl ? BIO_new(context->socket_method) : NULL;
    if (!bio) {
        SSL_free(ssl);
        return NULL;
    }
    BIO_set_data(bio, (void *)(intptr_t)fd);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_accept_state(ssl);
    return ssl;
}

static int select_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *offered,
                       unsigned offered_bytes, void *self) {
    (void)ssl;
    const struct net_tls_context *context = self;
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, out_length, context->alpn, context->alpn_bytes, offered, offered_bytes) ==
        OPENSSL_NPN_NEGOTIATED) {
        *out = chosen;
        return SSL_TLSEXT_ERR_OK;
    }
    return context->alpn_required ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
}

static bool set_alpn(struct net_tls_context *context, const struct net_tls_options *options, struct error *err) {
    if (!options->alpn || !options->alpn[0])
        return true;
    size_t bytes = 0;
    for (const char *const *name = options->alpn; *name; name++) {
        size_t length = strlen(*name);
        if (length == 0 || length > UCHAR_MAX)
            return error_set(err, ERROR_INVALID_ARGUMENT, "\"%s\" cannot be an ALPN protocol name", *name);
        bytes += 1 + length;
    }
    unsigned char *at = context->alpn = memory_allocate(bytes);
    if (!at)
        return error_set_no_memory(err);
    for (const char *const *name = options->alpn; *name; name++) {
        size_t length = strlen(*name);
        *at++ = (unsigned char)length;
        memcpy(at, *name, length);
        at += length;
    }
    context->alpn_bytes = (unsigned)bytes;
    context->alpn_required = options->alpn_required;
    SSL_CTX_set_alpn_select_cb(context->ssl, select_alpn, context);
    return true;
}

/* A key with a passphrase would make OpenSSL ask at the terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *self) {
    (void)buffer;
    (void)size;
    (void)writing;
    (void)self;
    return -1;
}

static bool file_error(struct error *err, const char *what, const char *file) {
    char text[128];
    return error_set(err, ERROR_CONFIG, "cannot use the %s \"%s\": %s", what, file, tls_reason(text, sizeof text));
}

static bool load_files(SSL_CTX *ssl, const struct net_tls_options *options, struct error *err) {
    SSL_CTX_set_default_passwd_cb(ssl, no_passphrase);
    if (SSL_CTX_use_certificate_chain_file(ssl, options->certificate_file) != 1)
        return file_error(err, "TLS certificate", options->certificate_file);
    if (SSL_CTX_use_PrivateKey_file(ssl, options->key_file, SSL_FILETYPE_PEM) != 1)
        return file_error(err, "TLS key", options->key_file);
    if (SSL_CTX_check_private_key(ssl) != 1)
        return file_error(err, "TLS key", options->key_file);
    if (!options->client_ca_file)
        return true;
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(options->client_ca_file);
    if (!names || SSL_CTX_load_verify_locations(ssl, options->client_ca_file, NULL) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return file_error(err, "TLS client CA", options->client_ca_file);
    }
    SSL_CTX_set_client_CA_list(ssl, names);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | (options->client_required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), NULL);
    return true;
}

static bool set_protocol(SSL_CTX *ssl) {
    static const unsigned char session_context[] = "mallardb"; /* resumption needs one once clients are verified */
    SSL_CTX_set_options(ssl, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(ssl,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(ssl, 1);
    SSL_CTX_set_default_read_buffer_len(ssl, READ_BUFFER_BYTES);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF); /* tickets, not memory */
    return SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) == 1 && SSL_CTX_set_cipher_list(ssl, cipher_list) == 1 &&
           SSL_CTX_set_session_id_context(ssl, session_context, sizeof session_context - 1) == 1;
}

struct net_tls_context *net_tls_context_create(const struct net_tls_options *options, struct error *err) {
    struct net_tls_context *context = memory_allocate_zeroed(1, sizeof *context);
    if (!context) {
        error_set_no_memory(err);
        return NULL;
    }
    atomic_init(&context->holders, 1);
    ERR_clear_error();
    context->ssl = SSL_CTX_new(TLS_server_method());
    if (!context->ssl || !make_socket_method(context) || !set_protocol(context->ssl)) {
        char text[128];
        error_set(err, ERROR_SYSTEM, "cannot create a TLS context: %s", tls_reason(text, sizeof text));
        goto fail;
    }
    if (!load_files(context->ssl, options, err) || !set_alpn(context, options, err))
        goto fail;
    return context;
fail:
    net_tls_context_release(context);
    return NULL;
}

struct net_tls_context *net_tls_context_retain(struct net_tls_context *context) {
    atomic_fetch_add_explicit(&context->holders, 1, memory_order_relaxed);
    return context;
}

void net_tls_context_release(struct net_tls_context *context) {
    if (!context || atomic_fetch_sub_explicit(&context->holders, 1, memory_order_acq_rel) != 1)
        return;
    SSL_CTX_free(context->ssl);
    BIO_meth_free(context->socket_method);
    memory_free(context->alpn);
    memory_free(context);
}

/* RFC 5929, 4.1: the hash of the certificate's own signature, but SHA-256 in place of MD5 and SHA-1. */
size_t net_tls_context_endpoint_hash(const struct net_tls_context *context, uint8_t hash[64]) {
    X509 *certificate = SSL_CTX_get0_certificate(context->ssl);
    int digest_nid = NID_undef;
    if (!certificate || !X509_get_signature_info(certificate, &digest_nid, NULL, NULL, NULL))
        return 0;
    if (digest_nid == NID_md5 || digest_nid == NID_sha1)
        digest_nid = NID_sha256;
    const EVP_MD *digest = EVP_get_digestbynid(digest_nid);
    unsigned length = 0;
    unsigned char bytes[EVP_MAX_MD_SIZE];
    if (!digest || !X509_digest(certificate, digest, bytes, &length) || length > 64)
        return 0;
    memcpy(hash, bytes, length);
    return length;
}

void net_tls_slot_init(struct net_tls_slot *slot) {
    pthread_mutex_init(&slot->lock, NULL);
    slot->context = NULL;
}

void net_tls_slot_destroy(struct net_tls_slot *slot) {
    net_tls_context_release(slot->context);
    pthread_mutex_destroy(&slot->lock);
}

void net_tls_slot_set(struct net_tls_slot *slot, struct net_tls_context *context) {
    pthread_mutex_lock(&slot->lock);
    struct net_tls_context *before = slot->context;
    slot->context = context;
    pthread_mutex_unlock(&slot->lock);
    net_tls_context_release(before);
}

struct net_tls_context *net_tls_slot_get(struct net_tls_slot *slot) {
    pthread_mutex_lock(&slot->lock);
    struct net_tls_context *context = slot->context ? net_tls_context_retain(slot->context) : NULL;
    pthread_mutex_unlock(&slot->lock);
    return context;
}
