#include "pgtype/zone_rule.h"

#include <string.h>

#include "pgtype/civil.h"

enum { OFFSET_HOURS_MOST = 24, CHANGE_HOURS_MOST = 167 };

/* Reads a number of at most `most`; false without a digit or beyond it. */
static bool take_number(const char **at, int32_t most, int32_t *value) {
    int32_t number = 0;
    if (**at < '0' || **at > '9')
        return false;
    for (; **at >= '0' && **at <= '9'; ++*at) {
        number = number * 10 + (**at - '0');
        if (number > most)
            return false;
    }
    *value = number;
    return true;
}

static bool take(const char **at, char c) {
    if (**at != c)
        return false;
    ++*at;
    return true;
}

/* <+03>, or whatever stands before a number; it may be empty, as in PostgreSQL. */
static bool take_name(const char **at) {
    if (take(at, '<')) {
        const char *end = strchr(*at, '>');
        if (!end)
            return false;
        *at = end + 1;
        return true;
    }
    *at += strcspn(*at, "0123456789,+-");
    return true;
}

/* [+-]hh[:mm[:ss]], in seconds. */
static bool take_time(const char **at, int32_t hours_most, int32_t *seconds) {
    int32_t hours, minutes = 0, rest = 0;
    bool negative = take(at, '-');
    if (!negative)
        take(at, '+');
    if (!take_number(at, hours_most, &hours))
        return false;
    if (take(at, ':') && (!take_number(at, 59, &minutes) || (take(at, ':') && !take_number(at, 60, &rest))))
        return false;
    *seconds = (hours * 3600 + minutes * 60 + rest) * (negative ? -1 : 1);
    return true;
}

static bool take_change(const char **at, struct pgtype_zone_change *change) {
    bool ok;
    if (take(at, 'M')) {
        change->kind = 'M';
        ok = take_number(at, 12, &change->month) && change->month >= 1 && take(at, '.') &&
             take_number(at, 5, &change->week) && change->week >= 1 && take(at, '.') && take_number(at, 6, &change->day);
    } else if (take(at, 'J')) {
        change->kind = 'J';
        ok = take_number(at, 365, &change->day) && change->day >= 1;
    } else {
        change->kind = 'D';
        ok = take_number(at, 365, &change->day);
    }
    change->seconds = 2 * 3600;
    return ok && (!take(at, '/') || take_time(at, CHANGE_HOURS_MOST, &change->seconds));
}

bool pgtype_zone_rule_parse(const char *text, struct pgtype_zone_rule *rule) {
    /* What PostgreSQL takes when daylight saving time has no dates: those of the United States since 2007. */
    static const char default_dates[] = ",M3.2.0,M11.1.0";
    struct pgtype_zone_rule read = {0};
    const char *at = text;
    int32_t west;
    bool is_bare = *at == '+' || *at == '-' || (*at >= '0' && *at <= '9'); /* PostgreSQL wants no name of an offset alone */
    if ((!is_bare && !take_name(&at)) || !take_time(&at, OFFSET_HOURS_MOST, &west))
        return false;
    read.standard_offset = -west;
    if (*at) {
        read.has_daylight = true;
        read.daylight_offset = read.standard_offset + 3600;
        const char *name = at;
        if (!take_name(&at) || at == name)
            return false;
        if (*at && *at != ',') {
            if (!take_time(&at, OFFSET_HOURS_MOST, &west))
                return false;
            read.daylight_offset = -west;
        }
        if (!*at)
            at = default_dates;
        if (!take(&at, ',') || !take_change(&at, &read.begin) || !take(&at, ',') || !take_change(&at, &read.end) || *at)
            return false;
    }
    *rule = read;
    return true;
}

/* The day since 1970 of the nth (5: last) such weekday of a month. */
static int64_t nth_weekday(int64_t year, const struct pgtype_zone_change *change) {
    uint32_t month = (uint32_t)change->month;
    int64_t first = pgtype_days_from_civil(year, month, 1);
    int64_t day = (change->day - (int64_t)pgtype_weekday(first) + 7) % 7 + 7 * (change->week - 1);
    while (day >= pgtype_days_in_month(year, month))
        day -= 7;
    return first + day;
}

/* The instant of a change, in seconds of the local clock before it. */
static int64_t change_in_year(const struct pgtype_zone_change *change, int64_t year) {
    int64_t day = pgtype_days_from_civil(year, 1, 1);
    if (change->kind == 'M')
        day = nth_weekday(year, change);
    else if (change->kind == 'J')
        day += change->day - 1 + (change->day >= 60 && pgtype_is_leap_year(year));
    else
        day += change->day;
    return day * PGTYPE_SECONDS_PER_DAY + change->seconds;
}

static int64_t year_of(int64_t seconds) {
    int64_t days = pgtype_floor_divide(seconds, PGTYPE_SECONDS_PER_DAY);
    if (days < INT32_MIN || days > INT32_MAX)
        return days / 366;
    return pgtype_civil_from_days((int32_t)days).year;
}

int32_t pgtype_zone_rule_offset_at(const struct pgtype_zone_rule *rule, int64_t seconds) {
    if (!rule->has_daylight)
        return rule->standard_offset;
    int64_t year = year_of(seconds + rule->standard_offset);
    int64_t begin = change_in_year(&rule->begin, year) - rule->standard_offset;
    int64_t end = change_in_year(&rule->end, year) - rule->daylight_offset;
    bool daylight = begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end;
    return daylight ? rule->daylight_offset : rule->standard_offset;
}

bool pgtype_zone_rule_next(const struct pgtype_zone_rule *rule, int64_t seconds, int64_t *change, int32_t *offset) {
    if (!rule->has_daylight)
        return false;
    bool found = false;
    int64_t year = year_of(seconds + rule->standard_offset);
    for (int64_t y = year - 1; y <= year + 1; y++) {
        int64_t begin = change_in_year(&rule->begin, y) - rule->standard_offset;
        int64_t end = change_in_year(&rule->end, y) - rule->daylight_offset;
        if (begin > seconds && (!found || begin < *change)) {
            found = true;
            *change = begin;
            *offset = rule->daylight_offset;
        }
        if (end > seconds && (!found || end < *change)) {
            found = true;
            *change = end;
            *offset = rule->standard_offset;
        }
    }
    return found;
}
