#include "support.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pool.h"
#include "net/loop.h"

enum { TASKS = 1000, POSTERS = 4, PAIRS = 32, ROUNDS = 200, MS = 1000000 };

static struct net_loop *make_loop_of(int32_t max_threads) {
    struct error err;
    struct net_loop *loop = net_loop_create("test", max_threads, &err);
    assert_non_null(loop);
    return loop;
}

static struct net_loop *make_loop(void) {
    return make_loop_of(1);
}

/* Runs a function on the loop's thread and waits for it. */
struct call {
    struct net_task task;
    void (*run)(void *);
    void *argument;
    struct latch done;
};

static void run_call(struct net_task *task) {
    struct call *call = container_of(task, struct call, task);
    call->run(call->argument);
    latch_count(&call->done);
}

static void call_on(struct net_loop *loop, void (*run)(void *), void *argument) {
    struct call call = {.task.run = run_call, .run = run, .argument = argument, .done = LATCH_INITIALIZER};
    net_loop_post(loop, &call.task);
    latch_wait(&call.done, 1);
}

struct counted_task {
    struct net_task task;
    struct poster *poster;
    int number;
};

struct poster {
    struct net_loop *loop;
    struct counted_task tasks[TASKS];
    int ran; /* on the loop's thread */
    bool disordered;
};

static void run_counted(struct net_task *task) {
    struct counted_task *counted = container_of(task, struct counted_task, task);
    counted->poster->disordered |= counted->number != counted->poster->ran;
    counted->poster->ran++;
}

static void *post_all(void *self) {
    struct poster *poster = self;
    for (int i = 0; i < TASKS; i++) {
        poster->tasks[i] = (struct counted_task){.task.run = run_counted, .poster = poster, .number = i};
        net_loop_post(poster->loop, &poster->tasks[i].task);
    }
    return NULL;
}

/* Each thread's tasks run in its order, and destroying runs what waits. */
static void tasks_run_in_order_of_posting(void **state) {
    (void)state;
    struct net_loop *loop = make_loop();
    struct poster *posters = calloc(POSTERS, sizeof *posters);
    pthread_t threads[POSTERS];
    for (int i = 0; i < POSTERS; i++) {
        posters[i].loop = loop;
        pthread_create(&threads[i], NULL, post_all, &posters[i]);
    }
    for (int i = 0; i < POSTERS; i++)
        pthread_join(threads[i], NULL);
    net_loop_destroy(loop);
    for (int i = 0; i < POSTERS; i++) {
        assert_int_equal(TASKS, posters[i].ran);
        assert_false(posters[i].disordered);
    }
    free(posters);
}

static void see_current(void *loop) {
    assert_true(net_loop_is_current(loop));
}

static void knows_its_thread(void **state) {
    (void)state;
    struct net_loop *loop = make_loop();
    assert_false(net_loop_is_current(loop));
    call_on(loop, see_current, loop);
    net_loop_destroy(loop);
    net_loop_destroy(NULL);
}

struct alarm {
    struct net_timer timer;
    struct net_loop *loop;
    struct latch rang;
    int64_t at_ns;
    int again;
};

static void ring(struct net_timer *timer) {
    struct alarm *alarm = container_of(timer, struct alarm, timer);
    alarm->at_ns = clock_monotonic_ns();
    if (alarm->again-- > 0)
        net_timer_arm(alarm->loop, timer, 1); /* long past */
    latch_count(&alarm->rang);
}

static void arm_alarms(void *self) {
    struct alarm *alarms = self;
    int64_t now_ns = clock_monotonic_ns();
    for (int i = 0; i < 4; i++)
        alarms[i].timer.expired = ring;
    net_timer_arm(alarms[0].loop, &alarms[0].timer, now_ns + 40 * MS);
    net_timer_arm(alarms[1].loop, &alarms[1].timer, now_ns + 20 * MS);
    net_timer_arm(alarms[2].loop, &alarms[2].timer, now_ns + 10 * MS);
    net_timer_arm(alarms[3].loop, &alarms[3].timer, now_ns - MS);
    net_timer_disarm(&alarms[2].timer);
    net_timer_disarm(&alarms[2].timer);
}

