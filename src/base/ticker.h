/* A thread that looks at something at regular intervals while there is something to see, and sleeps while there is not.
 *
 * What is looked at notes its activity in atomics of its own and then calls ticker_poke(), which costs one load while the
 * ticker is awake.
 */
#ifndef BASE_TICKER_H
#define BASE_TICKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct ticker;

/* Called at each tick, numbered upwards from 1. False: nothing is active, do not come again before the next poke. */
typedef bool (*ticker_fn)(void *self, uint64_t tick);

/* Asleep at first. Owned, free with ticker_destroy. */
struct ticker *ticker_create(const char *name, int64_t period_ns, ticker_fn look, void *self, struct error *err);
/* Ends the thread; no call of `look` comes after it. */
void ticker_destroy(struct ticker *ticker);

/* The number of the last tick. Any thread. */
uint64_t ticker_now(const struct ticker *ticker);
/* After activity was noted with a sequentially consistent store. Any thread. */
void ticker_poke(struct ticker *ticker);

#endif
