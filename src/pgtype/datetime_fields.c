#include "pgtype/datetime_fields.h"

#include <string.h>

#include "pgtype/civil.h"

/* A date as it is collected: up to three numbers and a month's name, which get their meaning at the end. */
struct scan {
    const char *at; /* in a copy in lower case */
    const struct pgtype_settings *settings;
    struct pgtype_fields *fields;
    struct {
        int64_t value;
        int32_t digits;
    } numbers[3];
    int32_t number_count;
    int32_t month;           /* 1 … 12 by its name, 0: none */
    int32_t day_of_year;     /* 1 … 366, 0: none */
    bool has_julian;
    bool bc;
    bool packed;      /* the date came as one number: year, month, day */
    bool time_only;   /* no date is wanted: bare numbers are times */
    bool time_marked; /* a T stood before the time */
    char meridiem;    /* 'a', 'p', or 0 */
    bool zone_named;
};

struct word {
    char name[12];
    uint8_t value;
};

static const struct word months[] = {
    {"jan", 1},   {"january", 1}, {"feb", 2},  {"february", 2}, {"mar", 3},     {"march", 3},    {"apr", 4},
    {"april", 4}, {"may", 5},     {"jun", 6},  {"june", 6},     {"jul", 7},     {"july", 7},     {"aug", 8},
    {"august", 8}, {"sep", 9},    {"sept", 9}, {"september", 9}, {"oct", 10},   {"october", 10}, {"nov", 11},
    {"november", 11}, {"dec", 12}, {"december", 12},
};

static const struct word weekdays[] = {
    {"sun", 0}, {"sunday", 0}, {"mon", 0},  {"monday", 0},    {"tue", 0}, {"tues", 0},  {"tuesday", 0}, {"wed", 0},
    {"weds", 0}, {"wednesday", 0}, {"thu", 0}, {"thur", 0}, {"thurs", 0}, {"thursday", 0}, {"fri", 0},
    {"friday", 0}, {"sat", 0}, {"saturday", 0}, {"on", 0}, {"at", 0},
};

static const struct word moments[] = {
    {"infinity", PGTYPE_MOMENT_INFINITY}, {"inf", PGTYPE_MOMENT_INFINITY}, {"epoch", PGTYPE_MOMENT_EPOCH},
    {"now", PGTYPE_MOMENT_NOW},           {"today", PGTYPE_MOMENT_TODAY},  {"tomorrow", PGTYPE_MOMENT_TOMORROW},
    {"yesterday", PGTYPE_MOMENT_YESTERDAY},
};

struct abbreviation {
    char name[8];
    int32_t offset;
};

static const struct abbreviation abbreviations[] = {
#define PG_TIMEZONE_ABBREVIATION(name, offset) {name, offset},
#include "pg_timezone_abbreviations.def"
#undef PG_TIMEZONE_ABBREVIATION
};

static const struct word *find_word(const struct word *words, size_t count, const char *text, size_t length) {
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i].name) == length && memcmp(words[i].name, text, length) == 0)
            return &words[i];
    return NULL;
}

#define FIND(words, text, length) find_word(words, sizeof words / sizeof words[0], text, length)

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c & 0x80);
}

static bool take(struct scan *s, char c) {
    if (*s->at != c)
        return false;
    s->at++;
    return true;
}

/* Digits as a number; `*digits` of them. More than 9 are cut, and too large for any field. */
static int64_t take_number(struct scan *s, int32_t *digits) {
    int64_t value = 0;
    *digits = 0;
    for (; is_digit(*s->at); s->at++, ++*digits)
        if (value < 1000000000)
            value = value * 10 + (*s->at - '0');
    return value;
}

/* .ffffff, rounded to microseconds. */
static int64_t take_fraction(struct scan *s) {
    int64_t micros = 0;
    int32_t places = 0;
    if (!take(s, '.'))
        return 0;
    for (; is_digit(*s->at); s->at++, places++) {
        if (places < 6)
            micros = micros * 10 + (*s->at - '0');
        else if (places == 6)
            micros += *s->at >= '5';
    }
    for (; places < 6; places++)
        micros *= 10;
    return micros;
}