static void timers_expire_in_order(void **state) {
    (void)state;
    struct net_loop *loop = make_loop();
    struct alarm alarms[4];
    for (int i = 0; i < 4; i++)
        alarms[i] = (struct alarm){.loop = loop, .rang = LATCH_INITIALIZER, .again = i == 3 ? 5 : 0};
    int64_t start_ns = clock_monotonic_ns();
    call_on(loop, arm_alarms, alarms);
    latch_wait(&alarms[0].rang, 1);
    latch_wait(&alarms[1].rang, 1);
    latch_wait(&alarms[3].rang, 6);
    net_loop_destroy(loop);
    assert_true(alarms[0].at_ns - start_ns >= 40 * MS);
    assert_true(alarms[1].at_ns - start_ns >= 20 * MS);
    assert_true(alarms[1].at_ns < alarms[0].at_ns);
    assert_int_equal(0, alarms[2].rang.count);
    assert_int_equal(6, alarms[3].rang.count);
}

struct observed {
    struct net_watch watch;
    struct latch reports;
    unsigned ready;
};

static void observe(struct net_watch *watch, unsigned ready) {
    struct observed *observed = container_of(watch, struct observed, watch);
    observed->ready = ready;
    latch_count(&observed->reports);
}

static void remove_observed(void *self) {
    net_watch_remove(&((struct observed *)self)->watch);
}

/* A second report does not come before the second arming, though data has lain there all the time. */
static void one_report_for_each_arming(void **state) {
    (void)state;
    struct net_loop *loop = make_loop();
    struct error err;
    int fds[2];
    make_socket_pair(fds);
    struct observed observed = {.reports = LATCH_INITIALIZER};
    assert_true(net_watch_add(&observed.watch, loop, fds[0], observe, &err));
    assert_int_equal(1, write(fds[1], "x", 1));
    usleep(20000);
    assert_int_equal(0, latch_read(&observed.reports));
    net_watch_arm(&observed.watch, NET_READABLE);
    latch_wait(&observed.reports, 1);
    assert_int_equal(NET_READABLE, observed.ready);
    usleep(20000);
    assert_int_equal(1, latch_read(&observed.reports));
    net_watch_arm(&observed.watch, NET_READABLE | NET_WRITABLE);
    latch_wait(&observed.reports, 2);
    assert_int_equal(NET_READABLE | NET_WRITABLE, observed.ready);
    call_on(loop, remove_observed, &observed);
    net_loop_destroy(loop);
    close(fds[0]);
    close(fds[1]);
}

/* A connection that breaks before it is armed is told when it is. */
static void hangup_is_told_when_armed(void **state) {
    (void)state;
    struct net_loop *loop = make_loop();
    struct error err;
    int fds[2];
    make_socket_pair(fds);
    struct observed observed = {.reports = LATCH_INITIALIZER};
    assert_true(net_watch_add(&observed.watch, loop, fds[0], observe, &err));
    close(fds[1]);
    usleep(20000);
    assert_int_equal(0, latch_read(&observed.reports));
    net_watch_arm(&observed.watch, NET_HANGUP);
    latch_wait(&observed.reports, 1);
    assert_true(observed.ready & NET_HANGUP);
    assert_true(observed.ready & NET_READABLE);
    call_on(loop, remove_observed, &observed);
    net_loop_destroy(loop);
    close(fds[0]);
}

static void refuses_what_cannot_be_watched(void **state) {
    (void)state;
    struct net_loop *loop = make_loop();
    struct error err;
    struct observed observed = {.reports = LATCH_INITIALIZER};
    assert_false(net_watch_add(&observed.watch, loop, -1, observe, &err));
    assert_int_equal(ERROR_SYSTEM, err.kind);
    net_loop_destroy(loop);
}

/* The first report of a round removes the other watch, whose report is in the same round. */
static struct observed *rival_of[2];

static void remove_other(struct net_watch *watch, unsigned ready) {
    struct observed *self = container_of(watch, struct observed, watch);
    struct observed *other = rival_of[0] == self ? rival_of[1] : rival_of[0];
    net_watch_remove(&other->watch);
    observe(watch, ready);
}

static void arm_rivals(void *unused) {
    (void)unused;
    net_watch_arm(&rival_of[0]->watch, NET_READABLE);
    net_watch_arm(&rival_of[1]->watch, NET_READABLE);
}

