#include "net/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/address.h"
#include "net/socket.h"
#include "net/tls_context.h"

enum { PARTS_MAX = 64, CLIENT_NAME_BYTES = 256 };

/* A peer that has vanished is noticed after two minutes. */
static const struct {
    int level, name, value;
} socket_options[] = {
    {IPPROTO_TCP, TCP_NODELAY, 1},    {SOL_SOCKET, SO_KEEPALIVE, 1}, {IPPROTO_TCP, TCP_KEEPIDLE, 60},
    {IPPROTO_TCP, TCP_KEEPINTVL, 15}, {IPPROTO_TCP, TCP_KEEPCNT, 4},
};

struct net_stream {
    int fd;
    SSL *ssl; /* NULL without TLS */
    struct net_tls_context *context;
    bool loopback;
    bool tls_failed; /* after a fatal TLS error even close_notify is forbidden (SSL_get_error(3)) */
    char peer[ADDRESS_TEXT_BYTES];
    char client_name[CLIENT_NAME_BYTES];
};

static void set_options(int fd) {
    for (size_t i = 0; i < sizeof socket_options / sizeof *socket_options; i++)
        setsockopt(fd, socket_options[i].level, socket_options[i].name, &socket_options[i].value, sizeof(int));
}

static void learn_peer(struct net_stream *stream) {
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t length = sizeof address;
    if (getpeername(stream->fd, (struct sockaddr *)&address, &length) < 0)
        return; /* it has gone already */
    address_format((struct sockaddr *)&address, stream->peer);
    stream->loopback = address_is_loopback((struct sockaddr *)&address);
}

struct net_stream *net_stream_create(int fd, struct error *err) {
    struct net_stream *stream = memory_allocate_zeroed(1, sizeof *stream);
    if (!stream) {
        error_set_no_memory(err);
        goto fail;
    }
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || (!(flags & O_NONBLOCK) && fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)) {
        error_set_errno(err, ERROR_SYSTEM, errno, "cannot make a socket non-blocking");
        goto fail;
    }
    stream->fd = fd;
    set_options(fd);
    learn_peer(stream);
    return stream;
fail:
    memory_free(stream);
    close(fd);
    return NULL;
}

void net_stream_destroy(struct net_stream *stream) {
    if (!stream)
        return;
    SSL_free(stream->ssl);
    net_tls_context_release(stream->context);
    close(stream->fd);
    memory_free(stream);
}

int net_stream_fd(const struct net_stream *stream) {
    return stream->fd;
}

/* What the errno of a failed system call means. */
static enum net_status failure_of(int errnum, enum net_status would_wait, struct error *err) {
    if (socket_would_wait(errnum))
        return would_wait;
    error_set_errno(err, ERROR_NETWORK, errnum, "connection lost");
    return NET_FAILED;
}

