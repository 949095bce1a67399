#include "server/cron.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "server/setting.h"

enum { MINUTE_S = 60, YEARS_AHEAD = 9 /* 29 February comes within eight years */ };

static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                          "jul", "aug", "sep", "oct", "nov", "dec"};
static const char *const weekday_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

static const struct field {
    const char *name;
    int low, high;
    const char *const *names; /* of the values from `low` on */
    int name_count;
} fields[] = {
    {"minute", 0, 59, NULL, 0},          {"hour", 0, 23, NULL, 0},           {"day", 1, 31, NULL, 0},
    {"month", 1, 12, month_names, 12},   {"weekday", 0, 7, weekday_names, 7},
};

static const struct {
    const char *word, *expression;
} words[] = {
    {"@hourly", "0 * * * *"}, {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"},
};

static const char every[] = "@every ";

/* ---- reading ---- */

static bool refuse(const struct field *field, const char *text, size_t length, struct error *err) {
    return error_set(err, ERROR_CONFIG, "\"%.*s\" is no %s; give numbers from %d to %d, lists (1,2), ranges (1-5) or steps (*/5)",
                     (int)length, text, field->name, field->low, field->high);
}

/* A number or a name; moves `at` behind it. */
static bool take_value(const struct field *field, const char **at, int *value) {
    for (int i = 0; i < field->name_count; i++)
        if (!strncasecmp(*at, field->names[i], 3) && !isalpha((unsigned char)(*at)[3])) {
            *value = field->low + i;
            *at += 3;
            return true;
        }
    char *end;
    if (!isdigit((unsigned char)**at))
        return false;
    long number = strtol(*at, &end, 10);
    *at = end;
    *value = (int)number;
    return number >= field->low && number <= field->high;
}

/* One item of a list: a star, a value or a range, perhaps with a step. */
static bool take_item(const struct field *field, const char **at, uint64_t *bits) {
    int first = field->low, last = field->high, step = 1;
    if (**at == '*') {
        ++*at;
    } else {
        if (!take_value(field, at, &first))
            return false;
        last = first;
        if (**at == '-' && (++*at, !take_value(field, at, &last) || last < first))
            return false;
        if (**at == '/' && last == first)
            last = field->high;
    }
    if (**at == '/') {
        char *end;
        long given = isdigit((unsigned char)(*at)[1]) ? strtol(*at + 1, &end, 10) : 0;
        if (given < 1 || given > field->high)
            return false;
        step = (int)given;
        *at = end;
    }
    for (int value = first; value <= last; value += step)
        *bits |= (uint64_t)1 << value;
    return true;
}

static bool take_field(const struct field *field, const char *text, size_t length, uint64_t *bits, struct error *err) {
    const char *at = text;
    do {
        if (!take_item(field, &at, bits))
            return refuse(field, text, length, err);
    } while (*at == ',' && at++);
    return at == text + length || refuse(field, text, length, err);
}

static bool take_every(const char *text, struct cron *cron, struct error *err) {
    static const struct setting row = {
        .type = SETTING_TYPE_DURATION, .unit = "ms", .low = 1000, .high = (int64_t)366 * 86400 * 1000};
    int64_t every_ms;
    if (!setting_parse_row(&row, text, &every_ms, err))
        return false;
    *cron = (struct cron){.every_s = every_ms / 1000};
    return true;
}

bool cron_parse(const char *text, struct cron *cron, struct error *err) {
    struct cron made = {0};
    if (!strncasecmp(text, every, strlen(every)))
        return take_every(text + strlen(every), cron, err);
    uint64_t *bits[] = {&made.minutes, &made.hours, &made.days, &made.months, &made.weekdays};
    const char *at = text;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcasecmp(text, words[i].word))
            at = words[i].expression;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        at += strspn(at, " \t");
        size_t length = strcspn(at, " \t");
        if (!length)
            return error_set(err, ERROR_CONFIG,
                             "\"%s\" is no schedule; give \"minute hour day month weekday\", e.g. \"30 4 * * 1-5\"", text);
        made.any_day |= i == 2 && at[0] == '*';
        made.any_weekday |= i == 4 && at[0] == '*';
        if (!take_field(&fields[i], at, length, bits[i], err))
            return false;
        at += length;
    }
    if (at[strspn(at, " \t")])
        return error_set(err, ERROR_CONFIG, "\"%s\" is no schedule: it has more than five fields", text);
    made.weekdays |= made.weekdays >> 7 & 1; /* Sunday */
    *cron = made;
    return true;
}

/* ---- the next time ---- */

static bool has(uint64_t bits, int value) {
    return bits >> value & 1;
}

static bool is_day(const struct cron *cron, const struct tm *time) {
    bool day = has(cron->days, time->tm_mday), weekday = has(cron->weekdays, time->tm_wday);
    return cron->any_day || cron->any_weekday ? day && weekday : day || weekday;
}

/* Seconds to the next time that may fit; 0: this one does. */
static int64_t step(const struct cron *cron, const struct tm *time) {
    int64_t of_day = (time->tm_hour * 60 + time->tm_min) * MINUTE_S;
    if (!has(cron->months, time->tm_mon + 1) || !is_day(cron, time))
        return 86400 - of_day;
    if (!has(cron->hours, time->tm_hour))
        return 3600 - time->tm_min * MINUTE_S;
    return has(cron->minutes, time->tm_min) ? 0 : MINUTE_S;
}

int64_t cron_next(const struct cron *cron, int64_t after_s) {
    if (cron->every_s)
        return after_s + cron->every_s;
    int64_t at_s = (after_s / MINUTE_S + 1) * MINUTE_S, end_s = at_s + (int64_t)YEARS_AHEAD * 366 * 86400;
    while (at_s < end_s) {
        time_t seconds = (time_t)at_s;
        struct tm time;
        gmtime_r(&seconds, &time);
        int64_t more_s = step(cron, &time);
        if (!more_s)
            return at_s;
        at_s += more_s;
    }
    return INT64_MAX;
}
