#include "net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/address.h"

enum {
    ADDRESSES_MAX = 16,      /* more are not listened on */
    ACCEPTS_PER_REPORT = 64, /* then others of the loop have their turn */
    BACKLOG = 1024,          /* the system cuts it to its own limit */
    PORT_TRIES = 16,         /* to find one port that is free on every address */
};
static const int64_t pause_ns = 100 * 1000000; /* when descriptors or memory are out */

struct listening {
    struct net_watch watch;
    struct net_timer again;
    struct net_listener *listener;
};

struct net_listener {
    struct net_loop *loop;
    net_accept_fn accepted;
    void *self;
    uint16_t port;
    int count;
    struct listening sockets[ADDRESSES_MAX];
    struct net_task close; /* and who waits for it */
    pthread_mutex_t lock;
    pthread_cond_t closed;
    bool is_closed;
};

/* Errors of the one connection that was to be accepted: the next may be sound (accept(2)). */
static bool concerns_one_connection(int errnum) {
    switch (errnum) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENOPROTOOPT:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case EOPNOTSUPP:
        return true;
    default:
        return false;
    }
}

/* What cannot be accepted now (EMFILE, ENFILE, ENOBUFS, ENOMEM) would be reported again at once: pause instead. */
static void accept_some(struct net_watch *watch, unsigned ready) {
    (void)ready;
    struct listening *socket = (struct listening *)((char *)watch - offsetof(struct listening, watch));
    struct net_listener *listener = socket->listener;
    for (int i = 0; i < ACCEPTS_PER_REPORT; i++) {
        int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            listener->accepted(listener->self, fd);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        } else if (!concerns_one_connection(errno)) {
            net_timer_arm(listener->loop, &socket->again, clock_monotonic_ns() + pause_ns);
            return;
        }
    }
    net_watch_arm(watch, NET_READABLE);
}

static void resume(struct net_timer *timer) {
    struct listening *socket = (struct listening *)((char *)timer - offsetof(struct listening, again));
    net_watch_arm(&socket->watch, NET_READABLE);
}

static struct net_listener *allocate(struct net_loop *loop, net_accept_fn accepted, void *self, struct error *err) {
    struct net_listener *listener = memory_allocate_zeroed(1, sizeof *listener);
    if (!listener) {
        error_set_no_memory(err);
        return NULL;
    }
    listener->loop = loop;
    listener->accepted = accepted;
    listener->self = self;
    pthread_mutex_init(&listener->lock, NULL);
    pthread_cond_init(&listener->closed, NULL);
    return listener;
}

static void close_sockets(struct net_listener *listener) {
    for (int i = 0; i < listener->count; i++)
        close(listener->sockets[i].watch.fd);
    listener->count = 0;
}

static void release(struct net_listener *listener) {
    close_sockets(listener);
    pthread_cond_destroy(&listener->closed);
    pthread_mutex_destroy(&listener->lock);
    memory_free(listener);
}

static void keep(struct net_listener *listener, int fd) {
    struct listening *socket = &listener->sockets[listener->count++];
    socket->listener = listener;
    socket->again.expired = resume;
    socket->watch.fd = fd;
}

/* Registers all sockets, then arms them: once one is armed the listener is the loop's. */
static bool begin(struct net_listener *listener, struct error *err) {
    for (int i = 0; i < listener->count; i++) {
        struct net_watch *watch = &listener->sockets[i].watch;
        if (!net_watch_add(watch, listener->loop, watch->fd, accept_some, err))
            return false; /* closing the descriptors ends the registrations */
    }
    for (int i = 0; i < listener->count; i++)
        net_watch_arm(&listener->sockets[i].watch, NET_READABLE);
    return true;
}

/* A socket that listens on the address, or -1 and errno. */
static int listen_on(const struct addrinfo *address, uint16_t port) {
    struct sockaddr_storage bound;
    memcpy(&bound, address->ai_addr, address->ai_addrlen);
    address_set_port(&bound, port);
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (address->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&bound, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int failure = errno;
    close(fd);
    errno = failure;
    return -1;
}

/* Listens on every address, on the same port. A family that the machine lacks is passed over while another one works.
 */
static bool listen_on_all(struct net_listener *listener, const struct addrinfo *addresses, uint16_t port) {
    int failure = EADDRNOTAVAIL;
    listener->port = port;
    for (const struct addrinfo *at = addresses; at && listener->count < ADDRESSES_MAX; at = at->ai_next) {
        int fd = listen_on(at, listener->port);
        if (fd >= 0) {
            keep(listener, fd);
            listener->port = address_port_of_socket(fd);
            continue;
        }
        failure = errno;
        if (failure != EAFNOSUPPORT && failure != EADDRNOTAVAIL) {
            close_sockets(listener);
            break;
        }
    }
    errno = failure;
    return listener->count > 0;
}

static struct addrinfo *resolve(const char *host, struct error *err) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *addresses;
    int failure = getaddrinfo(strcmp(host, "*") ? host : NULL, "0", &hints, &addresses);
    if (!failure)
        return addresses;
    error_set(err, ERROR_CONFIG, "cannot resolve the address \"%s\": %s", host, gai_strerror(failure));
    return NULL;
}

