/* Column statistics: which types can have them, and the answer to the action column_statistics. Worker side. */
#ifndef AIRPORT_STATISTICS_H
#define AIRPORT_STATISTICS_H

#include "airport/lookup.h"

/* Whether the client can take statistics of every column; it asks for all of them, and fails at types that it cannot. */
bool statistics_are_possible(const struct ArrowSchema *schema);
/* Appends the answer: an IPC stream of one row. */
bool statistics_write(struct writer *w, struct airport_call *call, const struct found_table *table, const char *column,
                      const char *type, struct airport_error *err);

#endif
