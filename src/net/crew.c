/* Each descriptor has a seat, whose word says who owns the member that sits there. Seats are never freed, and a seat counts its
 * members: an event that a thread has fetched for a member that left meanwhile finds another number, and is dropped.
 *
 * One epoll set, edge-triggered, is what all threads wait in; an eventfd in it stands for the queue of those to run without an
 * event. Threads: `lock` guards the queue and the threads' comings and goings; seats are changed by compare-and-swap. */
#include "net/crew.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"
#include "base/ticker.h"

enum {
    TICK_NS = 1000 * 1000,
    LATE_TICKS = 2,      /* when all threads are at one member for so long, nobody waits for the others */
    HELD_TICKS = 4,      /* a thread at one member for so long does not count */
    DEMAND_TICKS = 20,   /* for so long after a demand all threads stay at work */
    DOZE_TICKS = 200,    /* the watch sleeps when no thread did anything for so long */
    NO_WAIT_NS = 4000,   /* a wait that ended before this was none */
    NO_WAITS_IN_A_ROW = 8, /* so many are a demand for more threads */
    SEATS_PER_ROW = 1024,
    ROWS = 1024,
};

/* The parts of a seat's word. */
enum { SEAT_EMPTY, SEAT_PARKED, SEAT_RUNNING, SEAT_SIGNALLED /* runs, and is to look again */, SEAT_STATE = 3, SEAT_HUNG_UP = 4 };
#define SEAT_NUMBER_SHIFT 3
#define QUEUE_EVENT UINT64_MAX

struct seat {
    _Atomic uint64_t word; /* the number of the member, and the above */
    struct net_member *member;
};

struct crew_thread {
    struct net_crew *crew;
    pthread_t thread;
    _Atomic uint64_t began; /* the tick at which it took its member; 0 while it waits */
    int32_t no_waits;       /* times in a row that it found an event at once */
};

struct net_crew {
    int epoll_fd, queue_fd; /* the eventfd counts who is queued, a semaphore */
    pthread_mutex_t lock;
    pthread_cond_t relief; /* threads in reserve wait for it */
    struct net_member *first, **last;
    bool stopping;
    atomic_int active;  /* threads that take members or are at one; changed under the lock */
    atomic_int wanted;  /* how many these should be; changed under the lock */
    int32_t at_work, max_threads, thread_count, reserve;
    struct ticker *watch;
    char name[16];
    uint64_t last_busy, last_demand; /* ticks */
    int32_t held;
    _Atomic(struct seat *) rows[ROWS];
    struct crew_thread threads[];
};

/* ---- seats ---- */

static struct seat *seat_of(struct net_crew *crew, int fd) {
    struct seat *row = atomic_load_explicit(&crew->rows[fd / SEATS_PER_ROW], memory_order_acquire);
    return &row[fd % SEATS_PER_ROW];
}

static struct seat *make_seat(struct net_crew *crew, int fd, struct error *err) {
    if (fd / SEATS_PER_ROW >= ROWS) {
        error_set(err, ERROR_LIMIT, "too many open connections");
        return NULL;
    }
    _Atomic(struct seat *) *row = &crew->rows[fd / SEATS_PER_ROW];
    if (!atomic_load_explicit(row, memory_order_acquire)) {
        struct seat *fresh = memory_allocate_zeroed(SEATS_PER_ROW, sizeof *fresh), *none = NULL;
        if (!fresh) {
            error_set_no_memory(err);
            return NULL;
        }
        if (!atomic_compare_exchange_strong(row, &none, fresh))
            memory_free(fresh);
    }
    return seat_of(crew, fd);
}

static uint64_t event_data(int fd, uint64_t number) {
    return (uint64_t)(uint32_t)fd << 32 | (uint32_t)number;
}

