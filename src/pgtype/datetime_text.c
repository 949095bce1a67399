#include "pgtype/datetime_text.h"

#include <string.h>

#include "pgtype/civil.h"
#include "pgtype/digits.h"

static char *write_text(char *out, const char *text) {
    size_t length = strlen(text);
    memcpy(out, text, length);
    return out + length;
}

/* YYYY-MM-DD without an era; the year 0 is 1 BC. */
static char *write_civil(char *out, struct pgtype_civil civil) {
    uint32_t year = civil.year > 0 ? (uint32_t)civil.year : 1 - (uint32_t)civil.year;
    if (year < 10000) {
        out = pgtype_write_pair(out, year / 100);
        out = pgtype_write_pair(out, year % 100);
    } else {
        out = pgtype_write_u64(out, year);
    }
    *out++ = '-';
    out = pgtype_write_pair(out, civil.month);
    *out++ = '-';
    return pgtype_write_pair(out, civil.day);
}

static char *write_era(char *out, struct pgtype_civil civil) {
    return civil.year > 0 ? out : write_text(out, " BC");
}

char *pgtype_write_date(char *out, int32_t days) {
    if (days == PGTYPE_DATE_INFINITY)
        return write_text(out, "infinity");
    if (days == -PGTYPE_DATE_INFINITY)
        return write_text(out, "-infinity");
    struct pgtype_civil civil = pgtype_civil_from_days(days);
    return write_era(write_civil(out, civil), civil);
}

char *pgtype_write_time(char *out, int64_t micros) {
    uint32_t seconds = (uint32_t)((uint64_t)micros / 1000000), fraction = (uint32_t)((uint64_t)micros % 1000000);
    uint32_t minutes = seconds / 60;
    out = pgtype_write_pair(out, minutes / 60);
    *out++ = ':';
    out = pgtype_write_pair(out, minutes % 60);
    *out++ = ':';
    out = pgtype_write_pair(out, seconds % 60);
    return pgtype_write_fraction(out, fraction, 6);
}

static char *write_offset(char *out, int32_t offset) {
    uint32_t magnitude = (uint32_t)(offset < 0 ? -offset : offset);
    *out++ = offset < 0 ? '-' : '+';
    out = pgtype_write_pair(out, magnitude / 3600);
    if (magnitude % 3600) {
        *out++ = ':';
        out = pgtype_write_pair(out, magnitude / 60 % 60);
    }
    if (magnitude % 60) {
        *out++ = ':';
        out = pgtype_write_pair(out, magnitude % 60);
    }
    return out;
}

char *pgtype_write_time_tz(char *out, int64_t micros, int32_t offset) {
    return write_offset(pgtype_write_time(out, micros), offset);
}

struct moment {
    struct pgtype_civil civil;
    int64_t micros; /* of the day */
};

static struct moment split(int64_t micros) {
    int64_t days = pgtype_floor_divide(micros, PGTYPE_MICROS_PER_DAY);
    return (struct moment){pgtype_civil_from_days((int32_t)days), micros - days * PGTYPE_MICROS_PER_DAY};
}

static char *write_moment(char *out, struct moment moment) {
    out = write_civil(out, moment.civil);
    *out++ = ' ';
    return pgtype_write_time(out, moment.micros);
}

static const char *infinity_name(int64_t micros) {
    return micros == PGTYPE_TIMESTAMP_INFINITY ? "infinity" : micros == -PGTYPE_TIMESTAMP_INFINITY ? "-infinity" : NULL;
}

char *pgtype_write_timestamp(char *out, int64_t micros) {
    const char *infinity = infinity_name(micros);
    if (infinity)
        return write_text(out, infinity);
    struct moment moment = split(micros);
    return write_era(write_moment(out, moment), moment.civil);
}

char *pgtype_write_timestamp_tz(char *out, int64_t micros, const struct pgtype_zone *zone) {
    const char *infinity = infinity_name(micros);
    if (infinity)
        return write_text(out, infinity);
    int32_t offset = pgtype_zone_offset_at(zone, pgtype_floor_divide(micros, PGTYPE_MICROS_PER_SECOND));
    struct moment moment = split(micros);
    moment.micros += (int64_t)offset * PGTYPE_MICROS_PER_SECOND;
    if (moment.micros < 0 || moment.micros >= PGTYPE_MICROS_PER_DAY) { /* another day there */
        int64_t days = pgtype_floor_divide(micros, PGTYPE_MICROS_PER_DAY) +
                       pgtype_floor_divide(moment.micros, PGTYPE_MICROS_PER_DAY);
        moment.civil = pgtype_civil_from_days((int32_t)days);
        moment.micros -= pgtype_floor_divide(moment.micros, PGTYPE_MICROS_PER_DAY) * PGTYPE_MICROS_PER_DAY;
    }
    return write_era(write_offset(write_moment(out, moment), offset), moment.civil);
}
