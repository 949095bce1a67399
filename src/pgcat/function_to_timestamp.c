/* to_date() and to_timestamp(): texts read by a template (PostgreSQL 15, 9.8). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pgcat/function_to_char.h"
#include "pgtype/civil.h"

/* What has been read; what has not is as a day begins. */
struct reading {
    struct json_text text;
    size_t at;
    int64_t values[FIELD_YEAR + 1];
    bool seen[FIELD_YEAR + 1];
    bool is_pm, is_am, is_bc;
    int year_digits;
};

static bool fail(const struct pgcat_value_call *call, const struct datetime_piece *piece, struct json_text rest, struct error *err) {
    (void)call;
    size_t length = 0;
    while (length < rest.length && length < piece->text.length + 1 && !isspace((unsigned char)rest.bytes[length]))
        length++;
    return error_set_state(err, ERROR_CONVERSION, "22007", "invalid value \"%.*s\" for \"%.*s\"", (int)length, rest.bytes,
                           (int)piece->text.length, piece->text.bytes);
}

static struct json_text rest_of(const struct reading *r) {
    return (struct json_text){r->text.bytes + r->at, r->text.length - r->at};
}

/* Up to `most` digits; `most` 0: all there are. */
static bool read_number(struct reading *r, int most, int64_t *value, int *digits) {
    size_t start = r->at;
    bool negative = false;
    for (*value = 0; r->at < r->text.length && (!most || r->at - start < (size_t)most); r->at++) {
        char c = r->text.bytes[r->at];
        if (r->at == start && !most && (c == '-' || c == '+')) {
            negative = c == '-';
            continue;
        }
        if (!isdigit((unsigned char)c) || *value > INT32_MAX)
            break;
        *value = *value * 10 + (c - '0');
    }
    *digits = (int)(r->at - start);
    *value = negative ? -*value : *value;
    return r->at > start && isdigit((unsigned char)r->text.bytes[r->at - 1]);
}

/* One of `count` names, at least its first three letters when `is_short`. */
static bool read_name(struct reading *r, const char *const *names, int count, bool is_short, int64_t *index) {
    struct json_text rest = rest_of(r);
    for (int i = 0; i < count; i++) {
        size_t length = is_short ? 3 : strlen(names[i]);
        if (rest.length >= length && strncasecmp(rest.bytes, names[i], length) == 0) {
            *index = i;
            r->at += length;
            return true;
        }
    }
    return false;
}

static bool read_mark(struct reading *r, char first, char second, bool dots, bool *is_second) {
    struct json_text rest = rest_of(r);
    size_t length = dots ? 4 : 2;
    if (rest.length < length)
        return false;
    char c = (char)toupper((unsigned char)rest.bytes[0]);
    r->at += length;
    *is_second = c == second;
    return c == first || c == second;
}

static bool read_field(struct reading *r, const struct datetime_piece *piece, bool next_is_digits) {
    int64_t *value = &r->values[piece->field];
    bool dots = piece->text.length == 4, pm;
    int digits;
    switch (piece->field) {
    case FIELD_MONTH_NAME:
    case FIELD_MONTH_SHORT:
        r->seen[FIELD_MONTH] = read_name(r, pgcat_month_names, 12, piece->field == FIELD_MONTH_SHORT, &r->values[FIELD_MONTH]);
        r->values[FIELD_MONTH]++;
        return r->seen[FIELD_MONTH];
    case FIELD_DAY_NAME:
    case FIELD_DAY_SHORT:
        return read_name(r, pgcat_day_names, 7, piece->field == FIELD_DAY_SHORT, value);
    case FIELD_MERIDIEM:
        if (!read_mark(r, 'A', 'P', dots, &pm))
            return false;
        r->is_pm = pm;
        r->is_am = !pm;
        return true;
    case FIELD_ERA:
        return read_mark(r, 'A', 'B', dots, &r->is_bc);
    default:
        break;
    }
    bool is_count = piece->field == FIELD_JULIAN || piece->field == FIELD_SECOND_OF_DAY; /* of any number of digits */
    int most = is_count || !(next_is_digits || piece->digits < 4) ? 0 : piece->digits;
    if (!piece->digits || !read_number(r, most, value, &digits))
        return false;
    r->seen[piece->field] = true;
    if (piece->field == FIELD_FRACTION) {
        for (int n = digits; n < 6; n++)
            *value *= 10;
        r->values[FIELD_MICROSECOND] = *value;
    }
    for (int n = digits; piece->field == FIELD_MILLISECOND && n < 3; n++) /* a fraction */
        *value *= 10;
    for (int n = digits; piece->field == FIELD_MICROSECOND && n < 6; n++)
        *value *= 10;
    if (piece->field == FIELD_YEAR)
        r->year_digits = piece->digits;
    return true;
}

static bool is_separator(char c) {
    return !isalnum((unsigned char)c);
}

static bool read_all(const struct pgcat_value_call *call, struct reading *r, struct json_text template, struct error *err) {
    struct datetime_piece piece, next;
    for (size_t at = 0; pgcat_next_piece(template, &at, &piece);) {
        if (piece.field == FIELD_TEXT) {
            for (size_t i = 0; i < piece.text.length && r->at < r->text.length; i++)
                r->at += !is_separator(piece.text.bytes[i]) || is_separator(r->text.bytes[r->at]);
            continue;
        }
        while (r->at < r->text.length && isspace((unsigned char)r->text.bytes[r->at]))
            r->at++;
        if (r->at == r->text.length) /* what is missing at the end is as a day begins */
            break;
        size_t behind = at;
        bool more = pgcat_next_piece(template, &behind, &next) && next.field != FIELD_TEXT && next.digits;
        struct json_text rest = rest_of(r);
        if (!read_field(r, &piece, more))
            return fail(call, &piece, rest, err);
    }
    return true;
}

