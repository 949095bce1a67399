/* Dates and times from text: what the fields mean for each type. */
#include "pgtype/civil.h"
#include "pgtype/datetime_fields.h"
#include "pgtype/datetime_text.h"
#include "pgtype/parse.h"

enum { OFFSET_MOST = 57599 }; /* of a TIME WITH TIME ZONE: 15:59:59 */

static bool fail(const struct pgtype_parser *parser, enum pgtype_fields_status status, struct pgtype_bytes in,
                 const char *zone_name, struct error *err) {
    int length = in.length > 1024 ? 1024 : (int)in.length;
    const char *text = (const char *)in.bytes;
    if (!pgwire_text_check(in.bytes, in.length, err))
        return false;
    switch (status) {
    case PGTYPE_FIELDS_OVERFLOW:
    case PGTYPE_FIELDS_DATE_OVERFLOW:
        error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "date/time field value out of range: \"%.*s\"", length, text);
        if (status == PGTYPE_FIELDS_DATE_OVERFLOW)
            error_set_hint(err, "Perhaps you need a different \"datestyle\" setting.");
        return false;
    case PGTYPE_FIELDS_DISPLACEMENT:
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22009", "time zone displacement out of range: \"%.*s\"",
                               length, text);
    case PGTYPE_FIELDS_ZONE:
        return error_set(err, ERROR_INVALID_ARGUMENT, "time zone \"%s\" not recognized", zone_name);
    case PGTYPE_FIELDS_OK:
    case PGTYPE_FIELDS_INVALID:
        break;
    }
    return error_set_state(err, ERROR_CONVERSION, "22007", "invalid input syntax for type %s: \"%.*s\"", parser->name,
                           length, text);
}

static bool read(const struct pgtype_parser *parser, struct pgtype_bytes in, bool time_only,
                 struct pgtype_fields *fields, struct error *err) {
    enum pgtype_fields_status status = pgtype_fields_read(in, parser->settings, time_only, fields);
    return status == PGTYPE_FIELDS_OK || fail(parser, status, in, fields->zone_name, err);
}

static bool fail_range(const char *what, struct pgtype_bytes in, struct error *err) {
    return error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "%s out of range: \"%.*s\"", what,
                           in.length > 1024 ? 1024 : (int)in.length, (const char *)in.bytes);
}

/* The clock in the session's zone at the transaction's start. */
static int64_t local_now(const struct pgtype_settings *settings) {
    int64_t seconds = pgtype_floor_divide(settings->now_us, PGTYPE_MICROS_PER_SECOND);
    return settings->now_us + pgtype_zone_offset_at(settings->zone, seconds) * PGTYPE_MICROS_PER_SECOND;
}

/* today, tomorrow and yesterday become fields. */
static void resolve_day(const struct pgtype_settings *settings, struct pgtype_fields *fields) {
    if (fields->moment < PGTYPE_MOMENT_TODAY)
        return;
    fields->days = pgtype_floor_divide(local_now(settings), PGTYPE_MICROS_PER_DAY) +
                   (fields->moment == PGTYPE_MOMENT_TOMORROW) - (fields->moment == PGTYPE_MOMENT_YESTERDAY);
    fields->moment = PGTYPE_MOMENT_FIELDS;
    fields->has_date = true;
}

bool pgtype_parse_date(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                       struct pgtype_datum *out, struct error *err) {
    (void)arena;
    struct pgtype_fields fields;
    if (!read(parser, in, false, &fields, err))
        return false;
    resolve_day(parser->settings, &fields);
    switch (fields.moment) {
    case PGTYPE_MOMENT_INFINITY:
        out->integer = PGTYPE_DATE_INFINITY;
        return true;
    case PGTYPE_MOMENT_MINUS_INFINITY:
        out->integer = -PGTYPE_DATE_INFINITY;
        return true;
    case PGTYPE_MOMENT_EPOCH:
        out->integer = 0;
        return true;
    case PGTYPE_MOMENT_NOW:
        out->integer = pgtype_floor_divide(local_now(parser->settings), PGTYPE_MICROS_PER_DAY);
        return true;
    default:
        break;
    }
    if (!fields.has_date)
        return fail(parser, PGTYPE_FIELDS_INVALID, in, "", err);
    if (fields.days >= PGTYPE_DATE_INFINITY || fields.days <= -PGTYPE_DATE_INFINITY)
        return fail_range("date", in, err);
    out->integer = fields.days;
    return true;
}

