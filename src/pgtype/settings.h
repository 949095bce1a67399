/* The session's settings that change the bytes of values. Plain data; borrowed by compiled encoders and decoders. */
#ifndef PGTYPE_SETTINGS_H
#define PGTYPE_SETTINGS_H

#include <stdint.h>

#include "pgtype/type.h"
#include "pgtype/zone.h"

enum pgtype_interval_style {
    PGTYPE_INTERVAL_POSTGRES,
    PGTYPE_INTERVAL_POSTGRES_VERBOSE,
    PGTYPE_INTERVAL_SQL_STANDARD,
    PGTYPE_INTERVAL_ISO_8601,
};

enum pgtype_bytea_output { PGTYPE_BYTEA_HEX, PGTYPE_BYTEA_ESCAPE };

/* How dates such as 1/2/2003 are read; what is written is always ISO. */
enum pgtype_date_order { PGTYPE_DATE_YMD, PGTYPE_DATE_DMY, PGTYPE_DATE_MDY };

struct pgtype_settings {
    int32_t extra_float_digits; /* -15 … 3; above 0: shortest text that reads back the same */
    enum pgtype_interval_style interval_style;
    enum pgtype_bytea_output bytea_output;
    enum pgtype_date_order date_order;
    const struct pgtype_zone *zone;           /* NULL: UTC */
    int64_t now_us;                           /* start of the transaction, since 1970 UTC: what 'now' and 'today' mean */
    const struct pgtype_resolver *resolver;   /* NULL: none */
};

/* PostgreSQL's defaults: extra_float_digits 1, postgres, hex, MDY, UTC. */
static inline struct pgtype_settings pgtype_settings_default(void) {
    return (struct pgtype_settings){.extra_float_digits = 1, .date_order = PGTYPE_DATE_MDY};
}

#endif
