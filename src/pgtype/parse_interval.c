/* Intervals from text: units in words, SQL's year-month and day-time, ISO 8601 (DecodeInterval and
 * DecodeISO8601Interval in datetime.c). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pgtype/civil.h"
#include "pgtype/parse.h"

enum unit { MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, YEAR, DECADE, CENTURY, MILLENNIUM, AGO };

enum { INTERVAL_BYTES = 256, DAYS_PER_MONTH = 30, MONTHS_PER_YEAR = 12, NAME_CHARS = 10 /* TOKMAXLEN */ };

/* What one of the unit is: months, or days, or microseconds. */
static const struct {
    int64_t months, days, micros;
} meanings[] = {
    [MICROSECOND] = {0, 0, 1},        [MILLISECOND] = {0, 0, 1000},      [SECOND] = {0, 0, 1000000},
    [MINUTE] = {0, 0, 60000000},      [HOUR] = {0, 0, 3600000000},       [DAY] = {0, 1, 0},
    [WEEK] = {0, 7, 0},               [MONTH] = {1, 0, 0},               [YEAR] = {12, 0, 0},
    [DECADE] = {120, 0, 0},           [CENTURY] = {1200, 0, 0},          [MILLENNIUM] = {12000, 0, 0},
};

static const struct {
    char name[NAME_CHARS + 1]; /* longer ones are cut, as PostgreSQL does */
    uint8_t unit;
} names[] = {
    {"us", MICROSECOND},    {"usec", MICROSECOND},     {"usecs", MICROSECOND},    {"usecond", MICROSECOND},
    {"useconds", MICROSECOND}, {"microsecon", MICROSECOND}, {"ms", MILLISECOND},   {"msec", MILLISECOND},
    {"msecs", MILLISECOND}, {"msecond", MILLISECOND},  {"mseconds", MILLISECOND}, {"millisecon", MILLISECOND},
    {"s", SECOND},          {"sec", SECOND},           {"secs", SECOND},          {"second", SECOND},
    {"seconds", SECOND},    {"m", MINUTE},             {"min", MINUTE},           {"mins", MINUTE},
    {"minute", MINUTE},     {"minutes", MINUTE},       {"h", HOUR},               {"hr", HOUR},
    {"hrs", HOUR},          {"hour", HOUR},            {"hours", HOUR},           {"d", DAY},
    {"day", DAY},           {"days", DAY},             {"w", WEEK},               {"week", WEEK},
    {"weeks", WEEK},        {"mon", MONTH},            {"mons", MONTH},           {"month", MONTH},
    {"months", MONTH},      {"y", YEAR},               {"yr", YEAR},              {"yrs", YEAR},
    {"year", YEAR},         {"years", YEAR},           {"dec", DECADE},           {"decs", DECADE},
    {"decade", DECADE},     {"decades", DECADE},       {"c", CENTURY},            {"cent", CENTURY},
    {"century", CENTURY},   {"centuries", CENTURY},    {"mil", MILLENNIUM},       {"mils", MILLENNIUM},
    {"millennia", MILLENNIUM}, {"millennium", MILLENNIUM}, {"ago", AGO},
};

enum status { OK, INVALID, OVERFLOW };

struct sum {
    int64_t months, days, micros;
    uint32_t seen; /* a bit for each unit */
};

/* A number as it is written: the fraction has the number's sign. */
struct amount {
    int64_t whole;
    double fraction;
    bool negative;
};

static bool add_product(int64_t *sum, int64_t count, int64_t unit) {
    int64_t product;
    return !__builtin_mul_overflow(count, unit, &product) && !__builtin_add_overflow(*sum, product, sum);
}

/* Fractions of years and more become months; of months and weeks, days and time; of days, time. */
static bool add_fraction(struct sum *sum, double fraction, enum unit unit) {
    double months = fraction * (double)meanings[unit].months, days = fraction * (double)meanings[unit].days;
    if (unit >= YEAR)
        return add_product(&sum->months, (int64_t)rint(months), 1);
    if (unit == MONTH)
        days = months * DAYS_PER_MONTH;
    if (unit >= WEEK) {
        int64_t whole = (int64_t)days;
        if (!add_product(&sum->days, whole, 1))
            return false;
        days -= (double)whole;
    }
    double micros = fraction * (double)meanings[unit].micros;
    if (unit >= DAY)
        micros = days * (double)PGTYPE_MICROS_PER_DAY;
    return add_product(&sum->micros, (int64_t)rint(micros), 1);
}

