/* Cron expressions: "minute hour day month weekday" (crontab(5)), or @hourly, @daily, @weekly, @monthly, @yearly; and
 * "@every 90s", counted from the time before. Times are UTC.
 *
 * Each field is a list of numbers, ranges (1-5), steps (star/15, 0-30/10) and, for months and weekdays, names. Sunday is 0 and
 * 7. When both the day and the weekday are restricted, either is enough. Any thread.
 */
#ifndef SERVER_CRON_H
#define SERVER_CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct cron {
    uint64_t minutes, hours, days, months, weekdays; /* a bit for each value */
    bool any_day, any_weekday;                       /* the field is a star */
    int64_t every_s;                                 /* not 0: so long after the time before, whatever the rest says */
};

bool cron_parse(const char *text, struct cron *cron, struct error *err);
/* The first time behind `after_s`, in seconds since 1970; INT64_MAX when there is none (30 February). */
int64_t cron_next(const struct cron *cron, int64_t after_s);

#endif
