/* A connected socket, plain or TLS, that never blocks.
 *
 * Used by one thread at a time, whoever owns the connection (see loop.h). Reading and writing say what they wait for,
 * because TLS may have to write in order to read and the reverse.
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "base/error.h"

struct net_tls_context;
struct net_stream;

enum net_status {
    NET_DONE,       /* bytes moved */
    NET_WANT_READ,  /* nothing moved: arm NET_READABLE and call again */
    NET_WANT_WRITE, /* nothing moved: arm NET_WRITABLE and call again */
    NET_EOF,        /* the peer closed its side in order */
    NET_FAILED,     /* the connection is broken; the error says how */
};

/* Takes the descriptor over: closed with the stream, and on failure here. Sets it non-blocking, with TCP_NODELAY and
 * keep-alive where they apply. */
struct net_stream *net_stream_create(int fd, struct error *err);
void net_stream_destroy(struct net_stream *stream);
int net_stream_fd(const struct net_stream *stream);

/* Moves up to `capacity` or `length` bytes; `*moved` is their number, 0 unless NET_DONE. After NET_WANT_READ or
 * NET_WANT_WRITE from a write the next write must begin with the same bytes. */
enum net_status net_stream_read(struct net_stream *stream, void *bytes, size_t capacity, size_t *moved,
                                struct error *err);
enum net_status net_stream_write(struct net_stream *stream, const void *bytes, size_t length, size_t *moved,
                                 struct error *err);
/* As net_stream_write, of up to 64 parts in order, in one system call or TLS record. */
enum net_status net_stream_write_parts(struct net_stream *stream, const struct iovec *parts, int count, size_t *moved,
                                       struct error *err);
/* True when bytes that were received already wait inside the TLS layer: a poll would not tell. */
bool net_stream_has_pending(const struct net_stream *stream);
/* Looks at the first bytes without taking them (MSG_PEEK); only before TLS. */
enum net_status net_stream_peek(struct net_stream *stream, void *bytes, size_t capacity, size_t *moved,
                                struct error *err);
/* Ends the sending side, with TLS's close_notify; best effort. Nothing can be written after it. */
void net_stream_shutdown(struct net_stream *stream);

/* Begins TLS as the server; from then on call net_stream_handshake until NET_DONE. The stream retains the context. */
bool net_stream_start_tls(struct net_stream *stream, struct net_tls_context *context, struct error *err);
enum net_status net_stream_handshake(struct net_stream *stream, struct error *err);
bool net_stream_is_tls(const struct net_stream *stream);
/* The protocol agreed by ALPN, borrowed from the stream, "" when none. */
const char *net_stream_alpn(const struct net_stream *stream, size_t *length);
/* The TLS version and cipher agreed, e.g. "TLSv1.3" and "TLS_AES_256_GCM_SHA384"; "" without TLS. Borrowed. */
const char *net_stream_tls_version(const struct net_stream *stream);
const char *net_stream_tls_cipher(const struct net_stream *stream);
/* The subject's common name of the verified client certificate; "" when there is none. Borrowed. */
const char *net_stream_client_name(const struct net_stream *stream);

/* "127.0.0.1:54321", "[::1]:54321" or "local"; borrowed. */
const char *net_stream_peer(const struct net_stream *stream);
bool net_stream_peer_is_loopback(const struct net_stream *stream);

#endif
