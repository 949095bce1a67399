/* The metrics of the process: counters, gauges and histograms, as data/metrics.def lists them.
 *
 * Counting is a relaxed addition to one of several copies (a shard for each of a few callers), so that threads do not fight
 * for a cache line; reading adds the shards up. Nothing here locks or allocates after metrics_create(). Any thread.
 */
#ifndef OBSERVE_METRICS_H
#define OBSERVE_METRICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/writer.h"

enum metric_id {
#define METRIC(id, name, kind, first, second, unit, help) METRIC_##id,
#include "metrics.def"
#undef METRIC
    METRIC_COUNT
};

enum metric_kind { METRIC_KIND_COUNTER, METRIC_KIND_GAUGE, METRIC_KIND_HISTOGRAM };
enum metric_unit { METRIC_UNIT_ONE, METRIC_UNIT_NANOSECONDS };
enum metric_set {
    METRIC_SET_NONE,
    METRIC_SET_DOOR,
    METRIC_SET_KIND,
    METRIC_SET_OUTCOME,
    METRIC_SET_STATE,
    METRIC_SET_REFUSAL,
    METRIC_SET_ROWS,
    METRIC_SET_CANCEL,
    METRIC_SET_JOB,
    METRIC_SET_RELOAD,
    METRIC_SET_SQLSTATE,
    METRIC_SET_COUNT
};

/* Label values, numbered from 0 in each set: LABEL_DOOR_AIRPORT, LABEL_KIND_SELECT … Between two sets lies a base, from
 * which the numbers of the next are counted; metric_label() takes it away. */
enum metric_label {
#define METRIC_LABEL(set, id, text) LABEL_##set##_##id,
#include "metric_labels.def"
#undef METRIC_LABEL
    LABEL_COUNT,
    LABEL_NONE = -1
};

struct metric {
    const char *name;
    enum metric_kind kind;
    enum metric_set first, second;
    enum metric_unit unit;
    const char *help;
};

const struct metric *metric_row(enum metric_id id);
/* The class of a SQLSTATE as a label. */
enum metric_label metric_outcome(const char *sqlstate);

struct metrics;

/* Owned, free with metrics_destroy. */
struct metrics *metrics_create(struct error *err);
void metrics_destroy(struct metrics *metrics);

/* Adds to a counter. `shard` is any number that callers at the same time differ in. Labels that the metric has not are
 * LABEL_NONE. */
void metrics_add(struct metrics *metrics, unsigned shard, enum metric_id id, enum metric_label first,
                 enum metric_label second, int64_t amount);
/* Sets a gauge, or a counter that somebody else keeps. */
void metrics_set(struct metrics *metrics, enum metric_id id, enum metric_label first, int64_t value);
/* Counts one duration in a histogram. */
void metrics_observe(struct metrics *metrics, unsigned shard, enum metric_id id, enum metric_label first,
                     int64_t duration_ns);
/* Counts an error by its SQLSTATE in METRIC_ERRORS. */
void metrics_count_error(struct metrics *metrics, const char *sqlstate);

int64_t metrics_read(const struct metrics *metrics, enum metric_id id, enum metric_label first,
                     enum metric_label second);
/* The sum over all labels; of a histogram the number of observations. */
int64_t metrics_total(const struct metrics *metrics, enum metric_id id);

/* The whole page in the text format of Prometheus, version 0.0.4. What was never counted is left out where a metric has
 * more than a few label values. */
void metrics_write(const struct metrics *metrics, struct writer *out);

#endif
