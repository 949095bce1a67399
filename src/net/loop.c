#include "net/loop.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/stand_in.h"
#include "net/timer_heap.h"

enum { EVENTS_PER_ROUND = 128, NS_PER_MS = 1000000, NO_WAIT_NS = 4000 /* a wait that ended before this was none */ };

struct net_loop {
    int epoll_fd;
    int wake_fd; /* an eventfd, watched edge-triggered, so that it need never be read */
    struct stand_ins *threads;
    _Atomic pthread_t self;            /* the one that runs the loop */
    _Atomic(struct net_task *) posted; /* newest first */
    atomic_int posting;                /* threads inside net_loop_post() that may still write to wake_fd */
    struct net_task stop;
    bool stopping;
    struct timer_heap timers;
    int64_t round_ns; /* the time of this round */
    bool has_time;         /* nothing had happened for a while before it */
    struct net_task *lent; /* to be run at its end */
    struct epoll_event events[EVENTS_PER_ROUND];
    int event_next, event_count; /* those of this round not yet reported */
};

static unsigned ready_of(uint32_t events) {
    unsigned ready = 0;
    if (events & EPOLLIN)
        ready |= NET_READABLE;
    if (events & EPOLLOUT)
        ready |= NET_WRITABLE;
    if (events & EPOLLRDHUP)
        ready |= NET_READABLE | NET_HANGUP;
    if (events & (EPOLLERR | EPOLLHUP))
        ready |= NET_READABLE | NET_WRITABLE | NET_HANGUP;
    return ready;
}

static uint32_t events_of(unsigned interest) {
    uint32_t events = EPOLLONESHOT;
    if (interest & NET_READABLE)
        events |= EPOLLIN;
    if (interest & NET_WRITABLE)
        events |= EPOLLOUT;
    if (interest & (NET_READABLE | NET_HANGUP))
        events |= EPOLLRDHUP;
    return events;
}

static void report_events(struct net_loop *loop) {
    while (loop->event_next < loop->event_count) {
        struct epoll_event event = loop->events[loop->event_next++];
        struct net_watch *watch = event.data.ptr;
        /* Acquires what the thread that armed the watch has written to the connection. */
        if (watch && atomic_exchange_explicit(&watch->armed, false, memory_order_acquire))
            watch->report(watch, ready_of(event.events));
    }
}

/* Drops what this round was still to report of the watch. */
static void forget_events(struct net_loop *loop, const struct net_watch *watch) {
    for (int i = loop->event_next; i < loop->event_count; i++)
        if (loop->events[i].data.ptr == watch)
            loop->events[i].data.ptr = NULL;
}

static void expire_timers(struct net_loop *loop) {
    struct net_timer *timer;
    while ((timer = loop->timers.first) && timer->due_ns <= loop->round_ns) {
        net_timer_disarm(timer);
        timer->expired(timer);
    }
}

/* Runs what was posted until now; what the tasks post themselves waits for the next round. */
static void run_tasks(struct net_loop *loop) {
    struct net_task *newest = atomic_exchange_explicit(&loop->posted, NULL, memory_order_acquire), *oldest = NULL;
    while (newest) {
        struct net_task *task = newest;
        newest = task->next;
        task->next = oldest;
        oldest = task;
    }
    while (oldest) {
        struct net_task *task = oldest;
        oldest = task->next;
        task->next = NULL;
        task->run(task);
    }
}

static int wait_ms(struct net_loop *loop) {
    if (atomic_load(&loop->posted))
        return 0;
    if (!loop->timers.first)
        return -1;
    int64_t left_ns = loop->timers.first->due_ns - clock_monotonic_ns();
    if (left_ns <= 0)
        return 0;
    int64_t left_ms = (left_ns - 1) / NS_PER_MS + 1;
    return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

static void run_round(struct net_loop *loop) {
    int64_t before_ns = clock_monotonic_ns();
    int count = epoll_wait(loop->epoll_fd, loop->events, EVENTS_PER_ROUND, wait_ms(loop));
    loop->round_ns = clock_monotonic_ns();
    loop->has_time = loop->round_ns - before_ns > NO_WAIT_NS;
    loop->event_next = 0;
    loop->event_count = count > 0 ? count : 0;
    report_events(loop);
    expire_timers(loop);
    run_tasks(loop);
}

/* False: another thread has the loop now. */
static bool run_lent(struct net_loop *loop) {
    struct net_task *work = loop->lent;
    loop->lent = NULL;
    struct stand_ins *threads = loop->threads;
    uint64_t lease = stand_ins_lend(threads);
    work->run(work);
    if (!stand_ins_return(threads, lease))
        return false;
    run_tasks(loop); /* its answer goes out at once */
    return true;
}

static bool run(void *self) {
    struct net_loop *loop = self;
    atomic_store(&loop->self, pthread_self());
    while (!loop->stopping || atomic_load(&loop->posted)) {
        run_round(loop);
        while (loop->lent)
            if (!run_lent(loop))
                return false;
    }
    return true;
}

static bool open_descriptors(struct net_loop *loop, struct error *err) {
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    if (loop->epoll_fd < 0 || loop->wake_fd < 0 || epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->wake_fd, &event) < 0)
        return error_set_errno(err, ERROR_SYSTEM, errno, "cannot create an event loop");
    return true;
}

