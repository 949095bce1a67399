/* What a scan was asked for: the parameters of `endpoints`, and the ticket that carries them to DoGet. Worker side.
 *
 * A ticket has been in the client's hands: everything in it is input from outside.
 */
#ifndef AIRPORT_SCAN_REQUEST_H
#define AIRPORT_SCAN_REQUEST_H

#include "airport/call.h"
#include "flight/request.h"

struct scan_request {
    struct request_bytes descriptor;
    const char *json_filters; /* "": none */
    struct request_numbers column_ids;
    struct request_bytes arguments, input_schema; /* of table functions */
    const char *at_unit, *at_value;               /* "": now */
    struct request_bytes state;                   /* of the endpoint */
};

void scan_request_write(struct writer *w, const struct scan_request *request);
bool scan_request_read(struct arena *arena, const void *ticket, size_t length, struct scan_request *out,
                       struct airport_error *err);

#endif
