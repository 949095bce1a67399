/* Connecting as a client. */
#ifndef NET_CONNECT_H
#define NET_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "net/stream.h"

/* Tries the addresses of `host` in turn, waiting for each until `due_ns` on the monotonic clock. The calling thread
 * waits. Owned, free with net_stream_destroy. */
struct net_stream *net_connect(const char *host, uint16_t port, int64_t due_ns, struct error *err);
/* Two sockets connected with each other, for both sides of a conversation within the process; to be closed by whoever has
 * them then. */
bool net_pair(int fds[2], struct error *err);
/* Waits for what the status says the stream waits for. False when the time was over first. */
bool net_wait(const struct net_stream *stream, enum net_status status, int64_t due_ns);

#endif