/* The member, now the caller's to run; NULL when somebody else has it, who will look again, or when it has left. */
static struct net_member *claim(struct seat *seat, uint32_t number, uint64_t flags) {
    uint64_t word = atomic_load(&seat->word), next;
    do {
        if ((uint32_t)(word >> SEAT_NUMBER_SHIFT) != number || (word & SEAT_STATE) == SEAT_EMPTY)
            return NULL;
        uint64_t state = (word & SEAT_STATE) == SEAT_PARKED ? SEAT_RUNNING : SEAT_SIGNALLED;
        next = (word & ~(uint64_t)SEAT_STATE) | state | flags;
    } while (!atomic_compare_exchange_weak(&seat->word, &word, next));
    return (next & SEAT_STATE) == SEAT_RUNNING ? seat->member : NULL;
}

bool net_crew_park(struct net_member *member) {
    struct seat *seat = seat_of(member->crew, member->fd);
    uint64_t word = atomic_load_explicit(&seat->word, memory_order_relaxed);
    uint64_t rest = word & ~(uint64_t)SEAT_STATE;
    if ((word & SEAT_STATE) == SEAT_RUNNING && atomic_compare_exchange_strong(&seat->word, &word, rest | SEAT_PARKED))
        return true;
    /* Signalled: only its owner takes that back, but the other bits may still change. */
    atomic_fetch_xor(&seat->word, SEAT_SIGNALLED ^ SEAT_RUNNING);
    return false;
}

bool net_member_hung_up(const struct net_member *member) {
    return atomic_load_explicit(&seat_of(member->crew, member->fd)->word, memory_order_relaxed) & SEAT_HUNG_UP;
}

/* ---- the queue ---- */

static void enqueue(struct net_crew *crew, struct net_member *member) {
    member->next = NULL;
    pthread_mutex_lock(&crew->lock);
    *crew->last = member;
    crew->last = &member->next;
    pthread_mutex_unlock(&crew->lock);
    ssize_t ignored = write(crew->queue_fd, &(uint64_t){1}, sizeof(uint64_t));
    (void)ignored; /* it fails only when the count is at its end, and then somebody is woken anyway */
}

static struct net_member *dequeue(struct net_crew *crew) {
    uint64_t one;
    if (read(crew->queue_fd, &one, sizeof one) < 0)
        return NULL; /* another thread was faster */
    pthread_mutex_lock(&crew->lock);
    struct net_member *member = crew->first;
    if (member) {
        crew->first = member->next;
        if (!crew->first)
            crew->last = &crew->first;
    }
    pthread_mutex_unlock(&crew->lock);
    return member;
}

void net_crew_wake(struct net_member *member) {
    if (claim(seat_of(member->crew, member->fd), member->number, 0))
        enqueue(member->crew, member);
}

bool net_crew_join(struct net_crew *crew, struct net_member *member, int fd, net_member_fn run, struct error *err) {
    struct seat *seat = make_seat(crew, fd, err);
    if (!seat)
        return false;
    uint64_t number = atomic_load(&seat->word) >> SEAT_NUMBER_SHIFT;
    *member = (struct net_member){.crew = crew, .run = run, .fd = fd, .number = (uint32_t)number};
    seat->member = member;
    atomic_store(&seat->word, number << SEAT_NUMBER_SHIFT | SEAT_RUNNING);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u64 = event_data(fd, number)};
    if (epoll_ctl(crew->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0) {
        enqueue(crew, member);
        return true;
    }
    atomic_store(&seat->word, (number + 1) << SEAT_NUMBER_SHIFT | SEAT_EMPTY);
    return error_set_errno(err, ERROR_SYSTEM, errno, "cannot wait for a connection");
}

void net_crew_leave(struct net_member *member) {
    struct seat *seat = seat_of(member->crew, member->fd);
    epoll_ctl(member->crew->epoll_fd, EPOLL_CTL_DEL, member->fd, NULL);
    uint64_t number = atomic_load(&seat->word) >> SEAT_NUMBER_SHIFT;
    atomic_store(&seat->word, (number + 1) << SEAT_NUMBER_SHIFT | SEAT_EMPTY);
}

/* ---- how many threads ---- */

static void *work(void *self);

