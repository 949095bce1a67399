#include "server/signals.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const struct {
    int number;
    enum signals_event event;
} meanings[] = {
    {SIGTERM, SIGNALS_STOP},
    {SIGINT, SIGNALS_STOP_FAST},
    {SIGHUP, SIGNALS_RELOAD},
    {SIGCHLD, SIGNALS_CHILD},
};
enum { MEANING_COUNT = sizeof meanings / sizeof *meanings };

bool signals_open(struct signals *signals, struct error *err) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < MEANING_COUNT; i++)
        sigaddset(&set, meanings[i].number);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN); /* this process is ours: a log on a broken pipe must not end it */
    signal(SIGXFSZ, SIG_IGN); /* nor a file that may not grow: writing it fails, which is told */
    signals->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    signals->failure_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (signals->signal_fd >= 0 && signals->failure_fd >= 0)
        return true;
    error_set_errno(err, ERROR_SYSTEM, errno, "cannot receive signals");
    signals_close(signals);
    return false;
}

void signals_close(struct signals *signals) {
    if (signals->signal_fd >= 0)
        close(signals->signal_fd);
    if (signals->failure_fd >= 0)
        close(signals->failure_fd);
    signals->signal_fd = signals->failure_fd = -1;
}

static enum signals_event meaning_of(uint32_t number) {
    for (int i = 0; i < MEANING_COUNT; i++)
        if ((uint32_t)meanings[i].number == number)
            return meanings[i].event;
    return SIGNALS_TIMEOUT;
}

enum signals_event signals_wait(struct signals *signals, int timeout_ms) {
    struct pollfd waiting[] = {{.fd = signals->signal_fd, .events = POLLIN},
                               {.fd = signals->failure_fd, .events = POLLIN}};
    for (;;) {
        struct signalfd_siginfo info;
        uint64_t failures;
        if (read(signals->signal_fd, &info, sizeof info) == sizeof info)
            return meaning_of(info.ssi_signo);
        if (read(signals->failure_fd, &failures, sizeof failures) == sizeof failures)
            return SIGNALS_ENGINE_FAILED;
        if (poll(waiting, 2, timeout_ms) == 0)
            return SIGNALS_TIMEOUT;
    }
}

void signals_tell_failure(struct signals *signals) {
    (void)!write(signals->failure_fd, &(uint64_t){1}, sizeof(uint64_t));
}
