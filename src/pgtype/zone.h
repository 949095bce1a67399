/* Time zones: the rules of one zone, read once from the system's time zone database (RFC 8536, TZif), and POSIX TZ
 * strings.
 *
 * The only file access of this layer. A zone is immutable and counted by nobody: whoever opened it keeps it as long
 * as settings point at it. Any thread.
 */
#ifndef PGTYPE_ZONE_H
#define PGTYPE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct pgtype_zone;

/* By PostgreSQL's rules for the TimeZone setting: a name of the database in any case ("europe/berlin" is shown as
 * "Europe/Berlin"), or a POSIX specification ("EST5EDT", "<+03>-3"). Fails with 22023
 * `invalid value for parameter "TimeZone": "x"`. Owned, free with pgtype_zone_close. */
struct pgtype_zone *pgtype_zone_open(const char *name, struct error *err);
/* A fixed offset, seconds east of Greenwich, named as PostgreSQL names it ("<+05>-05"). */
struct pgtype_zone *pgtype_zone_open_offset(int32_t seconds_east, struct error *err);
void pgtype_zone_close(struct pgtype_zone *zone);
/* How SHOW TimeZone prints it. */
const char *pgtype_zone_name(const struct pgtype_zone *zone);

/* Whether its name is one of the database, or a POSIX string, which others may read with another sign. A NULL zone is UTC. */
bool pgtype_zone_is_named(const struct pgtype_zone *zone);

/* Seconds east of Greenwich at this instant, seconds since 1970 UTC; any instant. A NULL zone is UTC. */
int32_t pgtype_zone_offset_at(const struct pgtype_zone *zone, int64_t seconds);
/* The same for a local time, seconds since 1970 as the zone's clock showed it. As PostgreSQL: a time that the clock
 * skipped counts by the offset before the gap, one that it showed twice by the offset after it was set back. */
int32_t pgtype_zone_offset_at_local(const struct pgtype_zone *zone, int64_t local_seconds);

#endif
