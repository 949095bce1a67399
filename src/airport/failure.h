/* The public error object and how it relates to the inner one (base/error.h). Any thread. */
#ifndef AIRPORT_FAILURE_H
#define AIRPORT_FAILURE_H

#include "airport.h"
#include "base/error.h"

/* The exception class that a DuckDB client raises for the kind; "" when it has none. Static. */
const char *failure_exception(enum airport_error_kind kind);
/* Turns an inner error into a public one; returns false. */
bool failure_from_error(struct airport_error *out, const struct error *err);

#endif