/* Two digits are of the century that makes the year nearest to 2020. */
static int64_t full_year(const struct reading *r) {
    int64_t year = r->seen[FIELD_YEAR] ? r->values[FIELD_YEAR] : 1;
    if (r->seen[FIELD_YEAR] && r->year_digits < 4 && year < 1000 && year >= 0)
        year += r->year_digits == 3 && year >= 100 ? (year < 520 ? 2000 : 1000) : year < 70 ? 2000 : year < 100 ? 1900 : 1000;
    return r->is_bc ? 1 - year : year;
}

/* Of an ISO year: the week's Monday, or another of its days. */
static int64_t iso_day(const struct reading *r) {
    int64_t fourth = pgtype_days_from_civil(r->values[FIELD_ISO_YEAR], 1, 4);
    int64_t week = r->seen[FIELD_ISO_WEEK] ? r->values[FIELD_ISO_WEEK] : 1;
    int64_t day = r->seen[FIELD_ISO_WEEKDAY] ? r->values[FIELD_ISO_WEEKDAY] : 1;
    return fourth - (pgtype_weekday(fourth) + 6) % 7 + 7 * (week - 1) + day - 1;
}

static bool compose(const struct pgcat_value_call *call, struct reading *r, int64_t *days, int64_t *micros, struct error *err) {
    int64_t *v = r->values, year = full_year(r);
    int64_t month = r->seen[FIELD_MONTH] ? v[FIELD_MONTH] : 1, day = r->seen[FIELD_DAY] ? v[FIELD_DAY] : 1;
    int64_t hour = r->seen[FIELD_HOUR12] ? v[FIELD_HOUR12] : v[FIELD_HOUR];
    bool half_day = r->is_am || r->is_pm;
    if (half_day && (hour < 1 || hour > 12))
        return error_set_state(err, ERROR_CONVERSION, "22007", "hour \"%lld\" is invalid for the 12-hour clock", (long long)hour);
    bool valid = month >= 1 && month <= 12 && day >= 1 && hour >= 0 && hour <= 23 && v[FIELD_MINUTE] <= 59 && v[FIELD_SECOND] <= 59 &&
                 llabs(year) < 294277;
    valid = valid && llabs(v[FIELD_ISO_YEAR]) < 294277 && llabs(v[FIELD_JULIAN]) < 100000000 && v[FIELD_ISO_WEEK] <= 53 && v[FIELD_ISO_WEEKDAY] <= 7;
    if (valid && r->seen[FIELD_ISO_YEAR])
        *days = iso_day(r);
    else if (valid && r->seen[FIELD_DAY_OF_YEAR])
        *days = pgtype_days_from_civil(year, 1, 1) + v[FIELD_DAY_OF_YEAR] - 1;
    else if (valid && r->seen[FIELD_JULIAN])
        *days = v[FIELD_JULIAN] - 2440588;
    else if (valid && (valid = day <= pgtype_days_in_month(year, (uint32_t)month)))
        *days = pgtype_days_from_civil(year, (uint32_t)month, (uint32_t)day);
    if (!valid) {
        struct json_text text = pgcat_text_argument(call, 0);
        return error_set_state(err, ERROR_CONVERSION, "22008", "date/time field value out of range: \"%.*s\"",
                               (int)(text.length > 64 ? 64 : text.length), text.bytes);
    }
    if (half_day)
        hour = hour % 12 + (r->is_pm ? 12 : 0);
    int64_t seconds = r->seen[FIELD_SECOND_OF_DAY] ? v[FIELD_SECOND_OF_DAY] : hour * 3600 + v[FIELD_MINUTE] * 60 + v[FIELD_SECOND];
    *micros = seconds * PGTYPE_MICROS_PER_SECOND + v[FIELD_MILLISECOND] * 1000 + v[FIELD_MICROSECOND];
    return true;
}

static bool read_moment(const struct pgcat_value_call *call, int64_t *days, int64_t *micros, struct error *err) {
    struct reading r = {.text = pgcat_text_argument(call, 0)};
    return read_all(call, &r, pgcat_text_argument(call, 1), err) && compose(call, &r, days, micros, err);
}

bool pgcat_to_date(const struct pgcat_value_call *call, struct error *err) {
    int64_t days, micros;
    if (!read_moment(call, &days, &micros, err))
        return false;
    ((int32_t *)call->result->data)[call->row] = (int32_t)days;
    return true;
}

bool pgcat_to_timestamp(const struct pgcat_value_call *call, struct error *err) {
    int64_t days, micros;
    if (!read_moment(call, &days, &micros, err))
        return false;
    int64_t seconds = days * PGTYPE_SECONDS_PER_DAY + micros / PGTYPE_MICROS_PER_SECOND;
    int32_t offset = call->settings->zone ? pgtype_zone_offset_at_local(call->settings->zone, seconds) : 0;
    ((int64_t *)call->result->data)[call->row] = days * PGTYPE_MICROS_PER_DAY + micros - offset * PGTYPE_MICROS_PER_SECOND;
    return true;
}
