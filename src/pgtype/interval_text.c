/* Intervals in PostgreSQL's four styles; the order of parts, signs and plurals is that of EncodeInterval
 * (datetime.c). */
#include <stdbool.h>
#include <string.h>

#include "pgtype/datetime_text.h"
#include "pgtype/digits.h"

struct parts {
    int64_t years, months, days, hours;
    int32_t minutes, seconds, micros;
};

static struct parts split(struct engine_interval interval) {
    int64_t micros = interval.micros;
    return (struct parts){
        .years = interval.months / 12,
        .months = interval.months % 12,
        .days = interval.days,
        .hours = micros / 3600000000,
        .minutes = (int32_t)(micros / 60000000 % 60),
        .seconds = (int32_t)(micros / 1000000 % 60),
        .micros = (int32_t)(micros % 1000000),
    };
}

static uint64_t magnitude(int64_t value) {
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

static char *write_text(char *out, const char *text) {
    size_t length = strlen(text);
    memcpy(out, text, length);
    return out + length;
}

static bool has_time(const struct parts *p) {
    return p->hours || p->minutes || p->seconds || p->micros;
}

static bool time_is_negative(const struct parts *p) {
    return p->hours < 0 || p->minutes < 0 || p->seconds < 0 || p->micros < 0;
}

static char *write_seconds(char *out, const struct parts *p, bool two_digits) {
    uint64_t seconds = magnitude(p->seconds);
    out = two_digits ? pgtype_write_pair(out, (uint32_t)seconds) : pgtype_write_u64(out, seconds);
    return pgtype_write_fraction(out, magnitude(p->micros), 6);
}

/* [H]H:MM:SS, with at least `hour_digits` for the hour. */
static char *write_clock(char *out, const struct parts *p, int32_t hour_digits) {
    uint64_t hours = magnitude(p->hours);
    if (hours < 10 && hour_digits == 2)
        *out++ = '0';
    out = pgtype_write_u64(out, hours);
    *out++ = ':';
    out = pgtype_write_pair(out, (uint32_t)magnitude(p->minutes));
    *out++ = ':';
    return write_seconds(out, p, true);
}

/* What the parts written so far say about the next one. */
struct progress {
    bool none_yet;
    bool negative; /* postgres: the last part; verbose: the first one */
};

/* postgres: a part behind a negative one shows its plus. */
static char *write_signed_part(char *out, int64_t value, const char *unit, struct progress *progress) {
    if (!value)
        return out;
    if (!progress->none_yet)
        *out++ = ' ';
    if (progress->negative && value > 0)
        *out++ = '+';
    out = pgtype_write_i64(out, value);
    *out++ = ' ';
    out = write_text(out, unit);
    if (value != 1)
        *out++ = 's';
    *progress = (struct progress){.negative = value < 0};
    return out;
}

static char *write_postgres(char *out, const struct parts *p) {
    struct progress progress = {.none_yet = true};
    out = write_signed_part(out, p->years, "year", &progress);
    out = write_signed_part(out, p->months, "mon", &progress);
    out = write_signed_part(out, p->days, "day", &progress);
    if (!progress.none_yet && !has_time(p))
        return out;
    if (!progress.none_yet)
        *out++ = ' ';
    if (time_is_negative(p))
        *out++ = '-';
    else if (progress.negative)
        *out++ = '+';
    return write_clock(out, p, 2);
}

/* postgres_verbose: signs are relative to the first part's, which "ago" tells. */
static char *write_verbose_part(char *out, int64_t value, const char *unit, struct progress *progress) {
    if (!value)
        return out;
    if (progress->none_yet)
        progress->negative = value < 0;
    if (progress->negative)
        value = -value;
    progress->none_yet = false;
    *out++ = ' ';
    out = pgtype_write_i64(out, value);
    *out++ = ' ';
    out = write_text(out, unit);
    if (value != 1)
        *out++ = 's';
    return out;
}

static char *write_verbose_seconds(char *out, const struct parts *p, struct progress *progress) {
    if (!p->seconds && !p->micros)
        return out;
    bool negative = p->seconds < 0 || p->micros < 0;
    *out++ = ' ';
    if (progress->none_yet)
        progress->negative = negative;
    else if (negative != progress->negative)
        *out++ = '-';
    progress->none_yet = false;
    out = write_seconds(out, p, false);
    return write_text(out, magnitude(p->seconds) != 1 || p->micros ? " secs" : " sec");
}

static char *write_verbose(char *out, const struct parts *p) {
    struct progress progress = {.none_yet = true};
    *out++ = '@';
    out = write_verbose_part(out, p->years, "year", &progress);
    out = write_verbose_part(out, p->months, "mon", &progress);
    out = write_verbose_part(out, p->days, "day", &progress);
    out = write_verbose_part(out, p->hours, "hour", &progress);
    out = write_verbose_part(out, p->minutes, "min", &progress);
    out = write_verbose_seconds(out, p, &progress);
    if (progress.none_yet)
        out = write_text(out, " 0");
    return progress.negative ? write_text(out, " ago") : out;
}

static char *write_year_month(char *out, const struct parts *p) {
    out = pgtype_write_u64(out, magnitude(p->years));
    *out++ = '-';
    return pgtype_write_u64(out, magnitude(p->months));
}

/* All three fields, each with its sign: for what the standard's one sign and one field cannot say. */
static char *write_standard_mixed(char *out, const struct parts *p) {
    *out++ = p->years < 0 || p->months < 0 ? '-' : '+';
    out = write_year_month(out, p);
    *out++ = ' ';
    *out++ = p->days < 0 ? '-' : '+';
    out = pgtype_write_u64(out, magnitude(p->days));
    *out++ = ' ';
    *out++ = time_is_negative(p) ? '-' : '+';
    return write_clock(out, p, 1);
}

static char *write_standard(char *out, const struct parts *p) {
    bool year_month = p->years || p->months, day_time = p->days || has_time(p);
    bool negative = p->years < 0 || p->months < 0 || p->days < 0 || time_is_negative(p);
    bool positive = p->years > 0 || p->months > 0 || p->days > 0 || (has_time(p) && !time_is_negative(p));
    if (!negative && !positive)
        return write_text(out, "0");
    if ((negative && positive) || (year_month && day_time))
        return write_standard_mixed(out, p);
    if (negative)
        *out++ = '-';
    if (year_month)
        return write_year_month(out, p);
    if (p->days) {
        out = pgtype_write_u64(out, magnitude(p->days));
        *out++ = ' ';
    }
    return write_clock(out, p, 1);
}

static char *write_iso_part(char *out, int64_t value, char unit) {
    if (!value)
        return out;
    out = pgtype_write_i64(out, value);
    *out++ = unit;
    return out;
}

static char *write_iso(char *out, const struct parts *p) {
    *out++ = 'P';
    if (!p->years && !p->months && !p->days && !has_time(p))
        return write_text(out, "T0S");
    out = write_iso_part(out, p->years, 'Y');
    out = write_iso_part(out, p->months, 'M');
    out = write_iso_part(out, p->days, 'D');
    if (!has_time(p))
        return out;
    *out++ = 'T';
    out = write_iso_part(out, p->hours, 'H');
    out = write_iso_part(out, p->minutes, 'M');
    if (!p->seconds && !p->micros)
        return out;
    if (p->seconds < 0 || p->micros < 0)
        *out++ = '-';
    out = write_seconds(out, p, false);
    *out++ = 'S';
    return out;
}

char *pgtype_write_interval(char *out, struct engine_interval interval, enum pgtype_interval_style style) {
    struct parts parts = split(interval);
    switch (style) {
    case PGTYPE_INTERVAL_POSTGRES:
        break;
    case PGTYPE_INTERVAL_POSTGRES_VERBOSE:
        return write_verbose(out, &parts);
    case PGTYPE_INTERVAL_SQL_STANDARD:
        return write_standard(out, &parts);
    case PGTYPE_INTERVAL_ISO_8601:
        return write_iso(out, &parts);
    }
    return write_postgres(out, &parts);
}
