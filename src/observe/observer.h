/* What the doors tell about their work: one call when a statement starts and one when it ends.
 *
 * From these the metrics, the statistics of statements and the log lines about statements are made. Nothing here knows SQL:
 * whoever calls says what kind of statement it is, and gives texts without secrets. Any thread.
 */
#ifndef OBSERVE_OBSERVER_H
#define OBSERVE_OBSERVER_H

#include <stdatomic.h>

#include "base/log.h"
#include "observe/metrics.h"
#include "observe/statistics.h"

/* From which statements on the log has a line for each that starts; the order of the setting's choices. */
enum observe_level { OBSERVE_NONE, OBSERVE_DDL, OBSERVE_MOD, OBSERVE_ALL };

struct observer {
    struct metrics *metrics;
    struct statistics *statistics;
    struct log *log;
    _Atomic(enum observe_level) log_statement;
    _Atomic int64_t slow_ns; /* statements of this duration are logged; negative: none */
    atomic_bool log_connections;
};

/* What a statement is to those who watch. */
struct statement_kind {
    const char *word;
    enum metric_label label;
    enum observe_level level; /* log_statement must be at least this */
};

/* The kind of the statement with that command tag; static. */
const struct statement_kind *statement_kind_find(const char *tag);

/* A statement under way. */
struct observation {
    int64_t started_ns; /* on the monotonic clock; 0: none is under way */
    const struct statement_kind *kind;
    struct statistics_entry *entry; /* borrowed until its end; NULL: not counted */
    bool goes_on;                   /* with a portal that was suspended: no call of its own */
    int64_t rows;
};

/* `limit` as of statistics_create(). Owned, free with observer_destroy; `log` is borrowed until then. */
struct observer *observer_create(struct log *log, int32_t statistics_limit, struct error *err);
void observer_destroy(struct observer *observer);

bool observer_logs_statement(const struct observer *observer, const struct statement_kind *kind);
/* The duration is that of a slow statement, whose text is worth preparing for the log. */
bool observer_is_slow(const struct observer *observer, int64_t duration_ns);

/* A statement has ended, well (`sqlstate` "00000") or not; returns how long it took. */
int64_t observer_end(struct observer *observer, unsigned shard, const struct observation *observation, int64_t now_ns,
                     const char *sqlstate);

/* Lines of the log; the text may be NULL. */
struct observed_client {
    struct log_identity who;
    const char *user, *database, *application, *peer; /* NULL or "" where unknown */
};
void observer_log_start(struct observer *observer, const struct observed_client *client, const char *text);
void observer_log_slow(struct observer *observer, const struct observed_client *client, enum metric_label door,
                       int64_t duration_ns, int64_t rows, const char *text);
/* A connection that begins or, with its duration, ends. */
void observer_log_connection(struct observer *observer, const struct observed_client *client, const char *message,
                             int64_t duration_ns);
void observer_log_refusal(struct observer *observer, const struct observed_client *client, const struct error *err);
void observer_log_failure(struct observer *observer, const struct observed_client *client, const struct error *err,
                          const char *text);

#endif
