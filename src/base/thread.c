#include "base/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/fault.h"

int thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *self) {
    if (fault_strikes(FAULT_THREAD))
        return EAGAIN;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(thread, NULL, run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure)
        return failure;
    char cut[16]; /* pthread_setname_np(3) */
    snprintf(cut, sizeof cut, "%s", name);
    pthread_setname_np(*thread, cut);
    return 0;
}