static enum pgtype_fields_status set_time(struct scan *s, int64_t hour, int64_t minute, int64_t second,
                                          int64_t micros) {
    if (s->fields->has_time)
        return PGTYPE_FIELDS_INVALID;
    s->fields->has_time = true;
    if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute || second || micros)))
        return PGTYPE_FIELDS_OVERFLOW;
    s->fields->micros = ((hour * 60 + minute) * 60 + second) * PGTYPE_MICROS_PER_SECOND + micros;
    return PGTYPE_FIELDS_OK;
}

/* H:MM[:SS[.ffffff]], the hour being read. */
static enum pgtype_fields_status read_clock(struct scan *s, int64_t hour) {
    int32_t digits;
    int64_t second = 0, micros = 0;
    take(s, ':');
    int64_t minute = take_number(s, &digits);
    if (!digits)
        return PGTYPE_FIELDS_INVALID;
    if (take(s, ':')) {
        second = take_number(s, &digits);
        if (!digits)
            return PGTYPE_FIELDS_INVALID;
        micros = take_fraction(s);
    }
    return set_time(s, hour, minute, second, micros);
}

/* HHMM or HHMMSS[.ffffff] */
static enum pgtype_fields_status read_packed_clock(struct scan *s, int64_t value, int32_t digits) {
    if (digits == 4)
        return set_time(s, value / 100, value % 100, 0, 0);
    if (digits == 2)
        return set_time(s, value, 0, 0, 0);
    return set_time(s, value / 10000, value / 100 % 100, value % 100, take_fraction(s));
}

static enum pgtype_fields_status add_number(struct scan *s, int64_t value, int32_t digits) {
    if (s->number_count == 3 || s->has_julian)
        return PGTYPE_FIELDS_INVALID;
    s->numbers[s->number_count].value = value;
    s->numbers[s->number_count++].digits = digits;
    return PGTYPE_FIELDS_OK;
}

static enum pgtype_fields_status set_month(struct scan *s, uint8_t month) {
    if (s->month)
        return PGTYPE_FIELDS_INVALID;
    s->month = month;
    return PGTYPE_FIELDS_OK;
}

/* What stands between the delimiters of a date: a number, or a month's name. */
static enum pgtype_fields_status read_date_part(struct scan *s) {
    const char *start = s->at;
    if (is_digit(*s->at)) {
        int32_t digits;
        int64_t value = take_number(s, &digits);
        return add_number(s, value, digits);
    }
    while (is_letter(*s->at))
        s->at++;
    const struct word *month = FIND(months, start, (size_t)(s->at - start));
    return month ? set_month(s, month->value) : PGTYPE_FIELDS_INVALID;
}

/* The rest of 1999-01-08, 1/8/1999, 8.1.1999, 8-jan-1999, 1999.008: the first part is there, the delimiter is next. */
static enum pgtype_fields_status read_date_rest(struct scan *s) {
    char delimiter = *s->at;
    const char *day = s->at + 1;
    if (delimiter == '.' && s->number_count == 1 && is_digit(day[0]) && is_digit(day[1]) && is_digit(day[2]) &&
        !is_digit(day[3]) && day[3] != '.') {
        s->day_of_year = (day[0] - '0') * 100 + (day[1] - '0') * 10 + (day[2] - '0');
        s->at += 4;
        return s->day_of_year >= 1 && s->day_of_year <= 366 ? PGTYPE_FIELDS_OK : PGTYPE_FIELDS_OVERFLOW;
    }
    for (int part = 0; part < 2 && take(s, delimiter); part++) {
        enum pgtype_fields_status status = read_date_part(s);
        if (status != PGTYPE_FIELDS_OK)
            return status;
    }
    return PGTYPE_FIELDS_OK;
}

