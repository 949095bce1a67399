#include "net/connect.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

enum { NS_PER_MS = 1000000 };

static bool wait_ready(int fd, short events, int64_t due_ns) {
    struct pollfd waiting = {.fd = fd, .events = events};
    int ready;
    do {
        int64_t left_ns = due_ns - clock_monotonic_ns(), left_ms = left_ns > 0 ? left_ns / NS_PER_MS + 1 : 0;
        ready = poll(&waiting, 1, left_ms < INT_MAX ? (int)left_ms : INT_MAX);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

bool net_wait(const struct net_stream *stream, enum net_status status, int64_t due_ns) {
    return wait_ready(net_stream_fd(stream), status == NET_WANT_WRITE ? POLLOUT : POLLIN, due_ns);
}

/* A connected socket, or -1 and errno. */
static int connect_one(const struct addrinfo *address, int64_t due_ns) {
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    int failure = connect(fd, address->ai_addr, address->ai_addrlen) < 0 ? errno : 0;
    if (failure == EINPROGRESS) {
        socklen_t length = sizeof failure;
        if (!wait_ready(fd, POLLOUT, due_ns))
            failure = ETIMEDOUT;
        else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &length) < 0)
            failure = errno;
    }
    if (!failure)
        return fd;
    close(fd);
    errno = failure;
    return -1;
}

struct net_stream *net_connect(const char *host, uint16_t port, int64_t due_ns, struct error *err) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *addresses;
    int failure = getaddrinfo(host, service, &hints, &addresses), fd = -1;
    if (failure) {
        error_set(err, ERROR_NETWORK, "cannot resolve the address \"%s\": %s", host, gai_strerror(failure));
        return NULL;
    }
    for (const struct addrinfo *at = addresses; at && fd < 0; at = at->ai_next)
        fd = connect_one(at, due_ns);
    if (fd < 0)
        error_set_errno(err, ERROR_NETWORK, errno, "cannot connect to %s port %u", host, port);
    freeaddrinfo(addresses);
    return fd < 0 ? NULL : net_stream_create(fd, err);
}

bool net_pair(int fds[2], struct error *err) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0 ||
           error_set_errno(err, ERROR_SYSTEM, errno, "cannot make a pair of sockets");
}
