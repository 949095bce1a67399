/* Tells the service manager about the state of the process, as sd_notify(3) describes: a datagram to the socket that
 * NOTIFY_SOCKET names. Any thread. */
#ifndef NET_NOTIFY_H
#define NET_NOTIFY_H

#include <stdbool.h>

#include "base/error.h"

/* `socket_name` is NOTIFY_SOCKET's value, a path or an abstract name behind "@"; NULL: there is nobody to tell, which is
 * no failure. `state` is e.g. "READY=1". */
bool net_notify(const char *socket_name, const char *state, struct error *err);

#endif
