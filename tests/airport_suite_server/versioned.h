/* A catalog in front of another: the other's schemas, whose tables remember what they held (history.h), and then the schemas
 * of a static one. */
#ifndef AIRPORT_SUITE_VERSIONED_H
#define AIRPORT_SUITE_VERSIONED_H

#include <airport.h>

#include "history.h"

/* A handle for one request, in the call's memory; `inner` is moved. Empty when memory is out. */
struct airport_catalog versioned_catalog(struct airport_call *call, struct airport_catalog inner,
                                         struct airport_catalog constant, const char *name, struct history *history);

#endif
