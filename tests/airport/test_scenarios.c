/* Everything that a client can ask, of a server that has everything: as it should be, and with each allocation failing in turn.
 * Failures are told, nothing leaks (the sanitizers look), an answer that is told to be whole is whole, the server lives on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "airport.h"
#include "base/fault.h"
#include "flight/grpc.h"
#include "full_catalog.h"
#include "scenarios.h"

static struct airport_server *server;

static void log_nothing(void *self, enum airport_log_level level, const struct airport_call *call, const char *message) {
    (void)self;
    (void)level;
    (void)call;
    (void)message;
}

static int set_up(void **state) {
    (void)state;
    struct airport_error err = {0};
    const struct airport_server_config config = {.size = sizeof config,
                                                 .catalog = full_catalog(&full_parts),
                                                 .transactions = full_transactions,
                                                 .actions = &full_action,
                                                 .action_count = 1,
                                                 .port = -1,
                                                 .worker_threads = 2,
                                                 .log = log_nothing};
    server = airport_server_create(&config, &err);
    if (server && airport_server_start(server, &err))
        return 0;
    print_error("%s\n", err.message);
    return 1;
}

static int tear_down(void **state) {
    (void)state;
    airport_server_destroy(server);
    return 0;
}

static struct flight_answer *ask(const struct flight_call *call) {
    static struct flight_answer answer;
    flight_call_make(call, airport_server_port(server), &answer);
    return &answer;
}

static void expect(const struct scenario *s, const struct flight_answer *answer) {
    if (answer->status != s->status || flight_answer_count(answer) != s->messages)
        fail_msg("%s: status %d (%s), %d messages", s->name, answer->status, answer->text, flight_answer_count(answer));
}

static void everything_is_answered(void **state) {
    (void)state;
    for (int i = 0; i < scenario_count; i++) {
        struct flight_call call = {.method = ""};
        scenarios[i].prepare(&call);
        expect(&scenarios[i], ask(&call));
        writer_destroy(&call.requests);
    }
}

#ifdef MALLARDB_FAULTS

/* False once the scenario has fewer allocations than `n`. */
static bool fail_nth(const struct scenario *s, const struct flight_call *call, const struct flight_answer *whole, int64_t n) {
    fault_arm(FAULT_ALLOCATE, n);
    const struct flight_answer *answer = ask(call);
    int64_t seen = fault_arm(FAULT_ALLOCATE, 0);
    if (answer->status == s->status && (answer->length != whole->length || memcmp(answer->body, whole->body, whole->length) != 0))
        fail_msg("%s, allocation %lld: another answer, with the same status", s->name, (long long)n);
    bool is_told = answer->status == GRPC_RESOURCE_EXHAUSTED || answer->status == FLIGHT_NO_STATUS;
    if (answer->status != s->status && (seen < n || !is_told))
        fail_msg("%s, allocation %lld: status %d (%s)", s->name, (long long)n, answer->status, answer->text);
    return seen >= n;
}

static void every_allocation_fails(void **state) {
    (void)state;
    struct flight_answer *whole = test_malloc(sizeof *whole);
    for (int i = 0; i < scenario_count; i++) {
        struct flight_call call = {.method = ""};
        scenarios[i].prepare(&call);
        memcpy(whole, ask(&call), sizeof *whole);
        for (int64_t n = 1; fail_nth(&scenarios[i], &call, whole, n); n++)
            continue;
        expect(&scenarios[i], ask(&call));
        writer_destroy(&call.requests);
    }
    test_free(whole);
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_answered),
#ifdef MALLARDB_FAULTS
        cmocka_unit_test(every_allocation_fails),
#endif
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
