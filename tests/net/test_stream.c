#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/fault.h"
#include "net/stream.h"

static struct net_stream *make_stream(int fd) {
    struct error err;
    struct net_stream *stream = net_stream_create(fd, &err);
    assert_non_null(stream);
    return stream;
}

static void reads_what_is_there(void **state) {
    (void)state;
    int fds[2];
    char bytes[16] = "";
    size_t moved = 99;
    struct error err;
    make_socket_pair(fds);
    struct net_stream *stream = make_stream(fds[0]);
    assert_int_equal(NET_WANT_READ, net_stream_read(stream, bytes, sizeof bytes, &moved, &err));
    assert_int_equal(0, moved);
    assert_int_equal(5, write(fds[1], "hello", 5));
    assert_int_equal(NET_DONE, net_stream_peek(stream, bytes, 2, &moved, &err));
    assert_int_equal(2, moved);
    assert_memory_equal("he", bytes, 2);
    assert_int_equal(NET_DONE, net_stream_read(stream, bytes, 4, &moved, &err));
    assert_int_equal(4, moved);
    assert_memory_equal("hell", bytes, 4);
    close(fds[1]);
    assert_int_equal(NET_DONE, net_stream_read(stream, bytes, sizeof bytes, &moved, &err));
    assert_int_equal(1, moved);
    assert_int_equal(NET_EOF, net_stream_read(stream, bytes, sizeof bytes, &moved, &err));
    assert_int_equal(NET_EOF, net_stream_peek(stream, bytes, sizeof bytes, &moved, &err));
    assert_false(net_stream_has_pending(stream));
    net_stream_destroy(stream);
    net_stream_destroy(NULL);
}

static void makes_the_socket_non_blocking(void **state) {
    (void)state;
    int fds[2];
    make_tcp_pair(fds);
    struct net_stream *stream = make_stream(fds[0]);
    assert_int_equal(fds[0], net_stream_fd(stream));
    assert_true(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
    net_stream_destroy(stream);
    assert_int_equal(-1, fcntl(fds[0], F_GETFL));
    close(fds[1]);
}

/* A full socket buffer is no failure; what was moved arrives whole and in order. */
static void writes_until_full(void **state) {
    (void)state;
    int fds[2];
    struct error err;
    make_tcp_pair(fds);
    struct net_stream *stream = make_stream(fds[0]);
    uint32_t block[4096], sent = 0, checked = 0;
    size_t moved = 0, total = 0, got_total = 0;
    enum net_status status;
    do {
        for (size_t i = 0; i < 4096; i++)
            block[i] = sent + (uint32_t)i;
        size_t offset = 0;
        while (offset < sizeof block && (status = net_stream_write(stream, (char *)block + offset,
                                                                   sizeof block - offset, &moved, &err)) == NET_DONE)
            offset += moved;
        total += offset;
        sent += 4096;
    } while (status == NET_DONE);
    assert_int_equal(NET_WANT_WRITE, status);
    net_stream_shutdown(stream);
    for (ssize_t got; (got = recv(fds[1], block, sizeof block, MSG_WAITALL)) > 0; got_total += (size_t)got)
        for (ssize_t i = 0; i < got / 4; i++)
            assert_int_equal(checked++, block[i]);
    assert_int_equal(total, got_total);
    net_stream_destroy(stream);
    close(fds[1]);
}

static void writes_parts_in_order(void **state) {
    (void)state;
    int fds[2];
    struct error err;
    size_t moved;
    char bytes[16];
    make_socket_pair(fds);
    struct net_stream *stream = make_stream(fds[0]);
    struct iovec parts[4] = {{"ab", 2}, {NULL, 0}, {"c", 1}, {"def", 3}};
    assert_int_equal(NET_DONE, net_stream_write_parts(stream, parts, 4, &moved, &err));
    assert_int_equal(6, moved);
    assert_int_equal(6, read(fds[1], bytes, sizeof bytes));
    assert_memory_equal("abcdef", bytes, 6);
    net_stream_destroy(stream);
    close(fds[1]);
}

static volatile sig_atomic_t signalled;

static void note_signal(int number) {
    (void)number;
    signalled = 1;
}

static void broken_connection_is_a_status(void **state) {
    (void)state;
    int fds[2];
    struct error err;
    size_t moved;
    signal(SIGPIPE, note_signal);
    make_tcp_pair(fds);
    struct net_stream *stream = make_stream(fds[0]);
    setsockopt(fds[1], SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    close(fds[1]); /* a reset */
    char byte;
    assert_int_equal(NET_FAILED, net_stream_read(stream, &byte, 1, &moved, &err));
    assert_int_equal(ERROR_NETWORK, err.kind);
    assert_string_equal("connection lost: Connection reset by peer", err.message);
    error_clear(&err);
    assert_int_equal(NET_FAILED, net_stream_write(stream, "x", 1, &moved, &err));
    assert_string_equal("connection lost: Broken pipe", err.message);
    assert_int_equal(0, signalled);
    net_stream_destroy(stream);
    signal(SIGPIPE, SIG_DFL);
}

static void tells_the_peer(void **state) {
    (void)state;
    int fds[2];
    make_socket_pair(fds);
    struct net_stream *stream = make_stream(fds[0]);
    assert_string_equal("local", net_stream_peer(stream));
    assert_true(net_stream_peer_is_loopback(stream));
    net_stream_destroy(stream);
    close(fds[1]);
    make_tcp_pair(fds);
    stream = make_stream(fds[0]);
    assert_memory_equal("127.0.0.1:", net_stream_peer(stream), 10);
    assert_true(net_stream_peer_is_loopback(stream));
    assert_false(net_stream_is_tls(stream));
    assert_string_equal("", net_stream_tls_version(stream));
    assert_string_equal("", net_stream_tls_cipher(stream));
    assert_string_equal("", net_stream_client_name(stream));
    net_stream_destroy(stream);
    close(fds[1]);
}

static void refuses_a_bad_descriptor(void **state) {
    (void)state;
    struct error err;
    assert_null(net_stream_create(-1, &err));
    assert_int_equal(ERROR_SYSTEM, err.kind);
}

#ifdef MALLARDB_FAULTS
static void faults_break_the_connection(void **state) {
    (void)state;
    int fds[2];
    struct error err;
    size_t moved;
    char byte;
    make_socket_pair(fds);
    struct net_stream *stream = make_stream(fds[0]);
    fault_arm(FAULT_READ, 2);
    assert_int_equal(NET_WANT_READ, net_stream_read(stream, &byte, 1, &moved, &err));
    assert_int_equal(NET_FAILED, net_stream_read(stream, &byte, 1, &moved, &err));
    fault_arm(FAULT_READ, 0);
    fault_arm(FAULT_WRITE, 1);
    assert_int_equal(NET_FAILED, net_stream_write(stream, "x", 1, &moved, &err));
    fault_arm(FAULT_WRITE, 0);
    net_stream_destroy(stream);
    close(fds[1]);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_there),
        cmocka_unit_test(makes_the_socket_non_blocking),
        cmocka_unit_test(writes_until_full),
        cmocka_unit_test(writes_parts_in_order),
        cmocka_unit_test(broken_connection_is_a_status),
        cmocka_unit_test(tells_the_peer),
        cmocka_unit_test(refuses_a_bad_descriptor),
#ifdef MALLARDB_FAULTS
        cmocka_unit_test(faults_break_the_connection),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
