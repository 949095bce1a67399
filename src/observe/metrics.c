#include "observe/metrics.h"

#include <string.h>

#include "base/memory.h"

enum {
    SHARDS = 8,
    BUCKETS = 20,           /* the last one is for all that is longer */
    SQLSTATES_KEPT = 256,   /* PostgreSQL has about 250; what comes after that many is not told apart */
    LINES_SHOWN_EMPTY = 16, /* a metric with more label values shows only those that were counted */
    CACHE_LINE = 64,
};

static const int64_t ns_per_s = 1000000000;

static const struct metric rows[METRIC_COUNT] = {
#define METRIC(id, name, kind, first, second, unit, help)                                                              \
    [METRIC_##id] = {name, METRIC_KIND_##kind, METRIC_SET_##first, METRIC_SET_##second, METRIC_UNIT_##unit, help},
#include "metrics.def"
#undef METRIC
};

static const struct {
    enum metric_set set;
    const char *id, *text;
} labels[LABEL_COUNT] = {
#define METRIC_LABEL(set, id, text) [LABEL_##set##_##id] = {METRIC_SET_##set, #id, text},
#include "metric_labels.def"
#undef METRIC_LABEL
};

/* Upper bounds of the buckets, and how they are written. */
static const struct {
    int64_t ns;
    const char *text;
} bounds[BUCKETS] = {
    {100000, "0.0001"},      {250000, "0.00025"},    {500000, "0.0005"},    {1000000, "0.001"},   {2500000, "0.0025"},
    {5000000, "0.005"},      {10000000, "0.01"},     {25000000, "0.025"},   {50000000, "0.05"},   {100000000, "0.1"},
    {250000000, "0.25"},     {500000000, "0.5"},     {1000000000, "1"},     {2500000000, "2.5"},  {5000000000, "5"},
    {10000000000, "10"},     {30000000000, "30"},    {60000000000, "60"},   {300000000000, "300"}, {INT64_MAX, "+Inf"},
};

/* A SQLSTATE, its five characters as a number, and how often it came. */
struct sqlstate {
    _Atomic uint64_t code; /* 0: free */
    _Atomic int64_t count;
};

struct metrics {
    int32_t set_first[METRIC_SET_COUNT], set_size[METRIC_SET_COUNT];
    size_t offset[METRIC_COUNT]; /* of its first cell in every shard */
    size_t shard_cells;
    struct sqlstate sqlstates[SQLSTATES_KEPT];
    _Atomic int64_t *cells; /* shard by shard */
};

const struct metric *metric_row(enum metric_id id) {
    return &rows[id];
}

enum metric_label metric_outcome(const char *sqlstate) {
    for (int label = LABEL_OUTCOME_00; label < LABEL_OUTCOME_XX; label++)
        if (labels[label].id[0] == sqlstate[0] && labels[label].id[1] == sqlstate[1])
            return (enum metric_label)label;
    return LABEL_OUTCOME_XX;
}

/* ---- where a number stands ---- */

/* Of one combination of labels: a histogram has its buckets and their sum. */
static size_t width(const struct metric *row) {
    return row->kind == METRIC_KIND_HISTOGRAM ? BUCKETS + 1 : 1;
}

static size_t combinations(const struct metrics *metrics, const struct metric *row) {
    return (size_t)metrics->set_size[row->first] * (size_t)metrics->set_size[row->second];
}

static size_t cell_of(const struct metrics *metrics, enum metric_id id, enum metric_label first,
                      enum metric_label second) {
    const struct metric *row = &rows[id];
    size_t a = first == LABEL_NONE ? 0 : (size_t)((int32_t)first - metrics->set_first[row->first]);
    size_t b = second == LABEL_NONE ? 0 : (size_t)((int32_t)second - metrics->set_first[row->second]);
    return metrics->offset[id] + (a * (size_t)metrics->set_size[row->second] + b) * width(row);
}

static void lay_out(struct metrics *metrics) {
    metrics->set_size[METRIC_SET_NONE] = 1;
    for (int label = LABEL_COUNT - 1; label >= 0; label--) {
        metrics->set_first[labels[label].set] = label;
        metrics->set_size[labels[label].set]++;
    }
    for (int id = 0; id < METRIC_COUNT; id++) {
        metrics->offset[id] = metrics->shard_cells;
        metrics->shard_cells += combinations(metrics, &rows[id]) * width(&rows[id]);
    }
    size_t per_line = CACHE_LINE / sizeof *metrics->cells;
    metrics->shard_cells = (metrics->shard_cells + per_line - 1) / per_line * per_line;
}

struct metrics *metrics_create(struct error *err) {
    struct metrics *metrics = memory_allocate_zeroed(1, sizeof *metrics);
    if (metrics) {
        lay_out(metrics);
        metrics->cells = memory_allocate_zeroed(SHARDS * metrics->shard_cells, sizeof *metrics->cells);
    }
    if (metrics && metrics->cells)
        return metrics;
    metrics_destroy(metrics);
    error_set_no_memory(err);
    return NULL;
}

void metrics_destroy(struct metrics *metrics) {
    if (!metrics)
        return;
    memory_free(metrics->cells);
    memory_free(metrics);
}

/* ---- counting ---- */

static void add(struct metrics *metrics, unsigned shard, size_t cell, int64_t amount) {
    atomic_fetch_add_explicit(&metrics->cells[shard % SHARDS * metrics->shard_cells + cell], amount,
                              memory_order_relaxed);
}

void metrics_add(struct metrics *metrics, unsigned shard, enum metric_id id, enum metric_label first,
                 enum metric_label second, int64_t amount) {
    add(metrics, shard, cell_of(metrics, id, first, second), amount);
}

void metrics_set(struct metrics *metrics, enum metric_id id, enum metric_label first, int64_t value) {
    atomic_store_explicit(&metrics->cells[cell_of(metrics, id, first, LABEL_NONE)], value, memory_order_relaxed);
}

void metrics_observe(struct metrics *metrics, unsigned shard, enum metric_id id, enum metric_label first,
                     int64_t duration_ns) {
    size_t cell = cell_of(metrics, id, first, LABEL_NONE), bucket = 0;
    while (duration_ns > bounds[bucket].ns)
        bucket++;
    add(metrics, shard, cell + bucket, 1);
    add(metrics, shard, cell + BUCKETS, duration_ns);
}

void metrics_count_error(struct metrics *metrics, const char *sqlstate) {
    uint64_t code = 0;
    for (int i = 0; i < 5 && sqlstate[i]; i++)
        code = code << 8 | (unsigned char)sqlstate[i];
    for (size_t tried = 0; tried < SQLSTATES_KEPT; tried++) {
        struct sqlstate *slot = &metrics->sqlstates[(code * 31 + tried) % SQLSTATES_KEPT];
        uint64_t held = 0;
        if (atomic_compare_exchange_strong(&slot->code, &held, code) || held == code) {
            atomic_fetch_add_explicit(&slot->count, 1, memory_order_relaxed);
            return;
        }
    }
}

/* ---- reading ---- */

static int64_t sum(const struct metrics *metrics, size_t cell) {
    int64_t total = 0;
    for (size_t shard = 0; shard < SHARDS; shard++)
        total += atomic_load_explicit(&metrics->cells[shard * metrics->shard_cells + cell], memory_order_relaxed);
    return total;
}

/* Of a counter or gauge its value, of a histogram the number of observations. */
static int64_t value_at(const struct metrics *metrics, enum metric_id id, size_t cell) {
    if (rows[id].kind != METRIC_KIND_HISTOGRAM)
        return sum(metrics, cell);
    int64_t count = 0;
    for (size_t bucket = 0; bucket < BUCKETS; bucket++)
        count += sum(metrics, cell + bucket);
    return count;
}

int64_t metrics_read(const struct metrics *metrics, enum metric_id id, enum metric_label first,
                     enum metric_label second) {
    return value_at(metrics, id, cell_of(metrics, id, first, second));
}

int64_t metrics_total(const struct metrics *metrics, enum metric_id id) {
    int64_t total = 0;
    for (size_t i = 0; i < combinations(metrics, &rows[id]); i++)
        total += value_at(metrics, id, metrics->offset[id] + i * width(&rows[id]));
    return total;
}

/* ---- the page ---- */

static void write_value(struct writer *out, enum metric_unit unit, int64_t value) {
    if (unit == METRIC_UNIT_NANOSECONDS)
        writer_format(out, " %lld.%09lld\n", (long long)(value / ns_per_s), (long long)(value % ns_per_s));
    else
        writer_format(out, " %lld\n", (long long)value);
}

static void write_histogram(const struct metrics *metrics, const struct metric *row, size_t cell, const char *text,
                            struct writer *out) {
    int64_t count = 0;
    for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
        count += sum(metrics, cell + bucket);
        writer_format(out, "%s_bucket{%s,le=\"%s\"} %lld\n", row->name, text, bounds[bucket].text, (long long)count);
    }
    writer_format(out, "%s_sum{%s}", row->name, text);
    write_value(out, row->unit, sum(metrics, cell + BUCKETS));
    writer_format(out, "%s_count{%s} %lld\n", row->name, text, (long long)count);
}