/* YYYYMMDD, YYMMDD */
static enum pgtype_fields_status read_packed_date(struct scan *s, int64_t value, int32_t digits) {
    if (s->number_count || s->month || digits > 9)
        return PGTYPE_FIELDS_INVALID;
    enum pgtype_fields_status status = add_number(s, value / 10000, digits - 4 < 3 ? digits - 4 : 4);
    s->month = (int32_t)(value / 100 % 100);
    s->packed = true;
    if (!s->month)
        return PGTYPE_FIELDS_DATE_OVERFLOW;
    return status == PGTYPE_FIELDS_OK ? add_number(s, value % 100, 2) : status;
}

static bool date_is_complete(const struct scan *s) {
    return s->number_count + (s->month != 0) >= 3 || s->has_julian || s->day_of_year ||
           s->fields->moment != PGTYPE_MOMENT_FIELDS;
}

static enum pgtype_fields_status read_digits(struct scan *s) {
    int32_t digits;
    int64_t value = take_number(s, &digits);
    if (*s->at == ':')
        return read_clock(s, value);
    bool joined = *s->at == '-' || *s->at == '/' || *s->at == '.', packed_time = digits == 4 || digits == 6;
    if (s->time_marked && !s->fields->has_time && (digits == 2 || packed_time))
        return read_packed_clock(s, value, digits);
    if (date_is_complete(s))
        return !s->fields->has_time && digits == 6 ? read_packed_clock(s, value, digits) : PGTYPE_FIELDS_INVALID;
    if (s->time_only && !s->fields->has_time && packed_time && *s->at != '-' && *s->at != '/')
        return read_packed_clock(s, value, digits);
    if (digits >= 6 && !joined)
        return read_packed_date(s, value, digits);
    enum pgtype_fields_status status = add_number(s, value, digits);
    return status == PGTYPE_FIELDS_OK && joined ? read_date_rest(s) : status;
}

/* +05, +530, +05:30, +0530, +05:30:15 */
static enum pgtype_fields_status read_offset(struct scan *s) {
    bool negative = *s->at++ == '-';
    int32_t digits, more;
    int64_t hour = take_number(s, &digits), minute = 0, second = 0;
    if (s->fields->has_zone || !digits)
        return PGTYPE_FIELDS_INVALID;
    if (digits > 2) {
        minute = hour % 100;
        hour /= 100;
    } else if (take(s, ':')) {
        minute = take_number(s, &more);
        if (take(s, ':'))
            second = take_number(s, &more);
    }
    if (hour > 15 || minute > 59 || second > 59)
        return PGTYPE_FIELDS_DISPLACEMENT;
    int32_t offset = (int32_t)((hour * 60 + minute) * 60 + second);
    s->fields->has_zone = true;
    s->fields->offset = negative ? -offset : offset;
    return PGTYPE_FIELDS_OK;
}

/* An abbreviation, or a name of the time zone database, which may hold digits, signs and slashes. */
static enum pgtype_fields_status read_zone(struct scan *s, const char *start) {
    size_t letters = (size_t)(s->at - start);
    if (s->fields->has_zone)
        return PGTYPE_FIELDS_INVALID;
    s->fields->has_zone = true;
    bool plain = *s->at == '\0' || *s->at == ' ';
    for (size_t i = 0; plain && i < sizeof abbreviations / sizeof abbreviations[0]; i++)
        if (strlen(abbreviations[i].name) == letters && memcmp(abbreviations[i].name, start, letters) == 0) {
            s->fields->offset = abbreviations[i].offset;
            return PGTYPE_FIELDS_OK;
        }
    s->at += strcspn(s->at, " ,");
    size_t length = (size_t)(s->at - start);
    memcpy(s->fields->zone_name, start, length);
    s->fields->zone_name[length] = '\0';
    s->zone_named = true;
    return PGTYPE_FIELDS_OK;
}