static enum status add(struct sum *sum, const struct amount *amount, enum unit unit) {
    if (sum->seen >> unit & 1)
        return INVALID;
    sum->seen |= 1u << unit;
    bool ok = add_product(&sum->months, amount->whole, meanings[unit].months) &&
              add_product(&sum->days, amount->whole, meanings[unit].days) &&
              add_product(&sum->micros, amount->whole, meanings[unit].micros) &&
              (amount->fraction == 0 || add_fraction(sum, amount->fraction, unit));
    return ok ? OK : OVERFLOW;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static enum status take_digits(const char **at, int64_t *value) {
    *value = 0;
    if (!is_digit(**at))
        return INVALID;
    for (; is_digit(**at); ++*at)
        if (__builtin_mul_overflow(*value, 10, value) || __builtin_add_overflow(*value, **at - '0', value))
            return OVERFLOW;
    return OK;
}

/* [+-]digits[.digits]; the whole part may be missing before a point. */
static enum status take_amount(const char **at, struct amount *amount) {
    *amount = (struct amount){.negative = **at == '-'};
    if (**at == '-' || **at == '+')
        ++*at;
    enum status status = **at == '.' && is_digit((*at)[1]) ? OK : take_digits(at, &amount->whole);
    if (status != OK)
        return status;
    if (**at == '.') {
        char *end;
        const char *start = *at;
        ++*at;
        while (is_digit(**at))
            ++*at;
        amount->fraction = *at - start > 1 ? strtod(start, &end) : 0;
    }
    if (amount->negative) {
        amount->whole = -amount->whole;
        amount->fraction = -amount->fraction;
    }
    return OK;
}

static void negate(struct amount *amount, bool negative) {
    if (negative) {
        amount->whole = -amount->whole;
        amount->fraction = -amount->fraction;
    }
}

/* H:MM[:SS[.f]] or MM:SS.f, the first number being read; its sign goes for all. */
static enum status add_clock(const char **at, struct sum *sum, struct amount first) {
    struct amount second, third = {0};
    enum unit unit = HOUR;
    ++*at;
    enum status status = take_amount(at, &second);
    if (status != OK || first.fraction != 0 || second.negative)
        return status == OK ? INVALID : status;
    if (**at == ':') {
        ++*at;
        status = take_amount(at, &third);
        if (status != OK || second.fraction != 0 || third.negative)
            return status == OK ? INVALID : status;
    } else if (second.fraction != 0) {
        third = second;
        second = (struct amount){.whole = first.negative ? -first.whole : first.whole};
        first.whole = 0;
    }
    if (second.whole > 59 || third.whole > 60)
        return OVERFLOW;
    negate(&second, first.negative);
    negate(&third, first.negative);
    const struct amount *parts[] = {&first, &second, &third};
    for (int i = 0; i < 3 && status == OK; i++, unit--)
        status = add(sum, parts[i], unit);
    return status;
}

/* Y-M, the years being read. */
static enum status add_year_month(const char **at, struct sum *sum, struct amount years) {
    struct amount months = {0};
    ++*at;
    enum status status = take_digits(at, &months.whole);
    if (status != OK || years.fraction != 0)
        return status == OK ? INVALID : status;
    if (months.whole >= MONTHS_PER_YEAR)
        return OVERFLOW;
    negate(&months, years.negative);
    status = add(sum, &years, YEAR);
    return status == OK ? add(sum, &months, MONTH) : status;
}

static bool take_unit(const char **at, enum unit *unit) {
    char name[NAME_CHARS + 1] = "";
    size_t length = 0;
    for (; **at >= 'a' && **at <= 'z'; ++*at)
        if (length < NAME_CHARS)
            name[length++] = **at;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].name, name) == 0) {
            *unit = (enum unit)names[i].unit;
            return true;
        }
    return false;
}

static void skip_space(const char **at) {
    while (pgtype_is_space((uint8_t)**at) || **at == ',')
        ++*at;
}

/* A number without a unit counts days before a clock, seconds at the end; elsewhere it means nothing. */
static bool implied_unit(const char *at, enum unit *unit) {
    *unit = SECOND;
    if (!*at || strncmp(at, "ago", 3) == 0)
        return true;
    *unit = DAY;
    if (*at == '-' || *at == '+')
        at++;
    size_t digits = strspn(at, "0123456789");
    return digits && at[digits] == ':';
}

/* In the style of the SQL standard a leading minus, when it is the only sign, goes for the whole interval. */
static bool sign_goes_for_all(const char *text, const struct pgtype_settings *settings) {
    if (settings->interval_style != PGTYPE_INTERVAL_SQL_STANDARD || *text != '-')
        return false;
    for (const char *at = text + 1; *at; at++)
        if ((*at == '-' || *at == '+') && !is_digit(at[-1]))
            return false;
    return true;
}

