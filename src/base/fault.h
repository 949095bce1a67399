/* Fault injection: makes the nth operation of a class fail, so that tests can fail each one in turn.
 *
 * Compiled in only with MALLARDB_FAULTS; otherwise fault_strikes() is the constant false and costs nothing. A test of the whole
 * server holds the counters itself: MALLARDB_FAULT_TABLE names a file that both map, an array of struct fault with a row for
 * each class.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum fault_class { FAULT_ALLOCATE, FAULT_READ, FAULT_WRITE, FAULT_THREAD, FAULT_ENGINE, FAULT_CLASS_COUNT };

#ifdef MALLARDB_FAULTS
#include <stdatomic.h>

struct fault {
    _Atomic int64_t seen;   /* calls */
    _Atomic int64_t armed;  /* the one that fails; 0: none */
    _Atomic int64_t struck; /* how many did */
};

/* True once, at the nth call (from 1) after fault_arm(class, n). Any thread. */
bool fault_strikes(enum fault_class fault);
/* Arms the class; n = 0 disarms it. Returns how many calls it has seen since it was last armed. */
int64_t fault_arm(enum fault_class fault, int64_t n);
#else
static inline bool fault_strikes(enum fault_class fault) {
    (void)fault;
    return false;
}
#endif

#endif
