#include "server/doors.h"

#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"

enum { LOOPS_MAX = 256, WORKERS_PER_CORE = 8, CORES_PER_LOOP = 4 };

struct doors {
    struct doors_frame frame;
    struct pool *pool;
    struct net_loop *loops[LOOPS_MAX];
    int32_t loop_count;
};

static int32_t core_count(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (int32_t)cores : 1;
}

/* The setting, or what the machine suggests when it is 0. */
static int32_t count_of(const struct config *config, enum setting_id id, int32_t suggested) {
    int64_t given = config_number(config, id);
    return given ? (int32_t)given : suggested > 0 ? suggested : 1;
}

static bool start_threads(struct doors *doors, struct error *err) {
    const struct config *config = doors->frame.config;
    doors->pool = pool_create(count_of(config, SETTING_WORKERS, WORKERS_PER_CORE * core_count()), "worker", err);
    if (!doors->pool)
        return false;
    int32_t loops = count_of(config, SETTING_IO_THREADS, core_count() / CORES_PER_LOOP);
    while (doors->loop_count < loops && doors->loop_count < LOOPS_MAX) {
        char name[16];
        snprintf(name, sizeof name, "io-%d", (int)doors->loop_count);
        struct net_loop *loop = net_loop_create(name, err);
        if (!loop)
            return false;
        doors->loops[doors->loop_count++] = loop;
    }
    return true;
}

struct doors *doors_create(const struct doors_frame *frame, struct error *err) {
    struct doors *doors = memory_allocate_zeroed(1, sizeof *doors);
    if (!doors) {
        error_set_no_memory(err);
        return NULL;
    }
    doors->frame = *frame;
    if (start_threads(doors, err))
        return doors;
    doors_destroy(doors);
    return NULL;
}

bool doors_open(struct doors *doors, struct error *err) {
    (void)doors;
    (void)err;
    return true;
}

bool doors_open_private(struct doors *doors, struct error *err) {
    (void)doors;
    (void)err;
    return true;
}

uint16_t doors_postgres_port(const struct doors *doors) {
    return (uint16_t)config_number(doors->frame.config, SETTING_PORT);
}

uint16_t doors_airport_port(const struct doors *doors) {
    return (uint16_t)config_number(doors->frame.config, SETTING_AIRPORT_PORT);
}

bool doors_have_tls(const struct doors *doors) {
    return config_text(doors->frame.config, SETTING_TLS_CERT) && config_number(doors->frame.config, SETTING_TLS_MODE) != 0;
}

bool doors_reload_tls(struct doors *doors, struct error *err) {
    (void)doors;
    (void)err;
    return true;
}

void doors_drain(struct doors *doors, int32_t drain_ms) {
    (void)doors;
    (void)drain_ms;
}

void doors_terminate(struct doors *doors, const char *sqlstate, const char *message) {
    (void)doors;
    (void)sqlstate;
    (void)message;
}

bool doors_are_idle(struct doors *doors) {
    (void)doors;
    return true;
}

void doors_close(struct doors *doors) {
    (void)doors;
}

void doors_destroy(struct doors *doors) {
    if (!doors)
        return;
    pool_destroy(doors->pool);
    for (int32_t i = 0; i < doors->loop_count; i++)
        net_loop_destroy(doors->loops[i]);
    memory_free(doors);
}
