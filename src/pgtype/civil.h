/* The proleptic Gregorian calendar, with a year 0 (1 BC), as PostgreSQL and DuckDB both count. */
#ifndef PGTYPE_CIVIL_H
#define PGTYPE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

static const int64_t PGTYPE_MICROS_PER_SECOND = 1000000;
static const int64_t PGTYPE_MICROS_PER_DAY = 86400000000;

enum {
    PGTYPE_SECONDS_PER_DAY = 86400,
    PGTYPE_EPOCH_DAYS = 10957, /* from 1970-01-01 to 2000-01-01, where PostgreSQL counts from */
};

struct pgtype_civil {
    int32_t year;
    uint32_t month; /* 1 … 12 */
    uint32_t day;   /* 1 … 31 */
};

static inline int64_t pgtype_floor_divide(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* Of a day since 1970; any int32_t. C. Neri, L. Schneider, "Euclidean affine functions and their application to
 * calendar algorithms": years begin in March, and 14,704 Gregorian cycles keep everything positive. */
static inline struct pgtype_civil pgtype_civil_from_days(int32_t days) {
    enum { CYCLES = 14704, CYCLE_DAYS = 146097, MARCH_0000 = 719468 };
    uint64_t n = (uint64_t)((int64_t)days + MARCH_0000 + (int64_t)CYCLES * CYCLE_DAYS);
    uint64_t n1 = 4 * n + 3;
    uint64_t century = n1 / CYCLE_DAYS;
    uint32_t n2 = (uint32_t)(n1 % CYCLE_DAYS) | 3;
    uint64_t p = (uint64_t)2939745 * n2;
    uint32_t year_of_century = (uint32_t)(p >> 32);
    uint32_t day_of_year = (uint32_t)p / 2939745 / 4;
    uint32_t n3 = 2141 * day_of_year + 197913;
    bool next_year = day_of_year >= 306;
    return (struct pgtype_civil){
        .year = (int32_t)((int64_t)(100 * century + year_of_century) - (int64_t)CYCLES * 400) + next_year,
        .month = (n3 >> 16) - (next_year ? 12 : 0),
        .day = (n3 & 0xffff) / 2141 + 1,
    };
}

/* The day since 1970; for any year of an int32_t and valid months. */
static inline int64_t pgtype_days_from_civil(int64_t year, uint32_t month, uint32_t day) {
    year -= month <= 2;
    int64_t cycle = pgtype_floor_divide(year, 400);
    int64_t year_of_cycle = year - cycle * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return cycle * 146097 + year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year - 719468;
}

static inline bool pgtype_is_leap_year(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static inline uint32_t pgtype_days_in_month(int64_t year, uint32_t month) {
    return month == 2 ? 28 + (uint32_t)pgtype_is_leap_year(year) : 30 + ((month + (month >> 3)) & 1);
}

/* Sunday is 0. */
static inline uint32_t pgtype_weekday(int64_t days) {
    int64_t weekday = (days + 4) % 7;
    return (uint32_t)(weekday < 0 ? weekday + 7 : weekday);
}

#endif
