#include "server/manager.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/notify.h"

enum { PULSES = 3 /* in the time after which the manager gives the process up */, US_PER_MS = 1000 };

/* sd_watchdog_enabled(3) */
static int32_t pulse_of_environment(void) {
    const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    if (!us || (pid && strtol(pid, NULL, 10) != getpid()))
        return -1;
    long long pulse_ms = strtoll(us, NULL, 10) / PULSES / US_PER_MS;
    return pulse_ms > 0 && pulse_ms <= INT32_MAX ? (int32_t)pulse_ms : -1;
}

struct manager manager_find(struct log *log) {
    const char *address = getenv("NOTIFY_SOCKET");
    return (struct manager){.address = address, .pulse_ms = address ? pulse_of_environment() : -1, .log = log};
}

void manager_tell(const struct manager *manager, enum manager_state state) {
    static const char *const texts[] = {
        [MANAGER_READY] = "READY=1",
        [MANAGER_RELOADING] = "RELOADING=1\nMONOTONIC_USEC=",
        [MANAGER_STOPPING] = "STOPPING=1",
        [MANAGER_ALIVE] = "WATCHDOG=1",
    };
    char text[64];
    struct error err;
    if (state == MANAGER_RELOADING)
        snprintf(text, sizeof text, "%s%lld", texts[state], (long long)(clock_monotonic_ns() / 1000));
    else
        snprintf(text, sizeof text, "%s", texts[state]);
    if (!net_notify(manager->address, text, &err))
        log_error(manager->log, LOG_LEVEL_WARNING, NULL, &err, "no service manager");
}
