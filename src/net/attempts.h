/* Failed logins by the address they came from, so that guessing is slow.
 *
 * An address may fail so many times at once, and then goes on failing as many times a minute; in between it is refused without
 * a look at what it says. Of an IPv6 address the network counts (its first 64 bits), as one host has all of it. The table has a
 * fixed size: with more addresses than places the one that may try again soonest is forgotten. Any thread.
 */
#ifndef NET_ATTEMPTS_H
#define NET_ATTEMPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct net_attempts;

/* Owned, free with net_attempts_destroy. */
struct net_attempts *net_attempts_create(int32_t failures_per_minute, struct error *err);
void net_attempts_destroy(struct net_attempts *attempts);
/* Whether the peer (net_stream_peer()) may try now; fails with a text for it. NULL attempts allow everything, as do peers that
 * have no internet address. */
bool net_attempts_allow(struct net_attempts *attempts, const char *peer, int64_t now_ns, struct error *err);
void net_attempts_fail(struct net_attempts *attempts, const char *peer, int64_t now_ns);

#endif
