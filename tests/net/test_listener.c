#include "support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/listener.h"

struct door {
    struct net_loop *loop;
    struct latch accepted;
    int fd;
};

static void accept_one(void *self, int fd) {
    struct door *door = self;
    door->fd = fd;
    latch_count(&door->accepted);
}

static int set_up(void **state) {
    struct error err;
    struct door *door = calloc(1, sizeof *door);
    *door = (struct door){.accepted = LATCH_INITIALIZER, .fd = -1};
    door->loop = net_loop_create("test", 1, &err);
    *state = door;
    return door->loop ? 0 : -1;
}

static int tear_down(void **state) {
    struct door *door = *state;
    net_loop_destroy(door->loop);
    free(door);
    return 0;
}

static struct net_listener *listen_at(struct door *door, const char *host, uint16_t port) {
    struct error err = {0};
    struct net_listener *listener = net_listener_create(door->loop, host, port, accept_one, door, &err);
    assert_string_equal("", err.message);
    assert_non_null(listener);
    assert_int_not_equal(0, net_listener_port(listener));
    return listener;
}

static void expect_connection(struct door *door, const char *host, uint16_t port) {
    int before = latch_read(&door->accepted);
    int fd = connect_to(host, port);
    assert_true(fd >= 0);
    latch_wait(&door->accepted, before + 1);
    assert_int_equal(1, write(fd, "x", 1));
    close(door->fd);
    close(fd);
}

static void accepts_on_one_address(void **state) {
    struct net_listener *listener = listen_at(*state, "127.0.0.1", 0);
    uint16_t port = net_listener_port(listener);
    for (int i = 0; i < 50; i++)
        expect_connection(*state, "127.0.0.1", port);
    net_listener_destroy(listener);
    assert_int_equal(-1, connect_to("127.0.0.1", port));
    net_listener_destroy(listen_at(*state, "127.0.0.1", port)); /* at once again */
}

static void accepts_on_all_addresses(void **state) {
    struct net_listener *listener = listen_at(*state, "*", 0);
    expect_connection(*state, "127.0.0.1", net_listener_port(listener));
    int fd = connect_to("::1", net_listener_port(listener));
    if (fd >= 0) { /* a machine may lack IPv6 */
        latch_wait(&((struct door *)*state)->accepted, 2);
        close(((struct door *)*state)->fd);
        close(fd);
    }
    net_listener_destroy(listener);
}

static void says_what_it_cannot_listen_on(void **state) {
    struct door *door = *state;
    struct error err = {0};
    char expected[128];
    struct net_listener *listener = listen_at(door, "127.0.0.1", 0);
    uint16_t port = net_listener_port(listener);
    assert_null(net_listener_create(door->loop, "127.0.0.1", port, accept_one, door, &err));
    snprintf(expected, sizeof expected, "cannot listen on 127.0.0.1 port %u: Address already in use; stop", port);
    assert_int_equal(0, strncmp(expected, err.message, strlen(expected)));
    assert_int_equal(ERROR_CONFIG, err.kind);
    assert_false(net_listener_try("127.0.0.1", port, &err));
    assert_int_equal(0, strncmp(expected, err.message, strlen(expected)));
    net_listener_destroy(listener);
    assert_true(net_listener_try("127.0.0.1", port, &err));
    assert_null(net_listener_create(door->loop, "no such host", 0, accept_one, door, &err));
    assert_non_null(strstr(err.message, "cannot resolve the address \"no such host\""));
    assert_null(net_listener_create(door->loop, "192.0.2.1", 0, accept_one, door, &err));
    assert_non_null(strstr(err.message, "cannot listen on 192.0.2.1"));
    net_listener_destroy(NULL);
}

