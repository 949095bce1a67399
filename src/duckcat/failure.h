/* The engine's errors as the library's. */
#ifndef DUCKCAT_FAILURE_H
#define DUCKCAT_FAILURE_H

#include "airport.h"
#include "base/error.h"

enum airport_error_kind failure_kind(const struct error *why);
/* Fills `err` and returns false. */
bool failure_tell(const struct error *why, struct airport_error *err);

#endif