static const char *label_text(const struct metrics *metrics, enum metric_set set, size_t place) {
    return set == METRIC_SET_NONE ? "" : labels[(size_t)metrics->set_first[set] + place].text;
}

static void write_cells(const struct metrics *metrics, enum metric_id id, struct writer *out) {
    const struct metric *row = &rows[id];
    size_t count = combinations(metrics, row), seconds = (size_t)metrics->set_size[row->second];
    for (size_t i = 0; i < count; i++) {
        size_t cell = metrics->offset[id] + i * width(row);
        const char *first = label_text(metrics, row->first, i / seconds);
        const char *second = label_text(metrics, row->second, i % seconds);
        if (count > LINES_SHOWN_EMPTY && value_at(metrics, id, cell) == 0)
            continue;
        if (row->kind == METRIC_KIND_HISTOGRAM) {
            write_histogram(metrics, row, cell, first, out);
            continue;
        }
        writer_text(out, row->name);
        if (first[0])
            writer_format(out, "{%s%s%s}", first, second[0] ? "," : "", second);
        write_value(out, row->unit, sum(metrics, cell));
    }
}

static void write_sqlstates(const struct metrics *metrics, const struct metric *row, struct writer *out) {
    for (size_t i = 0; i < SQLSTATES_KEPT; i++) {
        uint64_t code = atomic_load(&metrics->sqlstates[i].code);
        if (code)
            writer_format(out, "%s{sqlstate=\"%c%c%c%c%c\"} %lld\n", row->name, (int)(code >> 32 & 0x7f),
                          (int)(code >> 24 & 0x7f), (int)(code >> 16 & 0x7f), (int)(code >> 8 & 0x7f),
                          (int)(code & 0x7f),
                          (long long)atomic_load_explicit(&metrics->sqlstates[i].count, memory_order_relaxed));
    }
}

void metrics_write(const struct metrics *metrics, struct writer *out) {
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    for (int id = 0; id < METRIC_COUNT; id++) {
        const struct metric *row = &rows[id];
        writer_format(out, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name, kinds[row->kind]);
        if (row->first == METRIC_SET_SQLSTATE)
            write_sqlstates(metrics, row, out);
        else
            write_cells(metrics, (enum metric_id)id, out);
    }
}