/* Under the lock. Failing is harmless as long as one thread exists. */
static int start_thread(struct net_crew *crew) {
    struct crew_thread *thread = &crew->threads[crew->thread_count];
    thread->crew = crew;
    int failure = thread_start(&thread->thread, crew->name, work, thread);
    if (!failure) {
        crew->thread_count++;
        atomic_fetch_add(&crew->active, 1);
    }
    return failure;
}

/* Under the lock. */
static void relieve(struct net_crew *crew, uint64_t tick) {
    bool demand = crew->last_demand && tick - crew->last_demand < DEMAND_TICKS;
    int32_t wanted = (demand ? crew->at_work : 1) + crew->held;
    wanted = wanted < crew->max_threads ? wanted : crew->max_threads;
    atomic_store(&crew->wanted, wanted);
    if (crew->reserve > 0 && atomic_load(&crew->active) < wanted)
        pthread_cond_broadcast(&crew->relief);
    while (crew->reserve == 0 && !crew->stopping && atomic_load(&crew->active) < wanted)
        if (start_thread(crew) != 0)
            break;
}

static void demand(struct net_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    crew->last_demand = ticker_now(crew->watch);
    relieve(crew, crew->last_demand);
    pthread_mutex_unlock(&crew->lock);
}

static bool look(void *self, uint64_t tick) {
    struct net_crew *crew = self;
    int32_t held = 0, late = 0;
    pthread_mutex_lock(&crew->lock);
    for (int32_t i = 0; i < crew->thread_count; i++) {
        uint64_t began = atomic_load(&crew->threads[i].began);
        held += began && began + HELD_TICKS <= tick;
        late += began && began + LATE_TICKS <= tick;
        crew->last_busy = began ? tick : crew->last_busy;
    }
    crew->held = held;
    if (late > 0 && late >= atomic_load(&crew->active))
        crew->last_demand = tick;
    relieve(crew, tick);
    bool any = tick - crew->last_busy < DOZE_TICKS;
    pthread_mutex_unlock(&crew->lock);
    return any;
}

/* ---- the threads ---- */

/* Steps back when there are more threads than are wanted. False when the crew stops. */
static bool stay(struct net_crew *crew) {
    if (atomic_load_explicit(&crew->active, memory_order_relaxed) <=
        atomic_load_explicit(&crew->wanted, memory_order_relaxed))
        return true;
    pthread_mutex_lock(&crew->lock);
    if (!crew->stopping && atomic_load(&crew->active) > atomic_load(&crew->wanted)) {
        atomic_fetch_sub(&crew->active, 1);
        crew->reserve++;
        while (!crew->stopping && atomic_load(&crew->active) >= atomic_load(&crew->wanted))
            pthread_cond_wait(&crew->relief, &crew->lock);
        crew->reserve--;
        atomic_fetch_add(&crew->active, 1);
    }
    bool stopping = crew->stopping;
    pthread_mutex_unlock(&crew->lock);
    return !stopping;
}

static bool is_stopping(struct net_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    bool stopping = crew->stopping;
    pthread_mutex_unlock(&crew->lock);
    return stopping;
}

/* Waits for an event, and notes whether there was any waiting to do. */
static bool next_event(struct crew_thread *thread, struct epoll_event *event) {
    int64_t began_ns = clock_monotonic_ns();
    int count = epoll_wait(thread->crew->epoll_fd, event, 1, -1);
    bool waited = clock_monotonic_ns() - began_ns >= NO_WAIT_NS;
    thread->no_waits = waited ? 0 : thread->no_waits + 1;
    if (thread->no_waits == NO_WAITS_IN_A_ROW) {
        thread->no_waits = 0;
        demand(thread->crew);
    }
    return count > 0;
}

/* NULL when the crew stops. */
static struct net_member *next_member(struct crew_thread *thread) {
    struct net_crew *crew = thread->crew;
    struct epoll_event event;
    while (stay(crew)) {
        if (!next_event(thread, &event))
            continue;
        struct net_member *member;
        if (event.data.u64 == QUEUE_EVENT) {
            if (is_stopping(crew))
                return NULL;
            member = dequeue(crew);
        } else {
            bool hung_up = event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
            member = claim(seat_of(crew, (int)(event.data.u64 >> 32)), (uint32_t)event.data.u64, hung_up ? SEAT_HUNG_UP : 0);
        }
        if (member)
            return member;
    }
    return NULL;
}

