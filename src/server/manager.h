/* The service manager that started the process, if one did and wants to be told how it fares (sd_notify(3)). The main thread's. */
#ifndef SERVER_MANAGER_H
#define SERVER_MANAGER_H

#include <stdint.h>

#include "base/log.h"

enum manager_state {
    MANAGER_READY,     /* clients are served, with the settings of the last reload */
    MANAGER_RELOADING, /* MANAGER_READY follows */
    MANAGER_STOPPING,
    MANAGER_ALIVE, /* for the watchdog */
};

struct manager {
    const char *address; /* NULL: there is none */
    int32_t pulse_ms;    /* how often it wants MANAGER_ALIVE; -1: never */
    struct log *log;
};

/* From the process's environment; the log is borrowed. */
struct manager manager_find(struct log *log);
void manager_tell(const struct manager *manager, enum manager_state state);

#endif