static double cpu_seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* Without descriptors the listener waits without spinning, and accepts once there are some. */
static void waits_when_descriptors_are_out(void **state) {
    struct door *door = *state;
    struct net_listener *listener = listen_at(door, "127.0.0.1", 0);
    int fd = connect_to("127.0.0.1", net_listener_port(listener)); /* warms up what allocates lazily */
    latch_wait(&door->accepted, 1);
    close(door->fd);
    close(fd);
    struct rlimit before, low;
    getrlimit(RLIMIT_NOFILE, &before);
    low = before;
    int waiting = socket(AF_INET, SOCK_STREAM, 0);
    low.rlim_cur = (rlim_t)waiting + 1; /* no number left */
    assert_int_equal(0, setrlimit(RLIMIT_NOFILE, &low));
    int filler[64], fillers = 0;
    while (fillers < 64 && (filler[fillers] = dup(waiting)) >= 0)
        fillers++;
    struct sockaddr_in loopback = {.sin_family = AF_INET,
                                   .sin_port = htons(net_listener_port(listener)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    double cpu_before = cpu_seconds();
    assert_int_equal(0, connect(waiting, (struct sockaddr *)&loopback, sizeof loopback));
    usleep(300000);
    assert_int_equal(1, latch_read(&door->accepted));
    assert_true(cpu_seconds() - cpu_before < 0.1);
    assert_int_equal(0, setrlimit(RLIMIT_NOFILE, &before));
    latch_wait(&door->accepted, 2);
    close(door->fd);
    close(waiting);
    while (fillers > 0)
        close(filler[--fillers]);
    net_listener_destroy(listener);
}

static void adopts_a_listening_socket(void **state) {
    struct door *door = *state;
    struct error err = {0};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_null(net_listener_adopt(door->loop, fd, accept_one, door, &err));
    assert_non_null(strstr(err.message, "is not a listening socket"));
    assert_null(net_listener_adopt(door->loop, -1, accept_one, door, &err));
    assert_int_equal(0, listen(fd, 4));
    struct net_listener *listener = net_listener_adopt(door->loop, fd, accept_one, door, &err);
    assert_non_null(listener);
    expect_connection(door, "127.0.0.1", net_listener_port(listener));
    net_listener_destroy(listener);
}

struct destruction {
    struct net_task task;
    struct net_listener *listener;
    struct latch done;
};

static void destroy_listener(struct net_task *task) {
    struct destruction *destruction = container_of(task, struct destruction, task);
    net_listener_destroy(destruction->listener);
    latch_count(&destruction->done);
}

static void is_destroyed_on_its_loop_too(void **state) {
    struct door *door = *state;
    struct destruction destruction = {
        .task.run = destroy_listener, .listener = listen_at(door, "127.0.0.1", 0), .done = LATCH_INITIALIZER};
    net_loop_post(door->loop, &destruction.task);
    latch_wait(&destruction.done, 1);
}

static void knows_loopback(void **state) {
    (void)state;
    struct error err = {0};
    assert_true(net_host_is_loopback("127.0.0.1", &err));
    assert_true(net_host_is_loopback("127.9.9.9", &err));
    assert_true(net_host_is_loopback("::1", &err));
    assert_true(net_host_is_loopback("::ffff:127.0.0.1", &err));
    assert_true(net_host_is_loopback("localhost", &err));
    assert_false(net_host_is_loopback("*", &err));
    assert_false(net_host_is_loopback("0.0.0.0", &err));
    assert_false(net_host_is_loopback("192.0.2.1", &err));
    assert_false(net_host_is_loopback("::ffff:192.0.2.1", &err));
    assert_string_equal("\"::ffff:192.0.2.1\" is not an address of the loopback interface", err.message);
    assert_false(net_host_is_loopback("no such host", &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(accepts_on_one_address, set_up, tear_down),
        cmocka_unit_test_setup_teardown(accepts_on_all_addresses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_what_it_cannot_listen_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(waits_when_descriptors_are_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(adopts_a_listening_socket, set_up, tear_down),
        cmocka_unit_test_setup_teardown(is_destroyed_on_its_loop_too, set_up, tear_down),
        cmocka_unit_test(knows_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
