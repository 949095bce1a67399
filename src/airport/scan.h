/* Scans: from what was asked to a source of rows, its plan, and its stream. Worker side. */
#ifndef AIRPORT_SCAN_H
#define AIRPORT_SCAN_H

#include "airport/lookup.h"
#include "airport/naming.h"
#include "airport/scan_request.h"

/* What a descriptor turned out to be, with everything that its methods are handed. In the call's arena. */
struct scan_source {
    const struct airport_scan_methods *methods;
    void *self;
    const struct ipc_schema *schema; /* of the rows on the wire */
    struct airport_scan_options options;
    struct airport_time_point time_point;
    struct airport_arguments arguments;
    struct ArrowSchema arguments_schema;
    struct ArrowArray arguments_row;
    bool is_table; /* else a function */
};

/* A table by its name, or what find_flight makes of any other descriptor. */
bool scan_find_table(struct airport_call *call, const struct flight_name *name, const struct airport_time_point *at,
                     struct found_table *out, struct airport_error *err);
/* NULL when the texts are empty; else `storage` filled, the unit in lower case. */
const struct airport_time_point *scan_time_point(struct airport_call *call, const char *unit, const char *value,
                                                 struct airport_time_point *storage);
/* NULL on failure. */
struct scan_source *scan_resolve(struct airport_call *call, const struct scan_request *request, struct airport_error *err);

/* Appends the answer to `endpoints`: a msgpack array of serialized FlightEndpoints. */
bool scan_write_endpoints(struct writer *w, struct airport_call *call, struct scan_request *request,
                          struct airport_error *err);

/* A stream on its way to the client: pulls batches, puts their columns where the schema wants them, cuts and gathers. */
struct scan_stream;

/* Opens; NULL on failure. Owned by the call. */
struct scan_stream *scan_open(struct airport_call *call, struct scan_source *source, struct airport_error *err);
enum scan_status { SCAN_MESSAGES, SCAN_END, SCAN_FAILED };
/* Sends the next batch, with the app_metadata of the stream's progress. */
enum scan_status scan_send_next(struct scan_stream *stream, struct airport_error *err);
/* Sends the schema message. */
bool scan_send_schema(struct airport_call *call, const struct ipc_schema *schema);

#endif