static enum status read_traditional(const char *at, const struct pgtype_settings *settings, struct sum *sum) {
    bool all_negative = sign_goes_for_all(at, settings), ago = false, any = false;
    if (*at == '@')
        at++;
    for (skip_space(&at); *at; skip_space(&at)) {
        struct amount amount;
        enum unit unit;
        enum status status;
        if (*at >= 'a' && *at <= 'z') { /* only "ago" stands without a number */
            if (!take_unit(&at, &unit) || unit != AGO || !any || ago)
                return INVALID;
            ago = true;
            continue;
        }
        if (ago || (status = take_amount(&at, &amount)) != OK)
            return ago ? INVALID : status;
        if (all_negative && any) {
            negate(&amount, true);
            amount.negative = true;
        }
        any = true;
        if (*at == ':') {
            status = add_clock(&at, sum, amount);
        } else if (*at == '-' && is_digit(at[1])) {
            status = add_year_month(&at, sum, amount);
        } else {
            skip_space(&at);
            bool named = *at >= 'a' && *at <= 'z' && strncmp(at, "ago", 3) != 0;
            if (!(named ? take_unit(&at, &unit) && unit != AGO : implied_unit(at, &unit)))
                return INVALID;
            status = add(sum, &amount, unit);
        }
        if (status != OK)
            return status;
    }
    if (ago) {
        sum->months = -sum->months;
        sum->days = -sum->days;
        sum->micros = -sum->micros;
    }
    return any ? OK : INVALID;
}

/* P0001-02-03T04:05:06: dates and clocks instead of designators. */
static enum status read_iso_alternative(const char *at, struct sum *sum) {
    struct amount part;
    static const enum unit date[] = {YEAR, MONTH, DAY}, clock[] = {HOUR, MINUTE, SECOND};
    enum status status = OK;
    for (int i = 0; i < 3 && *at && *at != 't' && status == OK; i++) {
        if (i && *at++ != '-')
            return INVALID;
        status = take_amount(&at, &part);
        if (status == OK)
            status = add(sum, &part, date[i]);
    }
    if (status != OK || !*at)
        return status;
    if (*at++ != 't')
        return INVALID;
    for (int i = 0; i < 3 && *at && status == OK; i++) {
        if (i && *at++ != ':')
            return INVALID;
        status = take_amount(&at, &part);
        if (status == OK)
            status = add(sum, &part, clock[i]);
    }
    return status == OK && *at ? INVALID : status;
}

static bool is_alternative(const char *at) {
    size_t digits = strspn(at, "+-.0123456789:t");
    return strlen(at) == digits && (strchr(at, ':') || (*at && strchr(at + 1, '-')));
}

static enum status read_iso(const char *at, struct sum *sum) {
    bool in_time = false, any = false;
    if (is_alternative(at))
        return read_iso_alternative(at, sum);
    while (*at) {
        struct amount amount;
        static const char date_letters[] = "ymwd", time_letters[] = "hms";
        static const enum unit date_units[] = {YEAR, MONTH, WEEK, DAY}, time_units[] = {HOUR, MINUTE, SECOND};
        if (*at == 't' && !in_time) {
            in_time = true;
            at++;
            continue;
        }
        enum status status = take_amount(&at, &amount);
        if (status != OK)
            return status;
        const char *letters = in_time ? time_letters : date_letters;
        const char *letter = *at ? strchr(letters, *at++) : NULL;
        if (!letter)
            return INVALID;
        status = add(sum, &amount, (in_time ? time_units : date_units)[letter - letters]);
        if (status != OK)
            return status;
        any = true;
    }
    return any ? OK : INVALID;
}

static enum status read_interval(struct pgtype_bytes in, const struct pgtype_settings *settings, struct sum *sum) {
    char text[INTERVAL_BYTES];
    in = pgtype_trim(in);
    if (!in.length || in.length >= sizeof text || memchr(in.bytes, 0, in.length))
        return INVALID;
    for (size_t i = 0; i < in.length; i++)
        text[i] = (char)(in.bytes[i] >= 'A' && in.bytes[i] <= 'Z' ? in.bytes[i] | 32 : in.bytes[i]);
    text[in.length] = '\0';
    return text[0] == 'p' ? read_iso(text + 1, sum) : read_traditional(text, settings, sum);
}

bool pgtype_parse_interval(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                           struct pgtype_datum *out, struct error *err) {
    (void)arena;
    struct sum sum = {0};
    int shown = in.length > 1024 ? 1024 : (int)in.length;
    switch (read_interval(in, parser->settings, &sum)) {
    case INVALID:
        if (!pgwire_text_check(in.bytes, in.length, err))
            return false;
        return error_set_state(err, ERROR_CONVERSION, "22007", "invalid input syntax for type interval: \"%.*s\"", shown,
                               (const char *)in.bytes);
    case OVERFLOW:
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22015", "interval field value out of range: \"%.*s\"", shown,
                               (const char *)in.bytes);
    case OK:
        break;
    }
    if (sum.months != (int32_t)sum.months || sum.days != (int32_t)sum.days)
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22015", "interval field value out of range: \"%.*s\"", shown,
                               (const char *)in.bytes);
    out->interval = (struct engine_interval){(int32_t)sum.months, (int32_t)sum.days, sum.micros};
    return true;
}