static enum pgtype_fields_status set_moment(struct scan *s, enum pgtype_moment moment) {
    if (s->fields->moment != PGTYPE_MOMENT_FIELDS || s->number_count || s->month)
        return PGTYPE_FIELDS_INVALID;
    s->fields->moment = moment;
    return PGTYPE_FIELDS_OK;
}

static enum pgtype_fields_status read_julian(struct scan *s) {
    int32_t digits;
    int64_t day = take_number(s, &digits);
    if (s->number_count || s->month || s->has_julian)
        return PGTYPE_FIELDS_INVALID;
    s->has_julian = true;
    s->fields->days = day - 2440588; /* the Julian day of 1970-01-01 */
    return PGTYPE_FIELDS_OK;
}

static enum pgtype_fields_status read_letters(struct scan *s) {
    const char *start = s->at;
    while (is_letter(*s->at))
        s->at++;
    size_t length = (size_t)(s->at - start);
    const struct word *word;
    if (length == 1 && *start == 't' && is_digit(*s->at)) {
        s->time_marked = true;
        return PGTYPE_FIELDS_OK;
    }
    if (length == 1 && *start == 'j' && is_digit(*s->at))
        return read_julian(s);
    if ((word = FIND(months, start, length)) != NULL) {
        enum pgtype_fields_status status = set_month(s, word->value);
        bool joined = *s->at == '-' || *s->at == '/' || *s->at == '.';
        return status == PGTYPE_FIELDS_OK && joined ? read_date_rest(s) : status;
    }
    if (FIND(weekdays, start, length))
        return PGTYPE_FIELDS_OK;
    if ((word = FIND(moments, start, length)) != NULL)
        return set_moment(s, (enum pgtype_moment)word->value);
    if (length == 2 && (memcmp(start, "bc", 2) == 0 || memcmp(start, "ad", 2) == 0)) {
        s->bc = *start == 'b';
        return PGTYPE_FIELDS_OK;
    }
    if (length == 2 && (memcmp(start, "am", 2) == 0 || memcmp(start, "pm", 2) == 0)) {
        s->meridiem = *start;
        return PGTYPE_FIELDS_OK;
    }
    if (length == 8 && memcmp(start, "allballs", 8) == 0) {
        s->fields->has_zone = true;
        return set_time(s, 0, 0, 0, 0);
    }
    return read_zone(s, start);
}

static enum pgtype_fields_status read_sign(struct scan *s) {
    if (strcmp(s->at, "-infinity") == 0 || strcmp(s->at, "-inf") == 0) {
        s->at += strlen(s->at);
        return set_moment(s, PGTYPE_MOMENT_MINUS_INFINITY);
    }
    if (strcmp(s->at, "+infinity") == 0) {
        s->at += strlen(s->at);
        return set_moment(s, PGTYPE_MOMENT_INFINITY);
    }
    return s->fields->has_time || date_is_complete(s) ? read_offset(s) : PGTYPE_FIELDS_INVALID;
}

static enum pgtype_fields_status read_all(struct scan *s) {
    enum pgtype_fields_status status = PGTYPE_FIELDS_OK;
    while (status == PGTYPE_FIELDS_OK && *s->at) {
        if (pgtype_is_space((uint8_t)*s->at) || *s->at == ',')
            s->at++;
        else if (is_digit(*s->at))
            status = read_digits(s);
        else if (is_letter(*s->at))
            status = read_letters(s);
        else if (*s->at == '+' || *s->at == '-')
            status = read_sign(s);
        else
            status = PGTYPE_FIELDS_INVALID;
    }
    return status;
}

/* Which of the three numbers is what; the month may have a name instead. */
struct order {
    int32_t year, month, day;
};

