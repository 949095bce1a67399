#include "net/socket.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/fault.h"

ssize_t socket_receive(int fd, void *bytes, size_t capacity, int flags) {
    if (fault_strikes(FAULT_READ)) {
        errno = ECONNRESET;
        return -1;
    }
    ssize_t got;
    do
        got = recv(fd, bytes, capacity, flags);
    while (got < 0 && errno == EINTR);
    return got;
}

ssize_t socket_send(int fd, const struct iovec *parts, size_t count) {
    if (fault_strikes(FAULT_WRITE)) {
        errno = EPIPE;
        return -1;
    }
    struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = count};
    ssize_t sent;
    do
        sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent;
}

bool socket_would_wait(int errnum) {
    return errnum == EAGAIN || errnum == EWOULDBLOCK;
}
