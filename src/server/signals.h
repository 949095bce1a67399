/* What the main thread waits for: signals to the process, and the word of other threads that the engine has failed. */
#ifndef SERVER_SIGNALS_H
#define SERVER_SIGNALS_H

#include <stdbool.h>

#include "base/error.h"

enum signals_event {
    SIGNALS_TIMEOUT,
    SIGNALS_STOP,          /* SIGTERM: end in order */
    SIGNALS_STOP_FAST,     /* SIGINT: end now */
    SIGNALS_RELOAD,        /* SIGHUP */
    SIGNALS_CHILD,         /* SIGCHLD */
    SIGNALS_ENGINE_FAILED, /* signals_tell_failure() was called */
};

struct signals {
    int signal_fd;
    int failure_fd;
};

/* Blocks these signals in the calling thread, and so in all threads that it starts: to be called before any is started.
 */
bool signals_open(struct signals *signals, struct error *err);
void signals_close(struct signals *signals);
/* Waits for the next event; a negative timeout waits for ever. The main thread's. */
enum signals_event signals_wait(struct signals *signals, int timeout_ms);
/* Any thread. */
void signals_tell_failure(struct signals *signals);

#endif