static struct order order_of(const struct scan *s) {
    enum pgtype_date_order order = s->settings->date_order;
    if (s->month) {
        bool year_first = s->packed || s->numbers[0].digits > 2 || (order == PGTYPE_DATE_YMD && s->numbers[1].digits <= 2);
        return year_first ? (struct order){0, -1, 1} : (struct order){1, -1, 0};
    }
    if (s->numbers[0].digits > 2 || order == PGTYPE_DATE_YMD)
        return (struct order){0, 1, 2};
    return order == PGTYPE_DATE_DMY ? (struct order){2, 1, 0} : (struct order){2, 0, 1};
}

static enum pgtype_fields_status resolve_year(const struct scan *s, int32_t index, int64_t *year) {
    *year = s->numbers[index].value;
    if (s->bc) {
        *year = 1 - *year;
        return *year <= 0 ? PGTYPE_FIELDS_OK : PGTYPE_FIELDS_OVERFLOW;
    }
    if (s->numbers[index].digits <= 2)
        *year += *year < 70 ? 2000 : 1900;
    return *year > 0 ? PGTYPE_FIELDS_OK : PGTYPE_FIELDS_OVERFLOW;
}

static enum pgtype_fields_status resolve_day_of_year(struct scan *s) {
    int64_t year;
    enum pgtype_fields_status status = resolve_year(s, 0, &year);
    s->fields->days = pgtype_days_from_civil(year, 1, 1) + s->day_of_year - 1;
    return status;
}

static enum pgtype_fields_status resolve_date(struct scan *s) {
    int64_t year;
    if (s->number_count + (s->month != 0) != 3)
        return PGTYPE_FIELDS_INVALID;
    struct order order = order_of(s);
    enum pgtype_fields_status status = resolve_year(s, order.year, &year);
    int64_t month = order.month < 0 ? s->month : s->numbers[order.month].value;
    int64_t day = s->numbers[order.day].value;
    if (status != PGTYPE_FIELDS_OK)
        return status;
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return PGTYPE_FIELDS_DATE_OVERFLOW;
    if (day > pgtype_days_in_month(year, (uint32_t)month))
        return PGTYPE_FIELDS_OVERFLOW;
    s->fields->days = pgtype_days_from_civil(year, (uint32_t)month, (uint32_t)day);
    return PGTYPE_FIELDS_OK;
}

static enum pgtype_fields_status resolve_meridiem(struct scan *s) {
    const int64_t hour = 3600 * PGTYPE_MICROS_PER_SECOND;
    int64_t *micros = &s->fields->micros;
    if (!s->meridiem)
        return PGTYPE_FIELDS_OK;
    if (!s->fields->has_time)
        return PGTYPE_FIELDS_INVALID;
    if (*micros >= 13 * hour)
        return PGTYPE_FIELDS_OVERFLOW;
    if (s->meridiem == 'p' && *micros < 12 * hour)
        *micros += 12 * hour;
    else if (s->meridiem == 'a' && *micros >= 12 * hour)
        *micros -= 12 * hour;
    return PGTYPE_FIELDS_OK;
}

/* A named zone's offset depends on the date; without one, on today's. */
static enum pgtype_fields_status resolve_zone(struct scan *s) {
    struct pgtype_fields *fields = s->fields;
    if (!s->zone_named)
        return PGTYPE_FIELDS_OK;
    struct error ignored;
    bool is_path = strchr(fields->zone_name, '/') != NULL;
    struct pgtype_zone *zone = pgtype_zone_open(fields->zone_name, &ignored);
    if (!zone)
        return is_path ? PGTYPE_FIELDS_ZONE : PGTYPE_FIELDS_INVALID;
    int64_t days = fields->has_date ? fields->days : pgtype_floor_divide(s->settings->now_us, PGTYPE_MICROS_PER_DAY);
    fields->offset = pgtype_zone_offset_at_local(zone, days * PGTYPE_SECONDS_PER_DAY +
                                                           fields->micros / PGTYPE_MICROS_PER_SECOND);
    pgtype_zone_close(zone);
    return PGTYPE_FIELDS_OK;
}

