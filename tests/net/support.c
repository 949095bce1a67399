#include "support.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

void latch_count(struct latch *latch) {
    pthread_mutex_lock(&latch->lock);
    latch->count++;
    pthread_cond_broadcast(&latch->changed);
    pthread_mutex_unlock(&latch->lock);
}

void latch_wait(struct latch *latch, int count) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 10;
    pthread_mutex_lock(&latch->lock);
    int failure = 0;
    while (latch->count < count && !failure)
        failure = pthread_cond_timedwait(&latch->changed, &latch->lock, &until);
    int reached = latch->count;
    pthread_mutex_unlock(&latch->lock);
    assert_true(reached >= count);
}

int latch_read(struct latch *latch) {
    pthread_mutex_lock(&latch->lock);
    int count = latch->count;
    pthread_mutex_unlock(&latch->lock);
    return count;
}

void make_socket_pair(int fds[2]) {
    assert_int_equal(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
}

void make_tcp_pair(int fds[2]) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(0, bind(listening, (struct sockaddr *)&address, length));
    assert_int_equal(0, listen(listening, 1));
    assert_int_equal(0, getsockname(listening, (struct sockaddr *)&address, &length));
    fds[1] = connect_to("127.0.0.1", ntohs(address.sin_port));
    fds[0] = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    assert_true(fds[0] >= 0 && fds[1] >= 0);
    close(listening);
}

int connect_to(const char *host, uint16_t port) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST}, *address;
    assert_int_equal(0, getaddrinfo(host, service, &hints, &address));
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(address);
    return fd;
}

void make_certificates(char directory[64]) {
    snprintf(directory, 64, "/tmp/mallardb-net-XXXXXX");
    assert_non_null(mkdtemp(directory));
    char command[2048];
    snprintf(
        command, sizeof command,
        "cd %s && exec 2>log && key='req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes' && "
        "openssl $key -x509 -days 2 -subj /CN=test-ca -keyout ca.key -out ca.pem && "
        "for who in server client; do "
        "  cn=localhost; [ $who = client ] && cn=duck; "
        "  openssl $key -subj /CN=$cn -keyout $who.key -out $who.csr && "
        "  openssl x509 -req -days 2 -in $who.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $who.pem || exit 1; "
        "done && openssl ecparam -name prime256v1 -genkey -noout -out other.key && "
        "openssl ec -in server.key -aes128 -passout pass:secret -out locked.key",
        directory);
    assert_int_equal(0, system(command));
}

void remove_certificates(const char *directory) {
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", directory);
    assert_int_equal(0, system(command));
}
