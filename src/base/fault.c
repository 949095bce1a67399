#include "base/fault.h"

#ifdef MALLARDB_FAULTS
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The counters are process-wide by nature: a fault strikes whatever thread comes by. */
static struct fault own[FAULT_CLASS_COUNT];
static _Atomic(struct fault *) table;

static struct fault *map_table(const char *path) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return own;
    struct fault *mapped = mmap(NULL, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return mapped == MAP_FAILED ? own : mapped;
}

/* Two threads that come first map the same file twice, which does no harm. */
static struct fault *faults(void) {
    struct fault *found = atomic_load(&table);
    if (found)
        return found;
    const char *path = getenv("MALLARDB_FAULT_TABLE");
    found = path ? map_table(path) : own;
    atomic_store(&table, found);
    return found;
}

bool fault_strikes(enum fault_class fault) {
    struct fault *row = &faults()[fault];
    int64_t call = atomic_fetch_add(&row->seen, 1) + 1;
    bool strikes = call == atomic_load(&row->armed);
    if (strikes)
        atomic_fetch_add(&row->struck, 1);
    return strikes;
}

int64_t fault_arm(enum fault_class fault, int64_t n) {
    struct fault *row = &faults()[fault];
    atomic_store(&row->armed, n);
    return atomic_exchange(&row->seen, 0);
}
#else
typedef int fault_is_compiled_out; /* a translation unit may not be empty */
#endif