static void *work(void *self) {
    struct crew_thread *thread = self;
    struct net_crew *crew = thread->crew;
    for (struct net_member *member; (member = next_member(thread));) {
        atomic_store(&thread->began, ticker_now(crew->watch) + 1);
        ticker_poke(crew->watch);
        member->run(member);
        atomic_store_explicit(&thread->began, 0, memory_order_relaxed);
    }
    return NULL;
}

/* ---- starting and ending ---- */

static bool open_descriptors(struct net_crew *crew, struct error *err) {
    crew->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    crew->queue_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = QUEUE_EVENT};
    return (crew->epoll_fd >= 0 && crew->queue_fd >= 0 &&
            epoll_ctl(crew->epoll_fd, EPOLL_CTL_ADD, crew->queue_fd, &event) == 0) ||
           error_set_errno(err, ERROR_SYSTEM, errno, "cannot create an epoll set");
}

static bool start_threads(struct net_crew *crew, struct error *err) {
    pthread_mutex_lock(&crew->lock); /* the watch looks at once, and is not to find too few threads */
    crew->watch = ticker_create("crew-watch", TICK_NS, look, crew, err);
    int failure = crew->watch ? start_thread(crew) : 0;
    pthread_mutex_unlock(&crew->lock);
    if (failure)
        error_set_errno(err, ERROR_SYSTEM, failure, "cannot start a worker thread");
    return crew->watch && !failure;
}

struct net_crew *net_crew_create(const char *name, int32_t at_work, int32_t max_threads, struct error *err) {
    max_threads = max_threads > 0 ? max_threads : 1;
    struct net_crew *crew = memory_allocate_zeroed(1, sizeof *crew + (size_t)max_threads * sizeof crew->threads[0]);
    if (!crew) {
        error_set_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->relief, NULL);
    crew->last = &crew->first;
    crew->epoll_fd = crew->queue_fd = -1;
    crew->max_threads = max_threads;
    crew->at_work = at_work < 1 ? 1 : at_work < max_threads ? at_work : max_threads;
    atomic_init(&crew->wanted, 1);
    snprintf(crew->name, sizeof crew->name, "%s", name);
    if (open_descriptors(crew, err) && start_threads(crew, err))
        return crew;
    net_crew_destroy(crew);
    return NULL;
}

int32_t net_crew_busy(struct net_crew *crew) {
    int32_t busy = 0;
    pthread_mutex_lock(&crew->lock);
    for (int32_t i = 0; i < crew->thread_count; i++)
        busy += atomic_load_explicit(&crew->threads[i].began, memory_order_relaxed) != 0;
    pthread_mutex_unlock(&crew->lock);
    return busy;
}

void net_crew_destroy(struct net_crew *crew) {
    if (!crew)
        return;
    ticker_destroy(crew->watch);
    pthread_mutex_lock(&crew->lock);
    crew->stopping = true;
    pthread_cond_broadcast(&crew->relief);
    pthread_mutex_unlock(&crew->lock);
    if (crew->thread_count) {
        ssize_t ignored = write(crew->queue_fd, &(uint64_t){1}, sizeof(uint64_t)); /* nobody takes it: all threads wake */
        (void)ignored;
    }
    for (int32_t i = 0; i < crew->thread_count; i++)
        pthread_join(crew->threads[i].thread, NULL);
    for (int i = 0; i < ROWS; i++)
        memory_free(atomic_load(&crew->rows[i]));
    if (crew->epoll_fd >= 0)
        close(crew->epoll_fd);
    if (crew->queue_fd >= 0)
        close(crew->queue_fd);
    pthread_cond_destroy(&crew->relief);
    pthread_mutex_destroy(&crew->lock);
    memory_free(crew);
}
