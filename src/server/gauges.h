/* Measuring for the metrics what nobody counts: sessions, connections, the process, the engine's memory, its files. */
#ifndef SERVER_GAUGES_H
#define SERVER_GAUGES_H

#include "engine/database.h"
#include "observe/metrics.h"
#include "server/config.h"
#include "server/doors.h"

/* What is quickly known. `doors` may be NULL. Any thread; while doors_close() does not run. */
void gauges_take(struct metrics *metrics, struct doors *doors);

/* What was seen of the write-ahead log; zeroed at first. */
struct gauges_log {
    int64_t bytes;
    int64_t since_ns; /* it holds changes since then */
};

/* What the engine and the file system are asked for. `database` may be NULL. One thread. */
void gauges_take_engine(struct metrics *metrics, const struct config *config, struct engine_database *database,
                        struct gauges_log *log);

#endif
