/* The crew: members answer their peers, from whatever thread; none is run twice at once, lost or run after it left. */
#include "support.h"

#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/crew.h"

enum { ECHOES = 32, ROUNDS = 200 };

struct echo {
    struct net_member member;
    int ours, theirs;
    atomic_int inside;   /* threads that run it now */
    atomic_int overlaps; /* times there were two */
    atomic_int runs;
    pthread_mutex_t lock; /* it cannot leave while somebody who holds it wakes it */
    bool leave;           /* under the lock: the next run ends it */
    atomic_bool gone;
};

static void sleep_ms(long ms) {
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static bool becomes(atomic_bool *flag) {
    for (int i = 0; i < 5000 && !atomic_load(flag); i++)
        sleep_ms(1);
    return atomic_load(flag);
}

/* Answers every byte with the next; 's' keeps its thread for a while first. */
static void echo_run(struct net_member *member) {
    struct echo *echo = container_of(member, struct echo, member);
    atomic_fetch_add(&echo->runs, 1);
    do {
        if (atomic_fetch_add(&echo->inside, 1) != 0)
            atomic_fetch_add(&echo->overlaps, 1);
        char byte;
        while (read(echo->ours, &byte, 1) == 1) {
            if (byte == 's')
                sleep_ms(300);
            byte++;
            assert_int_equal(write(echo->ours, &byte, 1), 1);
        }
        atomic_fetch_sub(&echo->inside, 1);
        pthread_mutex_lock(&echo->lock);
        bool leave = echo->leave;
        pthread_mutex_unlock(&echo->lock);
        if (leave) {
            net_crew_leave(member);
            close(echo->ours);
            atomic_store(&echo->gone, true);
            return;
        }
    } while (!net_crew_park(member));
}

static void echo_join(struct echo *echo, struct net_crew *crew) {
    struct error err;
    int pair[2];
    *echo = (struct echo){.lock = PTHREAD_MUTEX_INITIALIZER};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    echo->ours = pair[0];
    echo->theirs = pair[1];
    assert_int_equal(fcntl(echo->ours, F_SETFL, O_NONBLOCK), 0);
    assert_true(net_crew_join(crew, &echo->member, echo->ours, echo_run, &err));
}

/* False when no answer came in time. */
static bool ask(struct echo *echo, char byte, int timeout_ms) {
    struct pollfd answer = {.fd = echo->theirs, .events = POLLIN};
    char got = 0;
    return write(echo->theirs, &byte, 1) == 1 && poll(&answer, 1, timeout_ms) == 1 && read(echo->theirs, &got, 1) == 1 &&
           got == (char)(byte + 1);
}

static void echo_leave(struct echo *echo) {
    pthread_mutex_lock(&echo->lock);
    echo->leave = true;
    net_crew_wake(&echo->member);
    pthread_mutex_unlock(&echo->lock);
    assert_true(becomes(&echo->gone));
    assert_int_equal(atomic_load(&echo->overlaps), 0);
    close(echo->theirs);
}

static struct net_crew *create(int32_t at_work, int32_t max_threads) {
    struct error err;
    struct net_crew *crew = net_crew_create("crew", at_work, max_threads, &err);
    assert_non_null(crew);
    return crew;
}

struct client {
    struct echo *echoes;
    int first, failures;
};

static void *ask_all(void *self) {
    struct client *client = self;
    for (int round = 0; round < ROUNDS; round++)
        for (int i = client->first; i < ECHOES; i += 2)
            client->failures += !ask(&client->echoes[i], (char)(round % 100), 10000);
    return NULL;
}

static void every_message_is_answered(void **state) {
    (void)state;
    static struct echo echoes[ECHOES];
    struct net_crew *crew = create(2, 8);
    struct client clients[2] = {{.echoes = echoes, .first = 0}, {.echoes = echoes, .first = 1}};
    pthread_t threads[2];
    for (int i = 0; i < ECHOES; i++)
        echo_join(&echoes[i], crew);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_all, &clients[i]), 0);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(clients[i].failures, 0);
    }
    for (int i = 0; i < ECHOES; i++)
        echo_leave(&echoes[i]);
    net_crew_destroy(crew);
}

static void a_held_up_thread_is_relieved(void **state) {
    (void)state;
    struct echo slow[3], quick;
    struct net_crew *crew = create(1, 8);
    for (int i = 0; i < 3; i++)
        echo_join(&slow[i], crew);
    echo_join(&quick, crew);
    assert_true(ask(&quick, 'a', 5000));
    for (int i = 0; i < 3; i++)
        assert_int_equal(write(slow[i].theirs, "s", 1), 1);
    for (int i = 0; i < 3; i++)
        for (int n = 0; n < 5000 && atomic_load(&slow[i].inside) == 0; n++)
            sleep_ms(1);
    int asleep = 0;
    for (int i = 0; i < 3; i++)
        asleep += atomic_load(&slow[i].inside);
    assert_true(ask(&quick, 'b', 5000));
    assert_true(asleep > 0);
    for (int i = 0; i < 3; i++)
        echo_leave(&slow[i]);
    echo_leave(&quick);
    net_crew_destroy(crew);
}

static void waking_runs_a_parked_member(void **state) {
    (void)state;
    struct echo echo;
    struct net_crew *crew = create(2, 2);
    echo_join(&echo, crew);
    assert_true(ask(&echo, 'a', 5000));
    for (int i = 0; i < 100; i++) {
        int before = atomic_load(&echo.runs);
        sleep_ms(1);
        net_crew_wake(&echo.member);
        net_crew_wake(&echo.member);
        for (int n = 0; n < 5000 && atomic_load(&echo.runs) == before; n++)
            sleep_ms(1);
        assert_true(atomic_load(&echo.runs) > before);
    }
    echo_leave(&echo);
    net_crew_destroy(crew);
}

/* Descriptors are used again at once: an event of the one that left must not reach the one that came. */
static void leaving_and_joining_by_the_thousand(void **state) {
    (void)state;
    struct net_crew *crew = create(2, 4);
    for (int i = 0; i < 1000; i++) {
        struct echo echo;
        echo_join(&echo, crew);
        if (i % 2)
            assert_true(ask(&echo, 'x', 5000));
        else
            assert_int_equal(write(echo.theirs, "y", 1), 1);
        echo_leave(&echo);
    }
    net_crew_destroy(crew);
}

static void a_hang_up_is_noted(void **state) {
    (void)state;
    struct echo echo;
    struct net_crew *crew = create(1, 1);
    echo_join(&echo, crew);
    assert_true(ask(&echo, 'a', 5000));
    shutdown(echo.theirs, SHUT_WR);
    for (int n = 0; n < 5000 && !net_member_hung_up(&echo.member); n++)
        sleep_ms(1);
    assert_true(net_member_hung_up(&echo.member));
    echo_leave(&echo);
    net_crew_destroy(crew);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_answered),
        cmocka_unit_test(a_held_up_thread_is_relieved),
        cmocka_unit_test(waking_runs_a_parked_member),
        cmocka_unit_test(leaving_and_joining_by_the_thousand),
        cmocka_unit_test(a_hang_up_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
