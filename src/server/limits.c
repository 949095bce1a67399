#include "server/limits.h"

#include <sys/resource.h>

enum { OTHER_DESCRIPTORS = 256, DOORS = 2 }; /* files of the engine, threads' own, scripts */

int32_t limits_strangers(const struct config *config) {
    int64_t most = config_number(config, SETTING_MAX_UNAUTHENTICATED_CONNECTIONS);
    return (int32_t)(most ? most : config_number(config, SETTING_MAX_CONNECTIONS));
}

void limits_raise(const struct config *config, struct log *log) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        getrlimit(RLIMIT_NOFILE, &limit);
    int64_t wanted = DOORS * (config_number(config, SETTING_MAX_CONNECTIONS) + limits_strangers(config)) + OTHER_DESCRIPTORS;
    if (limit.rlim_cur != RLIM_INFINITY && (int64_t)limit.rlim_cur < wanted)
        log_write(log, LOG_LEVEL_WARNING, NULL,
                  "the system allows this process %lld descriptors, but max_connections and max_unauthenticated_connections "
                  "may need %lld: raise its limit (ulimit -n, LimitNOFILE), or lower them",
                  (long long)limit.rlim_cur, (long long)wanted);
}
