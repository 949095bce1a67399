#include "base/fault.h"

#ifdef MALLARDB_FAULTS
#include <stdatomic.h>

/* The counters are process-wide by nature: a fault strikes whatever thread comes by. */
static _Atomic int64_t seen[FAULT_CLASS_COUNT];
static _Atomic int64_t armed[FAULT_CLASS_COUNT];

bool fault_strikes(enum fault_class fault) {
    int64_t call = atomic_fetch_add(&seen[fault], 1) + 1;
    return call == atomic_load(&armed[fault]);
}

int64_t fault_arm(enum fault_class fault, int64_t n) {
    atomic_store(&armed[fault], n);
    return atomic_exchange(&seen[fault], 0);
}
#else
typedef int fault_is_compiled_out; /* a translation unit may not be empty */
#endif
