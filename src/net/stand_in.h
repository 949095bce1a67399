/* One task that must always be somebody's, and threads that stand in for each other at it.
 *
 * The holder runs `serve`. It may lend itself to other work for a moment; when that takes longer than a millisecond or two,
 * another thread takes the task over, and the late one waits to stand in itself. So short work costs no second thread, and
 * long work holds nobody up.
 */
#ifndef NET_STAND_IN_H
#define NET_STAND_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct stand_ins;

/* On the holder's thread. True: the task is over, for all. False: stand_ins_return() said that another thread has it. */
typedef bool (*stand_in_fn)(void *self);

/* Starts the first thread. With a `max_threads` of 1 nobody can stand in. `*out` is set before that thread runs; owned, free
 * with stand_ins_destroy. */
bool stand_ins_create(const char *name, int32_t max_threads, stand_in_fn serve, void *self, struct stand_ins **out,
                      struct error *err);
/* Waits for the task's end and all threads. Not from one of them. */
void stand_ins_destroy(struct stand_ins *stand_ins);

/* Whether somebody could stand in. The holder only, as with the next two. */
bool stand_ins_available(const struct stand_ins *stand_ins);
/* Before other work; gives what stand_ins_return() is to be told behind it. */
uint64_t stand_ins_lend(struct stand_ins *stand_ins);
/* False: the task is another thread's now, nothing of it may be touched. */
bool stand_ins_return(struct stand_ins *stand_ins, uint64_t lease);

#endif
