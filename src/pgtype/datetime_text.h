/* Dates, times and intervals as PostgreSQL prints them with DateStyle ISO. `out` has room for PGTYPE_DATETIME_CHARS;
 * each function returns the end of what it wrote. */
#ifndef PGTYPE_DATETIME_TEXT_H
#define PGTYPE_DATETIME_TEXT_H

#include <stdint.h>

#include "engine/vector.h"
#include "pgtype/settings.h"

enum { PGTYPE_DATETIME_CHARS = 128 };

/* The engine's infinities, in days, microseconds, or whatever unit a timestamp has. */
static const int32_t PGTYPE_DATE_INFINITY = INT32_MAX;
static const int64_t PGTYPE_TIMESTAMP_INFINITY = INT64_MAX;

char *pgtype_write_date(char *out, int32_t days);
char *pgtype_write_time(char *out, int64_t micros);
/* `offset`: seconds east of Greenwich, printed as +HH[:MM[:SS]]. */
char *pgtype_write_time_tz(char *out, int64_t micros, int32_t offset);
char *pgtype_write_timestamp(char *out, int64_t micros);
/* `micros` is UTC; printed in the zone. */
char *pgtype_write_timestamp_tz(char *out, int64_t micros, const struct pgtype_zone *zone);
char *pgtype_write_interval(char *out, struct engine_interval interval, enum pgtype_interval_style style);

#endif
