#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

static void memory_is_aligned_and_apart(void **state) {
    (void)state;
    struct arena arena = {0};
    unsigned char *before = NULL;
    size_t before_bytes = 0;
    for (size_t bytes = 0; bytes < 20000; bytes = bytes * 3 / 2 + 1) {
        unsigned char *memory = arena_allocate(&arena, bytes);
        assert_non_null(memory);
        assert_int_equal(0, (uintptr_t)memory % alignof(max_align_t));
        memset(memory, 0xAA, bytes);
        for (size_t i = 0; i < before_bytes; i++)
            assert_int_equal(0xAA, before[i]);
        before = memory;
        before_bytes = bytes;
    }
    arena_destroy(&arena);
    assert_null(arena.blocks);
}

static void zeroed_is_zero_even_where_it_was_not(void **state) {
    (void)state;
    struct arena arena = {0};
    memset(arena_allocate(&arena, 1000), 0xFF, 1000);
    arena_reset(&arena);
    const unsigned char *memory = arena_allocate_zeroed(&arena, 250, 4);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(0, memory[i]);
    arena_destroy(&arena);
}

static void impossible_sizes_are_refused(void **state) {
    (void)state;
    struct arena arena = {0};
    assert_null(arena_allocate(&arena, SIZE_MAX));
    assert_null(arena_allocate(&arena, SIZE_MAX / 2 + 1));
    assert_null(arena_allocate_zeroed(&arena, SIZE_MAX / 8, 16));
    assert_null(arena_allocate_zeroed(&arena, SIZE_MAX, SIZE_MAX));
    assert_null(arena.blocks);
    assert_non_null(arena_allocate_zeroed(&arena, SIZE_MAX, 0));
    arena_destroy(&arena);
}

static void strings_are_copied(void **state) {
    (void)state;
    struct arena arena = {0};
    assert_string_equal("duck", arena_copy_string(&arena, "duck"));
    assert_string_equal("du", arena_copy_string_n(&arena, "duck", 2));
    assert_string_equal("", arena_copy_string_n(&arena, NULL, 0));
    assert_memory_equal("a\0b", arena_copy_string_n(&arena, "a\0b", 3), 4);
    assert_string_equal("7 ducks", arena_format(&arena, "%d %s", 7, "ducks"));
    char *wide = arena_format(&arena, "%20000d", 1);
    assert_int_equal(20000, strlen(wide));
    arena_destroy(&arena);
}

/* A reset arena serves the next message from the block it has: the same place comes again. */
static void reset_keeps_one_block(void **state) {
    (void)state;
    struct arena arena = {0};
    void *first = arena_allocate(&arena, 10);
    arena_allocate(&arena, 100000);
    arena_allocate(&arena, 5000);
    arena_allocate(&arena, 5000);
    arena_reset(&arena);
    assert_non_null(arena.blocks);
    void *again = arena_allocate(&arena, 10);
    arena_reset(&arena);
    assert_ptr_equal(again, arena_allocate(&arena, 10));
    (void)first;
    arena_reset(&arena);
    arena_reset(&arena);
    arena_destroy(&arena);
    arena_reset(&arena);
    arena_destroy(&arena);
}

#ifdef MALLARDB_FAULTS
static void no_memory_is_null_and_harmless(void **state) {
    (void)state;
    struct arena arena = {0};
    fault_arm(FAULT_ALLOCATE, 1);
    assert_null(arena_allocate(&arena, 10));
    fault_arm(FAULT_ALLOCATE, 1);
    assert_null(arena_format(&arena, "x"));
    fault_arm(FAULT_ALLOCATE, 0);
    assert_non_null(arena_allocate(&arena, 10));
    arena_destroy(&arena);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_and_apart),    cmocka_unit_test(zeroed_is_zero_even_where_it_was_not),
        cmocka_unit_test(impossible_sizes_are_refused),   cmocka_unit_test(strings_are_copied),
        cmocka_unit_test(reset_keeps_one_block),
#ifdef MALLARDB_FAULTS
        cmocka_unit_test(no_memory_is_null_and_harmless),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
