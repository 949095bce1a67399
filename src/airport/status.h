/* How a call ends on the wire: response headers, gRPC status, DuckDB's typed exceptions. I/O thread. */
#ifndef AIRPORT_STATUS_H
#define AIRPORT_STATUS_H

#include "airport/call.h"
#include "flight/h2.h"

void status_submit_headers(struct h2_session *h2, struct airport_call *call);
void status_submit_trailers(struct h2_session *h2, struct airport_call *call);
/* Headers and status in one, for a call that has sent nothing. */
void status_submit_only(struct h2_session *h2, struct airport_call *call);

#endif
