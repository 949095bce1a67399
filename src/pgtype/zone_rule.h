/* POSIX TZ strings (IEEE Std 1003.1, section 8.3, with RFC 8536's wider hours): two offsets and when they change
 * each year. */
#ifndef PGTYPE_ZONE_RULE_H
#define PGTYPE_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

struct pgtype_zone_change {
    char kind; /* 'M' month.week.day, 'J' day of the year without 29 February, 'D' day of the year from 0 */
    int32_t month, week, day;
    int32_t seconds; /* of local time */
};

struct pgtype_zone_rule {
    int32_t standard_offset; /* seconds east */
    int32_t daylight_offset;
    bool has_daylight;
    struct pgtype_zone_change begin, end; /* of daylight saving time */
};

/* The whole string; false when it is none. */
bool pgtype_zone_rule_parse(const char *text, struct pgtype_zone_rule *rule);
int32_t pgtype_zone_rule_offset_at(const struct pgtype_zone_rule *rule, int64_t seconds);
/* The first change after this instant, and the offset from then on; false when there is none. */
bool pgtype_zone_rule_next(const struct pgtype_zone_rule *rule, int64_t seconds, int64_t *change, int32_t *offset);

#endif