static void close_and_free(struct net_loop *loop) {
    if (loop->epoll_fd >= 0)
        close(loop->epoll_fd);
    if (loop->wake_fd >= 0)
        close(loop->wake_fd);
    memory_free(loop);
}

struct net_loop *net_loop_create(const char *name, int32_t max_threads, struct error *err) {
    struct net_loop *loop = memory_allocate_zeroed(1, sizeof *loop);
    if (!loop) {
        error_set_no_memory(err);
        return NULL;
    }
    loop->round_ns = clock_monotonic_ns();
    if (open_descriptors(loop, err) && stand_ins_create(name, max_threads, run, loop, &loop->threads, err))
        return loop;
    close_and_free(loop);
    return NULL;
}

static void stop(struct net_task *task) {
    struct net_loop *loop = (struct net_loop *)((char *)task - offsetof(struct net_loop, stop));
    loop->stopping = true;
}

void net_loop_destroy(struct net_loop *loop) {
    if (!loop)
        return;
    loop->stop.run = stop;
    net_loop_post(loop, &loop->stop);
    stand_ins_destroy(loop->threads);
    /* A thread whose task has run already may not have come to waking us yet. */
    while (atomic_load_explicit(&loop->posting, memory_order_acquire))
        sched_yield();
    close_and_free(loop);
}

bool net_loop_is_current(const struct net_loop *loop) {
    return pthread_equal(atomic_load(&loop->self), pthread_self());
}

static bool push_task(struct net_loop *loop, struct net_task *task) {
    struct net_task *newest = atomic_load_explicit(&loop->posted, memory_order_relaxed);
    do {
        task->next = newest;
    } while (!atomic_compare_exchange_weak(&loop->posted, &newest, task));
    return newest == NULL;
}

static void wake(struct net_loop *loop) {
    (void)!write(loop->wake_fd, &(uint64_t){1}, sizeof(uint64_t));
}

/* Whoever posts the first of those that wait wakes the loop; the loop itself looks before it waits. A thread that lent itself
 * may lose the loop while it posts: the next one says that it has it, then looks. */
void net_loop_post(struct net_loop *loop, struct net_task *task) {
    if (net_loop_is_current(loop)) {
        if (push_task(loop, task) && !net_loop_is_current(loop))
            wake(loop);
        return;
    }
    atomic_fetch_add_explicit(&loop->posting, 1, memory_order_relaxed);
    if (push_task(loop, task))
        wake(loop);
    atomic_fetch_sub_explicit(&loop->posting, 1, memory_order_release);
}

bool net_loop_lend(struct net_loop *loop, struct net_task *work) {
    if (loop->lent || !loop->has_time || !stand_ins_available(loop->threads))
        return false;
    loop->lent = work;
    return true;
}

/* EPOLL_CTL_ADD always asks for errors and hang-ups too. Until the first arming they come without a watch, so that the
 * loop passes them over. */
bool net_watch_add(struct net_watch *watch, struct net_loop *loop, int fd, net_watch_fn report, struct error *err) {
    struct epoll_event event = {.events = EPOLLONESHOT, .data.ptr = NULL};
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
        return error_set_errno(err, ERROR_SYSTEM, errno, "cannot watch a descriptor");
    watch->loop = loop;
    watch->report = report;
    watch->fd = fd;
    atomic_init(&watch->armed, false);
    return true;
}

void net_watch_arm(struct net_watch *watch, unsigned interest) {
    struct net_loop *loop = watch->loop;
    struct epoll_event event = {.events = events_of(interest), .data.ptr = watch};
    int fd = watch->fd;
    if (atomic_exchange_explicit(&watch->armed, true, memory_order_acq_rel))
        forget_events(loop, watch);
    /* From here on the loop owns the watch and may have freed it. Modifying what was added cannot fail. */
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, fd, &event);
}

/* Errors and hang-ups come even when they are not asked for: without a watch the loop passes them over. */
void net_watch_disarm(struct net_watch *watch) {
    struct epoll_event event = {.events = EPOLLONESHOT, .data.ptr = NULL};
    epoll_ctl(watch->loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
    atomic_store_explicit(&watch->armed, false, memory_order_relaxed);
    forget_events(watch->loop, watch);
}

void net_watch_remove(struct net_watch *watch) {
    epoll_ctl(watch->loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    atomic_store_explicit(&watch->armed, false, memory_order_relaxed);
    forget_events(watch->loop, watch);
}

void net_timer_arm(struct net_loop *loop, struct net_timer *timer, int64_t due_ns) {
    net_timer_disarm(timer);
    /* Later than this round, so that a timer which arms itself for the past cannot hold the loop. */
    timer->due_ns = due_ns > loop->round_ns ? due_ns : loop->round_ns + 1;
    timer_heap_push(&loop->timers, timer);
}

void net_timer_disarm(struct net_timer *timer) {
    if (!timer->due_ns)
        return;
    timer_heap_remove(timer);
    timer->due_ns = 0;
}
