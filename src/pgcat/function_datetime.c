/* to_char() of dates, times and intervals (PostgreSQL 15, 9.8). Roman months (RM) and local names (TM) are not there. */
#include "pgcat/function_to_char.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pgtype/civil.h"

const char *const pgcat_month_names[12] = {"January", "February", "March",     "April",   "May",      "June",
                                           "July",    "August",   "September", "October", "November", "December"};
const char *const pgcat_month_romans[12] = {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"};
const char *const pgcat_day_names[7] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

static const struct pattern {
    const char *text;
    enum datetime_field field;
    int digits;
    enum pattern_style style;
} patterns[] = {
#define PG_DATETIME_PATTERN(text, field, digits, style) {text, FIELD_##field, digits, style},
#include "pg_datetime_patterns.def"
#undef PG_DATETIME_PATTERN
};

static const struct pattern *find_pattern(const char *at, size_t left) {
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        size_t length = strlen(patterns[i].text);
        if (length <= left && strncasecmp(patterns[i].text, at, length) == 0)
            return &patterns[i];
    }
    return NULL;
}

/* "text between quotes", where a backslash takes the next byte as it is. */
static size_t quoted_length(const char *at, size_t left) {
    size_t length = 1;
    while (length < left && at[length] != '"')
        length += at[length] == '\\' && length + 1 < left ? 2 : 1;
    return length < left ? length + 1 : left;
}

bool pgcat_next_piece(struct json_text template, size_t *at, struct datetime_piece *piece) {
    *piece = (struct datetime_piece){.field = FIELD_TEXT};
    while (template.length - *at >= 2 && (strncasecmp(template.bytes + *at, "FM", 2) == 0 ||
                                          strncmp(template.bytes + *at, "TM", 2) == 0)) {
        piece->fill_mode = true;
        *at += 2;
    }
    const char *start = template.bytes + *at;
    size_t left = template.length - *at;
    if (!left)
        return false;
    const struct pattern *pattern = find_pattern(start, left);
    if (pattern) {
        size_t length = strlen(pattern->text);
        piece->field = pattern->field;
        piece->digits = pattern->digits;
        piece->style = pattern->style;
        piece->text = (struct json_text){start, length};
        *at += length;
        if (pattern->digits && left - length >= 2 && strncasecmp(start + length, "TH", 2) == 0) {
            piece->ordinal = start[length] == 't' ? 't' : 'T';
            *at += 2;
        }
    } else if (*start == '"') {
        size_t length = quoted_length(start, left);
        piece->text = (struct json_text){start + 1, length > 1 ? length - 2 : 0};
        *at += length;
    } else {
        piece->text = (struct json_text){start, 1};
        *at += 1;
    }
    return true;
}

/* A moment, or an interval, taken apart. */
struct parts {
    bool is_interval, has_zone;
    int64_t year; /* 0 is 1 BC */
    int month, day;
    int64_t hour; /* of an interval any number */
    int minute, second, microsecond;
    int64_t days; /* since 1970 */
    int weekday;  /* Sunday is 0 */
    int day_of_year;
    int iso_week;
    int64_t iso_year;
    int32_t offset; /* seconds east of Greenwich */
    const char *zone;
};

/* ISO 8601: a week belongs to the year that its Thursday is in. */
static void fill_week(struct parts *parts) {
    int iso_weekday = parts->weekday ? parts->weekday : 7;
    int64_t thursday = parts->days + 4 - iso_weekday;
    struct pgtype_civil civil = pgtype_civil_from_days((int32_t)thursday);
    parts->iso_year = civil.year;
    parts->iso_week = (int)((thursday - pgtype_days_from_civil(civil.year, 1, 1)) / 7) + 1;
}

static void fill_day(struct parts *parts, int64_t days) {
    struct pgtype_civil civil = pgtype_civil_from_days((int32_t)days);
    parts->days = days;
    parts->year = civil.year;
    parts->month = (int)civil.month;
    parts->day = (int)civil.day;
    parts->weekday = (int)pgtype_weekday(days);
    parts->day_of_year = (int)(days - pgtype_days_from_civil(civil.year, 1, 1)) + 1;
    fill_week(parts);
}

static void fill_time(struct parts *parts, int64_t micros) {
    parts->microsecond = (int)(micros % PGTYPE_MICROS_PER_SECOND);
    int64_t seconds = micros / PGTYPE_MICROS_PER_SECOND;
    parts->second = (int)(seconds % 60);
    parts->minute = (int)(seconds / 60 % 60);
    parts->hour = seconds / 3600;
}

static void fill_moment(struct parts *parts, int64_t micros) {
    int64_t days = pgtype_floor_divide(micros, PGTYPE_MICROS_PER_DAY);
    fill_day(parts, days);
    fill_time(parts, micros - days * PGTYPE_MICROS_PER_DAY);
}

static void fill_interval(struct parts *parts, const struct engine_interval *interval) {
    *parts = (struct parts){.is_interval = true, .year = interval->months / 12, .month = interval->months % 12, .day = interval->days};
    fill_time(parts, interval->micros);
}

