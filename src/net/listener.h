/* Listening sockets: TCP addresses and a Unix socket path, accepted on a loop's thread. */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

#include <stdint.h>

#include "base/error.h"
#include "net/loop.h"

struct net_listener;

/* A connection was accepted; `fd` is the callback's to keep or close. On the loop's thread. */
typedef void (*net_accept_fn)(void *self, int fd);

/* Listens on every address that `host` resolves to ("*" means all). `port` 0 lets the system choose (see
 * net_listener_port). Owned, free with net_listener_destroy on the loop's thread or after the loop has ended. */
struct net_listener *net_listener_create(struct net_loop *loop, const char *host, uint16_t port, net_accept_fn accepted,
                                         void *self, struct error *err);
/* Takes over a socket that listens already. */
struct net_listener *net_listener_adopt(struct net_loop *loop, int fd, net_accept_fn accepted, void *self,
                                        struct error *err);
uint16_t net_listener_port(const struct net_listener *listener);
/* Stops accepting and closes; any thread, waits until the loop has let go. Then free. */
void net_listener_destroy(struct net_listener *listener);

#endif
