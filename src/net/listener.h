/* Listening sockets, accepted on a loop's thread. */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "net/loop.h"

struct net_listener;

/* A connection was accepted; `fd`, non-blocking and close-on-exec, is the callback's to keep or close. On the loop's
 * thread; may not destroy the listener. */
typedef void (*net_accept_fn)(void *self, int fd);

/* Listens on every address that `host` resolves to ("*" means all). `port` 0 lets the system choose (see
 * net_listener_port). Any thread. Owned, free with net_listener_destroy. */
struct net_listener *net_listener_create(struct net_loop *loop, const char *host, uint16_t port, net_accept_fn accepted,
                                         void *self, struct error *err);
/* Takes over a socket that listens already; on failure it stays the caller's. */
struct net_listener *net_listener_adopt(struct net_loop *loop, int fd, net_accept_fn accepted, void *self,
                                        struct error *err);
/* 0 for a socket that has no port. */
uint16_t net_listener_port(const struct net_listener *listener);
/* Stops accepting, closes and frees. Any thread while the loop lives; waits until the loop has let go. */
void net_listener_destroy(struct net_listener *listener);

/* Whether net_listener_create() would find the addresses and ports free: listens on them for a moment. Any thread. */
bool net_listener_try(const char *host, uint16_t port, struct error *err);

/* True when `host` resolves to addresses of this machine's loopback only: nobody else can connect. */
bool net_host_is_loopback(const char *host, struct error *err);

#endif