static void put(struct writer *w, const char *text, size_t length) {
    writer_bytes(w, text, length);
}

static const char *ordinal_suffix(int64_t number) {
    static const char *const suffixes[] = {"th", "st", "nd", "rd"};
    int64_t last = llabs(number) % 100;
    return suffixes[last >= 11 && last <= 13 ? 0 : last % 10 <= 3 ? last % 10 : 0];
}

static void put_number(struct writer *w, const struct datetime_piece *piece, int64_t number, int digits) {
    writer_format(w, "%s%0*lld", number < 0 ? "-" : "", piece->fill_mode ? 1 : digits, (long long)llabs(number));
    const char *suffix = ordinal_suffix(number);
    for (int i = 0; piece->ordinal && i < 2; i++)
        writer_u8(w, (uint8_t)(piece->ordinal == 'T' ? toupper(suffix[i]) : suffix[i]));
}

/* A name in the pattern's case, with blanks up to `width`. */
static void put_name(struct writer *w, const struct datetime_piece *piece, const char *name, size_t length, size_t width) {
    bool upper = isupper((unsigned char)piece->text.bytes[0]), all = piece->text.length > 1 && isupper((unsigned char)piece->text.bytes[1]);
    for (size_t i = 0; i < length; i++)
        writer_u8(w, (uint8_t)((i == 0 ? upper : upper && all) ? toupper(name[i]) : tolower(name[i])));
    for (size_t i = length; !piece->fill_mode && i < width; i++)
        writer_u8(w, ' ');
}

/* AM or A.M., in the pattern's case and with its dots. */
static void put_mark(struct writer *w, const struct datetime_piece *piece, const char *mark) {
    for (size_t i = 0; i < piece->text.length; i++) {
        char c = piece->text.bytes[i];
        char letter = c == '.' ? c : *mark++;
        writer_u8(w, (uint8_t)(islower((unsigned char)c) ? tolower(letter) : letter));
    }
}

static void put_offset(struct writer *w, int32_t offset) {
    int32_t minutes = abs(offset) / 60 % 60;
    writer_format(w, "%c%02d", offset < 0 ? '-' : '+', abs(offset) / 3600);
    if (minutes)
        writer_format(w, ":%02d", minutes);
}

static int64_t shown_year(int64_t year) {
    return year > 0 ? year : 1 - year;
}

/* The last digits of a year when the pattern has fewer than four. */
static int64_t year_digits(int64_t year, int digits) {
    static const int64_t limits[] = {1, 10, 100, 1000};
    return digits < 4 ? year % limits[digits] : year;
}

static int64_t number_of(const struct parts *p, const struct datetime_piece *piece) {
    switch (piece->field) {
    case FIELD_CENTURY:
        return p->year > 0 ? (p->year + 99) / 100 : p->year / 100 - 1;
    case FIELD_DAY_OF_YEAR:
        return p->day_of_year;
    case FIELD_DAY:
        return p->day;
    case FIELD_WEEKDAY:
        return p->weekday + 1;
    case FIELD_HOUR:
        return p->hour;
    case FIELD_HOUR12:
        return p->hour % 12 == 0 ? 12 : p->hour % 12;
    case FIELD_ISO_DAY_OF_YEAR:
        return (p->iso_week - 1) * 7 + (p->weekday ? p->weekday : 7);
    case FIELD_ISO_WEEKDAY:
        return p->weekday ? p->weekday : 7;
    case FIELD_ISO_WEEK:
        return p->iso_week;
    case FIELD_ISO_YEAR:
        return year_digits(shown_year(p->iso_year), piece->digits);
    case FIELD_JULIAN:
        return p->days + 2440588;
    case FIELD_MINUTE:
        return p->minute;
    case FIELD_MONTH:
        return p->month;
    case FIELD_MILLISECOND:
        return p->microsecond / 1000;
    case FIELD_FRACTION:
        for (int n = piece->digits, unit = p->microsecond;; n++, unit /= 10)
            if (n == 6)
                return unit;
    case FIELD_QUARTER:
        return (p->month + 2) / 3;
    case FIELD_SECOND_OF_DAY:
        return p->hour * 3600 + p->minute * 60 + p->second;
    case FIELD_SECOND:
        return p->second;
    case FIELD_OFFSET_MINUTE:
        return abs(p->offset) / 60 % 60;
    case FIELD_MICROSECOND:
        return p->microsecond;
    case FIELD_WEEK_OF_YEAR:
        return (p->day_of_year - 1) / 7 + 1;
    case FIELD_WEEK_OF_MONTH:
        return (p->day - 1) / 7 + 1;
    default: /* FIELD_YEAR */
        return year_digits(p->is_interval ? p->year : shown_year(p->year), piece->digits);
    }
}

