/* Inside of the decoder: the words, numbers and signs of a date or time, sorted into fields (what ParseDateTime and
 * DecodeDateTime do in PostgreSQL's datetime.c). */
#ifndef PGTYPE_DATETIME_FIELDS_H
#define PGTYPE_DATETIME_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgtype/parse.h"

enum pgtype_moment {
    PGTYPE_MOMENT_FIELDS, /* what the fields say */
    PGTYPE_MOMENT_INFINITY,
    PGTYPE_MOMENT_MINUS_INFINITY,
    PGTYPE_MOMENT_EPOCH,
    PGTYPE_MOMENT_NOW,
    PGTYPE_MOMENT_TODAY, /* with a time perhaps, as the next two */
    PGTYPE_MOMENT_TOMORROW,
    PGTYPE_MOMENT_YESTERDAY,
};

enum pgtype_fields_status {
    PGTYPE_FIELDS_OK,
    PGTYPE_FIELDS_INVALID,       /* 22007 */
    PGTYPE_FIELDS_OVERFLOW,      /* 22008 */
    PGTYPE_FIELDS_DATE_OVERFLOW, /* 22008, and perhaps the order of month and day is meant otherwise */
    PGTYPE_FIELDS_DISPLACEMENT,  /* 22009 */
    PGTYPE_FIELDS_ZONE,          /* 22023: no such time zone, named by zone_name */
};

enum { PGTYPE_FIELDS_BYTES = 128 }; /* longer texts are no dates (MAXDATELEN) */

struct pgtype_fields {
    enum pgtype_moment moment;
    bool has_date, has_time, has_zone;
    int64_t days;   /* since 1970 */
    int64_t micros; /* since midnight, up to 24:00:00 */
    int32_t offset; /* of the zone, seconds east; of a named zone at this local time */
    char zone_name[PGTYPE_FIELDS_BYTES];
};

/* `in` as it came; settings for the order of day and month, and for named zones' dates. `time_only`: a bare 040506
 * is a time. */
enum pgtype_fields_status pgtype_fields_read(struct pgtype_bytes in, const struct pgtype_settings *settings,
                                             bool time_only, struct pgtype_fields *fields);

#endif