static bool refuse(const char *host, uint16_t port, int failure, struct error *err) {
    const char *mend = failure == EADDRINUSE      ? "; stop the program that has it, or give another port"
                       : failure == EACCES        ? "; give one from 1024, or the capability CAP_NET_BIND_SERVICE"
                       : failure == EADDRNOTAVAIL ? "; give an address of this machine"
                                                  : "";
    return error_set(err, ERROR_CONFIG, "cannot listen on %s port %u: %s%s", host, port, strerror(failure), mend);
}

struct net_listener *net_listener_create(struct net_loop *loop, const char *host, uint16_t port, net_accept_fn accepted,
                                         void *self, struct error *err) {
    struct addrinfo *addresses = resolve(host, err);
    if (!addresses)
        return NULL;
    struct net_listener *listener = allocate(loop, accepted, self, err);
    if (!listener)
        goto fail;
    bool listens = listen_on_all(listener, addresses, port);
    for (int i = 1; i < PORT_TRIES && !listens && port == 0 && errno == EADDRINUSE; i++)
        listens = listen_on_all(listener, addresses, port);
    if (!listens) {
        refuse(host, port, errno, err);
        goto fail;
    }
    if (!begin(listener, err))
        goto fail;
    freeaddrinfo(addresses);
    return listener;
fail:
    if (listener)
        release(listener);
    freeaddrinfo(addresses);
    return NULL;
}

bool net_listener_try(const char *host, uint16_t port, struct error *err) {
    struct net_listener trial = {.count = 0};
    struct addrinfo *addresses = resolve(host, err);
    if (!addresses)
        return false;
    bool ok = listen_on_all(&trial, addresses, port) || refuse(host, port, errno, err);
    close_sockets(&trial);
    freeaddrinfo(addresses);
    return ok;
}

struct net_listener *net_listener_adopt(struct net_loop *loop, int fd, net_accept_fn accepted, void *self,
                                        struct error *err) {
    int flags = fcntl(fd, F_GETFL), listens = 0;
    socklen_t length = sizeof listens;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) < 0 || !listens || flags < 0 ||
        fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        error_set(err, ERROR_CONFIG, "descriptor %d is not a listening socket", fd);
        return NULL;
    }
    struct net_listener *listener = allocate(loop, accepted, self, err);
    if (!listener)
        return NULL;
    keep(listener, fd);
    listener->port = address_port_of_socket(fd);
    if (begin(listener, err))
        return listener;
    listener->count = 0;
    release(listener);
    return NULL;
}

uint16_t net_listener_port(const struct net_listener *listener) {
    return listener->port;
}

static void let_go(struct net_listener *listener) {
    for (int i = 0; i < listener->count; i++) {
        net_timer_disarm(&listener->sockets[i].again);
        net_watch_remove(&listener->sockets[i].watch);
    }
}

static void let_go_and_tell(struct net_task *task) {
    struct net_listener *listener = (struct net_listener *)((char *)task - offsetof(struct net_listener, close));
    let_go(listener);
    pthread_mutex_lock(&listener->lock);
    listener->is_closed = true;
    pthread_cond_signal(&listener->closed);
    pthread_mutex_unlock(&listener->lock);
}

void net_listener_destroy(struct net_listener *listener) {
    if (!listener)
        return;
    if (net_loop_is_current(listener->loop)) {
        let_go(listener);
    } else {
        listener->close.run = let_go_and_tell;
        net_loop_post(listener->loop, &listener->close);
        pthread_mutex_lock(&listener->lock);
        while (!listener->is_closed)
            pthread_cond_wait(&listener->closed, &listener->lock);
        pthread_mutex_unlock(&listener->lock);
    }
    release(listener);
}

bool net_host_is_loopback(const char *host, struct error *err) {
    struct addrinfo *addresses = resolve(host, err);
    bool loopback = addresses != NULL;
    for (const struct addrinfo *at = addresses; at && loopback; at = at->ai_next)
        loopback = address_is_loopback(at->ai_addr);
    if (!loopback && addresses)
        error_set(err, ERROR_CONFIG, "\"%s\" is not an address of the loopback interface", host);
    if (addresses)
        freeaddrinfo(addresses);
    return loopback;
}
