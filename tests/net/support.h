/* What the tests of net share: waiting for another thread, socket pairs, certificates. */
#ifndef TESTS_NET_SUPPORT_H
#define TESTS_NET_SUPPORT_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Counts up to what somebody waits for. */
struct latch {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int count;
};

#define LATCH_INITIALIZER                                                                                              \
    { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 }

void latch_count(struct latch *latch);
/* Fails the test after ten seconds. */
void latch_wait(struct latch *latch, int count);
int latch_read(struct latch *latch);

#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

/* Two connected sockets: of the Unix kind, or over loopback TCP. */
void make_socket_pair(int fds[2]);
void make_tcp_pair(int fds[2]);
int connect_to(const char *host, uint16_t port);

/* A directory with ca.pem, server.pem, server.key, client.pem and client.key (common name "duck"), other.key; removed
 * with remove_certificates(). */
void make_certificates(char directory[64]);
void remove_certificates(const char *directory);

#endif