/* Local for timestamp, where a zone is read and forgotten; UTC for timestamptz. */
static bool from_fields(const struct pgtype_parser *parser, const struct pgtype_fields *fields, int64_t *micros) {
    int64_t value;
    if (__builtin_mul_overflow(fields->days, PGTYPE_MICROS_PER_DAY, &value) ||
        __builtin_add_overflow(value, fields->micros, &value))
        return false;
    if (parser->type->id == ENGINE_TYPE_TIMESTAMP_TZ) {
        int64_t seconds = pgtype_floor_divide(value, PGTYPE_MICROS_PER_SECOND);
        int32_t offset =
            fields->has_zone ? fields->offset : pgtype_zone_offset_at_local(parser->settings->zone, seconds);
        if (__builtin_sub_overflow(value, offset * PGTYPE_MICROS_PER_SECOND, &value))
            return false;
    }
    *micros = value;
    return value < PGTYPE_TIMESTAMP_INFINITY && value > -PGTYPE_TIMESTAMP_INFINITY;
}

bool pgtype_parse_timestamp(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                            struct pgtype_datum *out, struct error *err) {
    (void)arena;
    struct pgtype_fields fields;
    bool with_zone = parser->type->id == ENGINE_TYPE_TIMESTAMP_TZ;
    if (!read(parser, in, false, &fields, err))
        return false;
    resolve_day(parser->settings, &fields);
    switch (fields.moment) {
    case PGTYPE_MOMENT_INFINITY:
        out->integer = PGTYPE_TIMESTAMP_INFINITY;
        return true;
    case PGTYPE_MOMENT_MINUS_INFINITY:
        out->integer = -PGTYPE_TIMESTAMP_INFINITY;
        return true;
    case PGTYPE_MOMENT_EPOCH:
        out->integer = 0;
        return true;
    case PGTYPE_MOMENT_NOW:
        out->integer = with_zone ? parser->settings->now_us : local_now(parser->settings);
        return true;
    default:
        break;
    }
    if (!fields.has_date)
        return fail(parser, PGTYPE_FIELDS_INVALID, in, "", err);
    return from_fields(parser, &fields, &out->integer) || fail_range("timestamp", in, err);
}

/* A time of day; a date beside it is read and forgotten. */
static bool read_time(const struct pgtype_parser *parser, struct pgtype_bytes in, struct pgtype_fields *fields,
                      struct error *err) {
    if (!read(parser, in, true, fields, err))
        return false;
    if (fields->moment == PGTYPE_MOMENT_NOW) {
        int64_t now = local_now(parser->settings);
        fields->days = pgtype_floor_divide(now, PGTYPE_MICROS_PER_DAY);
        fields->micros = now - fields->days * PGTYPE_MICROS_PER_DAY;
        return true;
    }
    return fields->has_time || fail(parser, PGTYPE_FIELDS_INVALID, in, "", err);
}

bool pgtype_parse_time(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                       struct pgtype_datum *out, struct error *err) {
    (void)arena;
    struct pgtype_fields fields;
    if (!read_time(parser, in, &fields, err))
        return false;
    out->integer = parser->type->id == ENGINE_TYPE_TIME_NS ? fields.micros * 1000 : fields.micros;
    return true;
}

bool pgtype_parse_time_tz(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                          struct pgtype_datum *out, struct error *err) {
    (void)arena;
    struct pgtype_fields fields;
    if (!read_time(parser, in, &fields, err))
        return false;
    if (!fields.has_zone) {
        int64_t days = fields.has_date ? fields.days
                                       : pgtype_floor_divide(local_now(parser->settings), PGTYPE_MICROS_PER_DAY);
        fields.offset = pgtype_zone_offset_at_local(
            parser->settings->zone, days * PGTYPE_SECONDS_PER_DAY + fields.micros / PGTYPE_MICROS_PER_SECOND);
    }
    if (fields.offset > OFFSET_MOST || fields.offset < -OFFSET_MOST)
        return fail(parser, PGTYPE_FIELDS_DISPLACEMENT, in, "", err);
    /* data/engine_types.def: microseconds << 24 | (57599 - offset). */
    out->integer = (int64_t)((uint64_t)fields.micros << 24 | (uint64_t)(OFFSET_MOST - fields.offset));
    return true;
}
