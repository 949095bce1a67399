/* The ticker: comes while there is something to see, and after a poke. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <time.h>

#include "base/ticker.h"

struct seen {
    atomic_int left; /* ticks for which there is something to see */
    atomic_int looks;
    _Atomic uint64_t last;
    atomic_bool disordered;
};

static bool look(void *self, uint64_t tick) {
    struct seen *seen = self;
    if (tick != atomic_exchange(&seen->last, tick) + 1)
        atomic_store(&seen->disordered, true);
    atomic_fetch_add(&seen->looks, 1);
    return atomic_load(&seen->left) > 0 && atomic_fetch_sub(&seen->left, 1) > 1;
}

static void sleep_ms(long ms) {
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void it_comes_as_long_as_there_is_something(void **state) {
    (void)state;
    struct error err;
    struct seen seen = {0};
    struct ticker *ticker = ticker_create("ticker", 1000000, look, &seen, &err);
    assert_non_null(ticker);
    for (int round = 0; round < 20; round++) {
        atomic_store(&seen.left, 5);
        ticker_poke(ticker);
        for (int i = 0; i < 5000 && atomic_load(&seen.left) > 0; i++)
            sleep_ms(1);
        assert_int_equal(atomic_load(&seen.left), 0);
    }
    assert_true(atomic_load(&seen.looks) >= 100);
    ticker_destroy(ticker);
    assert_false(atomic_load(&seen.disordered));
}

static void it_sleeps_when_there_is_nothing(void **state) {
    (void)state;
    struct error err;
    struct seen seen = {0};
    struct ticker *ticker = ticker_create("ticker", 1000000, look, &seen, &err);
    assert_non_null(ticker);
    sleep_ms(100);
    assert_true(atomic_load(&seen.looks) <= 3);
    assert_true(ticker_now(ticker) <= 3);
    ticker_destroy(ticker);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_as_long_as_there_is_something),
        cmocka_unit_test(it_sleeps_when_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