static void removed_watch_is_not_reported(void **state) {
    (void)state;
    struct net_loop *loop = make_loop();
    struct error err;
    int pairs[2][2];
    struct observed observed[2];
    for (int i = 0; i < 2; i++) {
        make_socket_pair(pairs[i]);
        assert_int_equal(1, write(pairs[i][1], "x", 1));
        observed[i] = (struct observed){.reports = LATCH_INITIALIZER};
        rival_of[i] = &observed[i];
        assert_true(net_watch_add(&observed[i].watch, loop, pairs[i][0], remove_other, &err));
    }
    call_on(loop, arm_rivals, NULL);
    usleep(50000);
    assert_int_equal(1, latch_read(&observed[0].reports) + latch_read(&observed[1].reports));
    for (int i = 0; i < 2; i++) {
        if (latch_read(&observed[i].reports))
            call_on(loop, remove_observed, &observed[i]);
        close(pairs[i][0]);
        close(pairs[i][1]);
    }
    net_loop_destroy(loop);
}

/* The life of a connection: the loop reports, a worker reads, answers and arms again. Plain fields, no lock: the owner
 * changes hands through the pool and through arming. */
struct echo {
    struct net_watch watch;
    struct pool_job job;
    struct pool *pool;
    int fds[2];
    int seen;
    struct latch *done;
};

static void serve(struct pool_job *job) {
    struct echo *echo = container_of(job, struct echo, job);
    char byte;
    ssize_t got = recv(echo->fds[0], &byte, 1, MSG_DONTWAIT);
    if (got == 1) {
        echo->seen++;
        assert_int_equal(1, send(echo->fds[0], &byte, 1, MSG_NOSIGNAL));
    }
    if (got == 0)
        latch_count(echo->done);
    else
        net_watch_arm(&echo->watch, NET_READABLE);
}

static void hand_to_worker(struct net_watch *watch, unsigned ready) {
    (void)ready;
    struct echo *echo = container_of(watch, struct echo, watch);
    pool_submit(echo->pool, &echo->job);
}

static void remove_echo(void *self) {
    net_watch_remove(&((struct echo *)self)->watch);
}

static void workers_arm_from_their_threads(void **state) {
    (void)state;
    struct error err;
    struct net_loop *loop = make_loop();
    struct pool *pool = pool_create(4, "worker", &err);
    struct latch done = LATCH_INITIALIZER;
    struct echo *echoes = calloc(PAIRS, sizeof *echoes);
    for (int i = 0; i < PAIRS; i++) {
        echoes[i] = (struct echo){.job.run = serve, .pool = pool, .done = &done};
        make_socket_pair(echoes[i].fds);
        assert_true(net_watch_add(&echoes[i].watch, loop, echoes[i].fds[0], hand_to_worker, &err));
        net_watch_arm(&echoes[i].watch, NET_READABLE);
    }
    char byte;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PAIRS; i++)
            assert_int_equal(1, write(echoes[i].fds[1], "x", 1));
        for (int i = 0; i < PAIRS; i++)
            assert_int_equal(1, read(echoes[i].fds[1], &byte, 1));
    }
    for (int i = 0; i < PAIRS; i++)
        close(echoes[i].fds[1]);
    latch_wait(&done, PAIRS);
    pool_destroy(pool);
    for (int i = 0; i < PAIRS; i++) {
        assert_int_equal(ROUNDS, echoes[i].seen);
        call_on(loop, remove_echo, &echoes[i]);
        close(echoes[i].fds[0]);
    }
    net_loop_destroy(loop);
    free(echoes);
}

/* Work that the loop's thread is lent for. */
struct errand {
    struct net_task work, behind;
    struct net_loop *loop;
    pthread_t lender;
    bool lent, elsewhere; /* it ran, but on another thread than the lender's */
    useconds_t pause_us;
    struct latch *wait_for; /* NULL: nothing */
    struct latch *done;     /* counted by what the work posts to the loop */
};

static void count_done(struct net_task *task) {
    struct errand *errand = container_of(task, struct errand, behind);
    assert_true(net_loop_is_current(errand->loop));
    latch_count(errand->done);
}

static void do_errand(struct net_task *task) {
    struct errand *errand = container_of(task, struct errand, work);
    errand->elsewhere = !pthread_equal(errand->lender, pthread_self());
    if (errand->wait_for)
        latch_wait(errand->wait_for, 1);
    if (errand->pause_us)
        usleep(errand->pause_us);
    net_loop_post(errand->loop, &errand->behind);
}

static void lend_for(void *self) {
    struct errand *errand = self;
    errand->lender = pthread_self();
    errand->lent = net_loop_lend(errand->loop, &errand->work);
}

