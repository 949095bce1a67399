/* The system calls that move bytes, with their fault points. Inside net only. Results and errno as recv(2) and
 * sendmsg(2); EINTR never comes out, SIGPIPE is never raised. */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

ssize_t socket_receive(int fd, void *bytes, size_t capacity, int flags);
ssize_t socket_send(int fd, const struct iovec *parts, size_t count);
/* Whether the errno means that the call would have waited. */
bool socket_would_wait(int errnum);

#endif