/* What a TLS operation that moved nothing waits for, or why it failed. */
static enum net_status tls_status(struct net_stream *stream, int result, int errnum, struct error *err) {
    char text[128];
    switch (SSL_get_error(stream->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return NET_WANT_READ;
    case SSL_ERROR_WANT_WRITE:
        return NET_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        return NET_EOF;
    case SSL_ERROR_SYSCALL:
        stream->tls_failed = true;
        error_set_errno(err, ERROR_NETWORK, errnum ? errnum : ECONNRESET, "connection lost");
        return NET_FAILED;
    default:
        stream->tls_failed = true;
        error_set(err, ERROR_NETWORK, "TLS failed: %s", tls_reason(text, sizeof text));
        return NET_FAILED;
    }
}

static enum net_status tls_read(struct net_stream *stream, void *bytes, size_t capacity, size_t *moved,
                                struct error *err) {
    ERR_clear_error();
    errno = 0;
    int result = SSL_read(stream->ssl, bytes, capacity > INT_MAX ? INT_MAX : (int)capacity);
    if (result <= 0)
        return tls_status(stream, result, errno, err);
    *moved = (size_t)result;
    return NET_DONE;
}

static enum net_status tls_write(struct net_stream *stream, const void *bytes, size_t length, size_t *moved,
                                 struct error *err) {
    ERR_clear_error();
    errno = 0;
    int result = SSL_write(stream->ssl, bytes, length > INT_MAX ? INT_MAX : (int)length);
    if (result <= 0)
        return tls_status(stream, result, errno, err);
    *moved = (size_t)result;
    return NET_DONE;
}

static enum net_status plain_receive(struct net_stream *stream, void *bytes, size_t capacity, int flags, size_t *moved,
                                     struct error *err) {
    ssize_t got = socket_receive(stream->fd, bytes, capacity, flags);
    if (got < 0)
        return failure_of(errno, NET_WANT_READ, err);
    *moved = (size_t)got;
    return got ? NET_DONE : NET_EOF;
}

static enum net_status plain_write(struct net_stream *stream, const struct iovec *parts, int count, size_t *moved,
                                   struct error *err) {
    ssize_t sent = socket_send(stream->fd, parts, (size_t)count);
    if (sent < 0)
        return failure_of(errno, NET_WANT_WRITE, err);
    *moved = (size_t)sent;
    return NET_DONE;
}

enum net_status net_stream_read(struct net_stream *stream, void *bytes, size_t capacity, size_t *moved,
                                struct error *err) {
    *moved = 0;
    if (capacity == 0)
        return NET_DONE;
    if (stream->ssl)
        return tls_read(stream, bytes, capacity, moved, err);
    return plain_receive(stream, bytes, capacity, 0, moved, err);
}

enum net_status net_stream_write(struct net_stream *stream, const void *bytes, size_t length, size_t *moved,
                                 struct error *err) {
    return net_stream_write_parts(stream, &(struct iovec){(void *)bytes, length}, 1, moved, err);
}

/* Small parts share one TLS record. The same parts always give the same bytes, as a repeated SSL_write() demands. */
static size_t gather(const struct iovec *parts, int count, uint8_t *bytes, size_t capacity) {
    size_t length = 0;
    for (int i = 0; i < count && length < capacity; i++) {
        size_t part = parts[i].iov_len < capacity - length ? parts[i].iov_len : capacity - length;
        if (part)
            memcpy(bytes + length, parts[i].iov_base, part);
        length += part;
    }
    return length;
}

enum net_status net_stream_write_parts(struct net_stream *stream, const struct iovec *parts, int count, size_t *moved,
                                       struct error *err) {
    *moved = 0;
    if (count > PARTS_MAX)
        count = PARTS_MAX;
    if (!stream->ssl)
        return plain_write(stream, parts, count, moved, err);
    if (count > 0 && parts[0].iov_len >= SSL3_RT_MAX_PLAIN_LENGTH)
        return tls_write(stream, parts[0].iov_base, parts[0].iov_len, moved, err);
    uint8_t record[SSL3_RT_MAX_PLAIN_LENGTH];
    size_t length = gather(parts, count, record, sizeof record);
    return length ? tls_write(stream, record, length, moved, err) : NET_DONE;
}

bool net_stream_has_pending(const struct net_stream *stream) {
    return stream->ssl && SSL_has_pending(stream->ssl);
}

enum net_status net_stream_peek(struct net_stream *stream, void *bytes, size_t capacity, size_t *moved,
                                struct error *err) {
    *moved = 0;
    return plain_receive(stream, bytes, capacity, MSG_PEEK, moved, err);
}

void net_stream_shutdown(struct net_stream *stream) {
    if (stream->ssl && !stream->tls_failed && SSL_is_init_finished(stream->ssl)) {
        ERR_clear_error();
        SSL_shutdown(stream->ssl);
        ERR_clear_error();
    }
    shutdown(stream->fd, SHUT_WR);
}

bool net_stream_start_tls(struct net_stream *stream, struct net_tls_context *context, struct error *err) {
    ERR_clear_error();
    stream->ssl = tls_context_connect(context, stream->fd);
    if (!stream->ssl) {
        ERR_clear_error();
        return error_set_no_memory(err);
    }
    stream->context = net_tls_context_retain(context);
    return true;
}

/* A name with a NUL inside counts as none: two readers would see two names. */
static void learn_client_name(struct net_stream *stream) {
    X509 *certificate = SSL_get0_peer_certificate(stream->ssl);
    if (!certificate)
        return;
    X509_NAME *subject = X509_get_subject_name(certificate);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0)
        return;
    unsigned char *name = NULL;
    int length = ASN1_STRING_to_UTF8(&name, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (length > 0 && length < CLIENT_NAME_BYTES && !memchr(name, 0, (size_t)length))
        memcpy(stream->client_name, name, (size_t)length);
    OPENSSL_free(name);
}

enum net_status net_stream_handshake(struct net_stream *stream, struct error *err) {
    ERR_clear_error();
    errno = 0;
    int result = SSL_do_handshake(stream->ssl);
    if (result != 1)
        return tls_status(stream, result, errno, err);
    learn_client_name(stream);
    return NET_DONE;
}

bool net_stream_is_tls(const struct net_stream *stream) {
    return stream->ssl != NULL;
}

const char *net_stream_alpn(const struct net_stream *stream, size_t *length) {
    const unsigned char *name = NULL;
    unsigned bytes = 0;
    if (stream->ssl)
        SSL_get0_alpn_selected(stream->ssl, &name, &bytes);
    *length = bytes;
    return name ? (const char *)name : "";
}

const char *net_stream_tls_version(const struct net_stream *stream) {
    return stream->ssl ? SSL_get_version(stream->ssl) : "";
}

const char *net_stream_tls_cipher(const struct net_stream *stream) {
    return stream->ssl ? SSL_get_cipher_name(stream->ssl) : "";
}

const char *net_stream_client_name(const struct net_stream *stream) {
    return stream->client_name;
}

const char *net_stream_peer(const struct net_stream *stream) {
    return stream->peer;
}

bool net_stream_peer_is_loopback(const struct net_stream *stream) {
    return stream->loopback;
}
