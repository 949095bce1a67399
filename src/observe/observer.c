#include "observe/observer.h"

#include <string.h>

#include "base/memory.h"

enum { NS_PER_MS = 1000000 };

static const struct statement_kind kinds[] = {
#define STATEMENT_KIND(word, label, level) {word, LABEL_KIND_##label, OBSERVE_##level},
#include "statement_kinds.def"
#undef STATEMENT_KIND
};

const struct statement_kind *statement_kind_find(const char *tag) {
    const struct statement_kind *kind = kinds;
    size_t length = strcspn(tag, " ");
    while (kind->word[0] && (strlen(kind->word) != length || memcmp(kind->word, tag, length) != 0))
        kind++;
    return kind;
}

struct observer *observer_create(struct log *log, int32_t statistics_limit, struct error *err) {
    struct observer *observer = memory_allocate_zeroed(1, sizeof *observer);
    if (!observer) {
        error_set_no_memory(err);
        return NULL;
    }
    observer->log = log;
    atomic_init(&observer->slow_ns, -1);
    if ((observer->metrics = metrics_create(err)) && (observer->statistics = statistics_create(statistics_limit, err)))
        return observer;
    observer_destroy(observer);
    return NULL;
}

void observer_destroy(struct observer *observer) {
    if (!observer)
        return;
    statistics_destroy(observer->statistics);
    metrics_destroy(observer->metrics);
    memory_free(observer);
}

bool observer_logs_statement(const struct observer *observer, const struct statement_kind *kind) {
    enum observe_level wanted = atomic_load_explicit(&observer->log_statement, memory_order_relaxed);
    return wanted != OBSERVE_NONE && wanted >= kind->level && log_writes(observer->log, LOG_LEVEL_INFO);
}

bool observer_is_slow(const struct observer *observer, int64_t duration_ns) {
    int64_t slow_ns = atomic_load_explicit(&observer->slow_ns, memory_order_relaxed);
    return slow_ns >= 0 && duration_ns >= slow_ns;
}

int64_t observer_end(struct observer *observer, unsigned shard, const struct observation *observation, int64_t now_ns,
                     const char *sqlstate) {
    static const char success[] = "00000";
    int64_t duration_ns = now_ns - observation->started_ns;
    bool ok = !strcmp(sqlstate, success);
    enum metric_label kind = observation->kind->label;
    metrics_add(observer->metrics, shard, METRIC_STATEMENTS, kind, ok ? LABEL_OUTCOME_00 : metric_outcome(sqlstate), 1);
    metrics_observe(observer->metrics, shard, METRIC_STATEMENT_TIME, kind, duration_ns);
    if (ok)
        statistics_count(observation->entry, !observation->goes_on, duration_ns, observation->rows);
    return duration_ns;
}

/* ---- lines of the log ---- */

/* What stands in it besides the client; what is negative or NULL does not. */
struct observed_line {
    const char *message;
    const struct error *err;
    int64_t duration_ns, rows;
    const char *text;
};

static void write_line(struct observer *observer, enum log_level level, const struct observed_client *client,
                       const struct observed_line *line) {
    const struct log_field fields[] = {
        log_text("user", client->user),
        log_text("database", client->database),
        log_text("application", client->application),
        log_text("client", client->peer),
        log_number("duration_ms", line->duration_ns < 0 ? -1 : (double)line->duration_ns / NS_PER_MS, 3),
        log_number("rows", (double)line->rows, 0),
        log_text("query", line->text),
    };
    log_event(observer->log, level, &client->who,
              &(struct log_event){line->message, line->err, fields, sizeof fields / sizeof *fields});
}

void observer_log_start(struct observer *observer, const struct observed_client *client, const char *text) {
    const struct observed_line line = {.message = "statement", .duration_ns = -1, .rows = -1, .text = text};
    write_line(observer, LOG_LEVEL_INFO, client, &line);
}

void observer_log_slow(struct observer *observer, const struct observed_client *client, enum metric_label door,
                       int64_t duration_ns, int64_t rows, const char *text) {
    const struct observed_line line = {
        .message = "slow statement", .duration_ns = duration_ns, .rows = rows, .text = text};
    metrics_add(observer->metrics, 0, METRIC_SLOW, door, LABEL_NONE, 1);
    write_line(observer, LOG_LEVEL_WARNING, client, &line);
}

void observer_log_failure(struct observer *observer, const struct observed_client *client, const struct error *err,
                          const char *text) {
    const struct observed_line line = {
        .message = "statement failed", .err = err, .duration_ns = -1, .rows = -1, .text = text};
    write_line(observer, LOG_LEVEL_INFO, client, &line);
}

void observer_log_connection(struct observer *observer, const struct observed_client *client, const char *message,
                             int64_t duration_ns) {
    const struct observed_line line = {.message = message, .duration_ns = duration_ns, .rows = -1};
    if (atomic_load_explicit(&observer->log_connections, memory_order_relaxed))
        write_line(observer, LOG_LEVEL_INFO, client, &line);
}

void observer_log_refusal(struct observer *observer, const struct observed_client *client, const struct error *err) {
    const struct observed_line line = {
        .message = "connection refused", .err = err, .duration_ns = -1, .rows = -1};
    write_line(observer, LOG_LEVEL_WARNING, client, &line);
}
