/* The last hour in samples, for charts. One thread writes; reading needs the writer's lock. */
#ifndef OBSERVE_HISTORY_H
#define OBSERVE_HISTORY_H

#include <stdint.h>

enum { HISTORY_SAMPLES = 360, HISTORY_STEP_S = 10 };

/* What is sampled: rates are counted since the sample before, others are as they were. */
enum history_series {
    HISTORY_STATEMENTS, /* per second, at the PostgreSQL door */
    HISTORY_CALLS,      /* per second, at the Airport door */
    HISTORY_ERRORS,     /* per second, at both */
    HISTORY_SENT,       /* bytes per second, at both */
    HISTORY_RECEIVED,
    HISTORY_SESSIONS,   /* connections of both doors */
    HISTORY_MEMORY,     /* bytes, of the engine */
    HISTORY_PROCESSOR,  /* cores that the process keeps busy */
    HISTORY_SERIES_COUNT
};

struct history {
    double samples[HISTORY_SERIES_COUNT][HISTORY_SAMPLES]; /* a ring */
    int32_t count, next;
};

void history_add(struct history *history, const double values[HISTORY_SERIES_COUNT]);
/* The number of samples there are; 0 is the oldest. */
int32_t history_count(const struct history *history);
double history_at(const struct history *history, enum history_series series, int32_t sample);

#endif
