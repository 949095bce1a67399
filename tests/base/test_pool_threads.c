#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/pool.h"

enum { JOBS = 2000, SUBMITTERS = 3 };

struct counted_job {
    struct pool_job job;
    atomic_int *ran;
    struct pool *pool;
    int again;
    int times; /* plain: a job has one owner at a time */
};

static struct counted_job *counted(struct pool_job *job) {
    return (struct counted_job *)job;
}

static void count(struct pool_job *job) {
    counted(job)->times++;
    atomic_fetch_add(counted(job)->ran, 1);
}

static struct pool *make_pool(int32_t threads) {
    struct error err;
    struct pool *pool = pool_create(threads, "test", &err);
    assert_non_null(pool);
    return pool;
}

struct submitter {
    struct pool *pool;
    struct counted_job jobs[JOBS];
};

static void *submit_all(void *self) {
    struct submitter *submitter = self;
    for (int i = 0; i < JOBS; i++)
        pool_submit(submitter->pool, &submitter->jobs[i].job);
    return NULL;
}

static void every_job_runs_once(void **state) {
    (void)state;
    atomic_int ran = 0;
    struct pool *pool = make_pool(4);
    struct submitter *submitters = calloc(SUBMITTERS, sizeof *submitters);
    pthread_t threads[SUBMITTERS];
    for (int i = 0; i < SUBMITTERS; i++) {
        submitters[i].pool = pool;
        for (int k = 0; k < JOBS; k++)
            submitters[i].jobs[k] = (struct counted_job){.job.run = count, .ran = &ran};
        pthread_create(&threads[i], NULL, submit_all, &submitters[i]);
    }
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_join(threads[i], NULL);
    pool_destroy(pool);
    assert_int_equal(SUBMITTERS * JOBS, ran);
    for (int i = 0; i < SUBMITTERS; i++)
        for (int k = 0; k < JOBS; k++)
            assert_int_equal(1, submitters[i].jobs[k].times);
    free(submitters);
}

static void submit_again(struct pool_job *job) {
    struct counted_job *self = counted(job);
    self->times++;
    if (self->again-- > 0)
        pool_submit(self->pool, job);
    else
        atomic_fetch_add(self->ran, 1);
}

/* Jobs that submit themselves while the pool is being destroyed are still run to their end. */
static void jobs_may_submit_themselves(void **state) {
    (void)state;
    atomic_int ran = 0;
    struct pool *pool = make_pool(8);
    struct counted_job jobs[16];
    for (int i = 0; i < 16; i++) {
        jobs[i] = (struct counted_job){.job.run = submit_again, .ran = &ran, .pool = pool, .again = 500};
        pool_submit(pool, &jobs[i].job);
    }
    pool_destroy(pool);
    assert_int_equal(16, ran);
    for (int i = 0; i < 16; i++)
        assert_int_equal(501, jobs[i].times);
}

/* Blocks until as many jobs as the pool has threads are inside. */
struct meeting {
    struct pool_job job;
    pthread_barrier_t *barrier;
};

static void meet(struct pool_job *job) {
    pthread_barrier_wait(((struct meeting *)job)->barrier);
}

static void threads_start_on_demand(void **state) {
    (void)state;
    struct pool *pool = make_pool(4);
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, 5);
    struct meeting meetings[6];
    for (int i = 0; i < 4; i++) {
        meetings[i] = (struct meeting){{.run = meet}, &barrier};
        pool_submit(pool, &meetings[i].job);
    }
    atomic_int ran = 0;
    struct counted_job fifth = {.job.run = count, .ran = &ran};
    pool_submit(pool, &fifth.job); /* all four threads are busy, or will be with the jobs before this one */
    usleep(10000);
    assert_int_equal(0, ran);
    pthread_barrier_wait(&barrier);
    pool_destroy(pool);
    assert_int_equal(1, ran);
    pthread_barrier_destroy(&barrier);
    pool_destroy(NULL);
}

struct mask_job {
    struct pool_job job;
    sigset_t blocked;
};

static void look_at_mask(struct pool_job *job) {
    pthread_sigmask(SIG_SETMASK, NULL, &((struct mask_job *)job)->blocked);
}

static void signals_are_left_to_the_program(void **state) {
    (void)state;
    struct pool *pool = make_pool(0);
    struct mask_job look = {.job.run = look_at_mask};
    pool_submit(pool, &look.job);
    pool_destroy(pool);
    assert_true(sigismember(&look.blocked, SIGTERM));
    assert_true(sigismember(&look.blocked, SIGPIPE));
    sigset_t own;
    pthread_sigmask(SIG_SETMASK, NULL, &own);
    assert_false(sigismember(&own, SIGTERM));
}

#ifdef MALLARDB_FAULTS
static void a_pool_without_threads_is_no_pool(void **state) {
    (void)state;
    struct error err = {0};
    fault_arm(FAULT_THREAD, 1);
    assert_null(pool_create(4, "test", &err));
    assert_int_equal(ERROR_SYSTEM, err.kind);
    fault_arm(FAULT_ALLOCATE, 1);
    assert_null(pool_create(4, "test", &err));
    assert_int_equal(ERROR_NO_MEMORY, err.kind);
    fault_arm(FAULT_ALLOCATE, 0);
}

/* One thread is enough to run everything. */
static void later_threads_may_fail(void **state) {
    (void)state;
    atomic_int ran = 0;
    struct pool *pool = make_pool(4);
    struct counted_job jobs[50];
    fault_arm(FAULT_THREAD, 1);
    for (int i = 0; i < 50; i++) {
        jobs[i] = (struct counted_job){.job.run = count, .ran = &ran};
        pool_submit(pool, &jobs[i].job);
    }
    pool_destroy(pool);
    fault_arm(FAULT_THREAD, 0);
    assert_int_equal(50, ran);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_runs_once),
        cmocka_unit_test(jobs_may_submit_themselves),
        cmocka_unit_test(threads_start_on_demand),
        cmocka_unit_test(signals_are_left_to_the_program),
#ifdef MALLARDB_FAULTS
        cmocka_unit_test(a_pool_without_threads_is_no_pool),
        cmocka_unit_test(later_threads_may_fail),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