static enum pgtype_fields_status resolve(struct scan *s) {
    enum pgtype_fields_status status = PGTYPE_FIELDS_OK;
    s->fields->has_date = s->number_count || s->month || s->has_julian;
    if (s->fields->has_date && !s->has_julian)
        status = s->day_of_year ? resolve_day_of_year(s) : resolve_date(s);
    if (status == PGTYPE_FIELDS_OK && s->bc && !s->fields->has_date)
        status = PGTYPE_FIELDS_INVALID;
    if (status == PGTYPE_FIELDS_OK)
        status = resolve_meridiem(s);
    return status == PGTYPE_FIELDS_OK ? resolve_zone(s) : status;
}

/* Two digits at a fixed place; more than 99 when they are none. */
static uint32_t pair_at(const uint8_t *bytes) {
    uint32_t high = bytes[0] - (uint32_t)'0', low = bytes[1] - (uint32_t)'0';
    return high > 9 || low > 9 ? 1000 : high * 10 + low;
}

/* YYYY-MM-DD[ HH:MM:SS[.ffffff]]: what nearly all values look like. False: look closer. */
static bool read_plain(struct pgtype_bytes in, struct pgtype_fields *fields) {
    const uint8_t *b = in.bytes;
    if (in.length < 10 || b[4] != '-' || b[7] != '-')
        return false;
    uint32_t century = pair_at(b), years = pair_at(b + 2), month = pair_at(b + 5), day = pair_at(b + 8);
    uint32_t year = century * 100 + years;
    if (century > 99 || years > 99 || !year || month < 1 || month > 12 || day < 1 ||
        day > pgtype_days_in_month(year, month))
        return false;
    fields->has_date = true;
    fields->days = pgtype_days_from_civil(year, month, day);
    if (in.length == 10)
        return true;
    if (in.length < 19 || in.length > 26 || in.length == 20 || (b[10] != ' ' && b[10] != 'T') || b[13] != ':' ||
        b[16] != ':')
        return false;
    uint32_t hour = pair_at(b + 11), minute = pair_at(b + 14), second = pair_at(b + 17), micros = 0;
    if (hour > 23 || minute > 59 || second > 59 || (in.length > 19 && b[19] != '.'))
        return false;
    for (size_t i = 20, unit = 100000; i < in.length; i++, unit /= 10) {
        uint32_t digit = b[i] - (uint32_t)'0';
        if (digit > 9)
            return false;
        micros += digit * (uint32_t)unit;
    }
    fields->has_time = true;
    fields->micros = (int64_t)((hour * 60 + minute) * 60 + second) * PGTYPE_MICROS_PER_SECOND + micros;
    return true;
}

enum pgtype_fields_status pgtype_fields_read(struct pgtype_bytes in, const struct pgtype_settings *settings,
                                             bool time_only, struct pgtype_fields *fields) {
    char text[PGTYPE_FIELDS_BYTES];
    *fields = (struct pgtype_fields){.moment = PGTYPE_MOMENT_FIELDS};
    if (read_plain(in, fields))
        return PGTYPE_FIELDS_OK;
    *fields = (struct pgtype_fields){.moment = PGTYPE_MOMENT_FIELDS};
    in = pgtype_trim(in);
    if (!in.length || in.length >= sizeof text || memchr(in.bytes, 0, in.length))
        return PGTYPE_FIELDS_INVALID;
    for (size_t i = 0; i < in.length; i++)
        text[i] = (char)(in.bytes[i] >= 'A' && in.bytes[i] <= 'Z' ? in.bytes[i] | 32 : in.bytes[i]);
    text[in.length] = '\0';
    struct scan scan = {.at = text, .settings = settings, .fields = fields, .time_only = time_only};
    enum pgtype_fields_status status = read_all(&scan);
    return status == PGTYPE_FIELDS_OK ? resolve(&scan) : status;
}
