/* Functions by name, their arguments, their result for these arguments. Worker side. */
#ifndef AIRPORT_FUNCTION_H
#define AIRPORT_FUNCTION_H

#include "airport/lookup.h"
#include "airport/naming.h"
#include "flight/request.h"

/* The function of that name, kind and fingerprint; without a fingerprint the first of that name. */
bool function_find(struct airport_call *call, const struct flight_name *name, struct found_function *out,
                   struct airport_error *err);
/* Reads an IPC stream of one row; no bytes are no arguments. What is read is the call's. */
bool function_read_arguments(struct airport_call *call, const struct request_bytes *bytes,
                             struct airport_arguments *out, struct airport_error *err);
/* The schema of a table function's rows; `input` is that of the table argument, NULL for functions without. The call's. */
struct ipc_schema *function_bind(struct airport_call *call, const struct found_function *function,
                                 const struct airport_arguments *arguments, const struct ArrowSchema *input,
                                 struct airport_error *err);

#endif
