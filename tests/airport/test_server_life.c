/* How servers begin and end: on a socket of the program's, in its thread, several at once, in a child process, and while methods
 * are at work.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "airport.h"
#include "flight/grpc.h"
#include "full_catalog.h"
#include "scenarios.h"

/* Methods have the parameters of their group, needed here or not. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

static struct airport_server *create(struct airport_server_config config) {
    struct airport_error err = {0};
    config.size = sizeof config;
    config.log_level = AIRPORT_LOG_OFF;
    config.worker_threads = 2;
    if (!config.catalog.methods)
        config.catalog = full_catalog(&full_parts);
    struct airport_server *server = airport_server_create(&config, &err);
    if (!server)
        fail_msg("%s", err.message);
    return server;
}

static void start(struct airport_server *server) {
    struct airport_error err = {0};
    if (!airport_server_start(server, &err))
        fail_msg("%s", err.message);
}

static int scan_at(int port) {
    static struct flight_answer answer;
    struct flight_call call = scenario_call("scan");
    flight_call_make(&call, port, &answer);
    writer_destroy(&call.requests);
    return answer.status;
}

static void several_servers(void **state) {
    struct airport_server *one = create((struct airport_server_config){.port = -1});
    struct airport_server *other = create((struct airport_server_config){.port = -1, .io_threads = 3});
    start(one);
    start(other);
    int port = airport_server_port(one);
    assert_int_not_equal(port, airport_server_port(other));
    assert_int_equal(scan_at(port), GRPC_OK);
    assert_int_equal(scan_at(airport_server_port(other)), GRPC_OK);
    airport_server_destroy(one);
    assert_int_equal(scan_at(port), FLIGHT_NO_STATUS);
    assert_int_equal(scan_at(airport_server_port(other)), GRPC_OK);
    airport_server_destroy(other);
}

static void a_socket_of_the_program(void **state) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 16), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    struct airport_server *server = create((struct airport_server_config){.listening_socket = fd});
    start(server);
    assert_int_equal(airport_server_port(server), ntohs(address.sin_port));
    assert_int_equal(scan_at(ntohs(address.sin_port)), GRPC_OK);
    airport_server_destroy(server);
    assert_int_equal(close(fd), -1); /* it was the server's */
}

static void *run_here(void *server) {
    struct airport_error err = {0};
    return airport_server_run(server, &err) ? server : NULL;
}

static void in_a_thread_of_the_program(void **state) {
    struct airport_server *server = create((struct airport_server_config){.port = -1});
    pthread_t thread;
    void *ran;
    airport_server_interrupt(server); /* before it runs: it ends at once */
    pthread_create(&thread, NULL, run_here, server);
    pthread_join(thread, &ran);
    assert_ptr_equal(ran, server);
    airport_server_destroy(server);
}

static void a_child_has_servers_of_its_own(void **state) {
#ifdef __SANITIZE_THREAD__
    skip(); /* ThreadSanitizer knows no threads behind fork() */
#endif
    struct airport_server *server = create((struct airport_server_config){.port = -1});
    start(server);
    pid_t child = fork();
    if (child == 0) {
        struct airport_server *own = create((struct airport_server_config){.port = -1});
        start(own);
        int status = scan_at(airport_server_port(own));
        airport_server_destroy(own);
        _exit(status == GRPC_OK ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(scan_at(airport_server_port(server)), GRPC_OK);
    airport_server_destroy(server);
}

/* ---- a method that takes its time ---- */

static struct {
    atomic_bool is_in, patient;
    atomic_int hooks;
} slow;

static void count_hook(void *self) {
    atomic_fetch_add(&slow.hooks, 1);
}

static void nap(void) {
    const struct timespec moment = {.tv_nsec = 1000000};
    nanosleep(&moment, NULL);
}

/* Waits until it is cancelled or, if it is patient, for a fifth of a second. */
static bool wait_and_open(void *self, struct airport_call *call, const struct airport_scan_options *options,
                          struct ArrowArrayStream *out, struct airport_error *err) {
    airport_call_on_cancel(call, count_hook, NULL);
    atomic_store(&slow.is_in, true);
    for (int i = 0; i < 200 || !atomic_load(&slow.patient); i++) {
        if (airport_call_is_cancelled(call))
            return airport_fail(err, AIRPORT_CANCELLED, "given up");
        nap();
    }
    return full_parts.table->scan->open(self, call, options, out, err);
}

static void *scan_in_thread(void *server) {
    static int status;
    status = scan_at(airport_server_port(server));
    return &status;
}

/* Stops a server in the middle of a scan; returns the scan's status. */
static int stop_in_the_middle(bool patient, int32_t drain_ms) {
    const struct airport_scan_methods scan = {.size = sizeof scan, .open = wait_and_open};
    struct airport_table_methods table = *full_parts.table;
    struct full_parts parts = full_parts;
    table.scan = &scan;
    parts.table = &table;
    atomic_store(&slow.is_in, false);
    atomic_store(&slow.patient, patient);
    atomic_store(&slow.hooks, 0);
    struct airport_server *server = create((struct airport_server_config){.port = -1, .catalog = full_catalog(&parts)});
    start(server);
    pthread_t thread;
    void *status;
    pthread_create(&thread, NULL, scan_in_thread, server);
    while (!atomic_load(&slow.is_in))
        nap();
    airport_server_stop(server, drain_ms);
    pthread_join(thread, &status);
    airport_server_destroy(server);
    return *(int *)status;
}

static void stops_wait_for_methods(void **state) {
    assert_int_equal(stop_in_the_middle(true, -1), GRPC_OK);
    assert_int_equal(atomic_load(&slow.hooks), 0);
}

static void stops_cancel_methods(void **state) {
    assert_int_not_equal(stop_in_the_middle(false, 0), GRPC_OK);
    assert_int_equal(atomic_load(&slow.hooks), 1);
    assert_int_not_equal(stop_in_the_middle(false, 50), GRPC_OK);
    assert_int_equal(atomic_load(&slow.hooks), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_servers),
        cmocka_unit_test(a_socket_of_the_program),
        cmocka_unit_test(in_a_thread_of_the_program),
        cmocka_unit_test(a_child_has_servers_of_its_own),
        cmocka_unit_test(stops_wait_for_methods),
        cmocka_unit_test(stops_cancel_methods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
