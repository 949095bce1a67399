#include "net/attempts.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>

#include "base/memory.h"

enum { SETS = 1024, WAYS = 4, HOST_BYTES = 64 };
static const int64_t minute_ns = 60 * INT64_C(1000000000);

/* The time at which the address would have no failure to its account, were it to stop now: each one moves it on. */
struct place {
    uint64_t address; /* 0: free */
    int64_t clean_ns;
};

struct net_attempts {
    pthread_mutex_t lock;
    int32_t per_minute;
    struct place places[SETS][WAYS];
};

struct net_attempts *net_attempts_create(int32_t failures_per_minute, struct error *err) {
    struct net_attempts *attempts = memory_allocate_zeroed(1, sizeof *attempts);
    if (!attempts) {
        error_set_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&attempts->lock, NULL);
    attempts->per_minute = failures_per_minute;
    return attempts;
}

void net_attempts_destroy(struct net_attempts *attempts) {
    if (!attempts)
        return;
    pthread_mutex_destroy(&attempts->lock);
    memory_free(attempts);
}

/* "192.0.2.1:5432", "[2001:db8::1]:5432"; 0 for what is neither. */
static uint64_t address_of(const char *peer) {
    char host[HOST_BYTES];
    uint8_t bytes[16] = {0};
    bool is_v6 = peer[0] == '[';
    size_t length = strcspn(peer + is_v6, is_v6 ? "]" : ":");
    if (length >= sizeof host)
        return 0;
    memcpy(host, peer + is_v6, length);
    host[length] = '\0';
    if (inet_pton(is_v6 ? AF_INET6 : AF_INET, host, bytes) != 1)
        return 0;
    uint64_t address;
    memcpy(&address, bytes, sizeof address);
    return address;
}

/* The address's place, or the one to be given to it. Called with the lock held. */
static struct place *find(struct net_attempts *attempts, uint64_t address) {
    struct place *set = attempts->places[(address * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (SETS - 1)], *soonest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].address == address)
            return &set[i];
        if (set[i].clean_ns < soonest->clean_ns)
            soonest = &set[i];
    }
    return soonest;
}

bool net_attempts_allow(struct net_attempts *attempts, const char *peer, int64_t now_ns, struct error *err) {
    uint64_t address = attempts ? address_of(peer) : 0;
    if (!address)
        return true;
    pthread_mutex_lock(&attempts->lock);
    const struct place *place = find(attempts, address);
    int64_t until_ns = place->address == address ? place->clean_ns - minute_ns : 0;
    pthread_mutex_unlock(&attempts->lock);
    if (until_ns < now_ns)
        return true;
    error_set_state(err, ERROR_LIMIT, "53400", "too many failed logins from your address, try again in %lld seconds",
                    (long long)((until_ns - now_ns) / (minute_ns / 60) + 1));
    error_set_hint(err, "The setting AUTHENTICATION_FAILURES_PER_MINUTE allows %d.", attempts->per_minute);
    return false;
}

void net_attempts_fail(struct net_attempts *attempts, const char *peer, int64_t now_ns) {
    uint64_t address = attempts ? address_of(peer) : 0;
    if (!address)
        return;
    pthread_mutex_lock(&attempts->lock);
    struct place *place = find(attempts, address);
    int64_t from_ns = place->address == address && place->clean_ns > now_ns ? place->clean_ns : now_ns;
    *place = (struct place){address, from_ns + minute_ns / attempts->per_minute};
    pthread_mutex_unlock(&attempts->lock);
}