static void put_piece(struct writer *w, const struct parts *p, const struct datetime_piece *piece) {
    enum { WIDEST_NAME = 9 };
    const char *day = pgcat_day_names[p->weekday], *month = pgcat_month_names[p->month > 0 ? p->month - 1 : 0];
    switch (piece->field) {
    case FIELD_TEXT:
        put(w, piece->text.bytes, piece->text.length);
        break;
    case FIELD_ERA:
        put_mark(w, piece, p->year > 0 ? "AD" : "BC");
        break;
    case FIELD_MERIDIEM:
        put_mark(w, piece, p->hour % 24 >= 12 ? "PM" : "AM");
        break;
    case FIELD_DAY_NAME:
        put_name(w, piece, day, strlen(day), WIDEST_NAME);
        break;
    case FIELD_DAY_SHORT:
        put_name(w, piece, day, 3, 0);
        break;
    case FIELD_MONTH_NAME:
        put_name(w, piece, month, strlen(month), WIDEST_NAME);
        break;
    case FIELD_MONTH_SHORT:
        put_name(w, piece, month, 3, 0);
        break;
    case FIELD_MONTH_ROMAN:
        put_name(w, piece, pgcat_month_romans[p->month > 0 ? p->month - 1 : 0],
                 strlen(pgcat_month_romans[p->month > 0 ? p->month - 1 : 0]), 4);
        break;
    case FIELD_OFFSET:
        put_offset(w, p->offset);
        break;
    case FIELD_OFFSET_HOUR:
        writer_format(w, "%c%02d", p->offset < 0 ? '-' : '+', abs(p->offset) / 3600);
        break;
    case FIELD_ZONE:
        for (const char *at = p->has_zone ? p->zone : ""; *at; at++)
            writer_u8(w, (uint8_t)(piece->text.bytes[0] == 't' ? tolower(*at) : *at));
        break;
    case FIELD_YEAR_COMMA:
        writer_format(w, "%lld,%03lld", (long long)(shown_year(p->year) / 1000), (long long)(shown_year(p->year) % 1000));
        break;
    default:
        put_number(w, piece, number_of(p, piece), piece->digits);
    }
}

/* A value of a type that has no such parts, or that is infinite, is none. */
static bool take_apart(const struct pgcat_value_call *call, struct parts *parts) {
    const struct engine_vector *vector = &call->arguments->columns[0];
    const struct pgtype_zone *zone = call->settings->zone;
    *parts = (struct parts){0};
    int64_t value = vector->type->id == ENGINE_TYPE_TIMESTAMP || vector->type->id == ENGINE_TYPE_TIMESTAMP_TZ || vector->type->id == ENGINE_TYPE_TIME
                        ? ((const int64_t *)vector->data)[call->row] : 0;
    switch (vector->type->id) {
    case ENGINE_TYPE_DATE:
        fill_day(parts, ((const int32_t *)vector->data)[call->row]);
        return llabs(parts->days) != INT32_MAX;
    case ENGINE_TYPE_TIME:
        fill_time(parts, value);
        parts->is_interval = true;
        return true;
    case ENGINE_TYPE_INTERVAL:
        fill_interval(parts, (const struct engine_interval *)vector->data + call->row);
        return true;
    case ENGINE_TYPE_TIMESTAMP:
    case ENGINE_TYPE_TIMESTAMP_TZ:
        if (value == INT64_MAX || value == -INT64_MAX)
            return false;
        parts->has_zone = vector->type->id == ENGINE_TYPE_TIMESTAMP_TZ;
        if (parts->has_zone && zone)
            parts->offset = pgtype_zone_offset_at(zone, pgtype_floor_divide(value, PGTYPE_MICROS_PER_SECOND));
        parts->zone = zone ? pgtype_zone_name(zone) : "UTC";
        fill_moment(parts, value + parts->offset * PGTYPE_MICROS_PER_SECOND);
        return true;
    default:
        return false;
    }
}

static bool is_number(enum engine_type_id id) {
    return id == ENGINE_TYPE_TINYINT || id == ENGINE_TYPE_SMALLINT || id == ENGINE_TYPE_INTEGER || id == ENGINE_TYPE_BIGINT ||
           id == ENGINE_TYPE_HUGEINT || id == ENGINE_TYPE_DECIMAL || id == ENGINE_TYPE_FLOAT || id == ENGINE_TYPE_DOUBLE;
}

bool pgcat_to_char(const struct pgcat_value_call *call, struct error *err) {
    const struct engine_type *type = call->arguments->columns[0].type;
    struct datetime_piece piece;
    struct parts parts;
    if (engine_vector_is_null(&call->arguments->columns[0], call->row) || engine_vector_is_null(&call->arguments->columns[1], call->row))
        return pgcat_give_null(call);
    if (is_number(type->id))
        return pgcat_number_to_char(call, err);
    bool known = take_apart(call, &parts);
    if (!known && type->id != ENGINE_TYPE_TIMESTAMP && type->id != ENGINE_TYPE_TIMESTAMP_TZ && type->id != ENGINE_TYPE_DATE)
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "42883", "function to_char(%s, text) does not exist",
                               engine_type_id_name(type->id));
    struct json_text template = pgcat_text_argument(call, 1);
    for (size_t at = 0; known && pgcat_next_piece(template, &at, &piece);)
        put_piece(call->text, &parts, &piece);
    return known ? pgcat_give_written(call, err) : pgcat_give_null(call);
}
