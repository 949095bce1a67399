/* Actions: one function each, taking the request and appending the body of its one Result. Worker side. */
#ifndef AIRPORT_ACTION_H
#define AIRPORT_ACTION_H

#include "airport/call.h"
#include "base/writer.h"
#include "flight/request.h"

typedef bool (*action_fn)(struct airport_call *call, struct flight_request *request, struct writer *result,
                          struct airport_error *err);

#define ACTION(name, answer, description)                                                                              \
    bool action_##name(struct airport_call *call, struct flight_request *request, struct writer *result,              \
                       struct airport_error *err);
#include "airport_actions.def"
#undef ACTION

/* Whether the protocol has an action of that name. */
bool action_is_standard(const char *name);
/* The catalog of an action: `catalog_name`, or `catalog` in ALTER. */
bool action_catalog(struct airport_call *call, const struct flight_request *request, struct airport_catalog *out,
                    struct airport_error *err);

#endif