/* Asks until the loop has the time. */
static void send_on(struct errand *errand) {
    errand->work.run = do_errand;
    errand->behind.run = count_done;
    while (!errand->lent)
        call_on(errand->loop, lend_for, errand);
}

static void lent_work_runs_on_the_lenders_thread(void **state) {
    (void)state;
    struct net_loop *loop = make_loop_of(2);
    struct latch done = LATCH_INITIALIZER;
    struct errand errands[ROUNDS] = {0};
    for (int i = 0; i < ROUNDS; i++) {
        errands[i] = (struct errand){.loop = loop, .done = &done};
        send_on(&errands[i]);
    }
    latch_wait(&done, ROUNDS);
    for (int i = 0; i < ROUNDS; i++)
        assert_false(errands[i].elsewhere);
    net_loop_destroy(loop);
}

/* Work whose answer lends again, as soon as it may. */
struct chain {
    struct errand first, second;
};

static void post_answer(struct net_task *task) {
    struct errand *first = container_of(task, struct errand, work);
    net_loop_post(first->loop, &first->behind);
}

static void lend_second(struct net_task *task) {
    struct chain *chain = container_of(task, struct chain, first.behind);
    lend_for(&chain->second);
    if (!chain->second.lent)
        net_loop_post(chain->second.loop, task);
}

/* It does not wait for something else to happen. */
static void work_behind_work_runs_at_once(void **state) {
    (void)state;
    struct net_loop *loop = make_loop_of(2);
    for (int i = 0; i < ROUNDS; i++) {
        struct latch done = LATCH_INITIALIZER;
        struct chain chain = {
            .first = {.loop = loop, .work.run = post_answer, .behind.run = lend_second},
            .second = {.loop = loop, .work.run = do_errand, .behind.run = count_done, .done = &done},
        };
        while (!chain.first.lent)
            call_on(loop, lend_for, &chain.first);
        latch_wait(&done, 1);
    }
    net_loop_destroy(loop);
}

static void nothing(void *self) {
    (void)self;
}

/* The loop answers while its thread is away, and what comes back from there reaches it. */
static void long_work_holds_nobody_up(void **state) {
    (void)state;
    struct net_loop *loop = make_loop_of(2);
    for (int i = 0; i < 3; i++) {
        struct latch go = LATCH_INITIALIZER, done = LATCH_INITIALIZER;
        struct errand errand = {.loop = loop, .wait_for = &go, .done = &done}, second = errand;
        send_on(&errand);
        call_on(loop, nothing, NULL);
        call_on(loop, lend_for, &second);
        assert_false(second.lent); /* there is no third thread */
        latch_count(&go);
        latch_wait(&done, 1);
    }
    net_loop_destroy(loop);
}

static void one_thread_is_never_lent(void **state) {
    (void)state;
    struct net_loop *loop = make_loop();
    struct errand errand = {.loop = loop};
    for (int i = 0; i < ROUNDS; i++) {
        call_on(loop, lend_for, &errand);
        assert_false(errand.lent);
    }
    net_loop_destroy(loop);
}

/* Work about as long as the watch waits: threads change all the time. */
static void the_loop_changes_hands(void **state) {
    (void)state;
    struct net_loop *loop = make_loop_of(4);
    struct latch done = LATCH_INITIALIZER;
    struct errand errands[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        errands[i] = (struct errand){.loop = loop, .pause_us = (useconds_t)(i * 137 % 3000), .done = &done};
        send_on(&errands[i]);
    }
    latch_wait(&done, ROUNDS);
    net_loop_destroy(loop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_run_in_order_of_posting), cmocka_unit_test(knows_its_thread),
        cmocka_unit_test(timers_expire_in_order),        cmocka_unit_test(one_report_for_each_arming),
        cmocka_unit_test(hangup_is_told_when_armed),     cmocka_unit_test(refuses_what_cannot_be_watched),
        cmocka_unit_test(removed_watch_is_not_reported), cmocka_unit_test(workers_arm_from_their_threads),
        cmocka_unit_test(lent_work_runs_on_the_lenders_thread), cmocka_unit_test(long_work_holds_nobody_up),
        cmocka_unit_test(one_thread_is_never_lent),      cmocka_unit_test(the_loop_changes_hands),
        cmocka_unit_test(work_behind_work_runs_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
