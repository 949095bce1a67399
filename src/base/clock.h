/* Time. Codecs read no clock: whoever needs a time passes it in. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_monotonic_ns(void);
/* Microseconds since 1970-01-01 00:00:00 UTC. */
int64_t clock_wall_us(void);

#endif
