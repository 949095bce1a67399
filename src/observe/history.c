#include "observe/history.h"

void history_add(struct history *history, const double values[HISTORY_SERIES_COUNT]) {
    for (int series = 0; series < HISTORY_SERIES_COUNT; series++)
        history->samples[series][history->next] = values[series];
    history->next = (history->next + 1) % HISTORY_SAMPLES;
    history->count += history->count < HISTORY_SAMPLES;
}

int32_t history_count(const struct history *history) {
    return history->count;
}

double history_at(const struct history *history, enum history_series series, int32_t sample) {
    return history->samples[series][(history->next - history->count + sample + HISTORY_SAMPLES) % HISTORY_SAMPLES];
}
