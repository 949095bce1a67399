/* The endpoints that a plan collects. Worker side. */
#ifndef AIRPORT_ENDPOINTS_H
#define AIRPORT_ENDPOINTS_H

#include "airport/scan_request.h"

/* Copies in the call's arena. */
struct planned_endpoint {
    struct request_bytes state;
    const char **locations;
    size_t location_count;
    int64_t expires_at_s;
};

struct airport_endpoints {
    struct airport_call *call;
    struct planned_endpoint *items;
    int32_t count, capacity;
};

/* Appends them as a msgpack array of serialized FlightEndpoints, each with a ticket made of `request` and its state. */
bool endpoints_write(struct writer *w, struct airport_endpoints *list, struct scan_request *request,
                     struct airport_error *err);

#endif
